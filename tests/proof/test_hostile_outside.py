"""Whatever a product mails or calls, the prover keeps its head: bounded, readable, and alive."""

import asyncio
import http.client
import smtplib
import socket
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from typing import TypeVar

import pytest

from backend.proof.mail import read_mail
from backend.proof.mailbox import MOST_MAILS
from backend.proof.outside import MAIL_PORT, OutsideWorld
from backend.proof.outside_services import MOST_REQUESTS, Answer, OutsideService

Result = TypeVar("Result")
ADA = "ada@example.com"
PATIENCE_SECONDS = 60


@dataclass
class World:
    """The world outside, on ports of this machine."""

    ports: dict[int, int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.outside = OutsideWorld(self._listen, ("payments",))

    async def _listen(self, port: int) -> socket.socket:
        listener = socket.create_server(("127.0.0.1", 0))
        self.ports[port] = listener.getsockname()[1]
        return listener

    async def mail(self, *contents: bytes) -> list[int]:
        """Send these emails and return the codes that the server answered."""
        return await asyncio.to_thread(self._mail, contents)

    def _mail(self, contents: tuple[bytes, ...]) -> list[int]:
        codes = []
        with smtplib.SMTP("127.0.0.1", self.ports[MAIL_PORT], timeout=PATIENCE_SECONDS) as server:
            for content in contents:
                try:
                    server.sendmail("club@example.com", [ADA], content)
                    codes.append(250)
                except smtplib.SMTPDataError as error:
                    codes.append(error.smtp_code)
        return codes

    async def talk(self, port: int, words: bytes) -> bytes:
        """Say these bytes and return all that is answered; nothing when it is cut off."""
        reader, writer = await asyncio.open_connection("127.0.0.1", self.ports[port])
        try:
            writer.write(words)
            writer.write_eof()
            async with asyncio.timeout(PATIENCE_SECONDS):
                return await reader.read()
        except ConnectionResetError:
            return b""
        finally:
            writer.close()

    async def call(self, act: Callable[[http.client.HTTPConnection], Result]) -> Result:
        """Call the service as a program does."""

        def inside() -> Result:
            port = self.ports[9101]
            connection = http.client.HTTPConnection("127.0.0.1", port, timeout=PATIENCE_SECONDS)
            try:
                return act(connection)
            finally:
                connection.close()

        return await asyncio.to_thread(inside)

    @property
    def service(self) -> OutsideService:
        return self.outside.now.services["payments"]


@pytest.fixture
async def world() -> AsyncIterator[World]:
    made = World()
    await made.outside.renew()
    yield made
    await made.outside.close()


def email(subject: str, text: str = "It is ready") -> bytes:
    return f"Subject: {subject}\r\n\r\n{text}\r\n".encode()


async def test_mails_without_end_are_refused_from_a_number_on(world: World) -> None:
    codes = await world.mail(*[email("Fee due")] * (MOST_MAILS + 3))

    assert codes == [250] * MOST_MAILS + [452] * 3
    said = world.outside.now.mailbox.describe()
    assert "and 495 more" in said
    assert "3 emails refused: more than 500 in one scenario." in said


async def test_an_email_of_fifty_megabytes_is_refused_and_the_next_is_taken(world: World) -> None:
    large = email("Large", ("x" * 998 + "\r\n") * 50_000)

    assert await world.mail(large, email("Small")) == [552, 250]
    assert [mail.title for mail in world.outside.now.mailbox.mails] == ['"Small"']
    assert "1 email refused: larger than 10 MB" in world.outside.now.mailbox.describe()


async def test_an_email_that_is_one_endless_line_is_taken_or_refused(world: World) -> None:
    assert await world.mail(email("Long", "x" * 3_000_000)) == [250]
    (mail,) = world.outside.now.mailbox.mails
    assert mail.text.endswith("… cut here")


async def test_a_second_subject_that_was_slipped_in_does_not_count(world: World) -> None:
    await world.mail(email("Hello\r\nSubject: Fee due\r\nBcc: eve@example.com"))
    mailbox = world.outside.now.mailbox

    assert mailbox.claim(ADA, "Fee due") is None
    assert mailbox.claim(ADA, "Hello") is None
    assert mailbox.claim("eve@example.com", "Hello") is None
    assert 'an email with 2 subjects ("Hello", "Fee due")' in mailbox.describe()


async def test_a_line_end_without_its_half_ends_no_email(world: World) -> None:
    head = b"EHLO x\r\nMAIL FROM:<a@b.c>\r\nRCPT TO:<ada@example.com>\r\nDATA\r\n"
    smuggled = b"Subject: One\r\n\r\nx\n.\nMAIL FROM:<e@v.il>\r\n.\r\nQUIT\r\n"
    answer = await world.talk(MAIL_PORT, head + smuggled)

    assert answer.endswith(b"250 OK\r\n221 Bye\r\n")
    (mail,) = world.outside.now.mailbox.mails
    assert mail.text == "x\n.\nMAIL FROM:<e@v.il>"


@pytest.mark.parametrize(
    "words",
    [
        b"\x00\xff" * 5000,
        b"X" * 500_000,
        b"DATA\r\n",
        b"RCPT TO:<a@b.c>\r\nMAIL FROM nobody\r\nRCPT TO:<>\r\nDATA\r\nQUIT\r\n",
        b"EHLO x\r\nMAIL FROM:<a@b.c>\r\nRCPT TO:<a@b.c>\r\nDATA\r\nSubject: cut off",
        b"\r\n" * 2000,
    ],
)
async def test_what_is_no_mail_ends_in_nothing(world: World, words: bytes) -> None:
    await world.talk(MAIL_PORT, words)

    assert world.outside.now.mailbox.mails == []
    assert await world.mail(email("Fee due")) == [250]


NESTED = b"".join(
    b'Content-Type: multipart/mixed; boundary="%d"\r\n\r\n--%d\r\n' % (n, n) for n in range(2000)
)


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\x00" * 1000,
        NESTED,
        b"Subject: =?bogus?q?x?=\r\nContent-Type: text/plain; charset=bogus\r\n\r\nx",
        b"Subject: =?utf-8?b?!!!?= =?utf-8?q?=ZZ?=\r\n\r\nx",
        b"Content-Type: text/plain\r\nContent-Transfer-Encoding: base64\r\n\r\n!!!",
        b"Content-Type: text/html\r\n\r\n<p>Hello<script>alert(1)</script><b",
        b'Content-Type: multipart/mixed; boundary="\xff"\r\n\r\n--\xff\r\n\r\nx',
        b"Content-Disposition: attachment; filename*=bogus'en'%ZZ\r\n\r\nx",
        b"Subject\r\n: x\r\n y\r\n",
    ],
)
def test_whatever_an_email_holds_it_is_read(content: bytes) -> None:
    mail = read_mail("a@b.c", (ADA,), content)

    assert mail.goes_to("ADA@example.com")
    assert "alert" not in mail.text
    assert mail.written_out().encode()


