"""Server, command and SDK say the same of a blueprint, to the letter."""

import json
from pathlib import Path
from typing import Any

import msgspec
import pytest
from click.testing import CliRunner

from backend.cli.blueprint_commands import lint
from backend.cli.local_works import RunningWorks
from draftworks import Draftworks
from draftworks._command import main

EXAMPLES = sorted(Path("examples").glob("*.md"))
CLEAN = sorted(Path("bench/clean_blueprints").glob("*.md"))[:22]
SPOILS = (
    ("I press", "I smash"),
    ("required", "requierd"),
    ("shall", "should quickly and easily"),
    ("```gherkin", "```"),
    ("name:", "nmae:"),
)


def _thirty() -> list[tuple[str, str]]:
    texts = [(path.name, path.read_text("utf-8")) for path in (*EXAMPLES, *CLEAN)]
    name, text = texts[-1]
    spoiled = [(f"spoiled-{n}-{name}", text.replace(*pair)) for n, pair in enumerate(SPOILS)]
    return [*texts, *spoiled]


def test_thirty_blueprints_are_told_the_same_at_every_door(
    works: RunningWorks,
    customer: Draftworks,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    blueprints = _thirty()
    assert len(blueprints) == 30
    stored_before = len(list(customer.blueprints.list()))
    for name, text in blueprints:
        path = tmp_path / name
        path.write_text(text, "utf-8")
        at_server = msgspec.to_builtins(customer.blueprints.check(path))
        by_command = json.loads(_factory_lint(path))
        main(["lint", str(path), "--format", "json", "--api-key", works.api_key,
              "--base-url", works.address])  # fmt: skip
        by_sdk = json.loads(capsys.readouterr().out)

        assert _plain(at_server) == by_command == by_sdk, name
        assert by_command["findings"], name
    assert len(list(customer.blueprints.list())) == stored_before


def test_stored_blueprint_has_the_findings_and_figures_of_the_check(customer: Draftworks) -> None:
    checked = customer.blueprints.check(EXAMPLES[0])
    stored = customer.blueprints.get(customer.blueprints.submit(EXAMPLES[0]).id)

    assert stored.findings == checked.findings
    assert stored.measures == checked.measures
    assert stored.quote == checked.quote
    assert stored.quote is not None


def _factory_lint(path: Path) -> str:
    return CliRunner().invoke(lint, [str(path), "--format", "json"], standalone_mode=False).output


def _plain(value: Any) -> Any:
    return json.loads(json.dumps(value))
