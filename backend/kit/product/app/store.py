"""The database file: its place, its tables, and everything that is written to it.

Only Python's own sqlite3 is used here, so that seed and reset start at once;
the web pages read through SQLAlchemy, in `queries.py`.
"""

import contextlib
import sqlite3
import zlib
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from app import files
from app.entities import Entity
from app.fields import Field, Value
from app.model import BY_KEY, ENTITIES

BUSY_SECONDS = 10.0
LARGEST_ID = 2**63 - 1


def database_file() -> Path:
    """Return where the records are kept."""
    return files.data_folder() / "app.db"


def connect() -> sqlite3.Connection:
    """Open the database; nothing is begun or committed unseen."""
    database_file().parent.mkdir(parents=True, exist_ok=True)
    connection = sqlite3.connect(
        database_file(), timeout=BUSY_SECONDS, isolation_level=None
    )
    set_up(connection)
    return connection


def set_up(connection: sqlite3.Connection) -> None:
    """Keep links intact; a power cut may cost the last change, never the file."""
    connection.execute("PRAGMA synchronous = NORMAL")
    connection.execute("PRAGMA foreign_keys = ON")


@contextlib.contextmanager
def reading() -> Iterator[sqlite3.Connection]:
    """Open a connection for a look-up."""
    with contextlib.closing(connect()) as connection:
        yield connection


@contextlib.contextmanager
def writing() -> Iterator[sqlite3.Connection]:
    """Open the one write transaction: all of it is kept, or nothing."""
    connection = connect()
    try:
        connection.execute("BEGIN IMMEDIATE")
        yield connection
        connection.execute("COMMIT")
    except BaseException:
        if connection.in_transaction:
            connection.execute("ROLLBACK")
        raise
    finally:
        connection.close()


def prepare() -> None:
    """Make the tables, and add the columns that a newer model asks for."""
    fingerprint = zlib.crc32("\n".join(map(create_table, ENTITIES)).encode()) >> 1
    with contextlib.closing(connect()) as connection:
        if connection.execute("PRAGMA user_version").fetchone()[0] == fingerprint:
            return
        # Readers and the one writer then work at the same time.
        connection.execute("PRAGMA journal_mode = WAL")
    with writing() as connection:
        for entity in ENTITIES:
            connection.execute(create_table(entity))
            add_missing_columns(connection, entity)
            make_indexes(connection, entity)
        connection.execute(sql("PRAGMA user_version =", str(fingerprint)))


def create_table(entity: Entity) -> str:
    """Write the statement that makes an entity's table."""
    columns = ['"id" INTEGER PRIMARY KEY AUTOINCREMENT', *map(column, entity.fields)]
    return sql("CREATE TABLE IF NOT EXISTS", quoted(entity.key), listed(columns))


def column(field: Field) -> str:
    """Write a column; rules are checked in `checks.py`, where the words are."""
    if not field.links_to:
        return sql(quoted(field.key), field.sql_type)
    target = quoted(field.links_to)
    return sql(quoted(field.key), field.sql_type, "REFERENCES", target, '("id")')


def add_missing_columns(connection: sqlite3.Connection, entity: Entity) -> None:
    """Add new fields to an older table; its records get what the field starts as."""
    table = quoted(entity.key)
    known = {
        row[1] for row in connection.execute(sql("PRAGMA table_info(", table, ")"))
    }
    for field in entity.fields:
        if field.key in known:
            continue
        connection.execute(sql("ALTER TABLE", table, "ADD COLUMN", column(field)))
        if field.starts_as and field.starts_as != "today" and not field.links_to:
            fill = sql("UPDATE", table, "SET", quoted(field.key), "= ?")
            connection.execute(fill, (field.read(field.starts_as),))


def make_indexes(connection: sqlite3.Connection, entity: Entity) -> None:
    """Index what is looked up by value: titles, links and unique fields."""
    for field in entity.fields:
        if field is entity.title or field.links_to or field.unique:
            name = quoted(f"by {entity.key} {field.key}")
            nocase = [sql(quoted(field.key), "COLLATE NOCASE" if field.is_text else "")]
            start = sql("CREATE INDEX IF NOT EXISTS", name, "ON", quoted(entity.key))
            connection.execute(sql(start, listed(nocase)))


def insert(
    connection: sqlite3.Connection, entity: Entity, values: Mapping[str, Value]
) -> int:
    """Add a record and return its number."""
    names = listed(quoted(key) for key in values)
    marks = listed("?" * len(values))
    statement = sql("INSERT INTO", quoted(entity.key), names, "VALUES", marks)
    return connection.execute(statement, files.kept(values)).lastrowid or 0


