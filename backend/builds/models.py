"""The rows of the build line. `Build.move_to` is the only writer of a build's status."""

from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import msgspec
from sqlalchemy import ForeignKey, ForeignKeyConstraint, Identity
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, declared_attr, mapped_column

from backend.builds.criteria import Criterion
from backend.builds.errors import IllegalTransitionError
from backend.builds.status import TERMINAL, TRANSITIONS, BuildStatus, FailureReason
from backend.proof.event_chain import RecordedEvent, chained_event, spell_moment
from tenants.database import Base, TenantOwned, tenant_reference


class Build(TenantOwned, Base):
    """One run of a blueprint through the works."""

    __tablename__ = "builds"
    __table_args__ = (tenant_reference("blueprint_id", "blueprints"),)

    blueprint_id: Mapped[UUID]
    name: Mapped[str]
    slug: Mapped[str]
    status: Mapped[str]
    failure_reason: Mapped[str | None] = mapped_column(default=None)
    failure_message: Mapped[str] = mapped_column(default="")
    failed_criteria: Mapped[list[str]] = mapped_column(JSONB, default=list)
    attempt: Mapped[int] = mapped_column(default=1)
    hold_id: Mapped[UUID | None] = mapped_column(default=None)
    hold_micros: Mapped[int] = mapped_column(default=0)
    cost_micros: Mapped[int] = mapped_column(default=0)
    proof_digest: Mapped[str | None] = mapped_column(default=None)
    criteria: Mapped[list[dict[str, Any]]] = mapped_column(JSONB)
    holdout_root: Mapped[str]
    holdout_salts: Mapped[dict[str, str]] = mapped_column(JSONB, default=dict)
    seeds: Mapped[dict[str, str]] = mapped_column(JSONB, default=dict)
    event_sequence: Mapped[int] = mapped_column(default=0)
    event_hash: Mapped[str] = mapped_column(default="")
    created_at: Mapped[datetime]
    started_at: Mapped[datetime | None] = mapped_column(default=None)
    finished_at: Mapped[datetime | None] = mapped_column(default=None)

    @property
    def state(self) -> BuildStatus:
        """The status as the table knows it."""
        return BuildStatus(self.status)

    @property
    def reason(self) -> FailureReason | None:
        """Why it failed, if it did."""
        return FailureReason(self.failure_reason) if self.failure_reason else None

    @property
    def listed_criteria(self) -> tuple[Criterion, ...]:
        """The acceptance criteria in the order of the document."""
        return msgspec.convert(self.criteria, tuple[Criterion, ...])

    @property
    def has_ended(self) -> bool:
        """Whether no arrow leads on."""
        return self.state in TERMINAL

    def move_to(
        self, status: BuildStatus, *, at: datetime | None = None, **data: Any
    ) -> "BuildEvent":
        """Follow an arrow of the table, or raise IllegalTransitionError; returns the event.

        `at` is when it was said to happen, where that was signed already.
        """
        if status not in TRANSITIONS[self.state]:
            raise IllegalTransitionError(self.state, status)
        now = at or datetime.now(UTC)
        if self.state is BuildStatus.QUEUED:
            self.started_at = now
        if status in TERMINAL:
            self.finished_at = now
        if status is BuildStatus.CODING and self.state in _SENT_BACK_FROM:
            self.attempt += 1
        self.status = status.value
        return self.tell("status", at=now, status=status.value, **data)

    def tell(self, kind: str, *, at: datetime | None = None, **data: Any) -> "BuildEvent":
        """Append an event to the build's hash chain; the build's row must be locked."""
        self.event_sequence += 1
        at = at or datetime.now(UTC)
        self.event_hash = chained_event(
            self.event_hash, sequence=self.event_sequence, kind=kind, at=at, data=data
        ).hash
        return BuildEvent(
            tenant_id=self.tenant_id,
            build_id=self.id,
            sequence=self.event_sequence,
            type=kind,
            at=at,
            data=data,
            hash=self.event_hash,
        )


_SENT_BACK_FROM = frozenset(
    {
        BuildStatus.VERIFYING,
        BuildStatus.REVIEWING,
        BuildStatus.PROVING,
        BuildStatus.AWAITING_ACCEPTANCE,
    }
)


class OfBuild:
    """A row that belongs to a build; its key starts with the tenant and the build."""

    tenant_id: Mapped[UUID] = mapped_column(primary_key=True, sort_order=-2)
    build_id: Mapped[UUID] = mapped_column(primary_key=True, sort_order=-1)

    @declared_attr.directive
    def __table_args__(cls) -> tuple[ForeignKeyConstraint]:  # noqa: N805 - SQLAlchemy gives the class
        return (tenant_reference("build_id", "builds"),)


