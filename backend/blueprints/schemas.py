"""What the blueprint routes take and give."""

from collections.abc import Callable
from datetime import datetime
from uuid import UUID

import msgspec

from backend.blueprints.blueprint import Finding
from backend.blueprints.document import Compiled
from backend.blueprints.measures import Measures
from backend.blueprints.models import BlueprintRow
from backend.blueprints.rule import Rule
from backend.blueprints.rule_book import rules_of

# What a build of so many scenarios may cost: the least to expect and the worst case.
Pricing = Callable[[int], tuple[int, int]]


class SubmitBlueprint(msgspec.Struct, forbid_unknown_fields=True):
    """A blueprint's text and the name of the file that it came from."""

    text: str
    file: str = "blueprint.md"


class Quote(msgspec.Struct, frozen=True, kw_only=True):
    """What a build may cost, in micro-dollars: the least to expect and the worst case."""

    low_micros: int
    high_micros: int

    @classmethod
    def of(cls, scenarios: int, pricing: Pricing) -> "Quote":
        """Ask for the price of so many scenarios."""
        low, high = pricing(scenarios)
        return cls(low_micros=low, high_micros=high)


class CheckedBlueprint(msgspec.Struct, kw_only=True):
    """What the check says of a blueprint that nobody has stored, with the rules it went by.

    `measures` and `quote` are null when the top of the file could not be read.
    """

    name: str
    slug: str
    kind: str
    digest: str
    orderable: bool
    findings: list[Finding]
    rules: list[Rule]
    requirements: int
    criteria: int
    budget_micros: int | None
    measures: Measures | None
    quote: Quote | None

    @classmethod
    def of(cls, compiled: Compiled, pricing: Pricing) -> "CheckedBlueprint":
        """Show what came of compiling."""
        blueprint = compiled.blueprint
        criteria = len(blueprint.scenarios) if blueprint else 0
        return cls(
            name=blueprint.name if blueprint else "",
            slug=blueprint.slug if blueprint else "",
            kind=blueprint.kind if blueprint else "",
            digest=compiled.digest,
            orderable=compiled.orderable,
            findings=list(compiled.findings),
            rules=rules_of(compiled.findings),
            requirements=len(blueprint.requirements) if blueprint else 0,
            criteria=criteria,
            budget_micros=blueprint.budget_micros if blueprint else None,
            measures=compiled.measures,
            quote=Quote.of(criteria, pricing) if blueprint else None,
        )


class BlueprintView(msgspec.Struct, kw_only=True):
    """A stored blueprint; one with blocking findings is kept but not `orderable`.

    `measures` are null for a blueprint that was stored before they were taken.
    """

    id: UUID
    name: str
    slug: str
    kind: str
    digest: str
    orderable: bool
    findings: list[Finding]
    requirements: int
    criteria: int
    budget_micros: int | None
    measures: Measures | None
    quote: Quote | None
    created_at: datetime

    @classmethod
    def of(cls, row: BlueprintRow, pricing: Pricing) -> "BlueprintView":
        """Show a row, with what building it would cost today."""
        return cls(
            id=row.id,
            name=row.name,
            slug=row.slug,
            kind=row.kind,
            digest=row.digest,
            orderable=row.orderable,
            findings=msgspec.convert(row.findings, list[Finding]),
            requirements=row.requirements,
            criteria=row.criteria,
            budget_micros=row.budget_micros,
            measures=msgspec.convert(row.measures, Measures | None),
            quote=Quote.of(row.criteria, pricing) if row.name else None,
            created_at=row.created_at,
        )