def test_hidden_characters_show() -> None:
    content = "Subject: Fee\u202edue\r\n\r\npaid\x1b[31m\u200b now".encode()
    mail = read_mail("a@b.c", (ADA,), content)

    assert mail.subjects == ("Fee\ufffddue",)
    assert mail.text == "paid\ufffd[31m\ufffd now"


def test_an_email_in_parts_is_read_as_its_text_and_its_files() -> None:
    content = (
        b"Subject: =?utf-8?q?Rechnung_f=C3=BCr?=\r\n =?utf-8?b?IEFkYQ==?=\r\n"
        b'Content-Type: multipart/mixed; boundary="b"\r\n\r\n'
        b"--b\r\nContent-Type: text/html; charset=utf-8\r\n\r\n"
        b"<style>p{}</style><p>Pay&nbsp;now</p><a href=/pay>here</a>\r\n"
        b"--b\r\nContent-Type: application/pdf\r\n"
        b"Content-Disposition: attachment; filename=bill.pdf\r\n\r\n12345\r\n--b--\r\n"
    )
    mail = read_mail("a@b.c", (ADA,), content)

    assert mail.has_subject("Rechnung für Ada")
    assert mail.text == "Pay now(/pay) here"
    assert mail.attachments == ("bill.pdf (5 bytes)",)