class BuildEvent(OfBuild, Base):
    """Something that happened to a build, chained by hash to what happened before."""

    __tablename__ = "build_events"

    sequence: Mapped[int] = mapped_column(primary_key=True)
    type: Mapped[str]
    at: Mapped[datetime]
    data: Mapped[dict[str, Any]] = mapped_column(JSONB)
    hash: Mapped[str]

    @property
    def recorded(self) -> RecordedEvent:
        """The event as a signed statement shows it."""
        return RecordedEvent(
            sequence=self.sequence,
            type=self.type,
            at=spell_moment(self.at),
            data=self.data,
            hash=self.hash,
        )


class StageRun(OfBuild, Base):
    """One run of one stage and what it handed on: where a resumed build picks up."""

    __tablename__ = "stage_runs"

    number: Mapped[int] = mapped_column(primary_key=True)
    stage: Mapped[str]
    attempt: Mapped[int]
    fence: Mapped[int]
    ended_well: Mapped[bool]
    product: Mapped[dict[str, Any] | None] = mapped_column(JSONB)
    seconds: Mapped[float]
    finished_at: Mapped[datetime]


class DecisionRow(OfBuild, Base):
    """What a person decided at a gate, and which proof they had before them."""

    __tablename__ = "decisions"

    number: Mapped[int] = mapped_column(primary_key=True)
    gate: Mapped[str]
    decision: Mapped[str]
    criteria: Mapped[list[str]] = mapped_column(JSONB)
    comment: Mapped[str]
    blanket: Mapped[bool]
    actor: Mapped[str]
    proof_digest: Mapped[str | None]
    decided_at: Mapped[datetime]


class BuildFile(OfBuild, Base):
    """A file that a build shows or delivers; it exists for readers once this row does."""

    __tablename__ = "build_files"

    path: Mapped[str] = mapped_column(primary_key=True)
    kind: Mapped[str]
    key: Mapped[str]
    sha256: Mapped[str]
    bytes: Mapped[int]
    fence: Mapped[int]


class BaselineRow(Base):
    """A picture as a build delivered it; the newest of a name is what the product looks like."""

    __tablename__ = "baselines"
    __table_args__ = (
        ForeignKeyConstraint(
            ["tenant_id", "build_id", "path"],
            ["build_files.tenant_id", "build_files.build_id", "build_files.path"],
        ),
    )

    tenant_id: Mapped[UUID] = mapped_column(primary_key=True)
    product: Mapped[str] = mapped_column(primary_key=True)
    criterion: Mapped[str] = mapped_column(primary_key=True)
    picture: Mapped[str] = mapped_column(primary_key=True)
    viewport: Mapped[str] = mapped_column(primary_key=True)
    renderer: Mapped[str] = mapped_column(primary_key=True)
    build_id: Mapped[UUID] = mapped_column(primary_key=True)
    path: Mapped[str]
    masks: Mapped[list[dict[str, Any]]] = mapped_column(JSONB)
    delivered_at: Mapped[datetime]


class QueueEntry(OfBuild, Base):
    """A build's place in the queue of record; the claim is apart from the build's status."""

    __tablename__ = "build_queue"

    claim: Mapped[str] = mapped_column(default="waiting")
    priority: Mapped[int] = mapped_column(default=0)
    tries: Mapped[int] = mapped_column(default=0)
    fence: Mapped[int] = mapped_column(default=0)
    lease_owner: Mapped[str | None] = mapped_column(default=None)
    lease_until: Mapped[datetime | None] = mapped_column(default=None)
    available_at: Mapped[datetime]
    cancel_requested_at: Mapped[datetime | None] = mapped_column(default=None)


class TenantLimit(Base):
    """How many builds of a tenant may run at once, and how many do."""

    __tablename__ = "tenant_limits"

    tenant_id: Mapped[UUID] = mapped_column(ForeignKey("tenants.id"), primary_key=True)
    max_running: Mapped[int] = mapped_column(default=2)
    weight: Mapped[int] = mapped_column(default=1)
    running: Mapped[int] = mapped_column(default=0)


class OutboxMessage(Base):
    """A message that leaves the database once its transaction has committed."""

    __tablename__ = "outbox"

    tenant_id: Mapped[UUID] = mapped_column(ForeignKey("tenants.id"), primary_key=True)
    id: Mapped[int] = mapped_column(Identity(always=True), primary_key=True)
    topic: Mapped[str]
    payload: Mapped[dict[str, Any]] = mapped_column(JSONB)
    created_at: Mapped[datetime]
    sent_at: Mapped[datetime | None] = mapped_column(default=None)
