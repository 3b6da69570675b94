"""Guards what a scenario may have worked out from a text: parts, initials, ciphers and counts.

A text that comes back as it is may come back changed as well, such as in capitals, reversed or
counted. Where a check may hold that, another text either counts the same or is not used.
"""

import re
from collections.abc import Container, Iterable, Iterator, Sequence
from difflib import SequenceMatcher
from itertools import pairwise

from backend.blueprints.blueprint import Step, StepKind
from backend.blueprints.texts.literals import Literal, Role, literals_of
from backend.blueprints.texts.pieces import Freedom
from backend.blueprints.texts.standing import words_pattern

_VOWELS = "aeiou"
_ALPHABET = "abcdefghijklmnopqrstuvwxyz"
_SHORT, _LONG = 3, 4  # letters that two words have in common by chance, and not
_LONG_CODE = 12
_DIGITS = 6  # of a number that counts something
_SIMILAR = 0.75  # one may be a slip of the other's pen
_PANGRAM = 20  # different letters in one text are there on purpose
_NO_VALUES = frozenset({"H05", "H13", "L05", "L12"})  # a status, a code, a time
# Digests, codes of letters, dots and dashes; and numbers too large to count anything.
_CODE = re.compile(r"(?<![\w-])(?=\w*\d)(?=\w*[A-Za-z])\w{8,}(?![\w-])|(?:[.-]+ ){2,}|\w{6,}={1,2}")
_LARGE = re.compile(rf"\d{{{_DIGITS},}}")
_TRUTH = re.compile(r"\b(?:true|false|yes|no)\b", re.IGNORECASE)
_WORD = re.compile(r"[^\W\d_]+")
_ABBREVIATION = re.compile(r"(?<![^\W_])[A-Z]\.?[A-Z][A-Z.]{0,3}(?![^\W_])")
_NUMBER = re.compile(r"(?<![\w.])\d+(?![\w.])")
_LETTER = re.compile(r"(?<![^\W_])[A-Za-z](?![^\W_])")


class WorkedOut:
    """What one scenario says beside the texts that it gives and that come back as they are."""

    def __init__(self, steps: Sequence[Step], known: Container[str]) -> None:
        """Read the scenario once; `known` are the words that no run replaces, folded."""
        self._known = known
        given = [one for step in steps for one in literals_of(step) if _is_given(step, one)]
        checks = [one for step in steps for one in literals_of(step) if _is_value(step, one)]
        checked = [one.text for one in checks if one.role is Role.CHECKED]
        self._given = {one.text.casefold() for one in given}
        self._said = self._given | {text.casefold() for text in checked}
        self._rest = _without("\n".join(checked), {one.text for one in given})
        self._words = set(_WORD.findall(self._rest.casefold()))
        values = "\n".join(one.text for one in checks)
        self._numbers = {int(one) for one in _NUMBER.findall(values) if len(one) < _DIGITS}
        self._letters = {one.casefold() for one in _LETTER.findall(values)}
        self._judges = _TRUTH.search(values) is not None
        self.is_free_of_given = not (
            _CODE.search(self._rest)
            or any(_is_code(one.text) for one in given)
            or _LARGE.search(self._rest)
            or self._has_initials({one.text for one in given})
            or any(self._holds(one.text) for one in given if _is_data(one))
        )

    def counts_alike(self, text: str, used: str) -> bool:
        """Whether another text is made up as the shown one is, where a check may count it."""
        folded, other = text.casefold(), used.casefold()
        parts = {one for one in self._given if folded not in one} | self._letters
        return (
            _traits(text) == _traits(used)
            and (not self._judges or _repeats(text) == _repeats(used))
            and all(
                one == counted
                for one, counted in zip(_counts(text), _counts(used), strict=True)
                if one in self._numbers
            )
            and all(folded.count(one) == other.count(one) for one in self._letters)
            and all(_ends(folded, one) == _ends(other, one) for one in parts)
        )

    def _holds(self, text: str) -> bool:
        """Whether a check may hold what was worked out from a text, for all that can be told."""
        words = [word for word in _WORD.findall(text.casefold()) if word not in self._known]
        letters = "".join(words)
        if len(letters) < _SHORT:
            return False
        forms = [form for form in (*words, letters, letters[::-1]) if len(form) >= _SHORT]
        return (
            len(set(letters)) >= _PANGRAM
            or any(_has_part(form, word) for form in forms for word in self._words)
            or any(_is_akin(text.casefold(), other) for other in self._said)
            or any(form in self._rest.casefold() for form in _ciphers(letters))
        )

    def _has_initials(self, texts: Iterable[str]) -> bool:
        """Whether some capitals may be first letters of what was given."""
        initials = {word[0].casefold() for text in texts for word in _WORD.findall(text)}
        return any(
            set(found[0].casefold()) - {"."} <= initials
            for found in _ABBREVIATION.finditer(self._rest)
        )


