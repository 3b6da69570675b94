"""What the pages read: lists, records and counts, each in one query (SQLAlchemy)."""

import functools
from collections.abc import Mapping, Sequence
from typing import Any

import sqlalchemy as sa

from app import store
from app.entities import Entity
from app.fields import Field, File, Money, Value
from app.model import BY_KEY, ENTITIES

PAGE_ROWS = 25
RELATED_ROWS = 200

METADATA = sa.MetaData()
SQL_TYPES = {"TEXT": sa.String, "INTEGER": sa.Integer, "REAL": sa.Float}
TABLES = {
    entity.key: sa.Table(
        entity.key,
        METADATA,
        sa.Column("id", sa.Integer, primary_key=True),
        *(sa.Column(field.key, SQL_TYPES[field.sql_type]) for field in entity.fields),
    )
    for entity in ENTITIES
}


class Record:
    """A stored record with the titles of the records that it links to."""

    def __init__(self, entity: Entity, row: Mapping[str, Any]) -> None:
        self.entity = entity
        self.id: int = row["id"]
        self.values: dict[str, Value] = {f.key: row[f.key] for f in entity.fields}
        self.links = {f.key: row[f"title of {f.key}"] for f in entity.links}

    @property
    def title(self) -> str:
        """What the record is called."""
        return self.show(self.entity.title) or self.entity.untitled(self.id)

    @property
    def address(self) -> str:
        """The address of the record's page."""
        return f"/{self.entity.path}/{self.id}"

    def show(self, field: Field) -> str:
        """Write a value as people read it."""
        value = self.values[field.key]
        if not field.links_to:
            return field.show(value)
        if value is None:
            return ""
        target = BY_KEY[field.links_to]
        return show_title(target, self.links[field.key]) or target.untitled(value)

    def linked_address(self, field: Field) -> str:
        """Return the address of the record that a link points at."""
        return f"/{BY_KEY[field.links_to].path}/{self.values[field.key]}"


class Wanted:
    """Which records of a list are asked for, and in which order."""

    def __init__(
        self,
        *,
        search: str = "",
        choices: Mapping[str, str] | None = None,
        sort: str = "",
        page: int = 1,
    ) -> None:
        self.search = search
        self.choices = choices or {}
        self.sort = sort
        self.page = page

    @property
    def sort_key(self) -> str:
        """The key of the field that sorts."""
        return self.sort.removeprefix("-")

    @property
    def is_descending(self) -> bool:
        """Whether the order is turned round."""
        return self.sort.startswith("-")


class Page:
    """One page of a list; `total` counts all pages."""

    def __init__(self, records: Sequence[Record], total: int, number: int) -> None:
        self.records = records
        self.total = total
        self.number = number

    @property
    def first(self) -> int:
        """The place of the page's first record in the whole list."""
        return (self.number - 1) * PAGE_ROWS + 1

    @property
    def last(self) -> int:
        """The place of the page's last record."""
        return self.first + len(self.records) - 1


@functools.cache
def engine() -> sa.Engine:
    """Open the pool of reading connections once."""
    pool = sa.create_engine(f"sqlite:///{store.database_file()}")

    @sa.event.listens_for(pool, "connect")
    def set_up(connection: Any, record: Any) -> None:
        del record
        store.set_up(connection)
        connection.create_function("folded", 1, folded, deterministic=True)

    return pool


def folded(value: Value) -> Value:
    """Write text so that case does not matter, in any language."""
    return value.casefold() if isinstance(value, str) else value


def page_of(entity: Entity, wanted: Wanted) -> Page:
    """Return one page of a list, its count read by the same query."""
    statement = matching(entity, wanted).add_columns(
        sa.over(sa.func.count()).label("n")
    )
    for number in (wanted.page, 1):
        offset = (number - 1) * PAGE_ROWS
        rows = fetch(statement.limit(PAGE_ROWS).offset(offset))
        if rows:
            records = [Record(entity, row) for row in rows]
            return Page(records, rows[0]["n"], number)
    return Page([], 0, 1)


def all_of(entity: Entity, wanted: Wanted) -> list[Record]:
    """Return every record that matches."""
    return [Record(entity, row) for row in fetch(matching(entity, wanted))]


def one(entity: Entity, record_id: int) -> Record | None:
    """Return a record, or None when there is no such record."""
    if record_id > store.LARGEST_ID:
        return None
    table = TABLES[entity.key]
    rows = fetch(selecting(entity).where(table.c.id == record_id))
    return Record(entity, rows[0]) if rows else None


def related_to(record: Record, entity: Entity, field: Field) -> Page:
    """Return the records of another entity that link to one by a field."""
    table = TABLES[entity.key]
    statement = (
        selecting(entity)
        .add_columns(sa.over(sa.func.count()).label("n"))
        .where(table.c[field.key] == record.id)
        .order_by(table.c.id)
        .limit(RELATED_ROWS)
    )
    rows = fetch(statement)
    records = [Record(entity, row) for row in rows]
    return Page(records, rows[0]["n"] if rows else 0, 1)


