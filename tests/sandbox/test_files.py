"""What goes into a workspace and what comes out, also while somebody inside interferes."""

import asyncio
from pathlib import Path

import pytest

from sandbox.bubblewrap_sandbox import BubblewrapSandbox
from sandbox.errors import LimitExceededError, UnsafePathError
from sandbox.limits import MEBIBYTE
from sandbox.protocol import SandboxRef
from tests.sandbox.machines import SMALL, make_spec, run_python, wait_for_file


async def test_files_come_back_as_they_went(driver: BubblewrapSandbox, sandbox: SandboxRef) -> None:
    files = {"a.txt": b"a", "deep/er/b.bin": bytes(range(256)), "empty": b"", "ü ñ.txt": b"name"}

    await driver.put(sandbox, files)
    collected = await driver.collect(sandbox, max_files=10, max_bytes=10_000)

    assert collected == files
    assert collected.refused == {}


async def test_put_replaces_what_lay_there(driver: BubblewrapSandbox, sandbox: SandboxRef) -> None:
    await driver.put(sandbox, {"file": b"long old content", "pipe": b"old"})
    await driver.exec(sandbox, ["sh", "-c", "rm pipe; mkfifo pipe; ln -s /etc/passwd link"])

    await driver.put(sandbox, {"file": b"new", "pipe": b"new", "link": b"new"})

    files = await driver.collect(sandbox, max_files=10, max_bytes=1000)
    assert files == {"file": b"new", "pipe": b"new", "link": b"new"}


async def test_program_inside_owns_what_was_put(
    driver: BubblewrapSandbox, sandbox: SandboxRef
) -> None:
    await driver.put(sandbox, {"folder/file": b"a"})

    result = await driver.exec(
        sandbox, ["sh", "-c", "echo b >> folder/file && mv folder other && cat other/file"]
    )

    assert result.stdout == b"ab\n"


@pytest.mark.parametrize(
    "path",
    [
        *("/etc/passwd", "../up", "a/../../up", "", ".", "a//b", "a/./b", "a/"),
        *("nul\0", "new\nline", "x" * 300, "/".join("d" * 40), "\udcff"),
    ],
)
async def test_unsafe_path_is_refused(
    driver: BubblewrapSandbox, sandbox: SandboxRef, path: str
) -> None:
    with pytest.raises(UnsafePathError):
        await driver.put(sandbox, {"fine": b"x", path: b"x"})

    assert await driver.collect(sandbox, max_files=10, max_bytes=10) == {}


async def test_put_does_not_follow_a_planted_link(
    driver: BubblewrapSandbox, sandbox: SandboxRef, tmp_path: Path
) -> None:
    outside = tmp_path / "outside"
    outside.mkdir(mode=0o777)
    planted = await driver.exec(sandbox, ["ln", "-s", str(outside), "folder"])
    assert planted.exit_code == 0

    with pytest.raises(UnsafePathError):
        await driver.put(sandbox, {"folder/file": b"x"})

    assert list(outside.iterdir()) == []


async def test_full_workspace_is_a_limit_not_a_crash(
    driver: BubblewrapSandbox, sandbox: SandboxRef
) -> None:
    with pytest.raises(LimitExceededError, match="workspace_bytes"):
        await driver.put(sandbox, {"big": b"x" * (SMALL.workspace_bytes + 1)})

    await driver.put(sandbox, {"small": b"x"})
    assert await driver.collect(sandbox, max_files=1, max_bytes=1) == {"small": b"x"}


async def test_collect_leaves_out_all_but_regular_files(
    driver: BubblewrapSandbox, sandbox: SandboxRef
) -> None:
    program = r"""
import os, socket
open('good', 'w').write('good')
os.symlink('/etc/passwd', 'link'); os.symlink('/', 'root'); os.symlink('good', 'inner-link')
open('one', 'w').write('x'); os.link('one', 'two')
os.mkfifo('pipe'); socket.socket(socket.AF_UNIX).bind('socket')
open(b'odd\n\x1b[31m', 'w').write('odd'); open(b'\xff\xfe', 'w').write('raw')
os.makedirs('/'.join(['d'] * 30)); open('/'.join(['d'] * 30) + '/deep', 'w').write('deep')
os.mkdir('shut'); open('shut/file', 'w').write('x'); os.chmod('shut', 0)
print(len(os.listdir()))
"""
    result = await run_python(driver, sandbox, program)
    assert result.stdout == b"12\n", result.stderr

    collected = await driver.collect(sandbox, max_files=100, max_bytes=1000)

    assert collected == {"good": b"good"}
    assert set(collected.refused) == {
        *("link", "root", "inner-link", "one", "two", "pipe", "socket", "shut"),
        *("odd\\n\\x1b[31m", "\\xff\\xfe", "/".join("d" * 24)),
    }
    assert all(name.isprintable() for name in collected.refused)


