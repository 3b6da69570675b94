"""Every state of a build and every arrow between them, on one screen.

QUEUED → PLANNING → CODING → VERIFYING → REVIEWING → PROVING → DELIVERING → DELIVERED, with a
person's gate after PLANNING and after PROVING, and the way back to CODING for whatever fails.
"""

from collections.abc import Mapping
from enum import StrEnum


class BuildStatus(StrEnum):
    """Where a build is; the gerunds are stages at work."""

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


S = BuildStatus
_ENDS = frozenset({S.FAILED, S.CANCELED})

TRANSITIONS: Mapping[BuildStatus, frozenset[BuildStatus]] = {
    S.QUEUED: _ENDS | {S.PLANNING},
    S.PLANNING: _ENDS | {S.CODING, S.AWAITING_PLAN_APPROVAL},
    S.AWAITING_PLAN_APPROVAL: _ENDS | {S.CODING, S.PLANNING},
    S.CODING: _ENDS | {S.VERIFYING},
    S.VERIFYING: _ENDS | {S.REVIEWING, S.CODING},
    S.REVIEWING: _ENDS | {S.PROVING, S.CODING},
    S.PROVING: _ENDS | {S.DELIVERING, S.AWAITING_ACCEPTANCE, S.CODING},
    S.AWAITING_ACCEPTANCE: _ENDS | {S.DELIVERING, S.CODING},
    S.DELIVERING: _ENDS | {S.DELIVERED},
    S.DELIVERED: frozenset(),
    S.FAILED: frozenset(),
    S.CANCELED: frozenset(),
}

TERMINAL = frozenset(status for status, arrows in TRANSITIONS.items() if not arrows)
WAITING_FOR_A_PERSON = frozenset({S.AWAITING_PLAN_APPROVAL, S.AWAITING_ACCEPTANCE})


class FailureReason(StrEnum):
    """Why a build failed; the words for people are in `ended_as`."""

    NEEDS_MODEL = "needs_model"  # the blueprint asks for more than the kit builds
    REJECTED = "rejected"  # a person said no, and no model is there to rework it
    ATTEMPTS_EXHAUSTED = "attempts_exhausted"
    OUT_OF_BUDGET = "out_of_budget"
    STUCK = "stuck"
    REFUSED = "refused"  # the review found what may not be delivered, and nobody reworks it
    INTERNAL = "internal"  # the works' own fault


# What the customer does not pay for: the works could not do what it is there to do.
UNBILLED = frozenset(
    {
        FailureReason.NEEDS_MODEL,
        FailureReason.STUCK,
        FailureReason.REFUSED,
        FailureReason.INTERNAL,
    }
)


class Ending(StrEnum):
    """How a build ended, in the words that people see."""

    ACCEPTED = "accepted"
    REJECTED = "rejected"
    EXHAUSTED = "exhausted"
    BLOCKED = "blocked"
    CANCELED = "canceled"


_FAILED_AS = {
    FailureReason.REJECTED: Ending.REJECTED,
    FailureReason.ATTEMPTS_EXHAUSTED: Ending.EXHAUSTED,
    FailureReason.OUT_OF_BUDGET: Ending.EXHAUSTED,
    FailureReason.STUCK: Ending.EXHAUSTED,
    FailureReason.NEEDS_MODEL: Ending.BLOCKED,
    FailureReason.REFUSED: Ending.BLOCKED,
    FailureReason.INTERNAL: Ending.BLOCKED,
}


def ended_as(status: BuildStatus, reason: FailureReason | None) -> Ending | None:
    """Map a terminal status and its reason to the word for people; None while under way."""
    if status is S.DELIVERED:
        return Ending.ACCEPTED
    if status is S.CANCELED:
        return Ending.CANCELED
    if status is S.FAILED:
        return _FAILED_AS[reason or FailureReason.INTERNAL]
    return None
