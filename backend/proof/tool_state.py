"""What the steps of one attempt that need no page remember of each other."""

from dataclasses import dataclass, field
from typing import Any

import httpx2

from backend.proof.http_exchange import Exchange, open_client
from backend.proof.library_session import LibrarySession
from backend.proof.subject import CommandRun


@dataclass(kw_only=True)
class ToolState:
    """The last response, the last command, the running program, and what was remembered."""

    headers: dict[str, str] = field(default_factory=dict)
    variables: dict[str, str] = field(default_factory=dict)
    remembered: dict[str, Any] = field(default_factory=dict)
    exchange: Exchange | None = None
    command: CommandRun | None = None
    session: LibrarySession | None = None
    notes: list[str] = field(default_factory=list)
    _client: httpx2.AsyncClient | None = None

    @property
    def client(self) -> httpx2.AsyncClient:
        """The client of this attempt, opened at the first request."""
        if self._client is None:
            self._client = open_client()
        return self._client

    def account(self, expression: str) -> str:
        """Return what a step of this sort acted on or judged, as text; its own notes come first."""
        notes, self.notes = self.notes, []
        parts = {
            "H": self.exchange.account if self.exchange else "",
            "L": self.command.account if self.command else "",
            "B": self.session.account if self.session else "",
        }
        return "\n\n".join(filter(None, (*notes, parts.get(expression[0], ""))))

    async def close(self) -> None:
        """End what is still open."""
        if self._client is not None:
            await self._client.aclose()
        if self.session is not None:
            await self.session.close()
