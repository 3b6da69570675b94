"""`draftworks lint` and `check` tell findings as sentences, as JSON and as SARIF."""

import asyncio
import json
from pathlib import Path
from typing import Any

import jsonschema
import msgspec
import pytest

from draftworks import CheckedBlueprint, Ratio, sarif_log
from draftworks._command import main
from tests.sdk.conftest import KEY, EitherClient
from tests.sdk.scripted_server import ScriptedServer, as_json, problem

RATIO = {"part": 3, "whole": 4}
CHECKED: dict[str, Any] = {
    "name": "Job book",
    "slug": "job-book",
    "kind": "web app",
    "digest": "d" * 64,
    "orderable": True,
    "findings": [
        {
            "file": "shop.md",
            "line": 7,
            "rule": "BP119",
            "severity": "warning",
            "message": "In “It should.” “should” leaves it open.",
            "remedy": "Write “It shall.”\nor nothing.",
        },
        {
            "file": "shop.md",
            "line": 9,
            "rule": "BP999",
            "severity": "novel",
            "message": "New.",
            "remedy": "",
        },
    ],
    "rules": [
        {
            "id": "BP119",
            "title": "“should”, “may” or “could”",
            "severity": "warning",
            "reason": "It is left open.",
            "example": "It should.",
            "better": "It shall.",
        }
    ],
    "requirements": 1,
    "criteria": 4,
    "budget_micros": None,
    "measures": dict.fromkeys(
        ("checkability", "coverage", "fields", "negative", "holdouts"), RATIO
    ),
    "quote": {"low_micros": 70_000, "high_micros": 1_090_000},
}
# The main constraints of the schema of SARIF 2.1.0, for the parts that are written.
TEXT = {
    "type": "object",
    "required": ["text"],
    "properties": {"text": {"type": "string", "minLength": 1}},
    "additionalProperties": False,
}
LEVEL = {"enum": ["none", "note", "warning", "error"]}
REFERENCE = {
    "type": "object",
    "properties": {
        "uri": {"type": "string", "pattern": "^[^\\s\\\\]+$"},
        "index": {"type": "integer", "minimum": -1},
    },
    "additionalProperties": False,
}
RULE = {
    "type": "object",
    "required": ["id"],
    "properties": {
        "id": {"type": "string"},
        "shortDescription": TEXT,
        "fullDescription": TEXT,
        "help": TEXT,
        "defaultConfiguration": {
            "type": "object",
            "properties": {"level": LEVEL},
            "additionalProperties": False,
        },
    },
    "additionalProperties": False,
}
RESULT = {
    "type": "object",
    "required": ["message"],
    "properties": {
        "ruleId": {"type": "string"},
        "ruleIndex": {"type": "integer", "minimum": -1},
        "level": LEVEL,
        "message": TEXT,
        "locations": {
            "type": "array",
            "items": {
                "type": "object",
                "properties": {
                    "physicalLocation": {
                        "type": "object",
                        "required": ["artifactLocation"],
                        "properties": {
                            "artifactLocation": REFERENCE,
                            "region": {
                                "type": "object",
                                "properties": {"startLine": {"type": "integer", "minimum": 1}},
                                "additionalProperties": False,
                            },
                        },
                        "additionalProperties": False,
                    }
                },
                "additionalProperties": False,
            },
        },
    },
    "additionalProperties": False,
}
RUN = {
    "type": "object",
    "required": ["tool"],
    "properties": {
        "tool": {
            "type": "object",
            "required": ["driver"],
            "properties": {
                "driver": {
                    "type": "object",
                    "required": ["name"],
                    "properties": {
                        "name": {"type": "string"},
                        "rules": {"type": "array", "uniqueItems": True, "items": RULE},
                    },
                    "additionalProperties": False,
                }
            },
            "additionalProperties": False,
        },
        "columnKind": {"enum": ["utf16CodeUnits", "unicodeCodePoints"]},
        "artifacts": {
            "type": "array",
            "items": {
                "type": "object",
                "properties": {
                    "location": REFERENCE,
                    "hashes": {"type": "object", "additionalProperties": {"type": "string"}},
                },
                "additionalProperties": False,
            },
        },
        "results": {"type": "array", "items": RESULT},
    },
    "additionalProperties": False,
}
SARIF = {
    "type": "object",
    "required": ["version", "runs"],
    "properties": {
        "$schema": {"type": "string", "format": "uri"},
        "version": {"const": "2.1.0"},
        "runs": {"type": "array", "items": RUN},
    },
    "additionalProperties": False,
}


