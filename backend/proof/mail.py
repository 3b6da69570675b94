"""Reads an email as a person would: who gets it, its subject, its text; whatever is wrong in it."""

import re
from collections.abc import Iterator
from email import message_from_bytes
from email.errors import MessageError
from email.header import decode_header, make_header
from email.message import Message
from html.parser import HTMLParser

import msgspec

from backend.proof.harmless_text import harmless
from backend.proof.words import quoted

_MOST_TEXT = 64_000
_MOST_ATTACHMENTS = 20
_MOST_SUBJECTS = 5
_BLOCKS = frozenset({"p", "div", "br", "li", "tr", "h1", "h2", "h3", "h4", "table", "ul", "ol"})
_UNSEEN = frozenset({"script", "style", "head", "title"})
_EMPTY_LINES = re.compile(r"\n\s*\n\s*")


class Mail(msgspec.Struct, frozen=True, kw_only=True):
    """One email. Sender and recipients are the envelope's: they decide where an email goes."""

    sender: str
    recipients: tuple[str, ...]
    subjects: tuple[str, ...] = ()
    text: str = ""
    attachments: tuple[str, ...] = ()

    def has_subject(self, subject: str) -> bool:
        """Whether this is its one subject; an email with two has none that counts."""
        return len(self.subjects) == 1 and self.subjects[0] == " ".join(subject.split())

    def goes_to(self, address: str) -> bool:
        """Whether the address gets it, whatever the capitals."""
        return address.strip().casefold() in {one.casefold() for one in self.recipients}

    @property
    def title(self) -> str:
        """What it is called in messages."""
        if len(self.subjects) > 1:
            return f"an email with {len(self.subjects)} subjects ({quoted(self.subjects)})"
        return quoted(self.subjects) if self.subjects else "an email without a subject"

    def written_out(self) -> str:
        """Return the whole email as text to keep."""
        heads = [
            f"From: {self.sender or '(nobody)'}",
            *(f"To: {recipient}" for recipient in self.recipients),
            *(f"Subject: {subject}" for subject in self.subjects),
            *(f"Attachment: {attachment}" for attachment in self.attachments),
        ]
        return "\n".join(heads) + f"\n\n{self.text}\n"


def read_mail(sender: str, recipients: tuple[str, ...], content: bytes) -> Mail:
    """Read what arrived; an email that cannot be understood keeps its envelope and says so."""
    plain = Mail(sender=_line(sender), recipients=tuple(map(_line, recipients)))
    try:
        message = message_from_bytes(content)
        return msgspec.structs.replace(
            plain,
            subjects=tuple(_subjects(message))[:_MOST_SUBJECTS],
            text=_text(message),
            attachments=tuple(_attachments(message))[:_MOST_ATTACHMENTS],
        )
    except Exception as error:  # noqa: BLE001  # an email may be anything, its parser trips on some
        text = f"(This email could not be read: {type(error).__name__}.)"
        return msgspec.structs.replace(plain, subjects=(), text=text)


def _subjects(message: Message) -> Iterator[str]:
    for name, value in message.raw_items():
        if name.casefold() == "subject":
            yield _line(_decoded(str(value)))


def _decoded(value: str) -> str:
    """Decode what RFC 2047 wraps, and UTF-8 that stands there as it is."""
    plain = value.encode("utf-8", "surrogateescape").decode("utf-8", "replace")
    try:
        return str(make_header(decode_header(plain)))
    except (LookupError, ValueError, MessageError):
        return plain


def _line(text: str) -> str:
    """Return the text on one line."""
    return " ".join(harmless(text, at_most=1000).split())


def _leaves(message: Message) -> Iterator[Message]:
    return (part for part in message.walk() if not part.is_multipart())


def _is_attached(part: Message) -> bool:
    return part.get_content_disposition() == "attachment" or part.get_filename() is not None


def _attachments(message: Message) -> Iterator[str]:
    for part in filter(_is_attached, _leaves(message)):
        size = len(_content(part))
        yield f"{_line(_decoded(part.get_filename() or 'without a name'))} ({size:,} bytes)"


def _text(message: Message) -> str:
    """Return the plain text; an email in HTML only, as its words."""
    bodies = [part for part in _leaves(message) if not _is_attached(part)]
    plain = [_words(part) for part in bodies if part.get_content_type() == "text/plain"]
    if not plain:
        plain = [
            _words_of_html(_words(part))
            for part in bodies
            if part.get_content_type() == "text/html"
        ]
    return harmless("\n\n".join(plain).strip(), at_most=_MOST_TEXT)


def _content(part: Message) -> bytes:
    content = part.get_payload(decode=True)
    return content if isinstance(content, bytes) else b""


def _words(part: Message) -> str:
    content = _content(part)
    try:
        return content.decode(part.get_content_charset("utf-8"), "replace")
    except LookupError:
        return content.decode("utf-8", "replace")


def _words_of_html(text: str) -> str:
    reader = _Reader()
    reader.feed(text[: _MOST_TEXT * 4])
    reader.close()
    return _EMPTY_LINES.sub("\n\n", "".join(reader.words)).strip()


class _Reader(HTMLParser):
    """Collects what is read of a page, line by line."""

    def __init__(self) -> None:
        super().__init__()
        self.words: list[str] = []
        self._unseen = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._unseen += tag in _UNSEEN
        if tag in _BLOCKS:
            self.words.append("\n")
        address = dict(attrs).get("href")
        if tag == "a" and address:
            self.words.append(f"({address}) ")

    def handle_endtag(self, tag: str) -> None:
        self._unseen = max(self._unseen - (tag in _UNSEEN), 0)

    def handle_data(self, data: str) -> None:
        if not self._unseen:
            self.words.append(re.sub(r"\s+", " ", data))
