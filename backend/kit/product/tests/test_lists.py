"""Lists: what they show, find, filter, sort and count."""

import pytest
from app.model import ENTITIES
from markupsafe import escape

from app import queries
from app.entities import Entity, in_sentence
from app.fields import Field
from conftest import Browser
from samples import EXISTING, add, name_of, text_for

SORTED = [(entity, field) for entity in EXISTING for field in entity.columns]
CHOICES = [(entity, field) for entity in EXISTING for field in entity.choices]


def table_rows(page: str) -> int:
    """Count the rows in the body of the page's table."""
    return page.partition("<tbody>")[2].partition("</tbody>")[0].count("<tr>")


@pytest.mark.parametrize("entity", ENTITIES, ids=name_of)
def test_a_list_is_empty_at_first(browser: Browser, entity: Entity) -> None:
    page = browser.read(f"/{entity.path}")
    assert f"<h1>{escape(entity.plural)}</h1>" in page
    assert f"<caption>{escape(entity.plural)}</caption>" in page
    assert f">New {escape(entity.noun)}</a>" in page
    assert f"No {escape(in_sentence(entity.plural))} yet" in page


@pytest.mark.parametrize("entity", EXISTING, ids=name_of)
def test_a_list_shows_its_records_in_order_of_creation(
    browser: Browser, entity: Entity
) -> None:
    first, second = add(entity, 1, linked := {}), add(entity, 2, linked)
    page = browser.read(f"/{entity.path}")
    assert (
        0
        < page.index(f'/{entity.path}/{first}"')
        < page.index(f'/{entity.path}/{second}"')
    )


@pytest.mark.parametrize("entity", EXISTING, ids=name_of)
def test_a_search_finds_titles_whatever_their_case(
    browser: Browser, entity: Entity
) -> None:
    record = queries.one(entity, add(entity, 1))
    assert record is not None
    title, address = record.show(entity.title), f"/{entity.path}"
    found = browser.client.get(address, params={"search": title.upper()})
    nothing = browser.client.get(address, params={"search": "no such thing"})
    assert table_rows(found.text) >= 1
    assert table_rows(nothing.text) == 0


@pytest.mark.parametrize(("entity", "field"), SORTED, ids=name_of)
def test_a_column_sorts_up_and_down(
    browser: Browser, entity: Entity, field: Field
) -> None:
    add(entity, 1, linked := {})
    add(entity, 2, linked)
    up = browser.read(f"/{entity.path}?sort={field.key}")
    down = browser.read(f"/{entity.path}?sort=-{field.key}")
    assert 'aria-sort="ascending"' in up
    assert 'aria-sort="descending"' in down
    assert table_rows(up) == table_rows(down) >= 2


@pytest.mark.parametrize(("entity", "field"), CHOICES, ids=name_of)
def test_a_filter_leaves_one_choice(
    browser: Browser, entity: Entity, field: Field
) -> None:
    add(entity, 1)
    chosen = {field.key: text_for(field, 1)}
    others = {field.key: "none of them"}
    assert table_rows(browser.client.get(f"/{entity.path}", params=chosen).text) >= 1
    assert table_rows(browser.client.get(f"/{entity.path}", params=others).text) == 0


@pytest.mark.parametrize("entity", EXISTING, ids=name_of)
def test_home_counts_records(browser: Browser, entity: Entity) -> None:
    add(entity, 1)
    number = queries.counts()[entity.key]
    counted = escape(entity.counted(number))
    assert f"<b>{number}</b> {counted}</p>" in browser.read("/")


@pytest.mark.parametrize(
    "entity",
    [e for e in EXISTING if not any(f.unique for f in e.fields)],
    ids=name_of,
)
def test_a_list_has_pages(browser: Browser, entity: Entity) -> None:
    linked: dict[str, int] = {}
    for number in range(queries.PAGE_ROWS + 1):
        add(entity, number, linked)
    first, second = (browser.read(f"/{entity.path}?page={n}") for n in (1, 2))
    assert table_rows(first) == queries.PAGE_ROWS
    assert "Next page" in first
    assert "Previous page" in second
