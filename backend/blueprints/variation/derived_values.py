"""Finds the texts that a scenario puts in itself and checks again: other texts do as well."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace

from backend.blueprints.blueprint import DataModel, FieldType, Step, StepKind
from backend.blueprints.house_style import clickable_of, headings_of, labels_of
from backend.blueprints.texts.called_texts import is_called
from backend.blueprints.texts.literals import Literal, Role, literals_of
from backend.blueprints.texts.pieces import Freedom
from backend.blueprints.texts.standing import pattern_in
from backend.blueprints.variation.coming_back import comes_back, list_comes_back
from backend.blueprints.variation.text_parts import is_address, is_email, is_telephone, parts_of

# Of what is called nobody can tell what signs and digits mean: there only plain words vary.
_TEXT = re.compile(r"[A-Za-z][A-Za-z ,.!?'&()-]*")
_EMAIL = re.compile(r"[A-Za-z][A-Za-z._-]*@[A-Za-z0-9.-]+\.[A-Za-z]{2,}")
_WORD = re.compile(r"[A-Za-z]{3,}")
_PATH = re.compile(r"\w[./]\w")
_LONGEST = 200
_MOST = 20  # texts of one scenario
_MOST_PLACES = 400  # more are a bulk of data, of which each would be held against each
_SHORTEST = 3
_PLAIN = frozenset({FieldType.TEXT, FieldType.LONG_TEXT})
# Whatever stands in these fields is kept as it is written, or is the title of a record that is.
_KEPT_AS_WRITTEN = _PLAIN | {
    FieldType.EMAIL, FieldType.PHONE, FieldType.WEB_ADDRESS, FieldType.LINK,
}  # fmt: skip
_MEANING = """
    all any anonymous admin default false guest monday tuesday wednesday thursday friday saturday
    sunday january february march april may june july august september october november december
    never nobody none null off other system test today tomorrow true undefined unknown yes
    yesterday
"""
WITH_MEANING = frozenset(_MEANING.split())
# What products in the house style say by themselves, beside the names in the data section.
_HOUSE_WORDS = """
    saved deleted is used by is required is already taken must be at least at most a number a whole
    number a date as a date and time as a valid email address a valid web address a valid phone
    number one of the choices today or later characters long imported no yet match all yes no now
    in the file field please correct the field below nothing was imported next page previous page
    cancel import remove skip to content home row
