"""An agent sees and changes its workspace in a real sandbox, and nothing outside."""

from collections.abc import AsyncIterator
from typing import Any

import pytest
import pytest_asyncio

from backend.agent.toolbox import Toolbox
from backend.agent.tools.reading import FileLister, FileReader, Searcher
from backend.agent.tools.running import CommandRunner
from backend.agent.tools.workplace import Workplace
from backend.agent.tools.writing import FileEditor, FileWriter
from backend.resources import open_driver
from sandbox.protocol import SandboxSpec, Toolchain

FILES = {
    "app/main.py": b"def hello():\n    return 'hello'\n\n\ndef bye():\n    return 'bye'\n",
    "app/__pycache__/main.pyc": b"\x00\x01",
    "notes.txt": b"".join(b"line %d\n" % number for number in range(1, 902)),
    "picture.png": b"\x89PNG\x00hello",
}


@pytest_asyncio.fixture(loop_scope="module", scope="module")
async def driver() -> AsyncIterator[Any]:
    async with open_driver() as driver:
        yield driver


@pytest_asyncio.fixture(loop_scope="module")
async def toolbox(driver: Any, toolchain: Toolchain) -> AsyncIterator[Toolbox]:
    ref = await driver.create(
        SandboxSpec(tenant="tests", build="agent", role="build", toolchain=toolchain)
    )
    await driver.put(ref, FILES)
    place = Workplace(driver, ref)
    yield Toolbox(
        [
            *(FileLister(place), FileReader(place), Searcher(place)),
            *(FileWriter(place), FileEditor(place), CommandRunner(place)),
        ]
    )
    await driver.destroy(ref)


pytestmark = pytest.mark.asyncio(loop_scope="module")


async def use(toolbox: Toolbox, tool: str, **given: Any) -> str:
    """Use a tool; a result that is an error begins with a cross."""
    call = {"type": "tool_use", "id": "toolu_1", "name": tool, "input": given}
    (block,) = await toolbox.use([call])
    mark = "✗ " if block.get("is_error") else ""
    return mark + str(block["content"][0]["text"])


async def test_files_are_listed_without_what_programs_leave_behind(toolbox: Toolbox) -> None:
    assert (await use(toolbox, "list_files")).splitlines() == [
        "app/main.py\t62",
        f"notes.txt\t{len(FILES['notes.txt'])}",
        "picture.png\t10",
    ]
    assert await use(toolbox, "list_files", folder="app") == "main.py\t62"
    assert await use(toolbox, "list_files", folder="no") == '✗ There is no folder "no".'


async def test_a_file_is_read_a_part_at_a_time(toolbox: Toolbox) -> None:
    first = await use(toolbox, "read_file", path="notes.txt")
    last = await use(toolbox, "read_file", path="notes.txt", first_line=801)

    assert first.startswith("1\tline 1\n2\tline 2\n")
    assert first.endswith("400\tline 400\n… 501 more lines: read on from 401.")
    assert last.endswith("901\tline 901")


@pytest.mark.parametrize("path", ["no.txt", "app", "", "../../etc/shadow"])
async def test_what_is_no_file_is_told(toolbox: Toolbox, path: str) -> None:
    assert await use(toolbox, "read_file", path=path) == f'✗ There is no file "{path}".'


async def test_lines_are_found_in_text_files_only(toolbox: Toolbox) -> None:
    assert await use(toolbox, "search", pattern="hel+o") == (
        "app/main.py:1:def hello():\napp/main.py:2:    return 'hello'"
    )
    assert await use(toolbox, "search", pattern="nowhere") == "No line matches."
    assert (await use(toolbox, "search", pattern="(")).startswith("✗ The search failed: ")
    assert (await use(toolbox, "search", pattern="line")).endswith(
        "… and 701 more: look for something narrower."
    )


async def test_a_file_is_written_and_changed_at_one_place(toolbox: Toolbox) -> None:
    assert await use(toolbox, "write_file", path="new/a.py", content="a = 1\nb = 1\n") == (
        '"new/a.py" has 2 lines now.'
    )
    assert await use(toolbox, "edit_file", path="new/a.py", old="b = 1", new="b = 2") == (
        '"new/a.py" has 2 lines now.'
    )
    assert await use(toolbox, "read_file", path="new/a.py") == "1\ta = 1\n2\tb = 2"


@pytest.mark.parametrize(
    ("path", "old", "told"),
    [
        ("app/main.py", "return", "the old text stands in it 2 times"),
        ("app/main.py", "nothing like it", "the old text does not stand in it"),
        ("no.py", "a", 'There is no file "no.py"'),
    ],
)
async def test_a_change_without_one_clear_place_is_refused(
    toolbox: Toolbox, path: str, old: str, told: str
) -> None:
    said = await use(toolbox, "edit_file", path=path, old=old, new="x")

    assert said.startswith("✗ ")
    assert told in said


@pytest.mark.parametrize("path", ["/etc/passwd", "../up.txt", "a/../../up.txt", ""])
async def test_nothing_is_written_outside_the_workspace(toolbox: Toolbox, path: str) -> None:
    assert (await use(toolbox, "write_file", path=path, content="x")).startswith("✗ Not written: ")


async def test_a_command_tells_what_it_printed_and_how_it_ended(toolbox: Toolbox) -> None:
    assert await use(toolbox, "run_command", command="echo out; echo err >&2; exit 3") == (
        "out\nerr\n\nIt ended with 3."
    )
    assert await use(toolbox, "run_command", command="true") == "It ended with 0."
    assert await use(toolbox, "run_command", command="python -c 'print(1 + 1)'") == (
        "2\n\nIt ended with 0."
    )


async def test_a_command_that_does_not_end_is_stopped(toolbox: Toolbox) -> None:
    assert await use(toolbox, "run_command", command="echo begun; sleep 60", seconds=0.5) == (
        "begun\n\nIt was stopped after 0.5 seconds."
    )


async def test_a_command_sees_no_key_and_no_network(toolbox: Toolbox) -> None:
    environment = await use(toolbox, "run_command", command="env")
    network = await use(
        toolbox,
        "run_command",
        command="python -c 'import socket; socket.create_connection((\"1.1.1.1\", 53), 2)'",
    )

    assert "KEY" not in environment
    assert "TOKEN" not in environment
    assert "OSError" in network
