"""Writes evidence below the proof folder, named by criterion, attempt, step and digest."""

import hashlib
import re
import shutil
from pathlib import Path

from backend.proof.results import Evidence

# A criterion's id as the works makes it; anything else gets a digest so that no two ids meet.
_PLAIN_ID = re.compile(r"[A-Za-z]+[0-9]+/[a-z0-9-]+(?:[#@][0-9]+)*")
_UNSAFE = re.compile(r"[^A-Za-z0-9-]+")
# With all that follows it, 70 of the 260 characters that Windows allows are left for the folder.
_LONGEST_NAME = 70
_LONGEST_WORDS = 40
_DIGEST_CHARACTERS = 10
_FOLDERS = {
    "screenshot": "screenshots",
    "picture": "pictures",
    "approved": "approved",
    "heat_map": "heat-maps",
    "video": "videos",
    "aria": "aria",
    "trace": "traces",
    "transcript": "transcripts",
    "mail": "mails",
    "narration": "narrations",
    "chapters": "narrations",
}


def safe_name(criterion: str) -> str:
    """Return a criterion's id as a file name that no other id has and no file system refuses."""
    # A row of Examples (#1) and a data set (@1) of the same scenario are two.
    name = _UNSAFE.sub(".", criterion.replace("@", ".data-")).strip(".-")
    if _PLAIN_ID.fullmatch(criterion) and len(name) <= _LONGEST_NAME:
        return name
    digest = hashlib.sha256(criterion.encode("utf-8", "surrogatepass")).hexdigest()
    return f"{name[:_LONGEST_NAME] or 'criterion'}.{digest[:_DIGEST_CHARACTERS]}"


def file_words(name: str) -> str:
    """Return an author's name for a picture as part of a file name."""
    return _UNSAFE.sub("-", name).strip("-")[:_LONGEST_WORDS] or "picture"


class EvidenceFolder:
    """The folder of one attempt's evidence; only the prover ever writes there."""

    def __init__(self, folder: Path, *, criterion: str, attempt: int, run: str = "") -> None:
        """Name what is written; `run` tells another run from the one that draws the verdict."""
        self._folder = folder
        self._stem = f"{safe_name(criterion)}{run and f'.{run}'}.attempt-{attempt}"

    def write(self, content: bytes, *, kind: str, suffix: str, part: str = "") -> Evidence:
        """Write one piece and return it with its digest."""
        piece = self._piece(content, kind, suffix, part)
        self._place(piece).write_bytes(content)
        return piece

    def take(self, source: Path, *, kind: str, suffix: str, part: str = "") -> Evidence:
        """Move a finished file in and return it with its digest."""
        piece = self._piece(source.read_bytes(), kind, suffix, part)
        shutil.move(source, self._place(piece))
        return piece

    def _piece(self, content: bytes, kind: str, suffix: str, part: str) -> Evidence:
        sha256 = hashlib.sha256(content).hexdigest()
        names = (self._stem, part, sha256[:_DIGEST_CHARACTERS], suffix)
        return Evidence(
            path=f"{_FOLDERS[kind]}/{'.'.join(filter(None, names))}",
            kind=kind,
            sha256=sha256,
            bytes=len(content),
        )

    def _place(self, piece: Evidence) -> Path:
        place = self._folder / piece.path
        place.parent.mkdir(parents=True, exist_ok=True)
        return place


def is_intact(folder: Path, evidence: Evidence) -> bool:
    """Whether the piece still lies in the folder, byte for byte."""
    try:
        content = (folder / evidence.path).read_bytes()
    except OSError:
        return False
    return bool(content) and hashlib.sha256(content).hexdigest() == evidence.sha256
