"""Server, command and SDK say the same of a blueprint, to the letter."""

import asyncio
import json
import socket
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import msgspec
import pytest
import uvicorn
from click.testing import CliRunner

from backend.app import make_app
from backend.cli.blueprint_commands import lint
from backend.settings import Settings
from draftworks import Draftworks
from draftworks._command import main
from tests.builds.conftest import Caller

EXAMPLES = sorted(Path("examples").glob("*.md"))
CLEAN = sorted(Path("bench/clean_blueprints").glob("*.md"))[:22]
SPOILS = (
    ("I press", "I smash"),
    ("required", "requierd"),
    ("shall", "should quickly and easily"),
    ("```gherkin", "```"),
    ("name:", "nmae:"),
)


@pytest.fixture
async def address(settings: Settings) -> AsyncIterator[str]:
    """Serve the API on the wire; it alone is needed, nothing is built here."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        config = uvicorn.Config(make_app(settings), log_level="warning", ws="none")
        server = uvicorn.Server(config)
        serving = asyncio.create_task(server.serve(sockets=[listener]))
        while not server.started and not serving.done():  # noqa: ASYNC110 - see below
            await asyncio.sleep(0.05)  # uvicorn says so by no event
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"
        server.should_exit = True
        await serving


@pytest.fixture
def key(caller: Caller) -> str:
    return caller.headers["Authorization"].removeprefix("Bearer ")


@pytest.fixture
def customer(address: str, key: str) -> Iterator[Draftworks]:
    with Draftworks(key, base_url=address) as client:
        yield client


def _thirty() -> list[tuple[str, str]]:
    texts = [(path.name, path.read_text("utf-8")) for path in (*EXAMPLES, *CLEAN)]
    name, text = texts[-1]
    spoiled = [(f"spoiled-{n}-{name}", text.replace(*pair)) for n, pair in enumerate(SPOILS)]
    return [*texts, *spoiled]


async def test_thirty_blueprints_are_told_the_same_at_every_door(
    customer: Draftworks,
    address: str,
    key: str,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    blueprints = _thirty()
    assert len(blueprints) == 30
    for name, text in blueprints:
        path = tmp_path / name
        path.write_text(text, "utf-8")
        at_server = await asyncio.to_thread(customer.blueprints.check, path)
        words = ["lint", str(path), "--format", "json", "--api-key", key, "--base-url", address]
        await asyncio.to_thread(main, words)
        by_sdk = json.loads(capsys.readouterr().out)
        by_command = json.loads(_factory_lint(path))

        assert _plain(at_server) == by_command == by_sdk, name
        assert by_command["findings"], name
    assert await asyncio.to_thread(lambda: list(customer.blueprints.list())) == []


async def test_stored_blueprint_has_the_findings_and_figures_of_the_check(
    customer: Draftworks,
) -> None:
    checked = await asyncio.to_thread(customer.blueprints.check, EXAMPLES[0])
    submitted = await asyncio.to_thread(customer.blueprints.submit, EXAMPLES[0])
    stored = await asyncio.to_thread(customer.blueprints.get, submitted.id)

    assert stored.findings == checked.findings
    assert stored.measures == checked.measures
    assert stored.quote == checked.quote
    assert stored.quote is not None


def _factory_lint(path: Path) -> str:
    return CliRunner().invoke(lint, [str(path), "--format", "json"], standalone_mode=False).output


def _plain(value: Any) -> Any:
    return json.loads(json.dumps(msgspec.to_builtins(value)))
