"""What the prover needs of a running product: an address, and a way back to just-started."""

import shlex
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol, runtime_checkable

from backend.proof.errors import SubjectError
from backend.proof.library_session import LibrarySession
from backend.proof.outside import Outside
from backend.proof.transcript import excerpt
from sandbox.errors import SandboxError
from sandbox.protocol import CollectedFiles

# What a product under proof may do to the scenario that runs on it.
SUBJECT_FAULTS = (SubjectError, SandboxError, OSError)


class Subject(Protocol):
    """A running product that can be put back; each of its methods may raise SubjectError."""

    @property
    def address(self) -> str:
        """Where it answers, such as `http://127.0.0.1:8000`, without a slash at the end."""

    @property
    def outside(self) -> Outside:
        """The mails it sent and the services it called since its data was just-started."""

    async def reset(self) -> None:
        """Put it back to just-started data; raise ResetFailedError when it cannot."""

    async def seed(self, entity: str, rows: list[dict[str, str]]) -> None:
        """Load rows by the blueprint's names; raise SeedRefusedError with the product's words."""

    async def set_clock(self, instant: datetime | None) -> None:
        """Let its clock run on from an instant, or from the real time again (None)."""


@dataclass(frozen=True, kw_only=True)
class CommandRun:
    """A command and how it ended; `is_cut` says that it wrote more than is kept."""

    words: Sequence[str]
    stdin: bytes
    exit_code: int
    stdout: bytes
    stderr: bytes
    seconds: float
    timed_out: bool = False
    is_cut: bool = False

    @property
    def account(self) -> str:
        """The run as text, for the transcript."""
        ended = "was stopped" if self.timed_out else f"ended with {self.exit_code}"
        cut = "\n(It wrote more than is kept: the middle is missing.)" if self.is_cut else ""
        parts = [f"$ {excerpt(shlex.join(self.words))}", f"{ended} after {self.seconds:.2f} s{cut}"]
        for name, content in (
            ("input", self.stdin),
            ("output", self.stdout),
            ("error output", self.stderr),
        ):
            if content:
                parts.append(f"--- {name}\n{excerpt(content.decode(errors='replace'))}")
        return "\n".join(parts)


@runtime_checkable
class ApiSubject(Protocol):
    """A product whose requests can be made in a person's name and by its own description."""

    @property
    def schema_path(self) -> str | None:
        """Where it serves its OpenAPI document; None when it has none."""

    async def token(self, email: str) -> str:
        """Return a person's access token; raise SubjectError with the product's words."""


@runtime_checkable
class ToolSubject(Protocol):
    """A product that is called: as a program in an empty folder, or from a program."""

    async def run(
        self,
        words: Sequence[str],
        *,
        stdin: bytes,
        variables: Mapping[str, str],
        within_seconds: float,
    ) -> CommandRun:
        """Run a command in the scenario's folder and return what came of it."""

    async def write_file(self, name: str, content: bytes) -> None:
        """Put a file into the scenario's folder."""

    async def read_files(self) -> CollectedFiles:
        """Return the regular files of the scenario's folder, and what was refused."""

    async def open_session(self) -> LibrarySession:
        """Start the product's interpreter, with its library at hand."""
