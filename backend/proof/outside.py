"""What lies outside a product: a mail server and the services it calls, made anew at every reset.

They are the prover's own, outside the sandbox; the product reaches them by ports of its loopback.
Closing the ports cuts what is still under way, so that nothing late reaches the next scenario.
"""

import asyncio
import contextlib
import socket
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field

from backend.blueprints.service_names import service_variable
from backend.proof.mail_server import MailServer
from backend.proof.mailbox import Mailbox
from backend.proof.outside_services import OutsideService

MAIL_PORT = 2525
_FIRST_SERVICE_PORT = 9101
# A product may open as many as it likes: the others are closed at once.
_MOST_MAIL_CONVERSATIONS = 16
_MOST_SERVICE_CONVERSATIONS = 32

Listen = Callable[[int], Awaitable[socket.socket]]
Serve = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]


@dataclass
class Outside:
    """What one scenario has around its product."""

    mailbox: Mailbox = field(default_factory=Mailbox)
    services: Mapping[str, OutsideService] = field(default_factory=dict)


class OutsideWorld:
    """Opens the ports of one product, and opens them anew for the next scenario."""

    def __init__(self, listen: Listen, services: Sequence[str]) -> None:
        self._listen = listen
        self._ports = {name: _FIRST_SERVICE_PORT + n for n, name in enumerate(services)}
        self._doors: list[_Door] = []
        self.now = Outside()

    @property
    def environment(self) -> dict[str, str]:
        """Where the product finds it all."""
        services = {
            service_variable(name): f"http://127.0.0.1:{port}" for name, port in self._ports.items()
        }
        return {"SMTP_URL": f"smtp://127.0.0.1:{MAIL_PORT}", **services}

    async def renew(self) -> None:
        """Cut every conversation, forget what was said, and open the ports again."""
        await self.close()
        services = {name: OutsideService(name) for name in self._ports}
        self.now = Outside(services=services)
        mail = _Door(MailServer(self.now.mailbox).serve, at_most=_MOST_MAIL_CONVERSATIONS)
        await self._open(MAIL_PORT, mail)
        for name, port in self._ports.items():
            door = _Door(services[name].serve, at_most=_MOST_SERVICE_CONVERSATIONS)
            await self._open(port, door)

    async def close(self) -> None:
        """Close the ports and cut every conversation."""
        doors, self._doors = self._doors, []
        for door in doors:
            await door.close()

    async def _open(self, port: int, door: "_Door") -> None:
        await door.open(await self._listen(port))
        self._doors.append(door)


class _Door:
    """One open port; it holds so many conversations at once and not one more."""

    def __init__(self, serve: Serve, *, at_most: int) -> None:
        self._serve = serve
        self._at_most = at_most
        self._server: asyncio.Server | None = None
        self._conversations: set[asyncio.Task[None]] = set()

    async def open(self, listener: socket.socket) -> None:
        self._server = await asyncio.start_server(self._accept, sock=listener)

    async def close(self) -> None:
        if self._server is not None:
            self._server.close()
        conversations = list(self._conversations)
        for task in conversations:
            task.cancel()
        await asyncio.gather(*conversations, return_exceptions=True)

    async def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        if task is None or len(self._conversations) >= self._at_most:
            writer.transport.abort()
            return
        self._conversations.add(task)
        try:
            with contextlib.suppress(OSError):
                await self._serve(reader, writer)
        finally:
            self._conversations.discard(task)
            writer.close()
