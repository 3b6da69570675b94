"""The local store's list of keys: which blob each one names, kept by SQLite beside the blobs."""

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from pathlib import Path

from backend.artifacts.errors import ObjectExistsError
from backend.artifacts.store import StoredObject

_SCHEMA = """
create table if not exists objects (
    key text primary key,
    tenant text not null,
    sha256 text not null,
    bytes integer not null,
    content_type text not null,
    stored_at text not null
) without rowid;
create index if not exists blobs on objects (tenant, sha256);
"""
_COLUMNS = "key, sha256, bytes, content_type, stored_at"
_BUSY_SECONDS = 30.0


class LocalIndex:
    """One row for each key. Every change holds the write lock, and changes its blob under it.

    That lock is what keeps a blob from being removed by one process while another, which puts
    the same bytes, counts on it.
    """

    def __init__(self, path: Path, *, page_rows: int) -> None:
        self._path = path
        self._page_rows = page_rows
        with closing(self._connect()) as connection:
            connection.execute("pragma journal_mode = wal")
            connection.executescript(_SCHEMA)

    def find(self, key: str) -> StoredObject | None:
        """Return a key's row."""
        with closing(self._connect()) as connection:
            return _find(connection, key)

    def page(self, prefix: str, after: str) -> list[StoredObject]:
        """Return the next keys that start with a prefix, in order."""
        # The byte FF is in no UTF-8 text, so it sorts behind every key with the prefix.
        query = (
            f"select {_COLUMNS} from objects where key > ? and key >= ?"  # noqa: S608 - a constant
            " and key < ? || cast(x'ff' as text) order by key limit ?"
        )
        with closing(self._connect()) as connection:
            rows = connection.execute(query, (after, prefix, prefix, self._page_rows))
            return [_object_of(row) for row in rows]

    def add(
        self, stored: StoredObject, *, if_absent: bool, keep_blob: Callable[[], None]
    ) -> StoredObject | None:
        """Write a key's row after its blob was put in place; return the row that it replaces."""
        with self._changing() as connection:
            old = _find(connection, stored.key)
            if old is not None and if_absent:
                raise ObjectExistsError(stored.key)
            keep_blob()
            connection.execute(
                "insert or replace into objects"
                " (key, tenant, sha256, bytes, content_type, stored_at) values (?, ?, ?, ?, ?, ?)",
                (
                    stored.key,
                    tenant_of(stored.key),
                    stored.sha256,
                    stored.bytes,
                    stored.content_type,
                    stored.stored_at.isoformat(),
                ),
            )
        return old

    def remove(self, key: str) -> StoredObject | None:
        """Forget a key and return what it was."""
        with self._changing() as connection:
            old = _find(connection, key)
            connection.execute("delete from objects where key = ?", (key,))
        return old

    def drop_unused(self, stored: StoredObject, drop_blob: Callable[[], None]) -> None:
        """Remove a blob that no key names any more."""
        with self._changing() as connection:
            used = connection.execute(
                "select 1 from objects where tenant = ? and sha256 = ? limit 1",
                (tenant_of(stored.key), stored.sha256),
            ).fetchone()
            if used is None:
                drop_blob()

    def _connect(self) -> sqlite3.Connection:
        connection = sqlite3.connect(self._path, timeout=_BUSY_SECONDS, isolation_level=None)
        connection.execute("pragma synchronous = full")
        return connection

    @contextmanager
    def _changing(self) -> Iterator[sqlite3.Connection]:
        with closing(self._connect()) as connection:
            connection.execute("begin immediate")
            yield connection  # an error closes the connection, and that rolls back
            connection.execute("commit")


def tenant_of(key: str) -> str:
    """Return the tenant's id that a key starts with."""
    return key.partition("/")[0]


def _find(connection: sqlite3.Connection, key: str) -> StoredObject | None:
    query = f"select {_COLUMNS} from objects where key = ?"  # noqa: S608 - a constant
    row = connection.execute(query, (key,)).fetchone()
    return None if row is None else _object_of(row)


def _object_of(row: tuple[str, str, int, str, str]) -> StoredObject:
    key, sha256, size_bytes, content_type, stored_at = row
    return StoredObject(
        key=key,
        sha256=sha256,
        bytes=size_bytes,
        content_type=content_type,
        stored_at=datetime.fromisoformat(stored_at).astimezone(UTC),
    )
