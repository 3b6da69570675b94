"""Writes where the steps of a narrated clip begin, as WebVTT, which video players understand."""

from collections.abc import Sequence

from backend.proof.results import Chapter

_ESCAPES = {"&": "&amp;", "<": "&lt;", ">": "&gt;"}


def webvtt(chapters: Sequence[Chapter], texts: Sequence[str], *, milliseconds: int) -> str:
    """Return the chapters of a clip of this length; `texts` are the sentences of all steps."""
    ends = [chapter.milliseconds for chapter in chapters[1:]] + [milliseconds]
    cues = [
        f"{chapter.step}\n{_moment(chapter.milliseconds)} --> {_moment(end)}\n"
        f"{_line(texts[chapter.step - 1])}\n"
        for chapter, end in zip(chapters, ends, strict=True)
    ]
    return "\n".join(("WEBVTT\n", *cues))


def _moment(milliseconds: int) -> str:
    seconds, rest = divmod(milliseconds, 1000)
    minutes, seconds = divmod(seconds, 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours:02d}:{minutes:02d}:{seconds:02d}.{rest:03d}"


def _line(text: str) -> str:
    return "".join(_ESCAPES.get(character, character) for character in " ".join(text.split()))
