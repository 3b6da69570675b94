"""What the works states in a proof: those parts of it that can be checked again."""

from datetime import datetime
from typing import Any

import msgspec

from draftworks._errors import BundleError
from draftworks._verifying.bundle import MANIFEST
from draftworks._verifying.canonical import canonical_json

STATEMENT_TYPE = "https://in-toto.io/Statement/v1"
PREDICATE_TYPE = "https://draftworks.example/proof/v1"
ENDED = frozenset({"delivered", "failed", "canceled"})


class Digest(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The digest of a file."""

    sha256: str


class Subject(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One file of the bundle."""

    name: str
    digest: Digest


class Evidence(msgspec.Struct, frozen=True):
    """A picture, a clip or another piece, by its path below `proof/`."""

    path: str
    kind: str
    sha256: str


class Step(msgspec.Struct, frozen=True):
    """One step of an attempt; `expression` names the sentence of the vocabulary that it is."""

    text: str
    expression: str
    kind: str
    verdict: str
    evidence: tuple[Evidence, ...]


class Attempt(msgspec.Struct, frozen=True):
    """One run of a scenario."""

    number: int
    verdict: str
    steps: tuple[Step, ...]
    evidence: tuple[Evidence, ...]

    @property
    def pieces(self) -> tuple[Evidence, ...]:
        """All that was recorded of it."""
        return (*self.evidence, *(piece for step in self.steps for piece in step.evidence))


class Replacement(msgspec.Struct, frozen=True):
    """A text of the blueprint and what a run said in its place."""

    shown: str
    used: str


class DataRun(msgspec.Struct, frozen=True):
    """A scenario on data that its builders never saw."""

    number: int
    verdict: str
    replacements: tuple[Replacement, ...]
    attempts: tuple[Attempt, ...]


class Observation(msgspec.Struct, frozen=True):
    """What a second look found on one page."""

    check: str
    blocks: bool
    evidence: tuple[Evidence, ...]


class SecondLook(msgspec.Struct, frozen=True):
    """One more run of a scenario that held, for what its steps do not ask."""

    attempt: Attempt
    observations: tuple[Observation, ...]

    @property
    def pieces(self) -> tuple[Evidence, ...]:
        """All that was recorded of it."""
        found = (piece for one in self.observations for piece in one.evidence)
        return (*self.attempt.pieces, *found)


class Result(msgspec.Struct, frozen=True):
    """One criterion, with all its attempts."""

    criterion: str
    name: str
    holdout: bool
    verdict: str
    attempts: tuple[Attempt, ...]
    tags: tuple[str, ...] = ()
    first_baselines: tuple[str, ...] = ()
    data_runs: tuple[DataRun, ...] = ()
    second_look: SecondLook | None = None


class Blueprint(msgspec.Struct, frozen=True):
    """What was ordered."""

    name: str
    sha256: str


class Product(msgspec.Struct, frozen=True):
    """What was built; `tree_sha256` is None when there was nothing yet."""

    tree_sha256: str | None
    files: int
    sbom_sha256: str | None


class Proof(msgspec.Struct, frozen=True):
    """What the prover found; `seeds` are the digests of their sealed leaves."""

    build: str
    blueprint: Blueprint
    product: Product
    holdout_root: str | None
    seeds: dict[str, str]
    results: tuple[Result, ...]
    counts: dict[str, int]


class Approval(msgspec.Struct, frozen=True):
    """What somebody decided."""

    gate: str
    decision: str
    actor: str
    at: str
    comment: str
    blanket: bool
    criteria: tuple[str, ...]
    proof_digest: str | None


class Leaf(msgspec.Struct, frozen=True):
    """A scenario that was sealed, revealed."""

    name: str
    salt: str
    text: str


class Event(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Something that happened to the build."""

    sequence: int
    type: str
    at: str
    data: dict[str, Any]
    hash: str


class Events(msgspec.Struct, frozen=True):
    """What happened until the signing."""

    length: int
    head: str
    entries: tuple[Event, ...]


class Predicate(msgspec.Struct, frozen=True):
    """The proof and how it came about."""

    proof: Proof
    proof_digest: str
    status: str
    reason: str | None
    approvals: tuple[Approval, ...]
    revealed: tuple[Leaf, ...] | None
    events: Events
    signed: datetime


class Statement(msgspec.Struct, frozen=True, forbid_unknown_fields=True, rename="camel"):
    """An in-toto statement about a bundle."""

    subject: tuple[Subject, ...]
    predicate_type: str
    predicate: Predicate
    type: str = msgspec.field(name="_type")

    @property
    def digests(self) -> dict[str, str]:
        """The digest of every file by its path."""
        return {subject.name: subject.digest.sha256 for subject in self.subject}


def read_statement(payload: bytes) -> tuple[Statement, dict[str, Any]]:
    """Return a statement as what it means and as what it says, or raise BundleError."""
    try:
        said: dict[str, Any] = msgspec.json.decode(payload)
        if canonical_json(said) != payload:
            raise BundleError(MANIFEST, "is not in its one spelling")
        statement = msgspec.convert(said, Statement)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
        raise BundleError(MANIFEST, f"is no statement of a proof: {error}") from error
    if (statement.type, statement.predicate_type) != (STATEMENT_TYPE, PREDICATE_TYPE):
        raise BundleError(
            MANIFEST, f"is of a kind that this version does not know: {statement.predicate_type}"
        )
    return statement, said
