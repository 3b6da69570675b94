"""Makes a narrated clip of each criterion, on a run of its own.

A clip shows and never decides: a run that ends in another way than the criterion leaves none.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from tempfile import TemporaryDirectory

import msgspec

from backend.blueprints.blueprint import Scenario
from backend.proof.baselines import NONE_ACCEPTED
from backend.proof.chapters import webvtt
from backend.proof.companion import Companion
from backend.proof.evidence import EvidenceFolder, safe_name
from backend.proof.narrator import Narrator
from backend.proof.play_order import PlayOrder, Recording
from backend.proof.prover import Prover
from backend.proof.results import Attempt, CriterionResult, Evidence, Narration, Verdict
from backend.proof.subject_pool import SubjectPool
from backend.proof.tracer import Tracer

_PART = "narration"
_BEFORE = "narration.before"


async def with_narrations(
    results: Sequence[CriterionResult],
    prover: Prover,
    subjects: SubjectPool,
    order: PlayOrder,
) -> list[CriterionResult]:
    """Return the results, each that was run with a narrated clip where one could be made."""
    wanted = {result.criterion for result in results if _is_shown(result)}
    scenarios = [one for one in order.blueprint.scenarios if one.criterion in wanted]
    if not scenarios:
        return list(results)
    with TemporaryDirectory(prefix="narrations-") as folder:
        studio = _Studio(Path(folder), order.folder)
        takes = replace(
            order,
            recording=Recording.NONE,
            baselines=NONE_ACCEPTED,
            progress=None,
            tries=1,
            lanes=subjects.size,  # a clip is mostly pauses for reading
            companions=studio.companions,
        )
        played = await prover.play(scenarios, subjects, takes)
        ended = {result.criterion: _step_of_failure(result.attempts) for result in results}
        made = {
            scenario.criterion: studio.narration_of(
                scenario, attempts, fails_at=ended[scenario.criterion]
            )
            for scenario, attempts in zip(scenarios, played, strict=True)
        }
    return [
        msgspec.structs.replace(result, narration=made.get(result.criterion)) for result in results
    ]


def _is_shown(result: CriterionResult) -> bool:
    """Whether there is something to narrate: it was run, and that took place in a window."""
    return any(
        piece.kind == "video" for attempt in result.attempts[-1:] for piece in attempt.evidence
    )


def _step_of_failure(attempts: Sequence[Attempt]) -> int | None:
    """Return the step, from 1, at which the last attempt failed; None where it held."""
    steps = attempts[-1].steps if attempts else ()
    failed = [n for n, step in enumerate(steps, 1) if step.verdict is Verdict.FAILED]
    return failed[0] if failed else None


@dataclass(frozen=True)
class _Studio:
    """Where clips and recordings are made, and where those that came out well are kept."""

    scratch: Path
    kept: Path
    narrators: dict[str, Narrator] = field(default_factory=dict)
    tracers: dict[str, Tracer] = field(default_factory=dict)

    def companions(self, scenario: Scenario) -> Sequence[Companion]:
        """Send a narrator and a tracer along."""
        stem = self.scratch / safe_name(scenario.criterion)
        narrator = Narrator(
            stem.with_name(f"{stem.name}.webm"), name=scenario.name, steps=len(scenario.steps)
        )
        tracer = Tracer(stem.with_name(f"{stem.name}.zip"))
        self.narrators[scenario.criterion] = narrator
        self.tracers[scenario.criterion] = tracer
        return narrator, tracer

    def narration_of(
        self, scenario: Scenario, attempts: Sequence[Attempt], *, fails_at: int | None
    ) -> Narration | None:
        """Keep the clip of a run that ended as the criterion did; None for any other."""
        narrator = self.narrators.get(scenario.criterion)
        if narrator is None or not narrator.is_done or not attempts:
            return None
        if _step_of_failure(attempts) != fails_at:
            return None
        if len(narrator.chapters) != (fails_at or len(scenario.steps)):
            return None
        folder = EvidenceFolder(self.kept, criterion=scenario.criterion, attempt=1)
        return Narration(
            clip=folder.take(narrator.path, kind="narration", suffix="webm"),
            chapters=tuple(narrator.chapters),
            evidence=(
                _chapters(narrator, scenario, folder),
                *_before(narrator, folder),
                *self.tracers[scenario.criterion].keep(folder, part=_PART),
            ),
        )


def _chapters(narrator: Narrator, scenario: Scenario, folder: EvidenceFolder) -> Evidence:
    texts = [step.text for step in scenario.steps]
    content = webvtt(narrator.chapters, texts, milliseconds=narrator.milliseconds)
    return folder.write(content.encode("utf-8", "replace"), kind="chapters", suffix="vtt")


def _before(narrator: Narrator, folder: EvidenceFolder) -> tuple[Evidence, ...]:
    if narrator.before is None:
        return ()
    return (folder.write(narrator.before, kind="screenshot", suffix="jpg", part=_BEFORE),)
