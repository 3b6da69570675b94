"""A server outside the sandbox is reached from inside it, by that sandbox and by nobody else."""

import asyncio
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from sandbox.bubblewrap_sandbox import BubblewrapSandbox
from sandbox.errors import SandboxGoneError
from sandbox.protocol import SandboxRef
from tests.sandbox.machines import make_spec, run_python

PORT = 2525
CALL = f"""
import socket
with socket.create_connection(('127.0.0.1', {PORT}), timeout=5) as peer:
    peer.sendall(b'hello from inside')
    peer.shutdown(socket.SHUT_WR)
    print(peer.recv(100).decode())
"""


@asynccontextmanager
async def _greeter(driver: BubblewrapSandbox, ref: SandboxRef) -> AsyncIterator[list[bytes]]:
    """Serve one port of the sandbox from here; what callers said is in the list."""
    heard: list[bytes] = []

    async def greet(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        heard.append(await reader.read())
        writer.write(b"hello from outside")
        await writer.drain()
        writer.close()

    server = await asyncio.start_server(greet, sock=await driver.listen(ref, PORT))
    try:
        yield heard
    finally:
        server.close()


async def test_a_program_inside_reaches_a_server_outside(
    driver: BubblewrapSandbox, sandbox: SandboxRef
) -> None:
    async with _greeter(driver, sandbox) as heard:
        result = await run_python(driver, sandbox, CALL)

    assert result.stdout == b"hello from outside\n"
    assert heard == [b"hello from inside"]


async def test_neither_a_neighbour_nor_the_machine_reaches_it(
    driver: BubblewrapSandbox, sandbox: SandboxRef, other_sandbox: SandboxRef
) -> None:
    async with _greeter(driver, sandbox) as heard:
        neighbour = await run_python(driver, other_sandbox, CALL)
        with pytest.raises(OSError), socket.create_connection(("127.0.0.1", PORT), timeout=1):  # noqa: PT011 (whichever way it is refused)
            pass

    assert b"Connection refused" in neighbour.stderr
    assert heard == []


async def test_each_sandbox_has_ports_of_its_own(
    driver: BubblewrapSandbox, sandbox: SandboxRef, other_sandbox: SandboxRef
) -> None:
    async with _greeter(driver, sandbox) as first, _greeter(driver, other_sandbox) as second:
        await run_python(driver, other_sandbox, CALL)

    assert (first, second) == ([], [b"hello from inside"])


async def test_a_port_that_is_taken_is_refused_and_free_again_once_closed(
    driver: BubblewrapSandbox, sandbox: SandboxRef
) -> None:
    async with _greeter(driver, sandbox):
        await run_python(driver, sandbox, CALL)
        with pytest.raises(OSError, match="in use"):
            await driver.listen(sandbox, PORT)

    async with _greeter(driver, sandbox) as heard:
        await run_python(driver, sandbox, CALL)

    assert heard == [b"hello from inside"]


async def test_a_port_that_does_not_exist_is_refused(
    driver: BubblewrapSandbox, sandbox: SandboxRef
) -> None:
    with pytest.raises(OSError, match="Invalid argument"):
        await driver.listen(sandbox, 65_536)

    assert (await driver.exec(sandbox, ["true"])).exit_code == 0


async def test_a_sandbox_that_is_gone_has_no_ports(driver: BubblewrapSandbox) -> None:
    ref = await driver.create(make_spec())
    await driver.destroy(ref)

    with pytest.raises(SandboxGoneError):
        await driver.listen(ref, PORT)