@pytest.fixture
def file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    path = Path("docs") / "my shop.md"
    path.parent.mkdir()
    path.write_text("---\nname: Shop\n---\n", "utf-8")
    return path


async def _lint(server: ScriptedServer, *words: str) -> int:
    command = ["lint", *words, "--api-key", KEY, "--base-url", server.url]
    return await asyncio.to_thread(main, command)


async def test_check_sends_the_text_and_returns_typed_values(
    server: ScriptedServer, client: EitherClient
) -> None:
    server.script = lambda _: as_json(CHECKED)

    checked = await client.call("blueprints.check", "a\nb\n", file="shop.md")

    [request] = server.received
    assert (request.method, request.path) == ("POST", "/v1/blueprints/check")
    assert request.json == {"file": "shop.md", "text": "a\nb\n"}
    assert checked.measures.coverage == Ratio(3, 4)
    assert checked.quote.high_micros == 1_090_000


async def test_findings_are_told_in_sentences_with_measures_before_the_price(
    server: ScriptedServer, file: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    server.script = lambda _: as_json(CHECKED)

    assert await _lint(server, str(file)) == 0

    told = capsys.readouterr().out.splitlines()
    assert told[0].startswith("shop.md:7: BP119 warning In “It should.”")
    assert told[1:3] == ["    Write “It shall.”", "    or nothing."]
    assert told[-4].startswith("Checkability 75 %: a machine decides 3 of 4 outcomes.")
    assert told[-2:] == ["A build costs about $0.07, at most $1.09.", "Job book can be ordered."]


async def test_a_blueprint_that_cannot_be_ordered_ends_with_2(
    server: ScriptedServer, file: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    server.script = lambda _: as_json(CHECKED | {"orderable": False, "quote": None})

    assert await _lint(server, str(file), "--format", "json") == 2
    assert json.loads(capsys.readouterr().out)["orderable"] is False


async def test_works_that_refuse_end_with_1(
    server: ScriptedServer, file: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    server.script = lambda _: problem(401, "unauthorized", "no such key")

    assert await _lint(server, str(file)) == 1
    assert await _lint(server, "missing.md") == 1
    assert capsys.readouterr().err.startswith("draftworks: ")


async def test_sarif_names_the_file_relatively_and_explains_its_rules(
    server: ScriptedServer, file: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    server.script = lambda _: as_json(CHECKED)

    assert await _lint(server, str(file), "--format", "sarif") == 0

    log = json.loads(capsys.readouterr().out)
    jsonschema.validate(log, SARIF)
    [run] = log["runs"]
    known, novel = run["results"]
    place = known["locations"][0]["physicalLocation"]
    assert place["artifactLocation"]["uri"] == "docs/my%20shop.md"
    assert place["region"] == {"startLine": 7}
    assert run["tool"]["driver"]["rules"][known["ruleIndex"]]["id"] == "BP119"
    assert (novel["level"], "ruleIndex" in novel) == ("warning", False)


def test_absolute_path_becomes_an_address_of_the_file() -> None:
    checked = msgspec.convert(CHECKED, CheckedBlueprint)

    log = sarif_log(checked, "/a b/shop.md")

    jsonschema.validate(log, SARIF)
    assert log["runs"][0]["artifacts"][0]["location"]["uri"] == "file:///a%20b/shop.md"
