"""Checks that sealed scenarios and seeds are those that were fixed before the build began."""

import hashlib
from collections.abc import Iterator, Sequence

from draftworks._verifying.fault import Fault
from draftworks._verifying.statement import ENDED, Leaf, Predicate

_PLACE = "sealed scenarios"
_SEED = "seed of other data"


def check_holdouts(predicate: Predicate) -> Iterator[Fault]:
    """Yield a fault when the root was not fixed first, or reveals other scenarios."""
    root = predicate.proof.holdout_root
    first = predicate.events.entries[:1]
    if not first or first[0].data.get("holdout_root") != root:
        yield Fault(_PLACE, "were not fixed by the build's first event")
    if not predicate.proof.seeds and any(r.data_runs for r in predicate.proof.results):
        yield Fault(_SEED, "was fixed by nobody, though scenarios were run on other data")
    if predicate.revealed is None:
        if predicate.status in ENDED:
            yield Fault(_PLACE, "are not revealed, though the build has ended")
        return
    sealed = [result.criterion for result in predicate.proof.results if result.holdout]
    names = [leaf.name for leaf in predicate.revealed]
    if names != [*sealed, *predicate.proof.seeds]:
        yield Fault(_PLACE, "that are revealed are not those of the proof")
    if _root(predicate.revealed) != root:
        yield Fault(_PLACE, "that are revealed are not those that were fixed before the build")
    for leaf in predicate.revealed:
        sealed_as = predicate.proof.seeds.get(leaf.name)
        if sealed_as is not None and sealed_as != _digest(leaf):
            yield Fault(_SEED, f"“{leaf.name}” that is revealed is not the one of the proof")


def check_texts(predicate: Predicate, blueprint: str) -> Iterator[Fault]:
    """Yield a fault for a revealed scenario whose lines do not stand in the blueprint, in order.

    Of an outline's examples a sealed run names its own only, so lines may lie between.
    """
    for leaf in predicate.revealed or ():
        lines = map(str.strip, blueprint.splitlines())
        wanted = filter(None, map(str.strip, leaf.text.splitlines()))
        if leaf.name not in predicate.proof.seeds and not all(line in lines for line in wanted):
            yield Fault(leaf.name, "was sealed with another text than the blueprint has")


def _digest(leaf: Leaf) -> str | None:
    try:
        return _leaf(leaf).hex()
    except ValueError:  # a salt that is not hexadecimal
        return None


def _root(leaves: Sequence[Leaf]) -> str | None:
    try:
        level = [_leaf(leaf) for leaf in leaves]
    except ValueError:  # a salt that is not hexadecimal
        return None
    return (_node(level) if level else hashlib.sha256(b"").digest()).hex()


def _leaf(leaf: Leaf) -> bytes:
    name = leaf.name.encode()
    sealed = len(name).to_bytes(4, "big") + name + leaf.text.encode()
    return hashlib.sha256(b"\x00" + bytes.fromhex(leaf.salt) + sealed).digest()


def _node(level: Sequence[bytes]) -> bytes:
    """Split at the largest power of two, as RFC 6962 does."""
    if len(level) == 1:
        return level[0]
    half = 1 << (len(level) - 1).bit_length() - 1
    return hashlib.sha256(b"\x01" + _node(level[:half]) + _node(level[half:])).digest()
