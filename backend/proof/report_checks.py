"""Prepares criteria for the report: verdict, clip, before and after, other data, a second look."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

from backend.blueprints.blueprint import Blueprint, Requirement, Scenario, Step, StepKind
from backend.proof.report_attempts import AttemptView, Trace, view_attempt, view_traces
from backend.proof.report_looks import LookView, view_look
from backend.proof.report_pictures import (
    BEFORE_AND_AFTER,
    PICTURES,
    ReportPicture,
    report_picture,
)
from backend.proof.results import (
    Attempt,
    CriterionResult,
    DataRun,
    Evidence,
    Narration,
    StepResult,
    Verdict,
)


@dataclass(frozen=True, kw_only=True)
class ChapterView:
    """A place in the narrated clip, and the step that begins there."""

    milliseconds: int
    text: str


@dataclass(frozen=True, kw_only=True)
class NarrationView:
    """The narrated clip as the report shows it."""

    clip: str
    chapters: list[ChapterView]
    traces: list[Trace]


@dataclass(frozen=True, kw_only=True)
class DataRunView:
    """A run on data that nobody was shown."""

    run: DataRun
    tries: list[AttemptView]


@dataclass(frozen=True, kw_only=True)
class BeforeAndAfter:
    """The page before anything was done, None where it was not pictured, and at the end."""

    before: ReportPicture | None
    after: ReportPicture


@dataclass(frozen=True, kw_only=True)
class CheckView:
    """One criterion as the report shows it; the tries stand in the order that they were made."""

    result: CriterionResult
    anchor: str
    tries: list[AttemptView]
    pictures: BeforeAndAfter | None
    narration: NarrationView | None
    data_runs: list[DataRunView]
    look: LookView | None

    @property
    def why(self) -> str:
        """Why it does not hold, in one sentence; empty when the runs say nothing."""
        return (
            self.result.message
            or _message(self.result.attempts)
            or _message_of_data_runs(self.result.data_runs)
            or (self.look.blocking_message if self.look else "")
        )


@dataclass(frozen=True, kw_only=True)
class Part:
    """A requirement and its checks."""

    requirement: Requirement
    checks: list[CheckView]

    @property
    def holding(self) -> int:
        """How many of the requirement's checks hold."""
        return sum(check.result.verdict is Verdict.PASSED for check in self.checks)

    @property
    def mood(self) -> str:
        """The verdict that the requirement's worst check has."""
        found = {check.result.verdict for check in self.checks}
        order = (Verdict.FAILED, Verdict.UNSTABLE, Verdict.JUDGED, Verdict.NOT_RUN)
        worst = next((verdict for verdict in order if verdict in found), Verdict.PASSED)
        return worst.value if found else Verdict.NOT_RUN.value


def view_parts(
    blueprint: Blueprint, results: Sequence[CriterionResult], folder: Path
) -> list[Part]:
    """Group the results by requirement; what has none of the blueprint's comes last."""
    scenarios = {scenario.criterion: scenario for scenario in blueprint.scenarios}
    known = {requirement.id: requirement for requirement in blueprint.requirements}
    checks: dict[str, list[CheckView]] = {name: [] for name in known}
    for result in results:
        check = view_check(result, scenarios.get(result.criterion), folder)
        checks.setdefault(result.requirement, []).append(check)
    return [
        Part(
            requirement=known.get(name) or Requirement(id=name, title="Further checks"),
            checks=found,
        )
        for name, found in checks.items()
    ]


def view_check(result: CriterionResult, scenario: Scenario | None, folder: Path) -> CheckView:
    """Prepare one criterion."""
    sources = scenario.steps if scenario else ()
    return CheckView(
        result=result,
        anchor=anchor(result.criterion),
        tries=[view_attempt(attempt, sources, folder) for attempt in result.attempts],
        pictures=_before_and_after(result, folder),
        narration=_narration(result, sources),
        data_runs=[_data_run(run, folder) for run in result.data_runs],
        look=view_look(result.second_look, folder) if result.second_look else None,
    )


def anchor(criterion: str) -> str:
    """Return the place on the page where a criterion stands."""
    return quote(criterion, safe="").replace("%", ".")


def _before_and_after(result: CriterionResult, folder: Path) -> BeforeAndAfter | None:
    """Take the last picture of the run that decided, and one from before its first action.

    The narrated run pictures the page there; else the last step before the action may have done so.
    """
    steps = result.attempts[-1].steps if result.attempts else ()
    found = _pictured(steps)
    if not found:
        return None
    (last_step, last), early = found[-1], _pictured(_before_action(steps))[-1:]
    before = None
    if (narrated := _pictured_in(result.narration)) is not None:
        before = _large(narrated, "Before anything was done, in the narrated run", folder)
    elif early and early != found[-1:]:
        step, piece = early[0]
        before = _large(piece, f"Before anything was done: {step.text}", folder)
    after = _large(last, f"At the end: {last_step.text}", folder)
    return BeforeAndAfter(before=before, after=after)


def _pictured(steps: Sequence[StepResult]) -> list[tuple[StepResult, Evidence]]:
    return [(step, piece) for step in steps for piece in step.evidence if piece.kind in PICTURES]


def _before_action(steps: Sequence[StepResult]) -> Sequence[StepResult]:
    """Return the steps before the first action; none where nothing is done at all."""
    kinds = [step.kind for step in steps]
    return steps[: kinds.index(StepKind.WHEN.value)] if StepKind.WHEN.value in kinds else ()


def _pictured_in(narration: Narration | None) -> Evidence | None:
    pieces = narration.evidence if narration else ()
    return next((piece for piece in pieces if piece.kind in PICTURES), None)


def _large(piece: Evidence, alt: str, folder: Path) -> ReportPicture:
    return report_picture(piece, alt=alt, folder=folder, size=BEFORE_AND_AFTER)


def _narration(result: CriterionResult, sources: Sequence[Step]) -> NarrationView | None:
    if result.narration is None:
        return None
    return NarrationView(
        clip=quote(result.narration.clip.path),
        chapters=_chapters(result.narration, _step_texts(result, sources)),
        traces=view_traces(result.narration.evidence),
    )


def _step_texts(result: CriterionResult, sources: Sequence[Step]) -> list[str]:
    if sources:
        return [step.text for step in sources]
    return [step.text for attempt in result.attempts[-1:] for step in attempt.steps]


def _chapters(narration: Narration, texts: Sequence[str]) -> list[ChapterView]:
    return [
        ChapterView(milliseconds=chapter.milliseconds, text=texts[chapter.step - 1])
        for chapter in narration.chapters
        if 0 < chapter.step <= len(texts)
    ]


def _data_run(run: DataRun, folder: Path) -> DataRunView:
    return DataRunView(
        run=run, tries=[view_attempt(attempt, (), folder) for attempt in run.attempts]
    )


def _message(attempts: Sequence[Attempt]) -> str:
    for attempt in reversed(attempts):
        if attempt.message:
            return attempt.message
        for step in attempt.steps:
            if step.message:
                return step.message
    return ""


def _message_of_data_runs(runs: Sequence[DataRun]) -> str:
    for run in runs:
        message = _message(run.attempts)
        if run.verdict is not Verdict.PASSED and message:
            return f"With other data: {message}"
    return ""
