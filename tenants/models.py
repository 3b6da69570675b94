"""The tenants' tables: who is served, by which keys, and what was done in their name."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey, Index, func
from sqlalchemy.orm import Mapped, mapped_column

from tenants.database import Base, TenantOwned
from tenants.ids import new_id


class Tenant(Base):
    """A customer organisation; its id is the tenant id of every row it owns."""

    __tablename__ = "tenants"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    name: Mapped[str]
    created_at: Mapped[datetime] = mapped_column(server_default=func.now())
    suspended_at: Mapped[datetime | None]


class ApiKey(TenantOwned, Base):
    """A key as we keep it: enough to recognise it, never enough to use it."""

    __tablename__ = "api_keys"
    # Not unique: a unique key over all tenants would tell one of another's; look-ups compare all.
    __table_args__ = (Index(None, "public_id"),)

    name: Mapped[str]
    public_id: Mapped[str]
    secret_hash: Mapped[bytes]
    created_at: Mapped[datetime] = mapped_column(server_default=func.now())
    last_used_at: Mapped[datetime | None]
    revoked_at: Mapped[datetime | None]


class IdempotencyRecord(Base):
    """The answer to a request that must not happen twice, committed together with its effect."""

    __tablename__ = "idempotency_keys"

    tenant_id: Mapped[UUID] = mapped_column(ForeignKey("tenants.id"), primary_key=True)
    key: Mapped[str] = mapped_column(primary_key=True)
    fingerprint: Mapped[bytes]
    status: Mapped[int | None]
    body: Mapped[bytes | None]
    created_at: Mapped[datetime] = mapped_column(server_default=func.now(), index=True)


class AuditEntry(Base):
    """One thing that was done, chained by hash to the one before it."""

    __tablename__ = "audit_entries"

    tenant_id: Mapped[UUID] = mapped_column(ForeignKey("tenants.id"), primary_key=True)
    seq: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    at: Mapped[datetime]
    actor: Mapped[str]
    key_id: Mapped[UUID | None]
    action: Mapped[str]
    object: Mapped[str]
    request_id: Mapped[str]
    before_hash: Mapped[bytes | None]
    after_hash: Mapped[bytes | None]
    previous_hash: Mapped[bytes]
    hash: Mapped[bytes]