"""


def house_text(data: DataModel) -> str:
    """Return what a product in the house style may show whatever its records hold."""
    names = labels_of(data) | clickable_of(data) | headings_of(data)
    return "\n".join([*sorted(names), " ".join(_HOUSE_WORDS.split())])


def derived_texts(
    steps: Sequence[Step], declared: Sequence[Step], data: DataModel, *, kept: str
) -> list[str]:
    """Return the texts of a scenario that may be replaced, in the order in which they come.

    `declared` are the same steps with other declared values: what differs there varies already.
    `kept` is all that no replaced text may be a part of: labels, choices, rules, prose.
    """
    placed = list(_placed(steps, declared))
    if is_called(steps) and len(placed) > _MOST_PLACES:
        return []
    checked = [
        literal
        for kind, literal, _ in placed
        if kind is StepKind.THEN and literal.role is not Role.FILLED
    ]
    filled = [
        literal.text
        for _, literal, _ in placed
        if literal.role is Role.FILLED and _is_source(literal, steps, data)
    ]
    texts = [
        text
        for text in dict.fromkeys(filled)
        if _may_vary(text, kept)
        and (_is_plain(text) if is_called(steps) else parts_of(text))
        and any(pattern_in(literal, text).search(literal.text) for literal in checked)
        and all(_stands_whole(text, literal, used, data) for _, literal, used in placed)
    ]
    return texts[:_MOST]


def _placed(
    steps: Sequence[Step], declared: Iterable[Step]
) -> Iterable[tuple[StepKind, Literal, str]]:
    for step, other in zip(steps, declared, strict=True):
        is_upload = step.expression == "W12" and not _is_read_by_commands(steps)
        used = (literal.text for literal in literals_of(other))
        for literal, text in zip(literals_of(step), used, strict=True):
            yield step.kind, replace(literal, role=Role.FIXED) if is_upload else literal, text


def _is_read_by_commands(steps: Sequence[Step]) -> bool:
    """Whether files are there for what is called, and not to be uploaded on a page."""
    return is_called(steps) and all(step.expression != "A11" for step in steps)


def _may_vary(text: str, kept: str) -> bool:
    return (
        _SHORTEST <= len(text) <= _LONGEST
        and text == " ".join(text.split())
        and text.casefold() not in WITH_MEANING
        and not _is_part_of(text, kept)
    )


def _is_plain(text: str) -> bool:
    is_plain = _TEXT.fullmatch(text) and not _PATH.search(text) and _WORD.search(text)
    return bool(is_plain or _EMAIL.fullmatch(text))


def _is_part_of(text: str, kept: str) -> bool:
    """Whether it would be seen there: as it is written, or as a word in any capitals."""
    word = rf"(?<!\w){re.escape(text)}(?!\w)"
    return text in kept or re.search(word, kept, re.IGNORECASE) is not None


def _is_source(literal: Literal, steps: Sequence[Step], data: DataModel) -> bool:
    types = _types(literal, data)
    if types or literal.freedom is None:
        return bool(types) and types <= _homes_of(literal.text)
    if literal.freedom is Freedom.LISTED:
        return list_comes_back(literal.text, steps)
    is_unknown = literal.freedom is Freedom.UNKNOWN
    return literal.freedom is Freedom.FREE or (is_unknown and comes_back(literal.text, steps))


def _homes_of(text: str) -> frozenset[FieldType]:
    """Return the types of the fields that keep such a text as it is written."""
    if is_email(text):
        return _PLAIN | {FieldType.EMAIL}
    if is_address(text):
        return _PLAIN | {FieldType.WEB_ADDRESS}
    if is_telephone(text):
        return frozenset({FieldType.PHONE}) | (frozenset() if text.isdecimal() else _PLAIN)
    return _PLAIN


def _types(literal: Literal, data: DataModel) -> set[FieldType]:
    """Return what the field may hold: a name stands for the fields of all records that have it."""
    return {
        field.type
        for entity in data.entities
        for field in entity.fields
        if _is_called(field.name, literal) and literal.entity in (None, entity.name)
    }


def _is_called(name: str, literal: Literal) -> bool:
    """Whether a literal is put into the field; programs spell names as `due_on` and `dueOn`."""
    if literal.freedom is None:
        return name == literal.field
    return bool(literal.field) and _letters(name) == _letters(literal.field or "")


def _letters(name: str) -> str:
    return "".join(character for character in name.casefold() if character.isalnum())


def _stands_whole(text: str, literal: Literal, used: str, data: DataModel) -> bool:
    """Whether a text, where it occurs, can be replaced with all that it is a part of."""
    if text.casefold() not in literal.text.casefold():
        return True
    if literal.text != used or literal.role is Role.FIXED:
        return False
    if literal.role is Role.FILLED and literal.text.casefold() == text.casefold():
        return (literal.text == text or literal.freedom is None) and _may_hold_others(literal, data)
    pattern = pattern_in(literal, text)
    if text.casefold() in pattern.sub("", literal.text).casefold():
        return False
    if literal.is_output:  # said twice in one line, it may once be the product's own word
        return all(len(pattern.findall(line)) <= 1 for line in literal.text.split("\n"))
    return literal.role is not Role.FILLED or _may_hold_others(literal, data)


def _may_hold_others(literal: Literal, data: DataModel) -> bool:
    types = _types(literal, data)
    if types or literal.freedom is None:
        return literal.is_search or (bool(types) and types <= _KEPT_AS_WRITTEN)
    return literal.freedom is not Freedom.CLOSED