async def test_collect_stops_at_its_caps(driver: BubblewrapSandbox, sandbox: SandboxRef) -> None:
    await driver.put(sandbox, {"a": b"12345", "b": b"12345"})

    assert len(await driver.collect(sandbox, max_files=2, max_bytes=10)) == 2
    with pytest.raises(LimitExceededError, match="max_files"):
        await driver.collect(sandbox, max_files=1, max_bytes=10)
    with pytest.raises(LimitExceededError, match="max_bytes"):
        await driver.collect(sandbox, max_files=2, max_bytes=9)


async def test_sparse_giant_is_refused_by_its_size(
    driver: BubblewrapSandbox, sandbox: SandboxRef
) -> None:
    size = SMALL.workspace_bytes - 1
    made = await driver.exec(sandbox, ["truncate", "-s", str(size), "giant"])
    assert made.exit_code == 0

    with pytest.raises(LimitExceededError, match="max_bytes"):
        await driver.collect(sandbox, max_files=10, max_bytes=MEBIBYTE)


async def test_names_swapped_while_collecting_never_lead_out(
    driver: BubblewrapSandbox, sandbox: SandboxRef, tmp_path: Path
) -> None:
    (tmp_path / "file").write_bytes(b"the host's")
    program = f"""
import os
os.makedirs('a'); open('a/file', 'w').write('inside'); os.symlink({str(tmp_path)!r}, 'b')
open('begun', 'w')
while True:
    os.rename('a', 'c'); os.rename('b', 'a'); os.rename('c', 'b')
"""
    service = await driver.start(sandbox, ["python3", "-c", program])
    await wait_for_file(driver, sandbox, "begun")

    seen: set[bytes] = set()
    met: set[str] = set()
    for walks in range(1, 20_001):  # until the swapping was met in both places, however busy
        walk = await driver.collect(sandbox, max_files=10, max_bytes=1000)
        seen |= {content for name, content in walk.items() if name != "begun"}
        met |= set(walk.refused)
        if walks >= 400 and seen and met >= {"a", "b"}:
            break
    await driver.stop(service)

    assert seen == {b"inside"}
    assert met >= {"a", "b"}, "no swap was met"


async def test_read_only_workspace_cannot_be_changed_inside(driver: BubblewrapSandbox) -> None:
    ref = await driver.create(make_spec(read_only_workspace=True))
    await driver.put(ref, {"file": b"reviewed"})

    result = await driver.exec(
        ref, ["sh", "-c", "cat file; echo x > file; rm file; touch new; chmod 777 file"]
    )
    files = await driver.collect(ref, max_files=10, max_bytes=100)
    await driver.destroy(ref)

    assert result.stdout == b"reviewed"
    assert result.stderr.count(b"Read-only file system") >= 3
    assert files == {"file": b"reviewed"}


async def test_control_file_is_seen_changing_but_cannot_be_changed(
    driver: BubblewrapSandbox, sandbox: SandboxRef
) -> None:
    await driver.control(sandbox, "clock", b"first")
    program = (
        "print(open('/control/clock').read(), flush=True)\n"
        "open('begun', 'w')\n"
        "while open('/control/clock').read() == 'first': pass\n"
        "print(open('/control/clock').read(), flush=True)\n"
        "import os\n"
        "for attack in (lambda: open('/control/clock', 'a'),\n"
        "               lambda: open('/control/new', 'w'),\n"
        "               lambda: os.unlink('/control/clock'),\n"
        "               lambda: os.chmod('/control', 0o777)):\n"
        "    try: attack(); print('changed')\n"
        "    except OSError as error: print(error.errno)\n"
    )
    running = asyncio.create_task(run_python(driver, sandbox, program))
    await wait_for_file(driver, sandbox, "begun")
    await driver.control(sandbox, "clock", b"second")
    result = await running

    lines = result.stdout.split()
    assert lines[:2] == [b"first", b"second"]
    assert len(lines) == 6
    assert set(lines[2:]) <= {b"1", b"13", b"30"}  # not permitted, no access, read-only


@pytest.mark.parametrize("name", ["../up", "a/b", "", ".hidden", "x" * 65])
async def test_odd_control_name_is_refused(
    driver: BubblewrapSandbox, sandbox: SandboxRef, name: str
) -> None:
    with pytest.raises(UnsafePathError):
        await driver.control(sandbox, name, b"")
