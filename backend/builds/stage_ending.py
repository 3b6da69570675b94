"""How one stage ended, and with what bundle the build is closed where that ends it."""

from dataclasses import dataclass
from typing import Any

import msgspec

from backend.builds.products import Plan, Proof, TestReport
from backend.builds.status import (
    TERMINAL,
    WAITING_FOR_A_PERSON,
    BuildStatus,
    FailureReason,
)
from backend.builds.workbench import StoredFile
from backend.proof.event_chain import RecordedEvent

RESTS = TERMINAL | WAITING_FOR_A_PERSON


@dataclass(frozen=True, kw_only=True)
class Closing:
    """The bundle of a build that ends: what it says was found, and its files.

    `last_event` is the event that ends the build, as it was signed; None when it had ended before.
    """

    proof: Proof
    files: tuple[StoredFile, ...]
    last_event: RecordedEvent | None


@dataclass(frozen=True, kw_only=True)
class Ending:
    """How one stage ended: the next status, what it hands on, and why if it failed."""

    stage: str
    next_status: BuildStatus
    product: msgspec.Struct | None = None
    files: tuple[StoredFile, ...] = ()
    seconds: float = 0.0
    reason: FailureReason | None = None
    message: str = ""
    criteria: tuple[str, ...] = ()
    closing: Closing | None = None

    @property
    def rests(self) -> bool:
        """Whether the build leaves the worker now."""
        return self.next_status in RESTS

    @property
    def ends(self) -> bool:
        """Whether the build has no way on from here."""
        return self.next_status in TERMINAL

    @property
    def told(self) -> dict[str, Any]:
        """What the event of this ending says besides the status."""
        if self.closing is not None and self.closing.last_event is not None:
            return {n: v for n, v in self.closing.last_event.data.items() if n != "status"}
        told: dict[str, Any] = {"stage": self.stage, "seconds": round(self.seconds, 3)}
        if self.reason is not None:
            told |= {
                "failure_reason": self.reason.value,
                "failure_message": self.message,
                "failed_criteria": list(self.criteria),
            }
        if isinstance(self.product, Plan):
            told["quote_high_micros"] = self.product.quote_high_micros
        if isinstance(self.product, TestReport):
            told |= _told_of_rehearsal(self.product)
        if isinstance(self.product, Proof):
            told["proof_digest"] = self.product.digest
        return told


def _told_of_rehearsal(report: TestReport) -> dict[str, Any]:
    """Name what did not simply hold; the build's own verdict on it falls in the proof."""
    found = {"failed_in_rehearsal": report.failed, "unstable_criteria": report.unstable}
    return {name: [one.criterion for one in results] for name, results in found.items() if results}
