"""CSV files: what is downloaded can be imported again, all of it or nothing."""

import csv
import io
from typing import Any

import pytest
from markupsafe import escape

from app import csv_files, queries
from app.entities import Entity
from app.fields import Field, File, YesNo
from conftest import Browser
from samples import EXISTING, name_of, row_for

# Files do not travel in CSV files, so an entity that needs one cannot be imported.
IMPORTABLE = [
    e for e in EXISTING if not any(isinstance(f, File) and f.required for f in e.fields)
]


def as_csv(*rows: dict[str, str]) -> str:
    """Write rows as a spreadsheet would."""
    text = io.StringIO()
    writer = csv.DictWriter(text, fieldnames=list(rows[0]), restval="")
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue()


def send_csv(browser: Browser, entity: Entity, content: str) -> Any:
    """Import a file."""
    files = {"file": ("rows.csv", content.encode(), "text/csv")}
    return browser.send(f"/{entity.path}/import", {}, files=files)


@pytest.mark.parametrize("entity", IMPORTABLE, ids=name_of)
def test_rows_come_back_as_they_were_imported(browser: Browser, entity: Entity) -> None:
    row = row_for(entity, 1)
    if not row:
        return  # nothing of it needs to be filled in
    answer = send_csv(browser, entity, as_csv(row))
    assert answer.headers.get("location") == f"/{entity.path}", answer.text
    response = browser.client.get(f"/{entity.path}/download")
    assert f'filename="{entity.path}.csv"' in response.headers["content-disposition"]
    last = list(csv.DictReader(io.StringIO(response.text)))[-1]
    again = {f.name: f for f in entity.fields if not isinstance(f, File | YesNo)}
    for name in again.keys() & row.keys():
        assert csv_files.restored(last[name]) == shown(again[name], row[name])


def shown(field: Field, text: str) -> str:
    """Write a text as a list shows it."""
    return text if field.links_to else field.show(field.read(text))


@pytest.mark.parametrize("entity", IMPORTABLE, ids=name_of)
def test_an_unknown_heading_is_named(browser: Browser, entity: Entity) -> None:
    response = send_csv(browser, entity, "No such field\r\n1\r\n")
    assert response.status_code == 200
    assert escape('There is no field called "No such field"') in response.text


@pytest.mark.parametrize("entity", IMPORTABLE, ids=name_of)
def test_one_wrong_row_keeps_all_out(browser: Browser, entity: Entity) -> None:
    row = row_for(entity, 1)
    before = queries.counts()
    needed = [f for f in entity.fields if f.required and not f.starts_as]
    wrong = next((f.name for f in needed if not isinstance(f, YesNo)), None)
    if wrong is None or len(row) == 1:
        return  # no row can be wrong; a blank line is no row
    response = send_csv(browser, entity, as_csv(row, row | {wrong: ""}))
    assert response.status_code == 200
    assert queries.counts() == before
