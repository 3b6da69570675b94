"""Takes in a product's emails: as much of SMTP (RFC 5321) as sending needs, within limits."""

import asyncio
import re
from dataclasses import dataclass, field

from backend.proof.mail import read_mail
from backend.proof.mailbox import MOST_MAIL_BYTES, MOST_MAILS, Mailbox

_IDLE_SECONDS = 120.0
_MOST_RECIPIENTS = 100
_MOST_COMMANDS = 10_000
# What is too large is read on to here, so that the product hears why it was refused.
_MOST_DISCARDED_BYTES = 100_000_000
# A product that mails without end shall not keep the prover busy.
_THROTTLE_SECONDS = 0.05
_READ_AT_ONCE_BYTES = 200_000
_PATH = re.compile(r"(?:FROM|TO):\s*<([^<>\s]*)>", re.IGNORECASE)
_WELCOME = (
    "250-mail.invalid",
    f"250-SIZE {MOST_MAIL_BYTES}",
    "250-8BITMIME",
    "250 SMTPUTF8",
)
_TOO_LARGE = f"larger than {MOST_MAIL_BYTES // 1_000_000} MB"
_TOO_MANY = f"more than {MOST_MAILS} in one scenario"


class _LeavingError(Exception):
    """The conversation ends here."""


@dataclass
class MailServer:
    """Serves the connections of one product; whatever it accepts is in the mailbox."""

    mailbox: Mailbox

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Hold one conversation to its end."""
        self.mailbox.was_called = True
        try:
            await _Conversation(self.mailbox, reader, writer).hold()
        except (_LeavingError, TimeoutError, asyncio.IncompleteReadError):
            return


@dataclass
class _Conversation:
    mailbox: Mailbox
    reader: asyncio.StreamReader
    writer: asyncio.StreamWriter
    sender: str | None = None
    recipients: list[str] = field(default_factory=list)

    async def hold(self) -> None:
        await self._say("220 mail.invalid ESMTP")
        for _ in range(_MOST_COMMANDS):
            command = await self._command()
            verb = command[:4].upper()
            if verb == "DATA":
                await self._take_mail()
            elif verb == "QUIT":
                await self._say("221 Bye")
                return
            else:
                await self._say(*self._answer(verb, command))

    def _answer(self, verb: str, command: str) -> tuple[str, ...]:
        if verb in {"EHLO", "HELO", "RSET"}:
            self._forget()
        if verb == "EHLO":
            return _WELCOME
        if verb in {"HELO", "RSET", "NOOP"}:
            return ("250 OK",)
        if verb == "MAIL":
            return (self._take_sender(command),)
        if verb == "RCPT":
            return (self._take_recipient(command),)
        return ("502 This server takes EHLO, HELO, MAIL, RCPT, DATA, RSET, NOOP and QUIT",)

    def _take_sender(self, command: str) -> str:
        path = _PATH.search(command)
        if path is None:
            return "501 Write MAIL FROM:<address>"
        self._forget()
        self.sender = path[1]
        return "250 OK"

    def _take_recipient(self, command: str) -> str:
        path = _PATH.search(command)
        if self.sender is None:
            return "503 MAIL comes first"
        if path is None or not path[1]:
            return "501 Write RCPT TO:<address>"
        if len(self.recipients) >= _MOST_RECIPIENTS:
            return "452 Too many recipients"
        self.recipients.append(path[1])
        return "250 OK"

    async def _take_mail(self) -> None:
        if self.sender is None or not self.recipients:
            await self._say("503 MAIL and RCPT come first")
            return
        await self._say("354 End with a dot on a line of its own")
        content = await self._content()
        refusal = ""
        if content is None:
            refusal = f"552 The email is {_TOO_LARGE}"
            self.mailbox.refuse(_TOO_LARGE)
        elif self.mailbox.is_full:
            refusal = f"452 That is {_TOO_MANY}"
            self.mailbox.refuse(_TOO_MANY)
            await asyncio.sleep(_THROTTLE_SECONDS)
        else:
            await self._read(self.sender, tuple(self.recipients), content)
        self._forget()
        await self._say(refusal or "250 OK")

    async def _read(self, sender: str, recipients: tuple[str, ...], content: bytes) -> None:
        """Read the email; a long one in a thread, where it holds nobody up."""
        if len(content) <= _READ_AT_ONCE_BYTES:
            mail = read_mail(sender, recipients, content)
        else:
            mail = await asyncio.to_thread(read_mail, sender, recipients, content)
        self.mailbox.add(mail)

    async def _content(self) -> bytes | None:
        """Return all up to the line with nothing but a dot; None when it is too much."""
        kept, size, begins_line = bytearray(), 0, True
        while True:
            piece, ends_line = await self._piece()
            if begins_line and ends_line and piece == b".\r\n":
                return bytes(kept) if size <= MOST_MAIL_BYTES else None
            kept_piece = piece[1:] if begins_line and piece.startswith(b".") else piece
            size += len(piece)
            if size <= MOST_MAIL_BYTES:
                kept += kept_piece
            elif size > _MOST_DISCARDED_BYTES:
                self.mailbox.refuse(_TOO_LARGE)
                raise _LeavingError
            begins_line = ends_line

    async def _piece(self) -> tuple[bytes, bool]:
        """Return a line, or as much of a very long one as there is."""
        async with asyncio.timeout(_IDLE_SECONDS):
            try:
                return await self.reader.readuntil(b"\r\n"), True
            except asyncio.LimitOverrunError as overrun:
                return await self.reader.readexactly(overrun.consumed), False

    async def _command(self) -> str:
        piece, ends_line = await self._piece()
        if not ends_line:
            await self._say("500 The line is too long")
            raise _LeavingError
        return piece.decode("utf-8", "replace").strip()

    async def _say(self, *lines: str) -> None:
        self.writer.write("".join(f"{line}\r\n" for line in lines).encode())
        await self.writer.drain()

    def _forget(self) -> None:
        self.sender, self.recipients = None, []
