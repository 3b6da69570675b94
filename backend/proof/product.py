"""Runs a product in a sandbox of its own and puts it back to just-started between scenarios."""

import asyncio
import contextlib
import json
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from backend.proof import sleep_program
from backend.proof.bridge import Bridge, open_bridge
from backend.proof.contract import ProductContract
from backend.proof.errors import (
    ProductDidNotStartError,
    ResetFailedError,
    SeedRefusedError,
    TokenRefusedError,
)
from backend.proof.outside import Outside, OutsideWorld
from sandbox.errors import SandboxError
from sandbox.protocol import ExecResult, SandboxDriver, SandboxRef, SandboxSpec, ServiceRef

PORT = 8000
DATA_FOLDER = "/workspace/.data"
START_SECONDS = 20.0
AWAKE_SECONDS = 10.0
COMMAND_SECONDS = 30.0
LAST_WORDS = 2000
CLOCK_FILE = "clock"
_SITE_FILE = "sitecustomize.py"  # what Python looks for along its path
_SLEEP_PROGRAM = Path(sleep_program.__file__).read_bytes()
FAKETIME = {
    "LD_PRELOAD": "libfaketime.so.1",
    "FAKETIME_TIMESTAMP_FILE": f"/control/{CLOCK_FILE}",
    "FAKETIME_NO_CACHE": "1",
    "FAKETIME_DONT_FAKE_MONOTONIC": "1",
    "PYTHONPATH": "/control",
}


@dataclass(frozen=True, kw_only=True)
class ProductSpec:
    """What to run: the tree, its contract, the sandbox, and whether its clock can be moved.

    `services` names what it calls outside. With `restarts` a reset ends its processes even where
    it has a reset command: what they had still to send would reach the next scenario.
    """

    files: Mapping[str, bytes]
    contract: ProductContract
    sandbox: SandboxSpec
    faketime_library: str | None = None
    services: Sequence[str] = ()
    restarts: bool = False


