"""Prepares one run of a scenario for the report: its steps, pictures, texts and clips."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

from backend.blueprints.blueprint import Step
from backend.proof.report_pictures import (
    PICTURES,
    SIDE_BY_SIDE,
    ReportPicture,
    report_picture,
)
from backend.proof.report_texts import ReportText, report_text
from backend.proof.results import Attempt, Evidence, StepResult

_SIDES = {"approved": "Accepted before", "picture": "Now", "heat_map": "Where they differ"}


@dataclass(frozen=True, kw_only=True)
class Side:
    """One of the pictures that are looked at side by side."""

    caption: str
    picture: ReportPicture


@dataclass(frozen=True, kw_only=True)
class StepLine:
    """One step as the report shows it."""

    keyword: str
    result: StepResult
    source: Step | None
    starts_concept: bool
    pictures: list[ReportPicture]
    sides: list[Side]
    texts: list[ReportText]


@dataclass(frozen=True, kw_only=True)
class Trace:
    """A recording for engineers: where it lies beside the page, and its name in a command."""

    href: str
    path: str


@dataclass(frozen=True, kw_only=True)
class AttemptView:
    """One run of a scenario as the report shows it."""

    attempt: Attempt
    steps: list[StepLine]
    clips: list[str]
    texts: list[ReportText]
    traces: list[Trace]

    @property
    def browser_said(self) -> tuple[str, ...]:
        """Everything that the browser reported as wrong."""
        return (*self.attempt.console_errors, *self.attempt.network_errors)


def view_attempt(attempt: Attempt, sources: Sequence[Step], folder: Path) -> AttemptView:
    """Prepare one run; `sources` are the scenario's steps in the blueprint."""
    return AttemptView(
        attempt=attempt,
        steps=list(_lines(attempt, sources, folder)),
        clips=[quote(piece.path) for piece in attempt.evidence if piece.kind == "video"],
        texts=_texts(attempt.evidence, folder),
        traces=view_traces(attempt.evidence),
    )


def view_traces(evidence: Sequence[Evidence]) -> list[Trace]:
    """Return the recordings for engineers among these pieces."""
    return [
        Trace(href=quote(piece.path), path=piece.path)
        for piece in evidence
        if piece.kind == "trace"
    ]


def _lines(attempt: Attempt, sources: Sequence[Step], folder: Path) -> Iterator[StepLine]:
    are_alike = len(sources) == len(attempt.steps)
    before: StepResult | None = None
    for index, step in enumerate(attempt.steps):
        is_next = before is not None and before.kind == step.kind
        yield StepLine(
            keyword="And" if is_next else step.kind.capitalize(),
            result=step,
            source=sources[index] if are_alike else None,
            starts_concept=bool(step.concept)
            and (before is None or before.concept != step.concept),
            pictures=[
                report_picture(piece, alt=_alt(step), folder=folder)
                for piece in step.evidence
                if piece.kind in PICTURES and piece.sha256 not in _shown_next(attempt, index)
            ],
            sides=_sides(step, folder),
            texts=_texts(step.evidence, folder),
        )
        before = step


def _texts(evidence: Sequence[Evidence], folder: Path) -> list[ReportText]:
    return [text for piece in evidence if (text := report_text(piece, folder)) is not None]


def _shown_next(attempt: Attempt, index: int) -> set[str]:
    """Return the next step's pictures: what several steps share is shown at the last of them."""
    after = attempt.steps[index + 1 : index + 2]
    return {piece.sha256 for step in after for piece in step.evidence}


def _sides(step: StepResult, folder: Path) -> list[Side]:
    """Show what was accepted, what is there now and where they differ, one beside the other."""
    by_kind = {piece.kind: piece for piece in step.evidence}
    if "heat_map" not in by_kind:
        return []
    return [
        Side(
            caption=caption,
            picture=report_picture(
                by_kind[kind], alt=f"{caption}: {step.text}", folder=folder, size=SIDE_BY_SIDE
            ),
        )
        for kind, caption in _SIDES.items()
        if kind in by_kind
    ]


def _alt(step: StepResult) -> str:
    return f"The page at: {step.text}"
