"""All rules of the check in one book, for whoever shows findings or explains them."""

from collections.abc import Iterable

from backend.blueprints.blueprint import Finding
from backend.blueprints.coverage.catalogue import COVERAGE_RULES
from backend.blueprints.rule import Rule
from backend.blueprints.structure_rules import STRUCTURE_RULES
from backend.blueprints.wording.catalogue import WORDING_RULES

_ALL = (
    *STRUCTURE_RULES,
    *(wording.rule for wording in WORDING_RULES),
    *(coverage.rule for coverage in COVERAGE_RULES),
)
RULE_BOOK: dict[str, Rule] = {rule.id: rule for rule in sorted(_ALL, key=lambda rule: rule.id)}


def rules_of(findings: Iterable[Finding]) -> list[Rule]:
    """Return the rules that some findings come from, by number."""
    blamed = {finding.rule for finding in findings}
    return [rule for name, rule in RULE_BOOK.items() if name in blamed]
