"""The words that the API answers with, open so that a newer server's words never break a client."""

from enum import StrEnum
from typing import Any, Self


class OpenEnum(StrEnum):
    """A set of words that may grow: an unknown word becomes a member of its own.

    Members compare equal to plain strings, known or not; `is_known` tells them apart.
    """

    @classmethod
    def _missing_(cls, value: object) -> Self | None:
        if not isinstance(value, str):
            return None
        member = str.__new__(cls, value)
        member._name_ = value
        member._value_ = value
        return member

    def __reduce_ex__(self, protocol: Any) -> tuple[Any, ...]:
        return (type(self), (self.value,))

    @property
    def is_known(self) -> bool:
        """Whether this version of the client knows the word."""
        return self.value in type(self)._value2member_map_


class BuildStatus(OpenEnum):
    """Where a build stands on the line."""

    QUEUED = "queued"
    PLANNING = "planning"
    AWAITING_PLAN_APPROVAL = "awaiting_plan_approval"
    CODING = "coding"
    VERIFYING = "verifying"
    REVIEWING = "reviewing"
    PROVING = "proving"
    AWAITING_ACCEPTANCE = "awaiting_acceptance"
    DELIVERING = "delivering"
    DELIVERED = "delivered"
    FAILED = "failed"
    CANCELED = "canceled"

    @property
    def is_terminal(self) -> bool:
        """Whether the build has ended; False for a word that this client does not know."""
        return self in _TERMINAL

    @property
    def awaits_person(self) -> bool:
        """Whether the build rests until somebody decides."""
        return self in _AWAITING


_TERMINAL = frozenset({BuildStatus.DELIVERED, BuildStatus.FAILED, BuildStatus.CANCELED})
_AWAITING = frozenset({BuildStatus.AWAITING_PLAN_APPROVAL, BuildStatus.AWAITING_ACCEPTANCE})


class BuildVerdict(OpenEnum):
    """How an ended build ended, in the words that people see."""

    ACCEPTED = "accepted"
    REJECTED = "rejected"
    EXHAUSTED = "exhausted"
    BLOCKED = "blocked"
    CANCELED = "canceled"


class CriterionVerdict(OpenEnum):
    """How one acceptance criterion ended; `unstable` failed and then passed, never silently."""

    PASSED = "passed"
    FAILED = "failed"
    UNSTABLE = "unstable"
    JUDGED = "judged"
    NOT_RUN = "not_run"


class GateKind(OpenEnum):
    """What a person is asked to decide."""

    PLAN = "plan"
    ACCEPTANCE = "acceptance"


class Decision(OpenEnum):
    """What a person decided."""

    ACCEPT = "accept"
    REJECT = "reject"


class EventType(OpenEnum):
    """What a build event tells about."""

    STATUS = "status"
    STAGE = "stage"
    PROGRESS = "progress"
    GATE = "gate"
    RECONNECT = "reconnect"


class Severity(OpenEnum):
    """How much a finding weighs: only an error keeps a blueprint from being ordered."""

    ERROR = "error"
    WARNING = "warning"
    INFO = "info"


class ArtifactKind(OpenEnum):
    """What an artifact is part of."""

    PRODUCT = "product"
    PROOF = "proof"
    CODE_ARCHIVE = "code_archive"
