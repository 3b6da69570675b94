"""A stored blueprint: the text as it came, and what the linter said of it."""

from datetime import datetime
from typing import Any

from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from tenants.database import Base, TenantOwned


class BlueprintRow(TenantOwned, Base):
    """One version of a blueprint, never changed once stored."""

    __tablename__ = "blueprints"

    file: Mapped[str]
    name: Mapped[str]
    slug: Mapped[str]
    kind: Mapped[str]
    digest: Mapped[str]
    text: Mapped[str]
    orderable: Mapped[bool]
    requirements: Mapped[int]
    criteria: Mapped[int]
    budget_micros: Mapped[int | None]
    findings: Mapped[list[dict[str, Any]]] = mapped_column(JSONB)
    measures: Mapped[dict[str, Any] | None] = mapped_column(JSONB(none_as_null=True))
    created_at: Mapped[datetime]
