"""What is asked of every page beside the scenarios' own steps, and how much each answer counts."""

from enum import StrEnum

import msgspec


class QualityCheck(StrEnum):
    """A check that needs no step, in the words that authors write."""

    ACCESSIBILITY = "accessibility"
    BROWSER_ERRORS = "browser errors"
    BROKEN_LINKS = "broken links"
    PAGE_WEIGHT = "page weight"  # a page and its parts, in bytes
    READY_WITHIN = "ready within"  # until its largest part is painted, in seconds
    PAGE_STRUCTURE = "page structure"  # in words, against the last delivery


class Bearing(StrEnum):
    """What a check's finding does to the criterion on whose page it was made."""

    DECIDES = "decides"  # the criterion fails
    IS_REPORTED = "is reported"  # it is shown, and nothing else
    IS_OFF = "is off"  # nobody looks


class QualityRule(msgspec.Struct, frozen=True, kw_only=True):
    """One check and how much it counts; `limit` is in bytes or seconds, where a check has one."""

    check: QualityCheck
    bearing: Bearing
    limit: float | None = None


# What a browser knows for certain decides; what depends on taste, machine or history is told.
DEFAULT_RULES = (
    QualityRule(check=QualityCheck.ACCESSIBILITY, bearing=Bearing.DECIDES),
    QualityRule(check=QualityCheck.BROWSER_ERRORS, bearing=Bearing.DECIDES),
    QualityRule(check=QualityCheck.BROKEN_LINKS, bearing=Bearing.DECIDES),
    QualityRule(check=QualityCheck.PAGE_WEIGHT, bearing=Bearing.IS_REPORTED, limit=2_000_000),
    QualityRule(check=QualityCheck.READY_WITHIN, bearing=Bearing.IS_REPORTED, limit=2.5),
    QualityRule(check=QualityCheck.PAGE_STRUCTURE, bearing=Bearing.IS_REPORTED),
)


class Quality(msgspec.Struct, frozen=True, kw_only=True):
    """The rules for all checks: the author's, and the defaults where the author says nothing."""

    rules: tuple[QualityRule, ...] = DEFAULT_RULES

    def rule_of(self, check: QualityCheck) -> QualityRule:
        """Return a check's rule."""
        return next(rule for rule in self.rules if rule.check is check)

    @property
    def looked_at(self) -> tuple[QualityCheck, ...]:
        """The checks that are made, in their order."""
        return tuple(rule.check for rule in self.rules if rule.bearing is not Bearing.IS_OFF)
