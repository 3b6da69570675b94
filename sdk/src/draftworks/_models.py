"""What the API answers with, as frozen values; fields that a newer server adds are ignored.

Amounts of money are whole millionths of a US dollar (`…_micros`), times are aware datetimes.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

import msgspec

from draftworks._enums import (
    ArtifactKind,
    BuildStatus,
    BuildVerdict,
    CriterionVerdict,
    Decision,
    EventType,
    GateKind,
    Severity,
)


class Tenant(msgspec.Struct, frozen=True, kw_only=True):
    """The organisation that the key belongs to, and what it has left to spend."""

    id: str
    name: str
    created_at: datetime
    balance_micros: int
    held_micros: int


class ApiKey(msgspec.Struct, frozen=True, kw_only=True):
    """A key as it is listed; `public_id` is the part that may be shown."""

    id: str
    name: str
    public_id: str
    created_at: datetime
    last_used_at: datetime | None = None


class CreatedApiKey(ApiKey, frozen=True, kw_only=True):
    """A key just created: the only time that its `secret` is told. Its repr hides the secret.

    `secret` is None when the same order came before, by an idempotency key of your own.
    """

    secret: str | None

    def __repr__(self) -> str:
        return f"CreatedApiKey(id={self.id!r}, name={self.name!r}, public_id={self.public_id!r})"

    def __rich_repr__(self) -> Any:
        """Keep the secret out of pretty-printed output too."""
        yield "id", self.id
        yield "name", self.name
        yield "public_id", self.public_id


class Finding(msgspec.Struct, frozen=True, kw_only=True):
    """What the linter says about one line of a blueprint, and how to mend it."""

    file: str
    line: int
    rule: str
    severity: Severity
    message: str
    remedy: str = ""


class Rule(msgspec.Struct, frozen=True, kw_only=True):
    """A rule of the check: what it blames, why, and what would be better."""

    id: str
    title: str
    severity: Severity
    reason: str = ""
    example: str = ""
    better: str = ""


class Ratio(msgspec.Struct, frozen=True):
    """So many of so many."""

    part: int
    whole: int

    @property
    def share(self) -> float:
        """The part of the whole, from 0 to 1; of nothing it is 0."""
        return self.part / self.whole if self.whole else 0.0


class Measures(msgspec.Struct, frozen=True, kw_only=True):
    """What a blueprint's scenarios cover.

    `checkability` counts the outcome steps that a machine decides, `coverage` the requirements
    that a scenario proves; `fields` those that an outcome looks at, `negative` the scenarios that
    show a refusal or an absence, `holdouts` the sealed ones.
    """

    checkability: Ratio
    coverage: Ratio
    fields: Ratio
    negative: Ratio
    holdouts: Ratio


class Quote(msgspec.Struct, frozen=True, kw_only=True):
    """What a build may cost: the least to expect and the worst case."""

    low_micros: int
    high_micros: int


class CheckedBlueprint(msgspec.Struct, frozen=True, kw_only=True):
    """What the check says of a blueprint that nobody has stored, with the rules it went by.

    `measures` and `quote` are None when the top of the file could not be read.
    """

    name: str
    slug: str
    kind: str
    digest: str
    orderable: bool
    findings: tuple[Finding, ...] = ()
    rules: tuple[Rule, ...] = ()
    requirements: int = 0
    criteria: int = 0
    budget_micros: int | None = None
    measures: Measures | None = None
    quote: Quote | None = None


class Blueprint(msgspec.Struct, frozen=True, kw_only=True):
    """A blueprint as the works stored it.

    `requirements` and `criteria` are counts. A build can be started when `orderable` is true;
    otherwise `findings` say which lines to mend.
    """

    id: str
    name: str
    slug: str
    kind: str
    digest: str
    orderable: bool
    findings: tuple[Finding, ...] = ()
    requirements: int = 0
    criteria: int = 0
    budget_micros: int | None = None
    measures: Measures | None = None
    quote: Quote | None = None
    created_at: datetime | None = None


class Criterion(msgspec.Struct, frozen=True, kw_only=True):
    """One acceptance scenario and how it ended; `evidence` are paths of proof artifacts.

    `rehearsal` is what the check before the proof said; what passed there is not proven by it.
    """

    id: str
    requirement: str
    name: str
    verdict: CriterionVerdict = CriterionVerdict.NOT_RUN
    rehearsal: CriterionVerdict | None = None
    holdout: bool = False
    critical: bool = False
    evidence: tuple[str, ...] = ()


class Approval(msgspec.Struct, frozen=True, kw_only=True):
    """A decision that somebody took at a gate; `blanket` means without looking at each one."""

    gate: GateKind
    decision: Decision
    criteria: tuple[str, ...] = ()
    comment: str = ""
    blanket: bool = False
    actor: str = ""
    proof_digest: str | None = None
    decided_at: datetime | None = None


class GateCriterion(msgspec.Struct, frozen=True, kw_only=True):
    """A criterion that a person has to look at, and why.

    `why` is `risk` at the plan gate. At the acceptance gate it is `critical` or `first_baseline`,
    which a blanket acceptance covers, or `changed_picture`, `renewed_browser` (the browser that
    takes pictures was renewed, so only a person can compare) or `unstable`, which must be named.
    """

    id: str
    name: str
    why: str
    evidence: tuple[str, ...] = ()


class GateNote(msgspec.Struct, frozen=True, kw_only=True):
    """What a second look at a page saw; it is good to know and waits for nobody."""

    criterion: str
    check: str
    page: str
    message: str
    evidence: tuple[str, ...] = ()


class Gate(msgspec.Struct, frozen=True, kw_only=True):
    """A question that the build waits for; send `proof_digest` back with the decision."""

    kind: GateKind
    criteria: tuple[GateCriterion, ...] = ()
    proof_digest: str | None = None
    notes: tuple[GateNote, ...] = ()


class Build(msgspec.Struct, frozen=True, kw_only=True):
    """One run of a blueprint through the works.

    `verdict` is None until the build ends, `gate` is None unless it waits for a person, and
    `failure_reason` with `failure_message` say why it failed. `counts` says how many criteria have
    which verdict. `bundle_is_final` says that the files of an ended build are all there: those of
    one that was canceled while it waited are written a moment later.
    """

    id: str
    blueprint_id: str
    status: BuildStatus
    name: str = ""
    slug: str = ""
    failure_reason: str | None = None
    failure_message: str | None = None
    verdict: BuildVerdict | None = None
    gate: Gate | None = None
    attempt: int = 0
    created_at: datetime | None = None
    started_at: datetime | None = None
    finished_at: datetime | None = None
    duration_seconds: float | None = None
    cost_micros: int = 0
    held_micros: int = 0
    proof_digest: str | None = None
    criteria: tuple[Criterion, ...] = ()
    counts: Mapping[str, int] = {}
    approvals: tuple[Approval, ...] = ()
    bundle_is_final: bool = False

    @property
    def is_finished(self) -> bool:
        """Whether the build has ended, in whatever way."""
        return self.status.is_terminal or self.finished_at is not None

    @property
    def needs_person(self) -> bool:
        """Whether the build waits for a decision."""
        return not self.is_finished and (self.gate is not None or self.status.awaits_person)


class BuildEvent(msgspec.Struct, frozen=True, kw_only=True):
    """Something that happened to a build; `seq` grows by build and is what `after=` takes.

    `data` is the whole event as the server sent it, with fields that have no name here.
    """

    seq: int
    type: EventType
    at: datetime | None = None
    status: BuildStatus | None = None
    data: Mapping[str, Any] = {}

    @property
    def is_terminal(self) -> bool:
        """Whether no event follows this one."""
        is_status = self.type == EventType.STATUS
        return is_status and self.status is not None and self.status.is_terminal


class Artifact(msgspec.Struct, frozen=True, kw_only=True):
    """A file of the product or its proof; `url` is signed, ends at `expires_at`, is not shown.

    `viewer_url` shows a trace in the viewer of the works, for as long; other files have none.
    """

    path: str
    kind: ArtifactKind
    bytes: int
    sha256: str
    url: str
    expires_at: datetime | None = None
    viewer_url: str | None = None

    def __repr__(self) -> str:
        return f"Artifact(path={self.path!r}, kind={self.kind.value!r}, bytes={self.bytes})"

    def __rich_repr__(self) -> Any:
        """Keep the signed link out of pretty-printed output too."""
        yield "path", self.path
        yield "kind", self.kind.value
        yield "bytes", self.bytes
