"""What each stage hands on: plain values, stored as JSON when the stage ends."""

from collections.abc import Mapping

import msgspec

from backend.proof.results import CriterionResult, Mask, Verdict


class WorkItem(msgspec.Struct, frozen=True, kw_only=True):
    """One requirement to build, and the criteria that it must satisfy."""

    requirement: str
    title: str
    criteria: tuple[str, ...]


class Risk(msgspec.Struct, frozen=True, kw_only=True):
    """A reason to look twice. Only a `declared` risk asks a person before any code is written."""

    kind: str
    reason: str
    declared: bool
    criteria: tuple[str, ...] = ()


class Plan(msgspec.Struct, frozen=True, kw_only=True):
    """What will be built, what is risky about it, and what it may cost at the most."""

    items: tuple[WorkItem, ...]
    risks: tuple[Risk, ...]
    quote_low_micros: int
    quote_high_micros: int

    @property
    def needs_approval(self) -> bool:
        """Whether a person decides before any code is written."""
        return any(risk.declared for risk in self.risks)


class Workspace(msgspec.Struct, frozen=True, kw_only=True):
    """A revision of the product: its tree's digest and where the archive of it is kept."""

    tree_digest: str
    archive_key: str
    files: int
    bytes: int
    author: str
    sbom_sha256: str | None = None


class OwnTests(msgspec.Struct, frozen=True, kw_only=True):
    """How the product's own test command ended: its claim, not evidence."""

    exit_code: int
    seconds: float
    output: str


class TestReport(msgspec.Struct, frozen=True, kw_only=True):
    """Whether the product boots, passes its own tests and satisfies the visible scenarios."""

    __test__ = False  # not a test class, whatever its name looks like to pytest

    boot_seconds: float
    own_tests: OwnTests | None
    results: tuple[CriterionResult, ...]

    @property
    def unstable(self) -> tuple[CriterionResult, ...]:
        """What held only when it was tried again."""
        return tuple(result for result in self.results if result.verdict is Verdict.UNSTABLE)

    @property
    def failed(self) -> tuple[CriterionResult, ...]:
        """What did not hold, also when it was tried again."""
        return tuple(result for result in self.results if result.verdict is Verdict.FAILED)


class ReviewFinding(msgspec.Struct, frozen=True, kw_only=True):
    """One remark of a static tool, by place; `blocks` when it reaches the severity floor."""

    tool: str
    rule: str
    path: str
    line: int
    message: str
    blocks: bool


class Review(msgspec.Struct, frozen=True, kw_only=True):
    """What the reviewers found in the code."""

    findings: tuple[ReviewFinding, ...]
    tools: tuple[str, ...]

    @property
    def blocking(self) -> tuple[ReviewFinding, ...]:
        """The findings that send the code back."""
        return tuple(finding for finding in self.findings if finding.blocks)


class Proof(msgspec.Struct, frozen=True, kw_only=True):
    """What the clean room showed; `digest` names exactly this proof in every decision.

    `environment` and `tools` are the prover's: who signs later may have others. `phases` says how
    many seconds each part of the proving took.
    """

    digest: str
    tree_digest: str
    results: tuple[CriterionResult, ...]
    started_at: str
    finished_at: str
    environment: Mapping[str, str] = {}
    tools: Mapping[str, str] = {}
    phases: Mapping[str, float] = {}


class AcceptedPicture(msgspec.Struct, frozen=True, kw_only=True):
    """A picture that was delivered: the next build of the product has to look like it.

    `path` is that of the delivered file, `renderer` stands for what painted it.
    """

    criterion: str
    picture: str
    viewport: str
    renderer: str
    path: str
    masks: tuple[Mask, ...] = ()


class AcceptedStructure(msgspec.Struct, frozen=True, kw_only=True):
    """A page in words as it was delivered, after the check that saw it; `path` is the file's."""

    criterion: str
    step: str
    path: str
    sha256: str


class Delivery(msgspec.Struct, frozen=True, kw_only=True):
    """What was handed over."""

    tree_digest: str
    proof_digest: str
    product_files: int
    proof_files: int
    pictures: tuple[AcceptedPicture, ...] = ()
    structures: tuple[AcceptedStructure, ...] = ()
