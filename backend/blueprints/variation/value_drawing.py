"""Draws other data for the values that `## Values` declares, each of its own kind."""

import re
from collections.abc import Container, Iterable, Sequence
from datetime import date, timedelta
from decimal import Decimal

from backend.blueprints.values import AS_WRITTEN, Value, choices_of, formula_result, range_of
from backend.blueprints.variation.plausible_words import like, name_like
from backend.blueprints.variation.seeded_choices import SeededChoices

_TRIES = 40
_WORD = re.compile(r"[^\W\d_]{3,}")
_SOME_WORD = "Fern"  # its shape is taken where the shown text has no word to replace


def draw_values(
    values: Sequence[Value], seed: str, number: int, *, public: str, used: Iterable[str] = ()
) -> dict[str, str]:
    """Return what each declared value is in a data set; what cannot vary keeps what is shown.

    `public` is all that the blueprint says, folded: a drawn word stands nowhere in it. Values that
    are told apart by what they show stay told apart. Words `used` before are not used again.
    """
    taken = {value.shown.casefold() for value in values} | set(used)
    drawn: dict[str, str] = {}
    for value in values:
        drawn[value.name] = value.shown
        for attempt in range(_TRIES):
            other = _of_kind(value, SeededChoices(seed, "value", value.name, number, attempt))
            if other != value.shown and _is_free(value, other, taken, public):
                drawn[value.name] = other
                break
        taken.add(drawn[value.name].casefold())
    return _worked_out(values, drawn)


def _is_free(value: Value, other: str, taken: Container[str], public: str) -> bool:
    if choices_of(value.kind) or range_of(value.kind):
        return True
    shown = {word.casefold() for word in _WORD.findall(value.shown)}
    words = {word.casefold() for word in _WORD.findall(other.partition("@")[0])} - shown
    return other.casefold() not in taken and not any(word in public for word in words)


def _of_kind(value: Value, choices: SeededChoices) -> str:
    shown = value.shown
    if value.kind.casefold() == AS_WRITTEN or value.kind.startswith("="):
        return shown
    if among := choices_of(value.kind):
        others = [choice for choice in among if choice != shown]
        return choices.one_of(others) if others else shown
    if ranged := range_of(value.kind):
        return _between(ranged, shown, choices)
    if value.kind.casefold() in {"first name", "full name"}:
        return name_like(shown, choices, is_full=value.kind.casefold() == "full name")
    head, at, host = shown.partition("@") if value.kind.casefold() == "email" else (shown, "", "")
    other = like(head, choices)
    return (other if other != head else like(_SOME_WORD, choices).casefold()) + at + host


def _between(ranged: tuple[str, str, str], shown: str, choices: SeededChoices) -> str:
    kind, low, high = ranged
    if kind == "date":
        first = date.fromisoformat(low)
        days = (date.fromisoformat(high) - first).days
        return (first + timedelta(days=choices.below(days + 1))).isoformat()
    scale = 10 ** _decimals(shown)
    lowest, highest = -int(-Decimal(low) * scale // 1), int(Decimal(high) * scale // 1)
    if highest < lowest:
        return shown
    drawn = Decimal(lowest + choices.below(highest - lowest + 1)) / scale
    return f"{drawn:.{_decimals(shown)}f}"


def _decimals(number: str) -> int:
    return len(number.partition(".")[2])


def _worked_out(values: Sequence[Value], drawn: dict[str, str]) -> dict[str, str]:
    """Work the formulas out; when one has no exact result, all values keep what they show."""
    shown = {value.name: value.shown for value in values}
    formulas = [value for value in values if value.kind.startswith("=")]
    for _ in formulas:  # one may rest on another, in any order
        for value in formulas:
            result = formula_result(value.kind, drawn)
            if result is None or round(result, _decimals(value.shown)) != result:
                return shown
            drawn[value.name] = f"{result:.{_decimals(value.shown)}f}"
    return drawn
