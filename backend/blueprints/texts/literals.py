"""Tells where texts stand in a step, and which of them other texts could take the place of."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

import msgspec

from backend.blueprints.blueprint import Step, StepKind
from backend.blueprints.texts.called_texts import argument_pieces, cell_pieces, document_pieces
from backend.blueprints.texts.pieces import Freedom, Piece, rests_of, with_pieces

SEARCH = "Search"  # the one field of the house style that is nobody's data
# Where a record's title or a filled-in text may stand as a whole, by the argument's position.
_NAMES: dict[str, tuple[int, ...]] = {
    "A02": (0,), "A03": (0,), "A14": (0,), "A15": (0, 1), "A16": (0, 1), "A20": (0,),
}  # fmt: skip
_CHECKS: dict[str, tuple[int, ...]] = {
    "C01": (0,), "C02": (0,), "C03": (0,), "C04": (1,), "C05": (1,), "C06": (1,), "C08": (1,),
    "C09": (0,), "C17": (0,), "C29": (1,), "C30": (1,), "C32": (0,), "C34": (0,), "H06": (1,),
    "H07": (1,), "H14": (1,), "H15": (0,), "L07": (0,), "L08": (0,), "L09": (0,), "L13": (0,),
    "B02": (1,),
}  # fmt: skip
_TABLE_CHECKS = frozenset({"C11", "C12", "C31"})
_DOCUMENT_CHECKS = frozenset({"C28", "H10", "L06", "L11"})
# What products say in sentences and lists of their own, around what they were given.
_OUTPUTS = frozenset({"H07", "H10", "H15", "L06", "L07", "L09", "L11", "L13", "B02"})
# What products are called with, cut into the texts that stand in it.
_GIVEN: dict[str, tuple[int, ...]] = {
    "H01": (1,), "H02": (1,), "L01": (0,), "L02": (0,), "B02": (0,), "B03": (0,),
}  # fmt: skip
_GIVEN_DOCUMENTS = frozenset({"H02", "L02", "W12", "B01"})
# Texts that are found as a part of longer ones, so that every text that holds them counts.
_SOUGHT = frozenset({"C01", "C02", "C03", "C08", "C09", "C28", "C30", "C32", "C34", *_OUTPUTS})
_TYPED = frozenset({"A12", "A28"})  # where no field is named, which may be the search


class Role(StrEnum):
    """What a text does in its step."""

    FIXED = "fixed"  # a label, a page, a number: nothing else can stand there
    NAME = "name"  # what is clicked: a record's title, or a label
    FILLED = "filled"  # what a field is given; `field` says which
    CHECKED = "checked"


@dataclass(frozen=True)
class Literal:
    """One text of a step; `field` and `entity` say what it is put into, if that is known.

    `freedom` is what its place says of other texts, where that is a place in a longer text.
    """

    text: str
    role: Role
    field: str | None = None
    entity: str | None = None
    is_sought: bool = False
    is_search: bool = False  # what is typed to find others by
    is_on_page: bool = False  # where a page may say it in a sentence of its own
    is_document: bool = False
    is_output: bool = False
    freedom: Freedom | None = None


@dataclass(frozen=True)
class _Place:
    """An argument, a cell or a long text, and what stands in it where it is not one text."""

    whole: Literal
    pieces: Sequence[Piece] | None

    def literals(self) -> Iterator[Literal]:
        """Yield what may be another text, and behind it all that may not."""
        if self.pieces is None:
            yield self.whole
            return
        yield from map(self._literal, self.pieces)
        for rest in rests_of(self.whole.text, self.pieces):
            yield Literal(rest, Role.FIXED)

    def changed(self, change: Callable[[Literal], str]) -> str:
        if self.pieces is None:
            return change(self.whole)
        texts = [change(self._literal(piece)) for piece in self.pieces]
        return with_pieces(self.whole.text, self.pieces, texts)

    def _literal(self, piece: Piece) -> Literal:
        role = _ROLES.get(piece.freedom, self.whole.role)
        return replace(
            self.whole,
            text=piece.text,
            role=role,
            field=piece.key,
            freedom=piece.freedom,
            is_document=False,
        )


_ROLES = {Freedom.FIXED: Role.FIXED, Freedom.ALONG: Role.NAME}


def literals_of(step: Step) -> Iterator[Literal]:
    """Yield every text of a step: arguments, cells and the long text, in that order."""
    for place in _places(step):
        yield from place.literals()


def map_literals(step: Step, change: Callable[[Literal], str]) -> Step:
    """Return the step with other texts in its arguments, its cells and its long text.

    Arguments that are numbers stay as they are. The sentence is not changed.
    """
    changed = iter([place.changed(change) for place in _places(step)])
    arguments = tuple(
        text if isinstance(argument, str) else argument
        for argument, text in zip(step.arguments, changed, strict=False)
    )
    table = step.table and tuple(tuple(next(changed) for _ in row) for row in step.table)
    document = None if step.document is None else next(changed)
    return msgspec.structs.replace(step, arguments=arguments, table=table, document=document)


def _places(step: Step) -> Iterator[_Place]:
    for position, argument in enumerate(step.arguments):
        literal = replace(_argument(step, position), text=str(argument))
        yield _Place(literal, argument_pieces(step, position))
    for number, row in enumerate(step.table or ()):
        for column, cell in enumerate(row):
            literal = replace(_cell(step, number, column), text=cell)
            yield _Place(literal, cell_pieces(step, number, column))
    if step.document is not None:
        yield _Place(_document(step, step.document), document_pieces(step))


def _argument(step: Step, position: int) -> Literal:
    expression, arguments = step.expression, step.arguments
    role, field = Role.FIXED, None
    if expression == "A05" and position == 1:
        role, field = Role.FILLED, str(arguments[0])
    elif expression == "A08" and position == 0:
        role, field = Role.FILLED, str(arguments[1])
    elif position in _NAMES.get(expression, ()):
        role = Role.NAME
    elif position in _CHECKS.get(expression, ()):
        role = Role.CHECKED
    elif position in _GIVEN.get(expression, ()):
        role = Role.FILLED
    return Literal(
        "",
        role,
        field,
        is_sought=expression in _SOUGHT,
        is_search=expression in _TYPED or (role is Role.FILLED and field == SEARCH),
        is_on_page=role in (Role.CHECKED, Role.NAME) and expression[0] in "AC",
        is_output=role is Role.CHECKED and expression in _OUTPUTS,
    )


def _cell(step: Step, row: int, column: int) -> Literal:
    table = step.table or ()
    if step.expression == "A06" and column == 1:
        return Literal("", Role.FILLED, table[row][0], is_search=table[row][0] == SEARCH)
    if row and step.expression == "W05":
        return Literal("", Role.FILLED, field=table[0][column], entity=str(step.arguments[0]))
    if row and step.expression in _TABLE_CHECKS and step.kind is StepKind.THEN:
        return Literal("", Role.CHECKED, table[0][column], is_on_page=True)
    if step.expression == "H02" and column == 1:
        return Literal("", Role.FILLED)
    return Literal("", Role.FIXED)


def _document(step: Step, text: str) -> Literal:
    expression = step.expression
    is_output = expression in _OUTPUTS
    if expression in _DOCUMENT_CHECKS:
        return Literal(text, Role.CHECKED, is_sought=True, is_document=True, is_output=is_output)
    return Literal(text, Role.FILLED if expression in _GIVEN_DOCUMENTS else Role.FIXED)
