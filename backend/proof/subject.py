"""What the prover needs of a running product: an address, and a way back to just-started."""

from datetime import datetime
from typing import Protocol

from backend.proof.errors import SubjectError
from backend.proof.outside import Outside
from sandbox.errors import SandboxError

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
