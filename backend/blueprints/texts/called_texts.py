"""Cuts what products are called with, and what they answer, into the texts that stand in it."""

from collections.abc import Callable, Iterable, Sequence

from backend.blueprints.blueprint import Step
from backend.blueprints.texts.address_texts import address_pieces, form_pieces
from backend.blueprints.texts.command_texts import command_pieces
from backend.blueprints.texts.input_texts import input_pieces
from backend.blueprints.texts.json_texts import json_pieces
from backend.blueprints.texts.pieces import Piece
from backend.blueprints.texts.place_names import freedom_of
from backend.blueprints.texts.program_texts import program_pieces

Cut = Callable[[str], Iterable[Piece]]
_ARGUMENTS: dict[tuple[str, int], Cut] = {
    ("H01", 1): address_pieces,
    ("H02", 1): address_pieces,
    ("L01", 0): command_pieces,
    ("L02", 0): command_pieces,
    ("B02", 0): program_pieces,
    ("B02", 1): program_pieces,
    ("B03", 0): program_pieces,
}
_DOCUMENTS: dict[str, Cut] = {
    "H10": json_pieces,
    "L02": input_pieces,
    "W12": input_pieces,
    "B01": program_pieces,
}
_BODIES: dict[str, Cut] = {
    "json": json_pieces,
    "form": form_pieces,
    "text": input_pieces,
    "csv": input_pieces,
}


def is_called(steps: Iterable[Step]) -> bool:
    """Whether a scenario sends requests, runs commands or programs, or asks a library."""
    return any(step.expression[0] in "HLB" for step in steps)


def argument_pieces(step: Step, position: int) -> Sequence[Piece] | None:
    """Return the texts in an argument, or None where it is one text or no data at all."""
    argument = str(step.arguments[position])
    if step.expression == "H07" and position == 1:
        return list(json_pieces(argument, key=str(step.arguments[0])))
    cut = _ARGUMENTS.get((step.expression, position))
    return None if cut is None else list(cut(argument))


def cell_pieces(step: Step, row: int, column: int) -> Sequence[Piece] | None:
    """Return the text in a cell of a request's table, which may stand there in quotes."""
    if step.expression != "H02" or column != 1 or step.table is None:
        return None
    key, text = step.table[row]
    if text.startswith('"'):
        return list(json_pieces(text, key=key))
    return [Piece(0, len(text), text, freedom_of(text, key), key)] if text else []


def document_pieces(step: Step) -> Sequence[Piece] | None:
    """Return the texts in a long text, or None where it is checked as it stands, or no data."""
    document = step.document or ""
    if step.expression == "H02":
        cut = _BODIES.get((step.document_type or "json").lower())
    else:
        cut = _DOCUMENTS.get(step.expression)
    return None if cut is None else list(cut(document))
