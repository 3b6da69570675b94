"""What the build routes take and give."""

from datetime import datetime
from typing import Literal
from uuid import UUID

import msgspec

from backend.builds.gates import GateItem, GateNote


class StartBuild(msgspec.Struct, forbid_unknown_fields=True):
    """Which blueprint to build."""

    blueprint_id: UUID


class Decide(msgspec.Struct, forbid_unknown_fields=True, kw_only=True):
    """A person's decision at a gate; `proof_digest` names the proof that they saw.

    `blanket` accepts everything that passed without naming it; what is unstable or looks different
    from before must be named.
    """

    gate: Literal["plan", "acceptance"]
    decision: Literal["accept", "reject"]
    criteria: list[str] = []
    comment: str = msgspec.field(default="")
    proof_digest: str | None = None
    blanket: bool = False


class GateView(msgspec.Struct, kw_only=True):
    """What waits for a person; `notes` are reported beside it and wait for nobody."""

    kind: str
    criteria: list[GateItem]
    proof_digest: str | None
    notes: list[GateNote] = []


class CriterionView(msgspec.Struct, kw_only=True):
    """One acceptance criterion and where it stands.

    `verdict` is what the proof says. `rehearsal` is what the check before it said, of which only
    failures are recorded: what passed there is not proven by it.
    """

    id: str
    requirement: str
    name: str
    verdict: str
    rehearsal: str | None
    holdout: bool
    critical: bool
    evidence: list[str]


class ApprovalView(msgspec.Struct, kw_only=True):
    """A decision that was made, by whom and before which proof."""

    gate: str
    decision: str
    criteria: list[str]
    comment: str
    blanket: bool
    actor: str
    proof_digest: str | None
    decided_at: datetime


class BuildSummary(msgspec.Struct, kw_only=True):
    """A build in a list."""

    id: UUID
    blueprint_id: UUID
    name: str
    slug: str
    status: str
    failure_reason: str | None
    failure_message: str
    verdict: str | None
    attempt: int
    created_at: datetime
    started_at: datetime | None
    finished_at: datetime | None
    duration_seconds: float | None
    cost_micros: int
    held_micros: int
    proof_digest: str | None


class BuildView(BuildSummary, kw_only=True):
    """A build with its criteria, its open gate and the decisions made so far.

    `counts` says how many criteria have which verdict. `bundle_is_final` says that the files of an
    ended build are all there: what was canceled while it waited is written down a moment later.
    """

    gate: GateView | None
    criteria: list[CriterionView]
    counts: dict[str, int]
    approvals: list[ApprovalView]
    bundle_is_final: bool


class ArtifactView(msgspec.Struct, kw_only=True):
    """A file to download: the link is signed and short-lived.

    `viewer_url` opens a trace in the viewer of the works; other files have none.
    """

    path: str
    kind: str
    bytes: int
    sha256: str
    url: str
    expires_at: datetime
    viewer_url: str | None = None
