"""Finds evidence that was lost or changed since it was seen: what it was to show is failed."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any, TypeVar

import msgspec

from backend.proof.evidence import is_intact
from backend.proof.results import Attempt, CriterionResult, DataRun, Evidence, Verdict

_Run = TypeVar("_Run", CriterionResult, DataRun)


def pieces_of(found: Any) -> Iterator[Evidence]:
    """Yield every piece of evidence that a result, or a part of one, names."""
    if isinstance(found, Evidence):
        yield found
    elif isinstance(found, tuple):
        for part in found:
            yield from pieces_of(part)
    elif isinstance(found, msgspec.Struct):
        for name in found.__struct_fields__:
            yield from pieces_of(getattr(found, name))


def with_lost_evidence_failed(result: CriterionResult, folder: Path) -> CriterionResult:
    """Return the result, failed when a piece of its evidence is missing or has changed.

    The lost pieces are named no more, so that what is left can be shown and checked.
    """
    lost = {piece.path for piece in pieces_of(result) if not is_intact(folder, piece)}
    if not lost:
        return result
    said = f"The evidence {', '.join(sorted(lost))} is missing or was changed."
    left: CriterionResult = _without(result, lost)
    runs = tuple(
        kept if run == kept else _failed(kept, said)
        for run, kept in zip(result.data_runs, left.data_runs, strict=True)
    )
    return msgspec.structs.replace(_failed(left, said), data_runs=runs)


def _failed(run: _Run, said: str) -> _Run:
    """Fail a run by its last attempt, so that its verdict still follows from its attempts."""
    last: list[Attempt] = [
        msgspec.structs.replace(attempt, verdict=Verdict.FAILED, message=said)
        for attempt in run.attempts[-1:]
    ]
    kept = (*run.attempts[:-1], *last)
    return msgspec.structs.replace(run, verdict=Verdict.FAILED, attempts=kept)


def _without(found: Any, lost: set[str]) -> Any:
    """Return the value without the lost pieces, and without whatever cannot be without them."""
    if isinstance(found, tuple):
        return tuple(_without(part, lost) for part in found if not _is_lost(part, lost))
    if not isinstance(found, msgspec.Struct) or isinstance(found, Evidence):
        return found
    parts = {name: getattr(found, name) for name in found.__struct_fields__}
    return type(found)(
        **{
            name: None if _is_lost(part, lost) else _without(part, lost)
            for name, part in parts.items()
        }
    )


def _is_lost(part: Any, lost: set[str]) -> bool:
    """Whether the part is a lost piece, or stands and falls with one."""
    if isinstance(part, Evidence):
        return part.path in lost
    if not isinstance(part, msgspec.Struct):
        return False
    return any(
        isinstance(piece, Evidence) and piece.path in lost
        for piece in (getattr(part, name) for name in part.__struct_fields__)
    )
