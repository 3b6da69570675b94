"""The pages of one record: to see it, write it, change it and delete it.

A form that is refused comes back with status 200: browsers log anything from 400 on as
an error of the page, and a typing mistake is none.
"""

from collections.abc import Mapping

from litestar import get, post
from litestar.datastructures import FormMultiDict
from litestar.di import NamedDependency
from litestar.exceptions import NotFoundException
from litestar.params import FromPath
from litestar.response import File as FileResponse
from litestar.response import Redirect, Template

from app import checks, files, messages, queries, store
from app.checks import Cell
from app.entities import Entity
from app.fields import Field, File, Value
from app.model import BY_KEY, ENTITIES
from app.queries import Record
from app.web import AnyRequest, page, text_of, upload_of


@get("/{plural:str}/new", sync_to_thread=True)
def show_new(entity: NamedDependency[Entity], request: AnyRequest) -> Template:
    """Show an empty form; an address such as `?customer=1` fills it in."""
    given = request.query_params
    cells = {f.key: given.get(f.key) or first_text(f) for f in entity.fields}
    return form_page(entity, cells)


@post("/{plural:str}/new", sync_to_thread=True, status_code=200)
def create(
    entity: NamedDependency[Entity], form: NamedDependency[FormMultiDict]
) -> Template | Redirect:
    """Keep a new record, or show what is wrong with it."""
    cells = cells_of(entity, form)
    with store.writing() as connection:
        checked = checks.check(connection, entity, cells, find=checks.link_by_number)
        if not checked.errors:
            record_id = store.insert(connection, entity, checked.values)
    if checked.errors:
        return form_page(entity, cells, errors=checked.errors)
    return messages.going_to(f"/{entity.path}/{record_id}", messages.SAVED, entity)


@get("/{plural:str}/{record_id:int}", sync_to_thread=True)
def show_record(record: NamedDependency[Record], request: AnyRequest) -> Template:
    """Show a record and the records that link to it."""
    related = [
        (other, field, queries.related_to(record, other, field))
        for other in ENTITIES
        for field in other.links
        if field.links_to == record.entity.key
    ]
    message = messages.read(request)
    return page(
        "record", entity=record.entity, record=record, related=related, message=message
    )


@get("/{plural:str}/{record_id:int}/edit", sync_to_thread=True)
def show_edit(record: NamedDependency[Record]) -> Template:
    """Show a form with the record's values."""
    values = record.values
    cells = {f.key: f.show(values[f.key]) for f in record.entity.fields}
    return form_page(record.entity, cells, record=record)


@post("/{plural:str}/{record_id:int}/edit", sync_to_thread=True, status_code=200)
def change(
    record: NamedDependency[Record], form: NamedDependency[FormMultiDict]
) -> Template | Redirect:
    """Keep a changed record, or show what is wrong with it."""
    entity, cells = record.entity, cells_of(record.entity, form)
    with store.writing() as connection:
        checked = checks.check(
            connection,
            entity,
            cells,
            find=checks.link_by_number,
            record_id=record.id,
        )
        if not checked.errors:
            store.update(connection, entity, record.id, checked.values)
    if checked.errors:
        return form_page(entity, cells, record=record, errors=checked.errors)
    files.drop(left_over(record, checked.values))
    return messages.going_to(record.address, messages.SAVED, entity)


@post("/{plural:str}/{record_id:int}/delete", sync_to_thread=True)
def delete(record: NamedDependency[Record]) -> Redirect:
    """Remove a record, unless others link to it."""
    entity = record.entity
    with store.writing() as connection:
        is_used = bool(store.users(connection, entity, record.id))
        if not is_used:
            store.delete(connection, entity, record.id)
    if is_used:
        return messages.going_to(record.address, messages.IN_USE, entity, record.id)
    files.drop(left_over(record, {}))
    return messages.going_to(f"/{entity.path}", messages.DELETED, entity)


@get("/{plural:str}/{record_id:int}/files/{key:str}", sync_to_thread=False)
def send_file(record: NamedDependency[Record], key: FromPath[str]) -> FileResponse:
    """Send an uploaded file to be saved: the browser never opens it as a page."""
    field = next((f for f in record.entity.fields if f.key == key), None)
    stored = record.values[key] if isinstance(field, File) else None
    if not field or not stored or not files.content_of(stored).is_file():
        raise NotFoundException
    return FileResponse(
        files.content_of(stored),
        filename=field.show(stored),
        media_type="application/octet-stream",
    )


def form_page(
    entity: Entity,
    cells: Mapping[str, Cell],
    *,
    record: Record | None = None,
    errors: Mapping[str, str] | None = None,
) -> Template:
    """Show a form with what was typed and what is wrong with it."""
    return page(
        "form",
        entity=entity,
        record=record,
        cells=cells,
        errors=errors or {},
        choices={f.key: choices_of(f, cells.get(f.key)) for f in entity.fields},
    )


def choices_of(field: Field, chosen: Cell | None) -> list[tuple[str, str]]:
    """Return what a select offers, as pairs of value and words."""
    if field.links_to:
        named = queries.titles(BY_KEY[field.links_to])
        return [("", ""), *((str(number), title) for number, title in named)]
    blank = [] if field.starts_as and chosen else [("", "")]
    return blank + [(choice, choice) for choice in field.choices]


def first_text(field: Field) -> str:
    """Return what a control of a new form starts with."""
    if not field.links_to or not field.starts_as:
        return field.default()
    with store.reading() as connection:
        found = store.titled(connection, BY_KEY[field.links_to], field.starts_as)
    return str(found[0]) if len(found) == 1 else ""


def cells_of(entity: Entity, form: FormMultiDict) -> dict[str, Cell]:
    """Read what the controls of a form have sent."""
    return {field.key: cell_of(field, form) for field in entity.fields}


def cell_of(field: Field, form: FormMultiDict) -> Cell:
    """Read what one control has sent."""
    if not isinstance(field, File):
        return text_of(form, field.key)
    removed = checks.REMOVED if form.get(f"remove-{field.key}") else ""
    return upload_of(form, field.key) or removed


def left_over(record: Record, values: Mapping[str, Value]) -> list[str]:
    """Return the record's stored files that its new values no longer name."""
    before = {
        f.key: record.values[f.key] for f in record.entity.fields if isinstance(f, File)
    }
    return [old for key, old in before.items() if old and old != values.get(key)]


HANDLERS = [show_new, create, show_record, show_edit, change, delete, send_file]