def update(
    connection: sqlite3.Connection,
    entity: Entity,
    record_id: int,
    values: Mapping[str, Value],
) -> None:
    """Change a record."""
    changes = ", ".join(sql(quoted(key), "= ?") for key in values)
    statement = sql("UPDATE", quoted(entity.key), "SET", changes, 'WHERE "id" = ?')
    connection.execute(statement, (*files.kept(values), record_id))


def delete(connection: sqlite3.Connection, entity: Entity, record_id: int) -> None:
    """Remove a record; one that is in use must be refused before."""
    statement = sql("DELETE FROM", quoted(entity.key), 'WHERE "id" = ?')
    connection.execute(statement, (record_id,))


def find(
    connection: sqlite3.Connection, entity: Entity, record_id: int
) -> dict[str, Value] | None:
    """Return a record's stored values, or None when there is no such record."""
    names = ", ".join(quoted(field.key) for field in entity.fields)
    statement = sql("SELECT", names, "FROM", quoted(entity.key), 'WHERE "id" = ?')
    row = connection.execute(statement, (min(record_id, LARGEST_ID),)).fetchone()
    return row and dict(zip((f.key for f in entity.fields), row, strict=True))


def is_taken(
    connection: sqlite3.Connection,
    entity: Entity,
    field: Field,
    *,
    value: Value,
    besides: int | None = None,
) -> bool:
    """Tell whether another record has the value, ignoring case."""
    nocase = "COLLATE NOCASE" if field.is_text else ""
    statement = sql(
        *("SELECT 1 FROM", quoted(entity.key), "WHERE", quoted(field.key), "= ?"),
        *(nocase, 'AND "id" IS NOT ? LIMIT 1'),
    )
    return connection.execute(statement, (value, besides)).fetchone() is not None


def titled(connection: sqlite3.Connection, entity: Entity, title: str) -> list[int]:
    """Return the records that are called by a title, as lists show it."""
    named = _called(connection, entity, title, seen=frozenset())
    prefix, _, number = title.rpartition(" ")
    if named or prefix != entity.name or not number.isdecimal():
        return named
    record = find(connection, entity, int(number))
    is_untitled = record is not None and record[entity.title.key] is None
    return [int(number)] if is_untitled else []


def _called(
    connection: sqlite3.Connection, entity: Entity, title: str, *, seen: frozenset[str]
) -> list[int]:
    """Look a title up, through the records that a title itself links to."""
    if entity.key in seen:
        return []
    field, name = entity.title, quoted(entity.title.key)
    values: list[Value]
    if field.links_to:
        target = BY_KEY[field.links_to]
        values = list(_called(connection, target, title, seen=seen | {entity.key}))
    else:
        values = list(field.titles_like(title))
    start = sql('SELECT "id" FROM', quoted(entity.key), "WHERE", field.title_sql(name))
    rows = (connection.execute(sql(start, "= ?"), (value,)) for value in values)
    return [record_id for found in rows for (record_id,) in found]


def users(
    connection: sqlite3.Connection, entity: Entity, record_id: int
) -> list[tuple[Entity, int]]:
    """Count the records that link to one."""
    counted = []
    for other in ENTITIES:
        links = [quoted(f.key) for f in other.links if f.links_to == entity.key]
        if not links:
            continue
        uses = " OR ".join(sql(link, "= :id") for link in links)
        start = sql("SELECT count(*) FROM", quoted(other.key), "WHERE", uses)
        number = connection.execute(start, {"id": record_id}).fetchone()[0]
        if number:
            counted.append((other, number))
    return counted


def clear() -> None:
    """Forget every record and every file, as if the app had just been installed."""
    with contextlib.closing(connect()) as connection:
        connection.execute("PRAGMA foreign_keys = OFF")
        connection.execute("BEGIN IMMEDIATE")
        found = connection.execute(
            "SELECT name FROM sqlite_schema WHERE type = 'table'"
        )
        for (name,) in found.fetchall():
            if name == "sqlite_sequence" or not name.startswith("sqlite_"):
                connection.execute(sql("DELETE FROM", quoted(name)))
        connection.execute("COMMIT")
    files.clear()


def sql(*parts: str) -> str:
    """Put a statement together; values never go in here, only names and words."""
    return " ".join(part for part in parts if part)


def quoted(name: str) -> str:
    """Quote the name of a table or column."""
    return '"' + name.replace('"', '""') + '"'


def listed(parts: Iterable[str]) -> str:
    """Write a list in brackets."""
    return "(" + ", ".join(parts) + ")"