class RunningProduct:
    """A product under proof: an address, and the way back to just-started data."""

    def __init__(
        self, driver: SandboxDriver, spec: ProductSpec, ref: SandboxRef, bridge: Bridge
    ) -> None:
        self._driver = driver
        self._spec = spec
        self._ref = ref
        self._bridge = bridge
        self._world = OutsideWorld(lambda port: driver.listen(ref, port), spec.services)
        self._service: ServiceRef | None = None
        self._clock_moved = False
        self.boot_seconds = 0.0

    @property
    def address(self) -> str:
        """The product's origin, as a browser on this machine reaches it."""
        return f"http://127.0.0.1:{self._bridge.port}"

    @property
    def outside(self) -> Outside:
        """The mails it sent and the services it called since its data was just-started."""
        return self._world.now

    async def start(self) -> None:
        """Start the server and wait until it answers; raise ProductDidNotStartError otherwise."""
        began = asyncio.get_running_loop().time()
        await self._world.renew()
        command = f'mkdir -p "$DATA_DIR" && exec {self._spec.contract.run.web}'
        self._service = await self._driver.start(
            self._ref, ["sh", "-c", command], env=self._environment()
        )
        await self._wait_until_ready()
        self.boot_seconds = asyncio.get_running_loop().time() - began

    async def reset(self) -> None:
        """Bring back just-started data and the real clock."""
        if self._clock_moved:
            await self._write_clock(None)
        if self._spec.contract.reset is None or self._spec.restarts:
            await self._restart_empty()
            return
        code, words = await self._command(self._spec.contract.reset.command)
        if code != 0:
            raise ResetFailedError(f"the reset command ended with {code}: {words}")
        await self._world.renew()
        await self._check_awake()

    async def seed(self, entity: str, rows: list[dict[str, str]]) -> None:
        """Load a scenario's rows through the product's own seed command."""
        if self._spec.contract.seed is None:
            raise SeedRefusedError("the product has no seed command in product.toml")
        payload = json.dumps({"entity": entity, "rows": rows}).encode()
        code, words = await self._command(self._spec.contract.seed.command, payload)
        if code != 0:
            raise SeedRefusedError(words or f"the seed command ended with {code}")

    @property
    def schema_path(self) -> str | None:
        """Where it serves its OpenAPI document; None when it names none."""
        return self._spec.contract.run.schema

    async def token(self, email: str) -> str:
        """Return a person's access token, by the product's own token command."""
        if self._spec.contract.token is None:
            raise TokenRefusedError("the product has no token command in product.toml")
        result = await self._exec(
            self._spec.contract.token.command, json.dumps({"email": email}).encode()
        )
        if result.exit_code != 0:
            words = result.stderr[-LAST_WORDS:].decode(errors="replace").strip()
            raise TokenRefusedError(words or f"the token command ended with {result.exit_code}")
        return result.stdout.decode(errors="replace").strip()

    async def set_clock(self, instant: datetime | None) -> None:
        """Move the server's clock to an instant (UTC) and let it run on; None is real time."""
        if self._spec.faketime_library is None:
            raise ProductDidNotStartError(
                "this machine cannot move a product's clock: install libfaketime"
            )
        await self._write_clock(instant)

    async def close(self) -> None:
        """Leave the world outside; the sandbox is for its owner to end."""
        await self._world.close()

    async def last_words(self) -> str:
        """Return the end of the server's log."""
        if self._service is None:
            return ""
        log = await self._driver.log(self._service)
        return log[-LAST_WORDS:].decode(errors="replace").strip()

    def _environment(self) -> dict[str, str]:
        return environment_of(self._spec) | self._world.environment

    async def _exec(self, command: str, stdin: bytes) -> ExecResult:
        return await self._driver.exec(
            self._ref,
            ["sh", "-c", command],
            env=self._environment(),
            stdin=stdin,
            timeout_seconds=COMMAND_SECONDS,
        )

    async def _command(self, command: str, stdin: bytes = b"") -> tuple[int, str]:
        result = await self._exec(command, stdin)
        words = result.stderr[-LAST_WORDS:].decode(errors="replace").strip()
        if result.timed_out:
            words = f"no answer within {COMMAND_SECONDS:.0f} seconds. {words}"
        return result.exit_code, words

    async def _write_clock(self, instant: datetime | None) -> None:
        self._clock_moved = True  # until it is known to be right again
        await self._driver.control(self._ref, CLOCK_FILE, clock_text(instant))
        self._clock_moved = instant is not None

    async def _restart_empty(self) -> None:
        if self._service is not None:
            await self._driver.stop(self._service)
        await self._command('rm -rf "$DATA_DIR"')
        await self.start()

    async def _wait_until_ready(self) -> None:
        try:
            async with asyncio.timeout(START_SECONDS):
                while not await self._answers():  # noqa: ASYNC110 - another process becomes ready
                    await asyncio.sleep(0.02)
        except TimeoutError:
            raise ProductDidNotStartError(
                f"no answer from {self._spec.contract.run.ready!r} within {START_SECONDS:.0f} "
                f"seconds. Its last words: {await self.last_words()}"
            ) from None

    async def _check_awake(self) -> None:
        """Raise ResetFailedError when the server died or hangs: its command may not notice."""
        try:
            async with asyncio.timeout(AWAKE_SECONDS):
                is_awake = await self._answers()
        except TimeoutError:
            is_awake = False
        if not is_awake:
            words = await self.last_words()
            raise ResetFailedError(f"it does not answer any more. Its last words: {words}")

    async def _answers(self) -> bool:
        with contextlib.suppress(OSError, SandboxError, asyncio.IncompleteReadError):
            reader, writer = await self._driver.dial(self._ref, PORT)
            try:
                path = self._spec.contract.run.ready
                writer.write(
                    f"GET {path} HTTP/1.1\r\nHost: product\r\nConnection: close\r\n\r\n".encode()
                )
                status_line = await reader.readline()
            finally:
                writer.close()
            return status_below_500(status_line)
        return False


def environment_of(spec: ProductSpec) -> dict[str, str]:
    """Return what a product finds in its environment, and nothing else."""
    environment = {
        "PORT": str(PORT),
        "DATA_DIR": DATA_FOLDER,
        "HOME": "/workspace",
        "LANG": "C.UTF-8",
        "TZ": "UTC",
    }
    if spec.faketime_library is not None:
        environment |= FAKETIME | {"LD_PRELOAD": spec.faketime_library}
    return environment


def status_below_500(status_line: bytes) -> bool:
    """Whether an HTTP status line says that the server works."""
    parts = status_line.split()
    return len(parts) > 1 and parts[1].isdigit() and int(parts[1]) < 500  # noqa: PLR2004 - the contract's number


def clock_text(instant: datetime | None) -> bytes:
    """Write an instant as libfaketime reads it: `@` starts there and runs on, `+0` is real time."""
    if instant is None:
        return b"+0\n"
    moment = instant.astimezone(UTC) if instant.tzinfo else instant
    return f"@{moment:%Y-%m-%d %H:%M:%S}\n".encode()


@asynccontextmanager
async def open_product(driver: SandboxDriver, spec: ProductSpec) -> AsyncIterator[RunningProduct]:
    """Boot a product in a fresh sandbox; the sandbox and all in it are gone at exit."""
    ref = await driver.create(spec.sandbox)
    try:
        await driver.put(ref, spec.files)
        if spec.faketime_library is not None:
            await driver.control(ref, CLOCK_FILE, clock_text(None))
            await driver.control(ref, _SITE_FILE, _SLEEP_PROGRAM)
        async with open_bridge(driver, ref, PORT) as bridge:
            product = RunningProduct(driver, spec, ref, bridge)
            try:
                await product.start()
                yield product
            finally:
                await product.close()
    finally:
        await driver.destroy(ref)
