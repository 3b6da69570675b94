"""What was done in a tenant's name, in a chain of hashes that shows any change afterwards."""

import hashlib
from collections.abc import Sequence
from datetime import UTC, datetime

import msgspec
from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from tenants.auth import Principal
from tenants.database import tenant_of
from tenants.models import AuditEntry

GENESIS = bytes(32)
_READ_AT_ONCE = 500


async def record(  # noqa: PLR0913 - an audit entry has as many sides as it has
    session: AsyncSession,
    action: str,
    object: str,  # noqa: A002 - the audit trail's own word
    *,
    by: Principal | str,
    request_id: str = "",
    before: object = None,
    after: object = None,
) -> AuditEntry:
    """Append an entry, such as `record(session, "key.created", f"key:{id}", by=principal)`.

    It holds the tenant's audit lock until the transaction ends: write it last.
    """
    await _lock(session)
    previous = await _last(session)
    entry = AuditEntry(
        tenant_id=tenant_of(session),
        seq=previous.seq + 1 if previous else 1,
        at=datetime.now(UTC),
        actor=by.name if isinstance(by, Principal) else by,
        key_id=by.key_id if isinstance(by, Principal) else None,
        action=action,
        object=object,
        request_id=request_id,
        before_hash=_hash_of(before),
        after_hash=_hash_of(after),
        previous_hash=previous.hash if previous else GENESIS,
    )
    entry.hash = chain_hash(entry)
    session.add(entry)
    await session.flush()
    return entry


async def first_broken(session: AsyncSession) -> int | None:
    """Return the number of the first entry that was changed, added or lost, or None."""
    expected_seq, previous_hash = 1, GENESIS
    while entries := await _from(session, expected_seq):
        for entry in entries:
            follows = entry.seq == expected_seq and entry.previous_hash == previous_hash
            if not follows or entry.hash != chain_hash(entry):
                return expected_seq
            expected_seq, previous_hash = expected_seq + 1, entry.hash
    return None


def chain_hash(entry: AuditEntry) -> bytes:
    """Hash everything an entry says, and the hash of the one before it."""
    told = (
        entry.tenant_id, entry.seq, entry.at.astimezone(UTC), entry.actor, entry.key_id,
        entry.action, entry.object, entry.request_id, entry.before_hash, entry.after_hash,
        entry.previous_hash,
    )  # fmt: skip
    return hashlib.sha256(msgspec.json.encode(told)).digest()


async def _lock(session: AsyncSession) -> None:
    name = f"audit:{tenant_of(session)}"
    await session.execute(select(func.pg_advisory_xact_lock(func.hashtextextended(name, 0))))


async def _from(session: AsyncSession, seq: int) -> Sequence[AuditEntry]:
    query = (
        select(AuditEntry)
        .where(AuditEntry.tenant_id == tenant_of(session), AuditEntry.seq >= seq)
        .order_by(AuditEntry.seq)
        .limit(_READ_AT_ONCE)
        .execution_options(populate_existing=True)
    )
    return (await session.scalars(query)).all()


async def _last(session: AsyncSession) -> AuditEntry | None:
    query = (
        select(AuditEntry)
        .where(AuditEntry.tenant_id == tenant_of(session))
        .order_by(AuditEntry.seq.desc())
        .limit(1)
    )
    return (await session.scalars(query)).one_or_none()


def _hash_of(value: object) -> bytes | None:
    if value is None:
        return None
    return hashlib.sha256(msgspec.json.encode(value, order="deterministic")).digest()
