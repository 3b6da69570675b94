"""The errors of the build line.

BuildError
├── BlueprintNotOrderableError   the blueprint has findings that block the order; carries them
├── BuildNotFoundError           no such build for this tenant
├── IllegalTransitionError       an arrow that the table does not have
├── DecisionRefusedError         a decision on a gate that is not open, or on another proof
├── BuildEndedError              the build has ended and cannot be changed any more
├── LeaseLostError               another worker owns the build by now: stop and touch nothing
├── StaleBundleError             the build's history went on while its bundle was signed: try again
└── StageFailedError             the stage says why the build cannot go on
"""

from collections.abc import Sequence

from backend.blueprints.blueprint import Finding
from backend.builds.products import Proof, Review, TestReport
from backend.builds.status import BuildStatus, FailureReason


class BuildError(Exception):
    """Anything that goes wrong on the build line."""


class BlueprintNotOrderableError(BuildError):
    """The blueprint has findings that block the order."""

    def __init__(self, findings: Sequence[Finding]) -> None:
        self.findings = tuple(findings)
        count = len(self.findings)
        super().__init__(f"the blueprint cannot be built yet: {count} finding(s) must be mended")


class BuildNotFoundError(BuildError):
    """No such build for this tenant."""


class IllegalTransitionError(BuildError):
    """An arrow that the table does not have."""

    def __init__(self, current: BuildStatus, target: BuildStatus) -> None:
        self.current = current
        self.target = target
        super().__init__(f"a build that is {current} cannot become {target}")


class DecisionRefusedError(BuildError):
    """A decision on a gate that is not open, or made before another proof."""


class BuildEndedError(BuildError):
    """The build has ended and cannot be changed any more."""


class LeaseLostError(BuildError):
    """Another worker owns the build by now."""


class StaleBundleError(BuildError):
    """The build's history went on while its bundle was signed; nothing of it is written."""


class StageFailedError(BuildError):
    """The stage says why the build cannot go on, with what it had found until then."""

    def __init__(
        self,
        reason: FailureReason,
        message: str,
        *,
        criteria: Sequence[str] = (),
        product: TestReport | Review | Proof | None = None,
    ) -> None:
        self.reason = reason
        self.criteria = tuple(criteria)
        self.product = product
        super().__init__(message)
