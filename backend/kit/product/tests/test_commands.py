"""The commands: seed and reset, and what they answer to mistakes."""

import io
import json

import pytest

from app import queries, reset, seed
from app.entities import Entity
from conftest import Browser
from samples import EXISTING, add, name_of, row_for


def run_seed(monkeypatch: pytest.MonkeyPatch, document: object) -> int:
    """Give the command its standard input."""
    monkeypatch.setattr("sys.stdin", io.StringIO(json.dumps(document)))
    return seed.main([])


@pytest.mark.usefixtures("browser")
@pytest.mark.parametrize("entity", EXISTING, ids=name_of)
def test_seed_adds_rows_and_reset_forgets_them(
    monkeypatch: pytest.MonkeyPatch, entity: Entity
) -> None:
    row = row_for(entity, 1)
    before = queries.counts()[entity.key]
    assert run_seed(monkeypatch, {"entity": entity.name, "rows": [row]}) == 0
    assert queries.counts()[entity.key] == before + 1
    assert reset.main([]) == 0
    assert set(queries.counts().values()) == {0}
    assert add(entity, 2) >= 1


@pytest.mark.parametrize("entity", EXISTING, ids=name_of)
def test_seed_names_an_unknown_field(
    browser: Browser,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    entity: Entity,
) -> None:
    rows = [{"No such field": "1"}]
    assert run_seed(monkeypatch, {"entity": entity.name, "rows": rows}) == 1
    assert "row 1" in capsys.readouterr().err
    assert queries.counts()[entity.key] == 0


@pytest.mark.usefixtures("browser")
def test_seed_names_an_unknown_entity(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run_seed(monkeypatch, {"entity": "No such thing", "rows": []}) == 1
    assert "No such thing" in capsys.readouterr().err
