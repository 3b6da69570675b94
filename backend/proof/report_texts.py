"""Reads evidence that is text, so that the report can show it in place."""

from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

from backend.proof.results import Evidence

_LONGEST_BYTES = 8_000
_KINDS = {
    "transcript": "What was sent and answered",
    "mail": "The mail that was sent",
    "aria": "The page in words",
}


@dataclass(frozen=True, kw_only=True)
class ReportText:
    """A text beside the page, its beginning in it; `content` is empty when the file is gone."""

    title: str
    href: str
    content: str
    is_cut: bool


def report_text(evidence: Evidence, folder: Path) -> ReportText | None:
    """Return a piece of evidence as text, or None for what is no text."""
    if evidence.kind not in _KINDS:
        return None
    content = _beginning(folder / evidence.path)
    return ReportText(
        title=_KINDS[evidence.kind],
        href=quote(evidence.path),
        content=content[:_LONGEST_BYTES].decode("utf-8", "replace").rstrip(),
        is_cut=len(content) > _LONGEST_BYTES,
    )


def _beginning(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            return file.read(_LONGEST_BYTES + 1)
    except OSError:
        return b""
