"""Records that keep every rule of `app/model.py`, however it is changed."""

from collections.abc import Iterator
from datetime import date, timedelta
from decimal import ROUND_CEILING, Decimal

from app.model import BY_KEY, ENTITIES

from app import checks, queries, store
from app.entities import Entity
from app.fields import Date, Field, File, WholeNumber, YesNo


def text_for(field: Field, number: int) -> str:
    """Return a text that the field takes; another number gives another text."""
    if field.choices:
        return field.choices[number % len(field.choices)]
    if field.is_number:
        return number_for(field, number)
    if isinstance(field, Date):
        return date_for(field, number)
    texts = {
        "Email": f"someone{number}@example.com",
        "Phone": f"+44 20 7946 {number:04d}",
        "WebAddress": f"https://example.com/{number}",
        "YesNo": "Yes",
        "File": f"plan{number}.txt",
    }
    return texts.get(type(field).__name__, f"{field.name[:60]} {number}".strip())


def number_for(field: Field, number: int) -> str:
    """Count up from the lowest bound, or down from the highest."""
    low, high = field.at_least, field.at_most
    value = Decimal(low) + number if low else Decimal(number)
    if high and value > Decimal(high):
        value = Decimal(low) if low else Decimal(high) - number
    if isinstance(field, WholeNumber):
        value = value.to_integral_value(ROUND_CEILING)
    return format(value, "f")


def date_for(field: Date, number: int) -> str:
    """Count days from the lowest bound, or from today."""
    start = date.fromisoformat(field.at_least[:10]) if field.at_least else date.today()
    if field.on_or_after_today:
        start = max(start, date.today())
    if field.at_most:
        start = min(start, date.fromisoformat(field.at_most[:10]) - timedelta(number))
    time = field.example[10:]
    return f"{start + timedelta(number)}{time}"


def can_exist(entity: Entity, above: tuple[Entity, ...] = ()) -> bool:
    """Tell whether a first record is possible: required links may go in circles."""
    needed = [BY_KEY[field.links_to] for field in entity.links if field.required]
    path = (*above, entity)
    return all(other not in path and can_exist(other, path) for other in needed)


def cells_for(entity: Entity, number: int, linked: dict[str, int]) -> dict[str, str]:
    """Fill in a form, making the records that it links to first."""
    cells = {}
    for field in entity.fields:
        if not field.links_to:
            cells[field.key] = text_for(field, number)
        elif field.required:
            cells[field.key] = str(linked_record(BY_KEY[field.links_to], linked))
    return cells


def linked_record(entity: Entity, linked: dict[str, int]) -> int:
    """Return the one record of an entity that others link to."""
    if entity.key not in linked:
        linked[entity.key] = add(entity, 900, linked)
    return linked[entity.key]


def add(entity: Entity, number: int, linked: dict[str, int] | None = None) -> int:
    """Keep a record and return its number."""
    cells = cells_for(entity, number, {} if linked is None else linked)
    with store.writing() as connection:
        checked = checks.check(connection, entity, cells, find=checks.link_by_number)
        assert not checked.errors
        return store.insert(connection, entity, checked.values)


def row_for(entity: Entity, number: int) -> dict[str, str]:
    """Return a record as seeds and CSV files hold it: names, and titles for links."""
    cells = cells_for(entity, number, linked := {})
    for field in entity.links:
        if field.key in cells:
            target = queries.one(BY_KEY[field.links_to], linked[field.links_to])
            cells[field.key] = target.title if target else ""
    return {f.name: cells[f.key] for f in entity.fields if f.key in cells}


def without_files(entity: Entity, cells: dict[str, str]) -> dict[str, str]:
    """Leave out what a form sends apart."""
    keys = {field.key for field in entity.fields if isinstance(field, File)}
    return {key: cell for key, cell in cells.items() if key not in keys}


def files_in(entity: Entity, cells: dict[str, str]) -> dict[str, tuple[str, bytes]]:
    """Return the uploads of a form."""
    named = (f.key for f in entity.fields if isinstance(f, File))
    return {key: (cells[key], b"what the file holds") for key in named if key in cells}


def typed_fields(entity: Entity) -> Iterator[Field]:
    """Return the fields that people type or choose: no files, no ticks."""
    return (f for f in entity.fields if not isinstance(f, File | YesNo))


EXISTING = [entity for entity in ENTITIES if can_exist(entity)]
FIELDS = [(entity, field) for entity in EXISTING for field in typed_fields(entity)]
LINKS = [(entity, f) for entity in EXISTING for f in entity.links if f.required]


def name_of(value: object) -> str | None:
    """Name a test's case after what it is about."""
    return value.key if isinstance(value, Entity | Field) else None
