"""A product that is called instead of served: a command line or a library, in its sandbox.

It keeps nothing from one scenario to the next: putting it back means a sandbox of its own anew.
"""

import asyncio
import contextlib
import socket
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from datetime import datetime
from pathlib import Path

from backend.proof.errors import ProductContractError, ProductDidNotStartError, SeedRefusedError
from backend.proof.evaluator_program import __file__ as evaluator_file
from backend.proof.library_session import LibrarySession
from backend.proof.outside import Outside, OutsideWorld
from backend.proof.product import CLOCK_FILE, ProductSpec, clock_text, environment_of
from backend.proof.subject import CommandRun
from sandbox.errors import SandboxError
from sandbox.protocol import CollectedFiles, SandboxDriver, SandboxRef, ServiceRef

WORK_FOLDER = ".work"
_PLACE = f"/workspace/{WORK_FOLDER}"
_DATA_FOLDER = ".data"
_KEPT_FREE = (WORK_FOLDER, _DATA_FOLDER)
_PREPARE = f"mkdir -p {WORK_FOLDER} {_DATA_FOLDER} && if [ -d bin ]; then chmod -R u+rx bin; fi"
# The shell only goes to the folder: the words come as arguments and are never read by it.
_IN_FOLDER = 'cd "$1" && shift && exec "$@"'
_EVALUATOR = "evaluator.py"
_EVALUATOR_PROGRAM = Path(evaluator_file).read_bytes()
_EVALUATOR_PORT = 8700
_START_SECONDS = 20.0
_PREPARE_SECONDS = 30.0
_MOST_FILES = 5000
_MOST_BYTES = 64 * 1024 * 1024


