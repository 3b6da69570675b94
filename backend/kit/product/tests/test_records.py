"""Records: written, refused, shown, changed and deleted."""

import pytest
from app.model import BY_KEY
from markupsafe import escape

from app import queries
from app.entities import Entity
from app.fields import Field, File
from conftest import Browser
from samples import (
    EXISTING,
    FIELDS,
    LINKS,
    add,
    cells_for,
    files_in,
    name_of,
    without_files,
)

WRONG = {
    "Choice": ("something else", "must be one of the choices"),
    "Date": ("tomorrow", "must be a date as 2026-03-12"),
    "DateTime": ("noon", "must be a date and time as 2026-03-12 14:30"),
    "Email": ("not an address", "must be a valid email address"),
    "Link": ("999999", "must be one of the choices"),
    "LongText": ("x" * 20_001, "must be at most 20000 characters long"),
    "Money": ("a lot", "must be a number"),
    "Number": ("a lot", "must be a number"),
    "Phone": ("call me", "must be a valid phone number"),
    "Text": ("x" * 501, "must be at most 500 characters long"),
    "WebAddress": ("javascript:alert(1)", "must be a valid web address"),
    "WholeNumber": ("1.5", "must be a whole number"),
}
REQUIRED = [
    (e, f) for e in EXISTING for f in e.fields if f.required and f.control != "checkbox"
]
BOUNDED = [(e, f) for e, f in FIELDS if f.is_number and (f.at_least or f.at_most)]
UNIQUE = [(e, f) for e, f in FIELDS if f.unique and not f.links_to]


def refused(browser: Browser, entity: Entity, cells: dict[str, str]) -> str:
    """Send a form that must not be accepted; return the page that comes back."""
    before = queries.counts()[entity.key]
    response = browser.send(f"/{entity.path}/new", cells)
    assert response.status_code == 200
    assert queries.counts()[entity.key] == before
    return response.text


def created(browser: Browser, entity: Entity, cells: dict[str, str]) -> str:
    """Send a form that must be accepted; return where it leads."""
    response = browser.send(
        f"/{entity.path}/new",
        without_files(entity, cells),
        files=files_in(entity, cells) or None,
    )
    assert response.status_code == 303, response.text
    return response.headers["location"]


@pytest.mark.parametrize(("entity", "field"), REQUIRED, ids=name_of)
def test_a_required_field_may_not_be_blank(
    browser: Browser, entity: Entity, field: Field
) -> None:
    cells = without_files(entity, cells_for(entity, 1, {})) | {field.key: " "}
    assert escape(f"{field.name} is required") in refused(browser, entity, cells)


@pytest.mark.parametrize(("entity", "field"), FIELDS, ids=name_of)
def test_nonsense_is_refused_and_kept_on_the_form(
    browser: Browser, entity: Entity, field: Field
) -> None:
    text, message = WRONG[type(field).__name__]
    cells = without_files(entity, cells_for(entity, 1, {})) | {field.key: text}
    page = refused(browser, entity, cells)
    assert escape(f"{field.name} {message}") in page
    assert f'aria-describedby="error-{field.key}"' in page
    assert field.choices or field.links_to or text in page


@pytest.mark.parametrize(("entity", "field"), BOUNDED, ids=name_of)
def test_bounds_are_kept(browser: Browser, entity: Entity, field: Field) -> None:
    beyond = {"-999999999": field.at_least, "999999999": field.at_most}
    linked: dict[str, int] = {}
    for text, bound in beyond.items():
        if bound is not None:
            cells = without_files(entity, cells_for(entity, 1, linked))
            cells[field.key] = text
            word = "least" if text.startswith("-") else "most"
            message = escape(f"{field.name} must be at {word} {bound}")
            assert message in refused(browser, entity, cells)


@pytest.mark.parametrize(("entity", "field"), UNIQUE, ids=name_of)
def test_a_unique_value_is_taken_once(
    browser: Browser, entity: Entity, field: Field
) -> None:
    add(entity, 1, linked := {})
    cells = without_files(entity, cells_for(entity, 2, linked))
    cells[field.key] = cells_for(entity, 1, linked)[field.key]
    assert escape(f"{field.name} is already taken") in refused(browser, entity, cells)


@pytest.mark.parametrize("entity", EXISTING, ids=name_of)
def test_a_new_record_has_a_page_with_its_values(
    browser: Browser, entity: Entity
) -> None:
    address = created(browser, entity, cells_for(entity, 1, {}))
    page = browser.read(address)
    record = queries.one(entity, int(address.rpartition("/")[2]))
    assert record is not None
    assert f"<h1>{escape(record.title)}</h1>" in page
    assert f'role="status">{escape(entity.name)} saved</p>' in page
    for field in entity.fields:
        assert f'aria-labelledby="label-{field.key}">' in page
        assert escape(record.show(field)) in page
    assert " saved</p>" not in browser.read(address)  # the message shows once


@pytest.mark.parametrize("entity", EXISTING, ids=name_of)
def test_a_record_can_be_changed(browser: Browser, entity: Entity) -> None:
    record_id = add(entity, 1, linked := {})
    cells = cells_for(entity, 2, linked)
    response = browser.send(
        f"/{entity.path}/{record_id}/edit", without_files(entity, cells)
    )
    assert response.headers["location"] == f"/{entity.path}/{record_id}"
    record = queries.one(entity, record_id)
    assert record is not None
    for field in entity.fields:
        if not isinstance(field, File):
            expected = field.read(cells.get(field.key, ""))
            assert record.values[field.key] == expected


@pytest.mark.parametrize("entity", EXISTING, ids=name_of)
def test_a_record_can_be_deleted(browser: Browser, entity: Entity) -> None:
    address = f"/{entity.path}/{add(entity, 1)}"
    response = browser.send(f"{address}/delete", {}, form=address)
    assert response.headers["location"] == f"/{entity.path}"
    assert f"{escape(entity.name)} deleted" in browser.read(f"/{entity.path}")
    assert browser.client.get(address).status_code == 404


@pytest.mark.parametrize(("entity", "field"), LINKS, ids=name_of)
def test_a_record_in_use_stays(browser: Browser, entity: Entity, field: Field) -> None:
    add(entity, 1, linked := {})
    target = BY_KEY[field.links_to]
    address = f"/{target.path}/{linked[target.key]}"
    response = browser.send(f"{address}/delete", {}, form=address)
    assert response.headers["location"] == address
    assert escape(f"{target.name} is used by ") in browser.read(address)


@pytest.mark.parametrize(
    ("entity", "field"),
    [(e, f) for e in EXISTING for f in e.fields if isinstance(f, File)],
    ids=name_of,
)
def test_a_file_comes_back_as_it_was_sent(
    browser: Browser, entity: Entity, field: Field
) -> None:
    address = created(browser, entity, cells_for(entity, 1, {}))
    response = browser.client.get(f"{address}/files/{field.key}")
    assert response.content == b"what the file holds"
    assert response.headers["content-disposition"].startswith("attachment")
