"""Says whether a scenario on other data asks the same of a product as on the shown data.

It does when its texts stand to each other as the shown ones do: equal or not, one a part of another
or not, and, where order may matter, one before the other.
"""

import functools
import re
import unicodedata
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation

from backend.blueprints.blueprint import Step
from backend.blueprints.texts.literals import Literal, Role

_HAS_ORDER = frozenset({"C13", "C14"})
_CLICKS = frozenset({"A02", "A03", "A16", "A17"})
_ONE_ROW = 2  # with the header
_WORDS = re.compile(r"[^\W_]+")
_DIGITS = re.compile(r"[0-9]+")
_LONGEST_NUMBER = 20
_FEWEST = 3  # digits that two numbers have in common by chance
_MOST_ROWS = 20  # more fill a second page, and order says which are on the first


@dataclass(frozen=True)
class Pair:
    """A text as the blueprint shows it and as a run uses it; `field` is what it is put into."""

    shown: str
    used: str
    field: str | None = None
    is_sought: bool = False
    is_search: bool = False  # what others are found by
    has_place: bool = False  # among the others of its field, in a list

    @property
    def is_changed(self) -> bool:
        """Whether the run says something else."""
        return self.shown != self.used

    @property
    def has_letters(self) -> bool:
        """Whether it is a text, not a number or a date."""
        return any(character.isalpha() for character in self.shown + self.used)

    @property
    def is_number(self) -> bool:
        """Whether both are numbers as they are counted with."""
        return _number(self.shown) is not None and _number(self.used) is not None

    @property
    def is_mail(self) -> bool:
        """Whether it is an email address, whose dots no product leaves out."""
        return "@" in self.shown

    @property
    def is_measure(self) -> bool:
        """Whether it is a number that stays, such as 2 rows: that "H-2" holds it is chance."""
        return not (self.is_changed or self.has_letters or self.is_sought)


def pair_of(literal: Literal, used: str) -> Pair:
    """Return the pair; what fields and columns hold has a place among its like."""
    return Pair(
        literal.text,
        used,
        literal.field,
        is_sought=literal.is_sought or literal.is_search,
        is_search=literal.is_search,
        has_place=literal.field is not None and literal.role in (Role.FILLED, Role.CHECKED),
    )


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
    if not (_holds_alike(one, other, str.casefold) and _is_found_alike(one, other)):
        return False
    is_text = not (one.is_number or other.is_number or one.is_mail or other.is_mail)
    if is_text and not _holds_alike(one, other, _without_accents):
        return False  # a product may write TB200 for "TB 200", and /tb-200 as its address
    if not in_order or not (one.has_place and other.has_place) or one.field != other.field:
        return True
    return _order(one.shown, other.shown) == _order(one.used, other.used)


def _holds_alike(one: Pair, other: Pair, form: Callable[[str], str]) -> bool:
    """Whether the one still is the other, a part of it or what has it as a part, in some form."""
    shown, used = (form(one.shown), form(other.shown)), (form(one.used), form(other.used))
    if (shown[0] == shown[1]) != (used[0] == used[1]):
        return False
    if _matters_as_part(one, other) and (shown[0] in shown[1]) != (used[0] in used[1]):
        return False
    return not _matters_as_part(other, one) or (shown[1] in shown[0]) == (used[1] in used[0])


def _matters_as_part(one: Pair, other: Pair) -> bool:
    """Whether it is no chance that the one stands in the other: there are letters, or a search.

    Of what has no letters, such as a telephone number, it is none from three digits on.
    """
    if one.is_sought:
        return True
    if one.has_letters or other.has_letters:
        return not (one.is_measure or other.is_measure)
    is_plain = one.is_number and other.is_number
    return not is_plain and len(_letters_alone(one.shown)) >= _FEWEST


def _is_found_alike(one: Pair, other: Pair) -> bool:
    """Whether a search finds the text if it did: by its words, without accents."""
    if one.is_search and not other.is_search:
        return _is_found_alike(other, one)
    if not other.is_search:
        return True
    words = zip(_WORDS.findall(other.shown), _WORDS.findall(other.used), strict=False)
    return all(
        (_without_accents(sought) in _without_accents(one.shown))
        == (_without_accents(used) in _without_accents(one.used))
        for sought, used in words
    )


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


@functools.lru_cache(maxsize=4096)
def _without_accents(text: str) -> str:
    return "".join(c for c in unicodedata.normalize("NFKD", text.casefold()) if c.isalnum())


def _last_word(text: str) -> str:
    return text.casefold().rpartition(" ")[2]


def _by_numbers(text: str) -> str:
    """Write numbers so long that 9 comes before 10, as people sort."""
    return _DIGITS.sub(lambda found: found[0].zfill(_LONGEST_NUMBER), text.casefold())


def _by_numbers_alone(text: str) -> str:
    return _letters_alone(_by_numbers(text))


_KEYS: tuple[Callable[[str], str], ...] = (
    str,
    str.casefold,
    _letters_alone,
    _without_accents,
    _last_word,  # people are often listed so
    _by_numbers,
    _by_numbers_alone,
)
