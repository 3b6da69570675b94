"""Finds the texts in a program or an expression; its names, its keys and its layout stay."""

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass

from backend.blueprints.texts.pieces import Freedom, Piece
from backend.blueprints.texts.place_names import freedom_of, takes_text

_PLAIN = re.compile(r'"[^"\\\n]*"|\'[^\'\\\n]*\'')
_UNREADABLE = (SyntaxError, ValueError, RecursionError, MemoryError)
_SEVERAL = 2
_LONGEST = 20_000  # characters of a program that is worth being cut


@dataclass(frozen=True)
class _Given:
    """How a text is given: as what, and whether any would be taken."""

    key: str = ""
    is_taken: bool = False
    is_listed: bool = False
    is_along: bool = False

    def freedom_of(self, text: str) -> Freedom:
        if self.is_along:
            return Freedom.ALONG
        if self.is_listed:
            return Freedom.LISTED
        return freedom_of(text, self.key, is_taken=self.is_taken)


def program_pieces(source: str) -> list[Piece]:
    """Return every text of a program or an expression, in order; none where it is no Python."""
    if len(source) > _LONGEST or "\r" in source:  # which ends lines for the parser alone
        return []
    lead = len(source) - len(source.lstrip())
    try:
        tree = ast.parse(source[lead:])
    except _UNREADABLE:
        return []
    lines = [f"{line}\n".encode() for line in source[lead:].split("\n")]
    givens = {part: given for node in ast.walk(tree) for part, given in _given_in(node)}
    pieces: list[Piece] = []
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            start = lead + _offset(lines, node.lineno, node.col_offset)
            end = lead + _offset(lines, node.end_lineno or 1, node.end_col_offset or 0)
            pieces.append(_piece(source, start, end, node.value, givens.get(node)))
    return _apart(sorted(pieces, key=lambda piece: (piece.start, -piece.end)))


def _piece(source: str, start: int, end: int, text: str, given: _Given | None) -> Piece:
    if given is None or not _PLAIN.fullmatch(source[start:end]):
        return Piece(start, end, text, Freedom.FIXED)
    return Piece(start + 1, end - 1, text, given.freedom_of(text), given.key)


def _offset(lines: list[bytes], line: int, column: int) -> int:
    return len((b"".join(lines[: line - 1]) + lines[line - 1][:column]).decode())


def _apart(pieces: list[Piece]) -> list[Piece]:
    """Leave out what stands inside another, as the parts of a formatted text do."""
    kept: list[Piece] = []
    for piece in pieces:
        if not kept or piece.start >= kept[-1].end:
            kept.append(piece)
    return kept


def _given_in(node: ast.AST) -> Iterator[tuple[ast.AST, _Given]]:
    """Yield each part that is handed to something or named, and how; all else stays."""
    if isinstance(node, ast.Call):
        is_taken = takes_text(_name_of(node.func))
        yield from ((argument, _Given(is_taken=is_taken)) for argument in node.args)
        yield from ((one.value, _Given(one.arg or "")) for one in node.keywords)
    elif isinstance(node, ast.List | ast.Tuple | ast.Set):
        texts = [one for one in node.elts if isinstance(one, ast.Constant)]
        is_list = sum(isinstance(one.value, str) for one in texts) >= _SEVERAL
        yield from ((one, _Given(is_listed=is_list)) for one in node.elts)
    elif isinstance(node, ast.Dict):
        for key, value in zip(node.keys, node.values, strict=True):
            named = key.value if isinstance(key, ast.Constant) else ""
            yield value, _Given(named if isinstance(named, str) else "")
            if key is not None:
                yield key, _Given(is_along=True)
    elif isinstance(node, ast.Subscript):
        yield node.slice, _Given(is_along=True)
    elif isinstance(node, ast.Assign):
        yield node.value, _Given(_name_of(node.targets[0]))
    elif isinstance(node, ast.Expr):
        yield node.value, _Given()


def _name_of(node: ast.AST) -> str:
    if isinstance(node, ast.Attribute):
        return node.attr
    return node.id if isinstance(node, ast.Name) else ""
