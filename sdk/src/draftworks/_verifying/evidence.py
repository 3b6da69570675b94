"""Checks every piece of evidence that the proof names, whatever part of a criterion names it."""

from collections.abc import Iterator, Mapping
from typing import Any

from draftworks._verifying.fault import Fault

_FOLDER = "proof/"


def check_evidence(said: Mapping[str, Any], digests: Mapping[str, str]) -> Iterator[Fault]:
    """Yield a fault for each piece that is not in the bundle, or that two criteria show."""
    owners: dict[str, str] = {}
    for result in said["predicate"]["proof"]["results"]:
        criterion = result["criterion"]
        for path, sha256 in sorted(set(_pieces(result))):
            if digests.get(_FOLDER + path) != sha256:
                yield Fault(criterion, f"its evidence {path} is missing or another")
            if owners.setdefault(path, criterion) != criterion:
                yield Fault(criterion, f"shows {path}, which is evidence of {owners[path]}")


def _pieces(value: Any) -> Iterator[tuple[str, str]]:
    if isinstance(value, list):
        for part in value:
            yield from _pieces(part)
    elif isinstance(value, dict):
        if isinstance(value.get("path"), str) and isinstance(value.get("sha256"), str):
            yield value["path"], value["sha256"]
        for part in value.values():
            yield from _pieces(part)