async def test_idle_connections_do_not_keep_mail_out_for_ever(world: World) -> None:
    idle = [await asyncio.open_connection("127.0.0.1", world.ports[MAIL_PORT]) for _ in range(100)]
    async with asyncio.timeout(PATIENCE_SECONDS):
        ends = await asyncio.gather(*(_is_cut(reader) for reader, _ in idle))

    assert ends.count(True) == 84

    await world.outside.renew()
    assert await world.mail(email("Fee due")) == [250]
    for _, writer in idle:
        writer.close()


async def _is_cut(reader: asyncio.StreamReader) -> bool:
    try:
        return not (await reader.readline())
    except ConnectionResetError:
        return True


async def test_a_storm_of_calls_is_answered_and_not_written_down_for_ever(world: World) -> None:
    world.service.answer = Answer(status=200, content_type="text/plain", body=b"fine")

    def storm(connection: http.client.HTTPConnection) -> int:
        fine = 0
        for _ in range(MOST_REQUESTS + 5):
            connection.request("GET", "/" + "x" * 5000)
            fine += connection.getresponse().read() == b"fine"
        return fine

    assert await world.call(storm) == MOST_REQUESTS + 5
    assert "… and 5 calls more, not written down" in world.service.transcript()
    assert len(world.service.transcript()) < MOST_REQUESTS * 1000


@pytest.mark.parametrize(
    "words", [b"nonsense\r\n\r\n", b"GET / HTTP/9\r\n\r\n", b"GET /" + b"x" * 200_000, b"\x16\x03"]
)
async def test_what_is_no_call_is_refused(world: World, words: bytes) -> None:
    answer = await world.talk(9101, words)

    assert answer[:12] in {b"", b"HTTP/1.1 400"}
    assert world.service.count == 0


@pytest.mark.parametrize(("method", "status"), [("HEAD", 200), ("DELETE", 204), ("GET", 304)])
async def test_an_answer_without_a_body_has_none(world: World, method: str, status: int) -> None:
    world.service.answer = Answer(status=status, content_type="text/plain", body=b"x")

    def twice(connection: http.client.HTTPConnection) -> list[tuple[int, bytes]]:
        said = []
        for _ in range(2):
            connection.request(method, "/")
            answer = connection.getresponse()
            said.append((answer.status, answer.read()))
        return said

    assert await world.call(twice) == [(status, b"")] * 2


async def test_a_large_call_is_read_to_its_end_and_cut_in_the_transcript(world: World) -> None:
    def upload(connection: http.client.HTTPConnection) -> int:
        pieces = (b"x" * 100_000 for _ in range(50))
        connection.request("PUT", "/photo", pieces, encode_chunked=True)
        return connection.getresponse().status

    assert await world.call(upload) == 503
    assert "… cut here\n(5,000,000 bytes)" in world.service.transcript()


async def test_a_call_that_asks_first_is_told_to_go_on(world: World) -> None:
    head = b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\nExpect: 100-continue\r\n\r\n"
    answer = await world.talk(9101, head + b"ok")

    assert b"HTTP/1.1 503" in answer
    assert "\n\nok\n\nanswered 503" in world.service.transcript()


async def test_what_was_under_way_is_cut_when_the_world_is_made_anew(world: World) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", world.ports[MAIL_PORT])
    writer.write(b"MAIL FROM:<a@b.c>\r\nRCPT TO:<ada@example.com>\r\nDATA\r\nSubject: Late\r\n")
    async with asyncio.timeout(PATIENCE_SECONDS):
        await reader.readuntil(b"354")
    before = world.outside.now

    await world.outside.renew()
    async with asyncio.timeout(PATIENCE_SECONDS):
        try:
            writer.write(b"\r\nx\r\n.\r\n")
            said = await reader.read()
        except ConnectionResetError:
            said = b""
    writer.close()

    assert b"250" not in said
    assert before.mailbox.mails == world.outside.now.mailbox.mails == []
