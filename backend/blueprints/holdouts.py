"""Commits to the sealed scenarios before a build and reveals them after it, by a Merkle tree."""

import hashlib
import secrets
from collections.abc import Callable, Iterable, Mapping, Sequence

import msgspec

from backend.blueprints.blueprint import Scenario

DATA_SEED = "data"  # the name of the seed that other data is drawn from
_SALT_BYTES = 32
_SEED_BYTES = 32
_LEAF, _NODE = b"\x00", b"\x01"


class SealedLeaf(msgspec.Struct, frozen=True, kw_only=True):
    """One sealed text: its salt keeps a short scenario from being guessed by its hash."""

    name: str
    salt: str
    text: str

    @property
    def digest(self) -> bytes:
        """The leaf of the tree: salt, name and text, none of which can slide into the other."""
        name = self.name.encode()
        sealed = len(name).to_bytes(4, "big") + name + self.text.encode()
        return hashlib.sha256(_LEAF + bytes.fromhex(self.salt) + sealed).digest()


class HoldoutCommitment(msgspec.Struct, frozen=True, kw_only=True):
    """The root may be shown before the build; the leaves stay sealed until it has ended."""

    root: str
    leaves: tuple[SealedLeaf, ...] = ()


def new_seeds() -> dict[str, str]:
    """Make the seeds of a build, by their names."""
    return {DATA_SEED: secrets.token_hex(_SEED_BYTES)}


def commit_holdouts(
    scenarios: Iterable[Scenario],
    *,
    seeds: Iterable[tuple[str, str]] = (),
    new_salt: Callable[[], bytes] = lambda: secrets.token_bytes(_SALT_BYTES),
) -> HoldoutCommitment:
    """Seal the hold-outs among the scenarios, and named seeds such as that of data variation."""
    texts = [(s.criterion, s.source) for s in scenarios if s.is_holdout]
    leaves = tuple(
        SealedLeaf(name=name, salt=new_salt().hex(), text=text) for name, text in (*texts, *seeds)
    )
    return HoldoutCommitment(root=root_of(leaves), leaves=leaves)


def unseal(
    scenarios: Iterable[Scenario],
    salts: Mapping[str, str],
    seeds: Iterable[tuple[str, str]] = (),
) -> tuple[SealedLeaf, ...]:
    """Return the leaves again, from what was sealed and the salts that it was sealed with."""
    texts = [(s.criterion, s.source) for s in scenarios if s.is_holdout]
    return tuple(
        SealedLeaf(name=name, salt=salts[name], text=text)
        for name, text in (*texts, *seeds)
        if name in salts
    )


def root_of(leaves: Iterable[SealedLeaf]) -> str:
    """Return the Merkle root in hexadecimal; of nothing it is the digest of no bytes."""
    level = [leaf.digest for leaf in leaves]
    return (_root(level) if level else hashlib.sha256(b"").digest()).hex()


def _root(level: Sequence[bytes]) -> bytes:
    """Split at the largest power of two, as RFC 6962 does: no leaf is ever doubled."""
    if len(level) == 1:
        return level[0]
    half = 1 << (len(level) - 1).bit_length() - 1
    return hashlib.sha256(_NODE + _root(level[:half]) + _root(level[half:])).digest()
