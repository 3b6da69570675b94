"""Turns the bytes that somebody sent into lines of text, or says why they are not a blueprint."""

import re
import unicodedata
from dataclasses import dataclass

from backend.blueprints import limits
from backend.blueprints.findings import Findings, quoted

_CONTROL = re.compile(r"[\x01-\x08\x0b-\x1f\x7f-\x9f]")
_BIDIRECTIONAL = re.compile("[\u202a-\u202e\u2066-\u2069]")
_BINARY = {
    b"%PDF": "a PDF",
    b"PK\x03\x04": "a Word file or an archive",
    b"\xd0\xcf\x11\xe0": "a Word file",
}


@dataclass(frozen=True)
class Source:
    """The text of a blueprint; line 1 is `lines[0]`."""

    text: str
    lines: tuple[str, ...]

    def between(self, first_line: int, last_line: int) -> str:
        """Return these lines, both ends included."""
        return "\n".join(self.lines[first_line - 1 : last_line])


def read_source(data: bytes, findings: Findings) -> Source | None:
    """Decode and measure; anything that later steps could choke on is refused here."""
    fault = _fault_of_bytes(data)
    if fault:
        findings.error("BP000", fault[0], fault[1], fault[2])
        return None
    text = unicodedata.normalize("NFC", data.decode("utf-8"))
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    source = Source(text=text, lines=tuple(text.split("\n")))
    return source if _is_measured(source, findings) else None


def _fault_of_bytes(data: bytes) -> tuple[int, str, str] | None:
    if len(data) > limits.SOURCE_BYTES:
        remedy = f"Keep it below {limits.SOURCE_BYTES:,} bytes; split the product if it is larger."
        return 1, f"The file has {len(data):,} bytes, which is too large.", remedy
    if not data.strip():
        return 1, "The file is empty.", "Write a blueprint in it; the docs begin with a whole one."
    for magic, what in _BINARY.items():
        if data.startswith(magic):
            return 1, f"The file is {what}, not Markdown text.", "Save it as plain text (.md)."
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return 1, "The file is UTF-16 text.", "Save it as UTF-8 without a byte order mark."
    return _fault_of_encoding(data)


def _fault_of_encoding(data: bytes) -> tuple[int, str, str] | None:
    if b"\x00" in data:
        line = data[: data.index(b"\x00")].count(b"\n") + 1
        return line, "The line holds a NUL byte: this is not a text file.", "Save it as plain text."
    try:
        data.decode("utf-8")
    except UnicodeDecodeError as error:
        line = data[: error.start].count(b"\n") + 1
        return line, "The line holds bytes that are not UTF-8.", "Save the file as UTF-8."
    return None


def _is_measured(source: Source, findings: Findings) -> bool:
    if source.text.count("|") > limits.TABLE_BARS:
        message = f"The file has more than {limits.TABLE_BARS:,} table cells."
        findings.error("BP000", 1, message, "Shorten its tables.")
        return False
    if len(source.lines) > limits.SOURCE_LINES:
        findings.error(
            "BP000",
            limits.SOURCE_LINES + 1,
            f"The file has {len(source.lines):,} lines, which is too many.",
            f"Keep it below {limits.SOURCE_LINES:,} lines.",
        )
        return False
    for number, line in enumerate(source.lines, start=1):
        if len(line) > limits.LINE_CHARACTERS:
            findings.error(
                "BP000",
                number,
                f"The line has {len(line):,} characters, which is too long.",
                f"Keep a line below {limits.LINE_CHARACTERS:,} characters.",
            )
            return False
    _report_hidden(source, findings)
    return True


def _report_hidden(source: Source, findings: Findings) -> None:
    for number, line in enumerate(source.lines, start=1):
        control = _CONTROL.search(line) or _BIDIRECTIONAL.search(line)
        if control:
            code = f"U+{ord(control.group()):04X}"
            findings.error(
                "BP021",
                number,
                f"The line holds an invisible control character ({code}) near "
                f"{quoted(line[: control.start()][-20:])}.",
                "Delete it; type the line anew if you cannot see it.",
            )
