"""The only door to the database: a session belongs to one tenant, or sees no tenant's rows."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import (
    URL,
    BigInteger,
    Connection,
    DateTime,
    Enum,
    ForeignKey,
    ForeignKeyConstraint,
    LargeBinary,
    MetaData,
    Text,
    Uuid,
    event,
    make_url,
    text,
)
from sqlalchemy.ext.asyncio import (
    AsyncEngine,
    AsyncSession,
    async_sessionmaker,
    create_async_engine,
)
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, SessionTransaction, mapped_column

from tenants.errors import MissingTenantError, UnsafeDatabaseRoleError
from tenants.ids import new_id

NAMING_CONVENTION = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}


class Base(DeclarativeBase):
    """The root of all tables; integers are 64 bits wide and every moment carries its zone."""

    metadata = MetaData(naming_convention=NAMING_CONVENTION)
    type_annotation_map = {  # noqa: RUF012 - SQLAlchemy declares this attribute as it stands here
        int: BigInteger,
        str: Text,
        bytes: LargeBinary,
        UUID: Uuid,
        datetime: DateTime(timezone=True),
        StrEnum: Enum(
            StrEnum,
            native_enum=False,
            create_constraint=False,
            length=40,
            values_callable=lambda kind: [member.value for member in kind],
        ),
    }


class TenantOwned:
    """A row of one tenant; its key starts with the tenant, so references cannot cross over."""

    tenant_id: Mapped[UUID] = mapped_column(
        ForeignKey("tenants.id"), primary_key=True, sort_order=-2
    )
    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id, sort_order=-1)


def tenant_reference(column: str, table: str) -> ForeignKeyConstraint:
    """Point at another table's row of the same tenant: a plain foreign key bypasses RLS."""
    return ForeignKeyConstraint(["tenant_id", column], [f"{table}.tenant_id", f"{table}.id"])


class TenantSession(Session):
    """A session that belongs to one tenant."""


@event.listens_for(TenantSession, "after_begin")
def _set_tenant(session: Session, transaction: SessionTransaction, connection: Connection) -> None:
    del transaction  # the event hands it over; the setting belongs to the connection
    # Local to the transaction: a session-wide setting would leak into the next pool checkout.
    connection.execute(
        text("select set_config('app.tenant_id', :tenant, true)"),
        {"tenant": str(_tenant_in(session))},
    )


def tenant_of(session: AsyncSession) -> UUID:
    """Say whose session this is."""
    return _tenant_in(session.sync_session)


def _tenant_in(session: Session) -> UUID:
    tenant_id = session.info.get("tenant_id")
    if not isinstance(tenant_id, UUID):
        raise MissingTenantError("This session belongs to no tenant; open it by tenant_session().")
    return tenant_id


class Database:
    """An open database; sessions are transactions: they commit when the block ends well."""

    def __init__(self, engine: AsyncEngine) -> None:
        self.engine = engine
        self._tenant_sessions = async_sessionmaker(
            engine, expire_on_commit=False, sync_session_class=TenantSession
        )
        self._operator_sessions = async_sessionmaker(engine, expire_on_commit=False)

    @asynccontextmanager
    async def tenant_session(self, tenant_id: UUID) -> AsyncIterator[AsyncSession]:
        """Open one transaction that sees this tenant's rows and nobody else's."""
        async with self._tenant_sessions(info={"tenant_id": tenant_id}) as session, session.begin():
            tenant_of(session)
            yield session

    def idle_tenant_session(self, tenant_id: UUID) -> AsyncSession:
        """Return a session like that of `tenant_session` which its caller commits and closes.

        It begins with its first statement and holds no connection before.
        """
        session = self._tenant_sessions(info={"tenant_id": tenant_id})
        tenant_of(session)
        return session

    @asynccontextmanager
    async def operator_session(self) -> AsyncIterator[AsyncSession]:
        """Open one transaction for the few cross-tenant functions; of tables it sees no row."""
        async with self._operator_sessions() as session, session.begin():
            yield session

    async def close(self) -> None:
        """Give all connections back."""
        await self.engine.dispose()


async def open_database(url: str, *, pool_size: int = 10, max_overflow: int = 10) -> Database:
    """Connect, and refuse a role that row-level security would not bind."""
    engine = create_async_engine(
        psycopg_url(url),
        pool_size=pool_size,
        max_overflow=max_overflow,
        pool_pre_ping=True,
        connect_args={"application_name": "draftworks"},
    )
    try:
        await _refuse_unsafe_role(engine)
    except BaseException:
        await engine.dispose()
        raise
    return Database(engine)


def psycopg_url(url: str) -> URL:
    """Read any PostgreSQL address (`postgres://`, `postgresql://`) for the one driver we use."""
    return make_url(url).set(drivername="postgresql+psycopg")


async def _refuse_unsafe_role(engine: AsyncEngine) -> None:
    async with engine.connect() as connection:
        role, mighty, owns_tables = (await connection.execute(text(_ROLE_POWERS))).one()
    if mighty is not None:
        raise UnsafeDatabaseRoleError(role, f"has the powers of {mighty!r}, which bypasses RLS")
    if owns_tables:
        raise UnsafeDatabaseRoleError(role, "owns tables and could switch their RLS off")


_ROLE_POWERS = """
    select current_user,
           (select min(rolname) from pg_roles
            where (rolsuper or rolbypassrls) and pg_has_role(session_user, oid, 'member')),
           exists (select from pg_class
                   where relkind in ('r', 'p') and relnamespace = 'public'::regnamespace
                     and pg_has_role(session_user, relowner, 'member'))
"""