class ToolProduct:
    """A command line or a library under proof, in a folder that is empty at first."""

    def __init__(self, driver: SandboxDriver, spec: ProductSpec) -> None:
        self._driver = driver
        self._spec = spec
        self._ref: SandboxRef | None = None
        self._world = OutsideWorld(self._listen, spec.services)
        self.boot_seconds = 0.0

    @property
    def address(self) -> str:
        """Where nothing answers: no page is opened for such a product."""
        return "http://127.0.0.1:9"

    @property
    def outside(self) -> Outside:
        """The mails it sent and the services it called since its folder was empty."""
        return self._world.now

    async def start(self) -> None:
        """Put the product into a fresh sandbox; raise ProductDidNotStartError otherwise."""
        began = asyncio.get_running_loop().time()
        self._ref = await self._driver.create(self._spec.sandbox)
        await self._world.renew()
        await self._driver.put(self._ref, self._spec.files)
        await self._driver.control(self._ref, _EVALUATOR, _EVALUATOR_PROGRAM)
        if self._spec.faketime_library is not None:
            await self._driver.control(self._ref, CLOCK_FILE, clock_text(None))
        done = await self._driver.exec(
            self._ref, ["sh", "-c", _PREPARE], timeout_seconds=_PREPARE_SECONDS
        )
        if done.exit_code != 0:
            words = done.stderr.decode(errors="replace").strip()
            raise ProductDidNotStartError(f"its folder could not be prepared: {words}")
        self.boot_seconds = asyncio.get_running_loop().time() - began

    async def close(self) -> None:
        """Cut what is under way and destroy the sandbox."""
        await self._world.close()
        ref, self._ref = self._ref, None
        if ref is not None:
            await self._driver.destroy(ref)

    async def reset(self) -> None:
        """Bring back the product as it was delivered, and an empty folder."""
        await self.close()
        await self.start()

    async def seed(self, entity: str, rows: list[dict[str, str]]) -> None:
        """Refuse: whoever calls the product gives it its data."""
        raise SeedRefusedError(
            f"a {self._spec.contract.product.kind} keeps no {entity} ({len(rows)} rows given): "
            "let the scenario call it instead"
        )

    async def set_clock(self, instant: datetime | None) -> None:
        """Move the clock of what runs next."""
        if self._spec.faketime_library is None:
            raise ProductDidNotStartError(
                "this machine cannot move a product's clock: install libfaketime"
            )
        await self._driver.control(self._sandbox, CLOCK_FILE, clock_text(instant))

    async def run(
        self,
        words: Sequence[str],
        *,
        stdin: bytes,
        variables: Mapping[str, str],
        within_seconds: float,
    ) -> CommandRun:
        """Run a command in the scenario's folder and return what came of it."""
        done = await self._driver.exec(
            self._sandbox,
            ["sh", "-c", _IN_FOLDER, "sh", _PLACE, *words],
            env={**self._environment(), **variables},
            stdin=stdin,
            timeout_seconds=within_seconds,
        )
        return CommandRun(
            words=tuple(words),
            stdin=stdin,
            exit_code=done.exit_code,
            stdout=done.stdout,
            stderr=done.stderr,
            seconds=done.seconds,
            timed_out=done.timed_out,
            is_cut=done.truncated,
        )

    async def write_file(self, name: str, content: bytes) -> None:
        """Put a file into the scenario's folder."""
        await self._driver.put(self._sandbox, {f"{WORK_FOLDER}/{name}": content})

    async def read_files(self) -> CollectedFiles:
        """Return the regular files of the scenario's folder, and what was refused."""
        found = await self._driver.collect(
            self._sandbox,
            max_files=_MOST_FILES + len(self._spec.files),
            max_bytes=_MOST_BYTES + sum(map(len, self._spec.files.values())),
        )
        start = f"{WORK_FOLDER}/"
        return CollectedFiles(
            {k.removeprefix(start): v for k, v in found.items() if k.startswith(start)},
            {k.removeprefix(start): v for k, v in found.refused.items() if k.startswith(start)},
        )

    async def open_session(self) -> LibrarySession:
        """Start the evaluator in the product's interpreter and connect to it."""
        root = f"/workspace/{self._spec.contract.run.library or '.'}"
        program = ["python", "-I", f"/control/{_EVALUATOR}", str(_EVALUATOR_PORT), root]
        service = await self._driver.start(
            self._sandbox,
            ["sh", "-c", _IN_FOLDER, "sh", _PLACE, *program],
            env=self._environment(),
        )
        try:
            async with asyncio.timeout(_START_SECONDS):
                connection = await self._dial(service)
        except BaseException as error:
            await self._driver.stop(service)
            if isinstance(error, TimeoutError):
                raise ProductDidNotStartError("the interpreter did not start in time") from error
            raise
        return LibrarySession(self._driver, service, connection)

    async def _dial(self, service: ServiceRef) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        while True:
            with contextlib.suppress(OSError):
                return await self._driver.dial(self._sandbox, _EVALUATOR_PORT)
            code = await self._driver.exit_code(service)
            if code is not None:
                log = (await self._driver.log(service)).decode(errors="replace")
                raise ProductDidNotStartError(f"the interpreter ended with {code}: {log[-500:]}")
            await asyncio.sleep(0.01)

    @property
    def _sandbox(self) -> SandboxRef:
        if self._ref is None:
            raise ProductDidNotStartError("its sandbox is gone")
        return self._ref

    def _environment(self) -> dict[str, str]:
        own = {"HOME": _PLACE, "PATH": "/workspace/bin:/usr/bin:/bin"}
        # Here the steady clock moves too, so that programs can sleep without more ado.
        left_out = ("PORT", "FAKETIME_DONT_FAKE_MONOTONIC", "PYTHONPATH")
        shared = environment_of(self._spec)
        kept = {name: shared[name] for name in shared if name not in left_out}
        return kept | self._world.environment | own

    async def _listen(self, port: int) -> socket.socket:
        return await self._driver.listen(self._sandbox, port)


@asynccontextmanager
async def open_tool(driver: SandboxDriver, spec: ProductSpec) -> AsyncIterator[ToolProduct]:
    """Put a product into a sandbox; the sandbox and all in it are gone at exit."""
    _refuse_planted_files(spec)
    product = ToolProduct(driver, spec)
    try:
        await product.start()
        yield product
    finally:
        with contextlib.suppress(SandboxError):
            await product.close()


def _refuse_planted_files(spec: ProductSpec) -> None:
    """Refuse what lies in a scenario's folder before: it would be taken for the product's work."""
    for path in spec.files:
        if path.split("/")[0] in _KEPT_FREE:
            raise ProductContractError(
                f"the product holds {path}: the folders {', '.join(_KEPT_FREE)} belong to scenarios"
            )
    program = spec.contract.run.cli
    if program is not None and f"bin/{program}" not in spec.files:
        raise ProductContractError(f"[run] cli names {program}, but there is no file bin/{program}")
