"""BP204: too few hold-outs, and critical requirements without one."""

from collections.abc import Iterator

from backend.blueprints.blueprint import Requirement, Severity
from backend.blueprints.coverage.gap import CoverageRule, Covered, Gap
from backend.blueprints.rule import Rule

_MANY = 5  # scenarios; below that one in five is none
_REMEDY = "Seal about one in five with @holdout: they test more than what was shown."

RULE = Rule(
    id="BP204",
    title="too few sealed scenarios",
    severity=Severity.INFO,
    reason="A product made to fit what was shown is found out by what was not.",
    example="One of nine scenarios is a hold-out.",
    better="Two of nine: write @holdout above a scenario that tests the same with other data.",
)


def find(covered: Covered) -> Iterator[Gap]:
    """Find too small a share of hold-outs, otherwise critical requirements with none."""
    scenarios = covered.blueprint.scenarios
    if len(scenarios) < _MANY:
        return
    sealed = sum(scenario.is_holdout for scenario in scenarios)
    if sealed * _MANY < len(scenarios):
        few = f"Only {sealed}" if sealed else "None"
        verb = "are" if sealed > 1 else "is"
        message = f"{few} of the {len(scenarios)} scenarios {verb} sealed."
        yield Gap(scenarios[0].line, message, _REMEDY, "")
        return
    for requirement in covered.blueprint.requirements:
        if _lacks_twin(requirement):
            message = f"{requirement.id} has a critical scenario and no sealed one."
            better = "Write a second scenario of what is critical, with other data, as @holdout."
            yield Gap(requirement.line, message, better, requirement.id)


def _lacks_twin(requirement: Requirement) -> bool:
    scenarios = requirement.scenarios
    is_critical = any(scenario.is_critical for scenario in scenarios)
    return is_critical and not any(scenario.is_holdout for scenario in scenarios)


SEALING = CoverageRule(RULE, find)
