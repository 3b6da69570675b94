"""Cuts the sealed scenarios out of a blueprint, for everybody who builds or plans from it."""

from backend.blueprints.sections import Fence
from backend.blueprints.source import Source


def make_public_text(source: Source, fences: list[Fence], sealed: set[int]) -> str:
    """Return the text without the sealed lines; blocks that become empty go as a whole."""
    cut = set(sealed)
    for fence in fences:
        inside = range(fence.first_line, fence.last_line + 1)
        if any(n in sealed for n in inside) and not _is_left(source, inside, cut):
            cut.update(range(fence.first_line - 1, fence.last_line + 2))
    kept = [line for number, line in enumerate(source.lines, start=1) if number not in cut]
    return "\n".join(kept)


def with_comments(source: Source, first_line: int, last_line: int, fence: Fence) -> range:
    """Widen a sealed range by the comments that touch it: they may tell what it hides."""
    while first_line > fence.first_line and _is_comment(source, first_line - 1):
        first_line -= 1
    while last_line < fence.last_line and _is_comment(source, last_line + 1):
        last_line += 1
    return range(first_line, last_line + 1)


def _is_comment(source: Source, line: int) -> bool:
    return source.lines[line - 1].lstrip().startswith("#")


def _is_left(source: Source, lines: range, cut: set[int]) -> bool:
    return any(n not in cut and source.lines[n - 1].strip() for n in lines)
