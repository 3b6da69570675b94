"""Proof's errors.

ProofError
├── BrowserUnavailableError   no browser could be started on this machine; says what was tried
├── StepFailedError           a step did not hold; says so in words that a shop owner understands
│   └── AmbiguousNameError    several things on the page have the name; says what to write instead
├── ProductContractError      a product.toml that cannot be read; names the place and the fault
└── SubjectError              the running product could not be used
    ├── ProductDidNotStartError   it does not answer; carries its last words
    ├── SeedRefusedError      it refused a scenario's rows; carries its words
    ├── ResetFailedError      it could not be put back to just-started
    └── NoSubjectLeftError    no product is left that can be put back: nothing more can be run
"""


class ProofError(Exception):
    """Anything that went wrong while proving."""


class BrowserUnavailableError(ProofError):
    """No browser could be started; `attempts` holds what each try said."""

    def __init__(self, message: str, attempts: tuple[str, ...] = ()) -> None:
        super().__init__(message)
        self.attempts = attempts


class StepFailedError(ProofError):
    """A step did not hold.

    `offers` names the roles that the author was looking for, so that the report can say what the
    page does offer instead.
    """

    def __init__(self, message: str, *, offers: tuple[str, ...] = ()) -> None:
        super().__init__(message)
        self.message = message
        self.offers = offers


class AmbiguousNameError(StepFailedError):
    """Several things have the name; the message says what to write instead."""


class ProductContractError(ProofError):
    """A product.toml that cannot be read; the message names the place and the fault."""


class SubjectError(ProofError):
    """The running product could not be used; the scenario that met it fails."""


class ProductDidNotStartError(SubjectError):
    """The product does not answer; the message holds its last words."""


class SeedRefusedError(SubjectError):
    """The product refused a scenario's rows; the message holds the product's own words."""


class NoSubjectLeftError(SubjectError):
    """No product is left that can be put back; the message says why the last one could not."""


class ResetFailedError(SubjectError):
    """The product could not be put back to just-started."""
