"""The money's errors.

BillingError
├── OutOfCreditsError      the balance does not cover the hold
├── BudgetCapError         a cap does not leave room for the hold
├── InvalidAmountError     an amount that no ledger line can have
├── UnknownPriceError      nobody said what this costs, so it must not be spent
├── HoldNotFoundError      no such hold, or not yours
├── UsageInvalidError      a measurement that cannot be
└── UsageConflictError     the event came before, with other contents
"""

from datetime import datetime
from uuid import UUID


class BillingError(Exception):
    """Anything that went wrong with money."""


class OutOfCreditsError(BillingError):
    """The balance does not cover the hold."""

    def __init__(self, needed_micros: int, available_micros: int) -> None:
        super().__init__(
            f"This needs {dollars(needed_micros)} in credits; {dollars(available_micros)} are left."
        )
        self.needed_micros = needed_micros
        self.available_micros = available_micros


class BudgetCapError(BillingError):
    """A cap does not leave room for the hold."""

    def __init__(
        self, budget: str, *, needed_micros: int, cap_micros: int, used_micros: int
    ) -> None:
        super().__init__(
            f"The cap of {budget} is {dollars(cap_micros)}, of which {dollars(used_micros)} are"
            f" spent or held; this needs {dollars(needed_micros)} more."
        )
        self.budget = budget
        self.needed_micros = needed_micros
        self.cap_micros = cap_micros
        self.used_micros = used_micros


class InvalidAmountError(BillingError):
    """An amount that no ledger line can have."""

    def __init__(self, amount_micros: int) -> None:
        super().__init__(f"An amount is at least one micro-dollar, not {amount_micros}.")
        self.amount_micros = amount_micros


class UnknownPriceError(BillingError):
    """Nobody said what this costs, so it must not be spent."""

    def __init__(self, meter: str, at: datetime) -> None:
        super().__init__(f"There is no price for {meter!r} on {at:%Y-%m-%d}.")
        self.meter = meter
        self.at = at


class HoldNotFoundError(BillingError):
    """No such hold, or not the caller's."""

    def __init__(self, hold_id: UUID) -> None:
        super().__init__(f"There is no hold {hold_id}.")
        self.hold_id = hold_id


class UsageInvalidError(BillingError):
    """A measurement that cannot be: less than nothing, or at a moment without a time zone."""

    def __init__(self, source: str, event_id: str, problem: str) -> None:
        super().__init__(f"Usage event {event_id!r} of {source!r} {problem}.")
        self.source = source
        self.event_id = event_id


class UsageConflictError(BillingError):
    """The same event came before, with other contents: one of the two is wrong."""

    def __init__(self, source: str, event_id: str) -> None:
        super().__init__(f"Usage event {event_id!r} of {source!r} came before with other contents.")
        self.source = source
        self.event_id = event_id


def dollars(micros: int) -> str:
    """Write micro-dollars as people read them, rounded down to cents."""
    sign = "-" if micros < 0 else ""
    return f"{sign}${abs(micros) // 1_000_000}.{abs(micros) % 1_000_000 // 10_000:02d}"
