"""What the blueprint routes take and give."""

from datetime import datetime
from uuid import UUID

import msgspec

from backend.blueprints.blueprint import Finding
from backend.blueprints.models import BlueprintRow


class SubmitBlueprint(msgspec.Struct, forbid_unknown_fields=True):
    """A blueprint's text and the name of the file that it came from."""

    text: str
    file: str = "blueprint.md"


class BlueprintView(msgspec.Struct, kw_only=True):
    """A stored blueprint; one with blocking findings is kept but not `orderable`."""

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
    created_at: datetime

    @classmethod
    def of(cls, row: BlueprintRow) -> "BlueprintView":
        """Show a row."""
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
            created_at=row.created_at,
        )