def _is_given(step: Step, literal: Literal) -> bool:
    is_told = step.kind is not StepKind.THEN or literal.role in (Role.FILLED, Role.NAME)
    return is_told and literal.role is not Role.FIXED


def _is_code(text: str) -> bool:
    """Whether a given text may be another one in code; shorter ones are names of parts."""
    return any(len(found[0]) >= _LONG_CODE for found in _CODE.finditer(text))


def _is_data(literal: Literal) -> bool:
    return literal.role is Role.FILLED and literal.freedom is not Freedom.CLOSED


def _is_value(step: Step, literal: Literal) -> bool:
    is_check = step.kind is StepKind.THEN and step.expression not in _NO_VALUES
    return is_check and literal.role in (Role.CHECKED, Role.FIXED)


def _without(said: str, texts: Iterable[str]) -> str:
    """Return what is said beside these texts."""
    for text in sorted((text for text in texts if len(text) >= _SHORT), key=len, reverse=True):
        said = words_pattern(text).sub(" ", said)
    return said


def _has_part(form: str, word: str) -> bool:
    """Whether a word begins as the form does, or has more in common with it than by chance."""
    if len(word) < _SHORT:
        return False
    length = _SHORT if len(form) == _LONG else _LONG
    parts = (form[place : place + length] for place in range(len(form) - length + 1))
    return word.startswith(form[:_SHORT]) or any(part in word for part in parts)


def _is_akin(text: str, other: str) -> bool:
    """Whether another text is this one misspelt, reversed, in cipher or with its letters moved."""
    if text == other or text in other:  # as it is, which is replaced
        return False
    one, two = ("".join(_WORD.findall(said)) for said in (text, other))
    if not two or len(one) != len(two):
        return _is_similar(text, other)
    return sorted(one) == sorted(two) or two in _ciphers(one) or _is_similar(text, other)


def _is_similar(text: str, other: str) -> bool:
    matcher = SequenceMatcher(None, text, other, autojunk=False)
    return matcher.real_quick_ratio() > _SIMILAR < matcher.ratio()


def _ciphers(letters: str) -> Iterator[str]:
    plain = [letter for letter in letters if letter in _ALPHABET]
    for shift in range(1, len(_ALPHABET)):
        yield "".join(_ALPHABET[(_ALPHABET.index(one) + shift) % len(_ALPHABET)] for one in plain)
    for form in (
        "".join(letter for letter in letters if letter not in _VOWELS),
        "".join(sorted(letters)),
        "".join(sorted(set(letters))),
    ):
        if len(form) >= _SHORT:
            yield form


def _traits(text: str) -> tuple[object, ...]:
    """Return what sentences and columns lean on: an apple, James' coat, a word's length."""
    words = text.casefold().split()
    return (
        [len(word) for word in words],
        [word[0] in _VOWELS for word in words],
        [word.rstrip(".,!?)'")[-1:] == "s" for word in words],
    )


def _repeats(text: str) -> tuple[bool, bool, bool]:
    """Return whether a letter comes twice, whether one does at once, and if it is a palindrome."""
    letters = "".join(_WORD.findall(text.casefold()))
    at_once = any(one == other for one, other in pairwise(letters))
    return len(set(letters)) < len(letters), at_once, letters == letters[::-1]


def _counts(text: str) -> tuple[int, ...]:
    letters = "".join(_WORD.findall(text.casefold()))
    vowels = sum(letters.count(vowel) for vowel in _VOWELS)
    places = sum(_ALPHABET.find(letter) + 1 for letter in letters)
    return (vowels, len(letters) - vowels, len(set(letters)), sum(map(ord, text)), places)


def _ends(text: str, part: str) -> tuple[bool, bool]:
    return text.startswith(part), text.endswith(part)