def titles(entity: Entity) -> list[tuple[int, str]]:
    """Return every record's number and title, for a link's choices."""
    _, columns = joined(entity)
    table = TABLES[entity.key]
    rows = fetch(
        sa.select(table.c.id, columns[entity.title.key].label("title")).select_from(
            joined(entity)[0]
        )
    )
    named = [
        (r["id"], show_title(entity, r["title"]) or entity.untitled(r["id"]))
        for r in rows
    ]
    return told_apart(sorted(named, key=lambda pair: (pair[1].casefold(), pair[0])))


def told_apart(named: list[tuple[int, str]]) -> list[tuple[int, str]]:
    """Add its number to a title that another record has had before."""
    seen: set[str] = set()
    result = []
    for record_id, title in named:
        result.append(
            (record_id, f"{title} (no. {record_id})" if title in seen else title)
        )
        seen.add(title)
    return result


def counts() -> dict[str, int]:
    """Count the records of every entity."""
    if not ENTITIES:
        return {}
    each = [
        sa.select(sa.func.count())
        .select_from(TABLES[e.key])
        .scalar_subquery()
        .label(e.key)
        for e in ENTITIES
    ]
    return dict(fetch(sa.select(*each))[0])


def choice_counts(entity: Entity, field: Field) -> dict[str, int]:
    """Count the records of each choice."""
    column = TABLES[entity.key].c[field.key]
    rows = fetch(
        sa.select(column.label("choice"), sa.func.count().label("n")).group_by(column)
    )
    found = {row["choice"]: row["n"] for row in rows}
    return {choice: found.get(choice, 0) for choice in field.choices}


def fetch(statement: sa.Select[Any]) -> Sequence[Mapping[str, Any]]:
    """Run a query on a connection of its own."""
    with engine().connect() as connection:
        return connection.execute(statement).mappings().all()  # type: ignore[return-value]


@functools.cache
def joined(entity: Entity) -> tuple[sa.FromClause, dict[str, sa.ColumnElement[Any]]]:
    """Join the records that an entity links to; return each field's column.

    A link's column is the title of its record, which may itself be a link.
    """
    table = TABLES[entity.key]
    source: sa.FromClause = table
    columns: dict[str, sa.ColumnElement[Any]] = {}
    for field in entity.fields:
        column: sa.ColumnElement[Any] = table.c[field.key]
        for target in title_path(field):
            other = TABLES[target.key].alias()
            source = source.outerjoin(other, other.c.id == column)
            column = other.c[target.title.key]
        ends = title_end(BY_KEY[field.links_to]) if field.links_to else field
        columns[field.key] = column if ends else sa.null()
    return source, columns


def title_path(field: Field) -> list[Entity]:
    """Follow a link through titles that are links, each entity once."""
    path: list[Entity] = []
    while field.links_to and BY_KEY[field.links_to] not in path:
        path.append(BY_KEY[field.links_to])
        field = path[-1].title
    return path


def title_end(entity: Entity) -> Field | None:
    """Return the field that titles come from; None if they go in circles."""
    last = [entity, *title_path(entity.title)][-1]
    return None if last.title.links_to else last.title


def show_title(entity: Entity, value: Value) -> str:
    """Write the title of a linked record."""
    ends = title_end(entity)
    return ends.show(value) if ends and value is not None else ""


def selecting(entity: Entity) -> sa.Select[Any]:
    """Select an entity's records with the titles of their links."""
    source, columns = joined(entity)
    linked = [columns[f.key].label(f"title of {f.key}") for f in entity.links]
    return sa.select(TABLES[entity.key], *linked).select_from(source)


def matching(entity: Entity, wanted: Wanted) -> sa.Select[Any]:
    """Select the records that a list asks for, in its order."""
    table, statement = TABLES[entity.key], selecting(entity)
    for key, choice in wanted.choices.items():
        statement = statement.where(table.c[key] == choice)
    if wanted.search:
        statement = statement.where(found_by(entity, wanted.search))
    return statement.order_by(*ordering(entity, wanted), table.c.id)


def found_by(entity: Entity, search: str) -> sa.ColumnElement[bool]:
    """Look for a text in the text fields and the titles, ignoring case."""
    _, columns = joined(entity)
    searched = [
        f for f in entity.fields if f.is_text or f.links_to or f is entity.title
    ]
    texts = [as_text(columns[f.key], ends_in(f)) for f in searched]
    return sa.or_(
        *(
            sa.func.folded(text).contains(folded(search), autoescape=True)
            for text in texts
        )
    )


def ordering(entity: Entity, wanted: Wanted) -> list[sa.ColumnElement[Any]]:
    """Order by the field that the list is sorted by."""
    _, columns = joined(entity)
    if wanted.sort_key not in columns:
        return []
    field = next(f for f in entity.fields if f.key == wanted.sort_key)
    ends, column = ends_in(field), columns[field.key]
    if not ends.is_number:
        column = sa.func.folded(as_text(column, ends))
    return [column.desc() if wanted.is_descending else column.asc()]


def ends_in(field: Field) -> Field:
    """Return the field that a column's values are of: a link's are titles."""
    return (title_end(BY_KEY[field.links_to]) if field.links_to else None) or field


def as_text(column: sa.ColumnElement[Any], field: Field) -> sa.ColumnElement[Any]:
    """Write a column as people read it, as far as SQL can."""
    if isinstance(field, Money):
        return sa.func.printf("%.2f", column / 100.0)
    if isinstance(field, File):
        return sa.func.substr(column, 34)
    return sa.cast(column, sa.String)
