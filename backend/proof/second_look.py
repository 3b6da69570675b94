"""Plays what held once more, for what its steps do not ask, and tells each finding once."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import msgspec

from backend.blueprints.blueprint import Blueprint, Scenario
from backend.blueprints.quality_checks import Bearing
from backend.proof.evidence import is_intact
from backend.proof.look_book import Found, LookBook, Piece, Sight
from backend.proof.page_structure import PageName
from backend.proof.play_order import PlayOrder, Recording
from backend.proof.prover import Prover
from backend.proof.results import (
    Attempt,
    CriterionResult,
    Evidence,
    Observation,
    SecondLook,
    Verdict,
)
from backend.proof.subject_pool import SubjectPool
from backend.proof.verdicts import with_second_look

_UNFINISHED = "A page could not be looked at to the end: it did not come to rest, or was gone."
_PICTURED = frozenset({"screenshot", "picture"})


@dataclass(frozen=True, kw_only=True)
class LookOrder:
    """What is looked at again: a blueprint's scenarios, against the pages `accepted` last."""

    blueprint: Blueprint
    folder: Path
    accepted: Mapping[PageName, str] = field(default_factory=dict)


async def with_second_looks(
    results: Sequence[CriterionResult], prover: Prover, subjects: SubjectPool, order: LookOrder
) -> list[CriterionResult]:
    """Return the results, each that had not failed with what a second look at its pages found."""
    quality = order.blueprint.quality
    chosen = {result.criterion for result in results if _has_pages(result)}
    scenarios = [one for one in order.blueprint.scenarios if one.criterion in chosen]
    if not scenarios or not quality.looked_at:
        return list(results)
    book = LookBook(quality=quality, folder=order.folder, accepted=order.accepted)
    played = await prover.play(
        scenarios,
        subjects,
        PlayOrder(
            blueprint=order.blueprint,
            folder=order.folder,
            recording=Recording.NONE,
            tries=1,
            looks=book,
        ),
    )
    telling = _Telling(book)
    # Whoever comes first answers for a page; a sealed scenario answers for what none else shows.
    pairs = sorted(zip(scenarios, played, strict=True), key=lambda pair: pair[0].is_holdout)
    looks = {one.criterion: telling.look(one, attempt) for one, (attempt,) in pairs}
    return [
        with_second_look(result, looks[result.criterion]) if result.criterion in looks else result
        for result in results
    ]


def _has_pages(result: CriterionResult) -> bool:
    """Whether it held, and in a browser: what has no page has nothing to look at."""
    return result.verdict.has_held and any(
        piece.kind in _PICTURED for step in result.attempts[-1].steps for piece in step.evidence
    )


class _Telling:
    """Tells what the book holds, and nothing of it twice."""

    def __init__(self, book: LookBook) -> None:
        self._book = book
        self._told: set[tuple[str, str]] = set()

    def look(self, scenario: Scenario, attempt: Attempt) -> SecondLook:
        """Return a criterion's second look with the findings that it answers for."""
        fresh = [
            (sight, found)
            for sight in self._book.sights.get(scenario.criterion, ())
            for found in self._book.found.get(sight, ())
            if self._is_new(sight, found)
        ]
        return SecondLook(
            attempt=self._checked(scenario, attempt),
            checks=tuple(check.value for check in self._book.quality.looked_at),
            observations=tuple(
                self._observation(scenario, number, *one) for number, one in enumerate(fresh, 1)
            ),
        )

    def _checked(self, scenario: Scenario, attempt: Attempt) -> Attempt:
        """Return the attempt, failed when a page was not looked at to the end, or was not kept."""
        fault = _UNFINISHED if scenario.criterion in self._book.unfinished else ""
        for piece in (piece for step in attempt.steps for piece in step.evidence):
            if not is_intact(self._book.folder, piece):
                fault = f"The evidence {piece.path} is missing or was changed."
        if attempt.verdict is not Verdict.PASSED or not fault:
            return attempt
        return msgspec.structs.replace(attempt, verdict=Verdict.FAILED, message=fault)

    def _is_new(self, sight: Sight, found: Found) -> bool:
        name = (sight[0].value, found.remark.topic or found.remark.message)
        is_new = name not in self._told
        self._told.add(name)
        return is_new

    def _observation(
        self, scenario: Scenario, number: int, sight: Sight, found: Found
    ) -> Observation:
        decides = self._book.quality.rule_of(sight[0]).bearing is Bearing.DECIDES
        return Observation(
            check=sight[0].value,
            page=found.page,
            message=found.remark.message,
            blocks=decides and found.remark.is_certain,
            evidence=tuple(self._written(scenario, number, piece) for piece in found.pieces),
        )

    def _written(self, scenario: Scenario, number: int, piece: Piece) -> Evidence:
        return self._book.evidence_folder(scenario).write(
            piece.content,
            kind=piece.kind,
            suffix=piece.suffix,
            part=f"finding-{number:02d}.{piece.name}",
        )
