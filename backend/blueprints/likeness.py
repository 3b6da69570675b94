"""Says whether a scenario on other data asks the same of a product as on the shown data.

It does when its texts stand to each other as the shown ones do: equal or not, one a part of another
or not, and, where order may matter, one before the other.
"""

import unicodedata
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation

from backend.blueprints.blueprint import Step
from backend.blueprints.literals import Role

_HAS_ORDER = frozenset({"C13", "C14"})
_CLICKS = frozenset({"A02", "A03", "A16", "A17"})
_ONE_ROW = 2  # with the header
_MOST_ROWS = 20  # more fill a second page, and order says which are on the first


@dataclass(frozen=True)
class Pair:
    """A text as the blueprint shows it and as a run uses it; `field` is what it is put into."""

    shown: str
    used: str
    field: str | None = None
    is_sought: bool = False
    has_place: bool = False  # among the others of its field, in a list

    @property
    def is_changed(self) -> bool:
        """Whether the run says something else."""
        return self.shown != self.used

    @property
    def has_letters(self) -> bool:
        """Whether it is a text, not a number or a date."""
        return any(character.isalpha() for character in self.shown + self.used)


def pair_of(shown: str, used: str, role: Role, field: str | None, *, is_sought: bool) -> Pair:
    """Return the pair; what fields and columns hold has a place among its like."""
    has_place = field is not None and role in (Role.FILLED, Role.CHECKED)
    return Pair(shown, used, field, is_sought=is_sought, has_place=has_place)


def may_depend_on_order(steps: Iterable[Step], field_names: frozenset[str]) -> bool:
    """Whether what comes first in a list or a file may decide how the scenario ends."""
    return any(_has_order(step, field_names) for step in steps)


def _has_order(step: Step, field_names: frozenset[str]) -> bool:
    rows = len(step.table or ())
    if step.expression == "C12":
        return rows > _ONE_ROW
    if step.expression == "C28":
        return "\n" in (step.document or "").strip()
    if step.expression == "W05":
        return rows > _MOST_ROWS
    sorts = step.expression in _CLICKS and str(step.arguments[0]) in field_names
    return sorts or step.expression in _HAS_ORDER


def keeps_relations(changed: Iterable[Pair], others: Sequence[Pair], *, in_order: bool) -> bool:
    """Whether each changed text stands to every other as it does in the blueprint."""
    return all(
        _is_kept(one, other, in_order=in_order)
        for one in changed
        for other in others
        if one != other
    )


def _is_kept(one: Pair, other: Pair, *, in_order: bool) -> bool:
    shown = one.shown.casefold(), other.shown.casefold()
    used = one.used.casefold(), other.used.casefold()
    if (shown[0] == shown[1]) != (used[0] == used[1]):
        return False
    has_letters = one.has_letters or other.has_letters
    if (has_letters or one.is_sought) and (shown[0] in shown[1]) != (used[0] in used[1]):
        return False
    if (has_letters or other.is_sought) and (shown[1] in shown[0]) != (used[1] in used[0]):
        return False
    if not in_order or not (one.has_place and other.has_place) or one.field != other.field:
        return True
    return _order(one.shown, other.shown) == _order(one.used, other.used)


def _order(one: str, other: str) -> tuple[int, ...]:
    """Compare as products may: by number, else by letters, in each of the usual ways."""
    numbers = _number(one), _number(other)
    if numbers[0] is not None and numbers[1] is not None:
        return (_compare(numbers[0], numbers[1]),)
    return tuple(_compare(key(one), key(other)) for key in _KEYS)


def _compare(one: "str | Decimal", other: "str | Decimal") -> int:
    return (one > other) - (one < other)  # type: ignore[operator]  # both are of one type


def _number(text: str) -> Decimal | None:
    try:
        number = Decimal(text)
    except InvalidOperation:
        return None
    return number if number.is_finite() else None


def _letters_alone(text: str) -> str:
    return "".join(character for character in text.casefold() if character.isalnum())


def _without_accents(text: str) -> str:
    return "".join(c for c in unicodedata.normalize("NFKD", text.casefold()) if c.isalnum())


def _last_word(text: str) -> str:
    return text.casefold().rpartition(" ")[2]


_KEYS: tuple[Callable[[str], str], ...] = (
    str,
    str.casefold,
    _letters_alone,
    _without_accents,
    _last_word,  # people are often listed so
)
