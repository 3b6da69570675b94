"""Draws another text of the same shape: words for words, letters for letters, digits for digits."""

import re
from collections.abc import Sequence

from backend.blueprints.variation.plausible_words import pools_for, word_like
from backend.blueprints.variation.seeded_choices import SeededChoices
from backend.blueprints.variation.text_parts import Part, PartKind

# Without those that forms of codes leave out, that look like digits, or that numbers are written
# with: 5E3.
_OF_CODES = "ABDFGHLNPRSTUWY"
_ONLY_ZEROS = re.compile(r"(?:^|[^0-9])0*\Z")
_VOWELS = "aeiou"
_CONSONANTS = "bdfghklmnprstw"


def draw_like(
    text: str,
    parts: Sequence[Part],
    choices: SeededChoices,
    *,
    steady: int = 0,
    initials: bool = False,
) -> str:
    """Return another text, alike but for its parts.

    The first `steady` of them stay, and if that is all of them the last one changes in its last
    letter or digit only. `initials` begins the first word with its own letter where words do. Both
    keep a text near its place in a sorted list.
    """
    words = [text[part.start : part.end] for part in parts if part.kind is PartKind.WORD]
    pools = iter(pools_for(words))
    pool = next(pools)
    is_word = not text.isascii()
    said, end = "", 0
    for number, part in enumerate(parts):
        said += text[end : part.start]
        shown, end = text[part.start : part.end], part.end
        if number < steady:
            is_last = number == len(parts) - 1
            said = _spelt(said + shown[:-1], shown[-1:], choices) if is_last else said + shown
        elif part.kind is not PartKind.WORD:
            said = _spelt(said, shown, choices, is_word=is_word)
        else:
            said += word_like(shown, pool, choices, letter=shown[0] if initials else "")
            initials = False
        if part.kind is PartKind.WORD:
            pool = next(pools, pool)
    return said + text[end:]


def _spelt(before: str, shown: str, choices: SeededChoices, *, is_word: bool = False) -> str:
    """Go on with other letters and digits; leading zeros stay, and no other digit becomes one."""
    for character in shown:
        if not character.isdecimal():
            before += _letter(character, choices, is_word=is_word)
        elif _ONLY_ZEROS.search(before):
            before += character if character == "0" else choices.one_of("123456789")
        else:
            before += choices.one_of("0123456789")
    return before


def _letter(shown: str, choices: SeededChoices, *, is_word: bool) -> str:
    letters = _OF_CODES
    if is_word:
        letters = _VOWELS if shown.casefold() in _VOWELS else _CONSONANTS
    letter = choices.one_of(letters)
    return letter.upper() if shown.isupper() else letter.lower()
