"""Checks every piece of evidence that the proof names, whatever part of a criterion names it."""

from collections.abc import Iterator, Mapping
from typing import Any

from draftworks._verifying.fault import Fault

_FOLDER = "proof/"
_DIGITS = 10


def check_evidence(said: Mapping[str, Any], digests: Mapping[str, str]) -> Iterator[Fault]:
    """Yield a fault for each piece that is missing, misnamed or shown by two criteria."""
    owners: dict[str, str] = {}
    for result in said["predicate"]["proof"]["results"]:
        criterion = result["criterion"]
        for path, sha256 in sorted(set(_pieces(result))):
            if digests.get(_FOLDER + path) != sha256:
                yield Fault(criterion, f"its evidence {path} is missing or another")
            elif not _is_named_by(sha256, path):
                yield Fault(criterion, f"its evidence {path} is not named by its digest")
            if owners.setdefault(path, criterion) != criterion:
                yield Fault(criterion, f"shows {path}, which is evidence of {owners[path]}")


def _is_named_by(sha256: str, path: str) -> bool:
    """Whether the name ends in the first digits of the digest, before its suffix."""
    return path.rsplit("/", maxsplit=1)[-1].split(".")[-2:-1] == [sha256[:_DIGITS]]


def _pieces(value: Any) -> Iterator[tuple[str, str]]:
    if isinstance(value, list):
        for part in value:
            yield from _pieces(part)
    elif isinstance(value, dict):
        if isinstance(value.get("path"), str) and isinstance(value.get("sha256"), str):
            yield value["path"], value["sha256"]
        for part in value.values():
            yield from _pieces(part)
