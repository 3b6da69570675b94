"""What a stage works with: the tools of the worker, and the one build on the bench."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from uuid import UUID

import msgspec

from backend.artifacts.keys import AttemptKeys
from backend.artifacts.store import ObjectStore
from backend.blueprints.blueprint import Blueprint
from backend.builds.products import (
    AcceptedPicture,
    AcceptedStructure,
    Plan,
    Proof,
    Review,
    TestReport,
    Workspace,
)
from backend.builds.status import BuildStatus, FailureReason
from backend.proof.environment import Environment
from backend.proof.event_chain import RecordedEvent
from backend.proof.prover import Prover
from backend.proof.results import CriterionResult
from backend.proof.signing import Signer
from billing.meters import Meter
from sandbox.limits import Limits
from sandbox.protocol import SandboxDriver, SandboxSpec, Toolchain

# The kind of a file that was kept once, and of which the store has no sound copy any more.
LOST = "lost"

Progress = Callable[[str, Mapping[str, Any]], Awaitable[None]]
ReadEvents = Callable[[], Awaitable[tuple[RecordedEvent, ...]]]


async def no_events() -> tuple[RecordedEvent, ...]:
    """Return the events of a build that nothing was told of."""
    return ()


@dataclass(frozen=True, kw_only=True)
class Workbench:
    """The tools that every stage shares; opened once per worker.

    `narrates` says whether clips are made for people; `trace_viewer` is where traces are shown.
    """

    driver: SandboxDriver
    toolchain: Toolchain
    store: ObjectStore
    prover: Prover
    environment: Environment
    signer: Signer
    lanes: int
    faketime_library: str | None
    narrates: bool = True
    trace_viewer: str | None = None


@dataclass(frozen=True, kw_only=True)
class Decision:
    """What a person decided at a gate."""

    gate: str
    decision: str
    criteria: tuple[str, ...]
    comment: str
    blanket: bool
    actor: str
    proof_digest: str | None
    decided_at: str


@dataclass(frozen=True, kw_only=True)
class StoredFile:
    """A file that the build shows or delivers, already in the object store."""

    path: str
    kind: str
    key: str
    sha256: str
    bytes: int


@dataclass(frozen=True, kw_only=True)
class Baseline:
    """A picture of the product as it was delivered last, by the key that the store has it under."""

    picture: AcceptedPicture
    key: str
    sha256: str


@dataclass(frozen=True, kw_only=True)
class KeptStructure:
    """A page in words of the last delivery, by the key that the store has it under."""

    structure: AcceptedStructure
    key: str


@dataclass
class Consumption:
    """What the stage used until now; recorded however the stage ends."""

    quantities: dict[Meter, int] = field(default_factory=dict)

    def add(self, meter: Meter, quantity: int) -> None:
        """Count more of one meter, in the meter's own unit."""
        self.quantities[meter] = self.quantities.get(meter, 0) + quantity


@dataclass(frozen=True, kw_only=True)
class Job:
    """One build at one stage: what is known of it, and where to tell of progress.

    `found` holds what the stage has found until now, criterion by criterion, for when it is broken
    off.
    """

    tenant_id: UUID
    build_id: UUID
    status: BuildStatus
    attempt: int
    fence: int
    blueprint: Blueprint
    blueprint_text: str
    holdout_root: str
    folder: Path
    progress: Progress
    read_events: ReadEvents = no_events
    holdout_salts: Mapping[str, str] = field(default_factory=dict)
    seeds: Mapping[str, str] = field(default_factory=dict)
    decisions: tuple[Decision, ...] = ()
    plan: Plan | None = None
    workspace: Workspace | None = None
    test_report: TestReport | None = None
    review: Review | None = None
    proof: Proof | None = None
    files: tuple[StoredFile, ...] = ()
    baselines: tuple[Baseline, ...] = ()
    structures: tuple[KeptStructure, ...] = ()
    is_canceled: bool = False
    failure_reason: FailureReason | None = None
    failure_message: str = ""
    hold_micros: int = 0
    spent_micros: int = 0
    started_at: str = ""
    consumption: Consumption = field(default_factory=Consumption)
    found: dict[str, CriterionResult] = field(default_factory=dict)

    @property
    def keys(self) -> AttemptKeys:
        """Name the objects that this stage may write."""
        return AttemptKeys(
            tenant_id=self.tenant_id,
            build_id=self.build_id,
            attempt=self.attempt,
            fence=self.fence,
        )

    @property
    def rejection(self) -> Decision | None:
        """The person's no that nobody has answered yet: the last decision, when it was one."""
        last = self.decisions[-1] if self.decisions else None
        return last if last is not None and last.decision == "reject" else None

    def sandbox(self, role: str, toolchain: Toolchain, **changes: Any) -> SandboxSpec:
        """Describe a sandbox of this build."""
        return SandboxSpec(
            tenant=str(self.tenant_id),
            build=str(self.build_id),
            role=role,
            toolchain=toolchain,
            limits=changes.pop("limits", Limits()),
            **changes,
        )


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """How a stage ended well: where the build goes next, and what the stage hands on."""

    next_status: BuildStatus
    product: msgspec.Struct
    files: tuple[StoredFile, ...] = ()


Stage = Callable[[Job, Workbench], Awaitable[Outcome]]
