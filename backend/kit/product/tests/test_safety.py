"""Safety: tokens, headers, and what happens at addresses that are not there."""

import pytest
from markupsafe import escape

from app import checks, store
from app.entities import Entity
from app.fields import Field, Text
from conftest import Browser
from samples import EXISTING, add, cells_for, name_of


@pytest.mark.parametrize("entity", EXISTING, ids=name_of)
def test_a_form_without_its_token_is_refused(browser: Browser, entity: Entity) -> None:
    address = f"/{entity.path}/{add(entity, 1)}"
    assert browser.client.post(f"{address}/delete").status_code == 403
    assert browser.client.get(address).status_code == 200


@pytest.mark.parametrize(
    ("entity", "field"),
    [(e, f) for e in EXISTING for f in e.columns if type(f) is Text],
    ids=name_of,
)
def test_markup_is_shown_as_text(
    browser: Browser, entity: Entity, field: Field
) -> None:
    nasty = "<script>alert(1)</script>"
    cells = cells_for(entity, 1, {}) | {field.key: nasty}
    with store.writing() as connection:
        find = checks.link_by_number
        values = checks.check(connection, entity, cells, find=find).values
        record_id = store.insert(connection, entity, values)
    for address in (f"/{entity.path}", f"/{entity.path}/{record_id}"):
        assert str(escape(nasty)) in browser.read(address)
        assert nasty not in browser.read(address)


def test_every_answer_has_security_headers(browser: Browser) -> None:
    for address in ("/", "/static/app.css", "/no-such-page"):
        headers = browser.client.get(address).headers
        assert "unsafe-inline" not in headers["content-security-policy"]
        assert headers["x-content-type-options"] == "nosniff"


@pytest.mark.parametrize("address", ["/nothing", "/nothing/1", "/nothing/new"])
def test_an_unknown_address_is_not_found(browser: Browser, address: str) -> None:
    response = browser.client.get(address)
    assert response.status_code == 404
    assert "Page not found" in response.text
