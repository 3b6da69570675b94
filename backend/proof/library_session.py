"""Talks to the evaluator that runs beside a library, over a connection that is not its output.

Each question carries a sign of its own that only its answer knows, so that nothing a product
prints or sends at another moment is taken for an answer.
"""

import asyncio
import contextlib
import json
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from backend.proof.errors import StepFailedError
from backend.proof.evaluator_program import LENGTH_DIGITS, Form
from backend.proof.literal_values import normal, shown
from backend.proof.transcript import excerpt
from backend.proof.words import shorten
from sandbox.errors import SandboxError
from sandbox.protocol import SandboxDriver, ServiceRef

_MOST_BYTES = 8 * 1024 * 1024
_LONGEST_PRINTED = 8000
_BROKEN = (OSError, asyncio.IncompleteReadError)


@dataclass(frozen=True, kw_only=True)
class RaisedError:
    """An error that a program or an expression raised; `classes` are its own and its bases."""

    name: str
    classes: tuple[str, ...]
    message: str
    line: int | None

    @property
    def words(self) -> str:
        """The error in a sentence's middle."""
        where = f" in line {self.line}" if self.line else ""
        said = f" ({shorten(self.message)})" if self.message else ""
        return f"{shorten(self.name)}{said}{where}"


@dataclass(frozen=True, kw_only=True)
class Answer:
    """What came of a program or an expression: a value, an error, or what cannot be compared."""

    value: Form | None = None
    raised: RaisedError | None = None
    opaque: str = ""

    @property
    def words(self) -> str:
        """The answer in a sentence's middle."""
        if self.raised is not None:
            return f"raises {self.raised.words}"
        return f"is {shown(self.value)}" if self.value is not None else f"is {shorten(self.opaque)}"


class LibrarySession:
    """One running interpreter; it keeps what the scenario's programs have made."""

    def __init__(
        self,
        driver: SandboxDriver,
        service: ServiceRef,
        connection: tuple[asyncio.StreamReader, asyncio.StreamWriter],
    ) -> None:
        self._driver = driver
        self._service = service
        self._reader, self._writer = connection
        self._asked: list[str] = []
        self._printed = ""

    @property
    def account(self) -> str:
        """What was asked and answered until now, as text for the transcript."""
        printed = f"--- printed\n{self._printed}" if self._printed else ""
        return excerpt("\n".join(filter(None, (*self._asked, printed))))

    async def run(self, program: str) -> Answer:
        """Run a program whose names stay."""
        return await self._ask({"kind": "run", "code": program})

    async def evaluate(self, expression: str, inputs: Mapping[str, Form] | None = None) -> Answer:
        """Evaluate an expression, with some names set for it alone."""
        order: dict[str, Any] = {"kind": "evaluate", "code": expression.strip()}
        return await self._ask(order if inputs is None else {**order, "inputs": dict(inputs)})

    async def close(self) -> None:
        """End the interpreter."""
        self._writer.close()
        with contextlib.suppress(SandboxError):
            await self._driver.stop(self._service)

    async def _ask(self, order: dict[str, Any]) -> Answer:
        token = secrets.token_hex(16)
        content = json.dumps({**order, "token": token}).encode()
        try:
            self._writer.write(f"{len(content):0{LENGTH_DIGITS}x}".encode() + content)
            await self._writer.drain()
            said = await self._read()
        except _BROKEN as error:
            raise StepFailedError("The program ended the interpreter that it ran in.") from error
        answer = _read_answer(said, token)
        await self._note(order, answer)
        return answer

    async def _read(self) -> bytes:
        length = await self._reader.readexactly(LENGTH_DIGITS)
        try:
            size = int(length, 16)
        except ValueError:
            raise StepFailedError(_FORGED) from None
        if size > _MOST_BYTES:
            raise StepFailedError("The value is too large to be compared.")
        return await self._reader.readexactly(size)

    async def _note(self, order: Mapping[str, Any], answer: Answer) -> None:
        log = await self._driver.log(self._service)
        self._printed = excerpt(log.decode(errors="replace"), _LONGEST_PRINTED)
        inputs = order.get("inputs", {})
        given = "".join(f"\n    {name} = {shown(form)}" for name, form in inputs.items())
        ran = order["kind"] == "run" and answer.raised is None
        self._asked.append(f">>> {order['code']}{given}\n{'ran' if ran else answer.words}")


_FORGED = "The library answered in the evaluator's place, with something that is no answer."


def _read_answer(said: bytes, token: str) -> Answer:
    """Read an answer; one without the question's sign or with a form that is none is refused."""
    try:
        answer = json.loads(said)
        if not secrets.compare_digest(str(answer["token"]), token):
            raise StepFailedError(_FORGED)
        if "raised" in answer:
            raised = answer["raised"]
            return Answer(
                raised=RaisedError(
                    name=str(raised["name"]),
                    classes=tuple(map(str, raised["classes"])),
                    message=str(raised["message"]),
                    line=raised["line"] if isinstance(raised["line"], int) else None,
                )
            )
        if "opaque" in answer:
            return Answer(opaque=str(answer["opaque"]))
        normal(answer["value"])
        return Answer(value=answer["value"])
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise StepFailedError(_FORGED) from error
