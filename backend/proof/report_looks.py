"""Prepares a second look for the report: what was looked at, and what was found, by check."""

from dataclasses import dataclass
from pathlib import Path

from backend.proof.report_attempts import AttemptView, view_attempt
from backend.proof.report_pictures import PICTURES, ReportPicture, report_picture
from backend.proof.report_texts import ReportText, report_text
from backend.proof.report_words import spaced
from backend.proof.results import Observation, SecondLook


@dataclass(frozen=True, kw_only=True)
class ObservationView:
    """One finding, with its pictures and texts."""

    observation: Observation
    pictures: list[ReportPicture]
    texts: list[ReportText]


@dataclass(frozen=True, kw_only=True)
class CheckedView:
    """One kind of check and what it found; none means that nothing was found."""

    title: str
    found: list[ObservationView]


@dataclass(frozen=True, kw_only=True)
class LookView:
    """The second look as the report shows it."""

    run: AttemptView
    checks: list[CheckedView]

    @property
    def found(self) -> int:
        """How many things were found."""
        return sum(len(check.found) for check in self.checks)

    @property
    def blocking_message(self) -> str:
        """The first thing found that decides; empty when none does."""
        for check in self.checks:
            for one in check.found:
                if one.observation.blocks:
                    return one.observation.message
        return ""


def view_look(look: SecondLook, folder: Path) -> LookView:
    """Group what was found by check, in the order that the checks were made."""
    names = dict.fromkeys((*look.checks, *(found.check for found in look.observations)))
    return LookView(
        run=view_attempt(look.attempt, (), folder),
        checks=[
            CheckedView(
                title=spaced(name).capitalize(),
                found=[
                    _observation(found, folder)
                    for found in look.observations
                    if found.check == name
                ],
            )
            for name in names
        ],
    )


def _observation(found: Observation, folder: Path) -> ObservationView:
    texts = (report_text(piece, folder) for piece in found.evidence)
    return ObservationView(
        observation=found,
        pictures=[
            report_picture(piece, alt=f"{found.page}: {found.message}", folder=folder)
            for piece in found.evidence
            if piece.kind in PICTURES
        ],
        texts=[text for text in texts if text is not None],
    )
