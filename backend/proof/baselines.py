"""Holds an attempt's pictures against those that a person accepted: what differs is judged."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType

import msgspec

from backend.proof.evidence import EvidenceFolder, file_words
from backend.proof.pictures import Difference, Picture, find_difference
from backend.proof.results import Attempt, Comparison, Evidence, Look, StepResult, Verdict


@dataclass(frozen=True, kw_only=True)
class PictureName:
    """What finds a product's picture again."""

    criterion: str
    picture: str
    viewport: str


@dataclass(frozen=True, kw_only=True)
class AcceptedLook:
    """The picture that a person accepted last; no pixel of another renderer's decides anything."""

    picture: Picture
    is_by_this_renderer: bool = True


Baselines = Mapping[PictureName, AcceptedLook]
NONE_ACCEPTED: Baselines = MappingProxyType({})
_RENEWED = (
    "The browser that takes pictures was renewed, so this picture cannot be compared dot by dot: "
    "please look whether it still looks right."
)


def with_pictures_compared(
    attempt: Attempt, baselines: Baselines, *, criterion: str, folder: Path
) -> Attempt:
    """Return the attempt; one that passed is judged instead when a picture of it differs."""
    comparing = _Comparing(baselines, criterion, attempt.number, folder)
    steps = tuple(comparing.step(number, step) for number, step in enumerate(attempt.steps, 1))
    has_passed = attempt.verdict is Verdict.PASSED
    differs = any(step.verdict is Verdict.JUDGED for step in steps)
    verdict = Verdict.JUDGED if has_passed and differs else attempt.verdict
    return msgspec.structs.replace(attempt, verdict=verdict, steps=steps)


@dataclass(frozen=True)
class _Comparing:
    """One attempt's comparison; what it draws joins the attempt's evidence."""

    baselines: Baselines
    criterion: str
    attempt: int
    folder: Path

    def step(self, number: int, step: StepResult) -> StepResult:
        """Return the step with what its comparison said; most steps have no picture."""
        if step.look is None or step.verdict is not Verdict.PASSED:
            return step
        accepted = self.baselines.get(self._name(step.look))
        if accepted is None:
            return step
        seen = Picture(content=self._content(step), masks=step.look.masks)
        difference = find_difference(accepted.picture, seen)
        if difference is None:
            same = msgspec.structs.replace(step.look, comparison=Comparison.SAME)
            return msgspec.structs.replace(step, look=same)
        is_decided = accepted.is_by_this_renderer
        drawn = self._drawn(number, step.look, accepted.picture, difference)
        return msgspec.structs.replace(
            step,
            verdict=Verdict.JUDGED,
            message=difference.words if is_decided else _RENEWED,
            look=msgspec.structs.replace(
                step.look,
                comparison=Comparison.CHANGED if is_decided else Comparison.RENEWED,
                changed_pixels=difference.pixels,
            ),
            evidence=(*step.evidence, *drawn),
        )

    def _name(self, look: Look) -> PictureName:
        return PictureName(criterion=self.criterion, picture=look.name, viewport=look.viewport)

    def _content(self, step: StepResult) -> bytes:
        (picture,) = (piece for piece in step.evidence if piece.kind == "picture")
        return (self.folder / picture.path).read_bytes()

    def _drawn(
        self, number: int, look: Look, accepted: Picture, difference: Difference
    ) -> tuple[Evidence, ...]:
        keeper = EvidenceFolder(self.folder, criterion=self.criterion, attempt=self.attempt)
        part = f"step-{number:02d}.{file_words(look.name)}"
        contents = {"approved": accepted.content, "heat_map": difference.heat_map}
        return tuple(
            keeper.write(content, kind=kind, suffix="png", part=part)
            for kind, content in contents.items()
        )
