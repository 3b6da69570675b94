"""Tells where texts stand in a step, and which of them other texts could take the place of."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from enum import StrEnum

import msgspec

from backend.blueprints.blueprint import Step, StepKind

# Where a record's title or a filled-in text may stand as a whole, by the argument's position.
_NAMES: dict[str, tuple[int, ...]] = {
    "A02": (0,), "A03": (0,), "A14": (0,), "A15": (0, 1), "A16": (0, 1), "A20": (0,),
}  # fmt: skip
_CHECKS: dict[str, tuple[int, ...]] = {
    "C01": (0,), "C02": (0,), "C03": (0,), "C04": (1,), "C05": (1,), "C06": (1,), "C09": (0,),
    "C30": (1,), "C32": (0,),
}  # fmt: skip
_TABLE_CHECKS = frozenset({"C11", "C12", "C31"})
# Texts that are found as a part of longer ones, so that every text that holds them counts.
_SOUGHT = frozenset({"C01", "C02", "C03", "C08", "C09", "C28", "C30", "C32"})


class Role(StrEnum):
    """What a text does in its step."""

    FIXED = "fixed"  # a label, a page, a number: nothing else can stand there
    NAME = "name"  # what is clicked: a record's title, or a label
    FILLED = "filled"  # what a field is given; `field` says which
    CHECKED = "checked"


@dataclass(frozen=True)
class Literal:
    """One text of a step; `field` and `entity` say what it is put into, if that is known."""

    text: str
    role: Role
    field: str | None = None
    entity: str | None = None
    is_sought: bool = False
    is_document: bool = False


def literals_of(step: Step) -> Iterator[Literal]:
    """Yield every text of a step: arguments, cells and the long text, in that order."""
    for position, argument in enumerate(step.arguments):
        yield replace(_argument(step, position), text=str(argument))
    for number, row in enumerate(step.table or ()):
        for column, cell in enumerate(row):
            yield replace(_cell(step, number, column), text=cell)
    if step.document is not None:
        is_checked = step.expression == "C28"
        yield Literal(
            step.document,
            Role.CHECKED if is_checked else Role.FIXED,
            is_sought=is_checked,
            is_document=True,
        )


def map_literals(step: Step, change: Callable[[Literal], str]) -> Step:
    """Return the step with other texts in its arguments, its cells and its long text.

    Arguments that are numbers stay as they are. The sentence is not changed.
    """
    changed = iter([change(literal) for literal in literals_of(step)])
    arguments = tuple(
        text if isinstance(argument, str) else argument
        for argument, text in zip(step.arguments, changed, strict=False)
    )
    table = step.table and tuple(tuple(next(changed) for _ in row) for row in step.table)
    document = None if step.document is None else next(changed)
    return msgspec.structs.replace(step, arguments=arguments, table=table, document=document)


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
    return Literal("", role, field=field, is_sought=expression in _SOUGHT)


def _cell(step: Step, row: int, column: int) -> Literal:
    table = step.table or ()
    if step.expression == "A06" and column == 1:
        return Literal("", Role.FILLED, field=table[row][0])
    if row and step.expression == "W05":
        return Literal("", Role.FILLED, field=table[0][column], entity=str(step.arguments[0]))
    if row and step.expression in _TABLE_CHECKS and step.kind is StepKind.THEN:
        return Literal("", Role.CHECKED, field=table[0][column])
    return Literal("", Role.FIXED)
