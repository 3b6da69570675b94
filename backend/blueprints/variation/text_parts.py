"""Tells which parts of a text may be others: words, letters and digits, but no sign or measure."""

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum


class PartKind(StrEnum):
    """How another part is drawn."""

    WORD = "word"  # by another word
    LETTERS = "letters"  # letter by letter
    DIGITS = "digits"  # digit by digit


@dataclass(frozen=True)
class Part:
    """What stands from `start` to `end`."""

    start: int
    end: int
    kind: PartKind


_Span = tuple[int, int]
_WORD = 3  # letters
_RUN = re.compile(r"[^\W\d_]+|[0-9]+")
_LETTERS = re.compile(r"[A-Za-z]+")
_EMAIL = re.compile(r"[A-Za-z0-9][\w.+-]*@[A-Za-z0-9.-]+\.[A-Za-z]{2,}", re.ASCII)
_ADDRESS = re.compile(r"https?://[^\s/?#:@]+(?::[0-9]+)?(?:[/?#]\S*)?", re.IGNORECASE)
# Of an address stay what says how to read it, names that are nobody's, and what kind of file it is.
_OF_ADDRESSES = re.compile(
    r"^https?://(?:www\.)?|(?<![\w-])example\.(?:com|org|net)(?![\w.-])|(?<=//)localhost"
    r"|(?:\.(?:ac|co|com|gov|net|org))?\.[a-z]+(?=$|[/?#:])"
    r"|:[0-9]+(?=$|[/?#])|%[0-9a-f]{2}|xn--[\w-]*|(?<=/)[0-9.]+(?=$|[/?#:])",
    re.IGNORECASE,
)
# A number that people call: it has a plus, a leading zero or signs between its groups of digits.
_TELEPHONE = re.compile(
    r"(?P<number>(?:\+|\(?0|(?=[0-9]+[ ()./-]))[0-9 ()./-]*[0-9]{3})(?:\s*(?:ext\.?|x)\s*[0-9]+)?",
    re.IGNORECASE,
)
_FEWEST_DIGITS = 7  # digits
_FREE_DIGITS = 3  # the last digits: those before them say where it rings
_THOUSANDS = re.compile(r"[0-9]{1,3}(?:[ .][0-9]{3})+")
# What means something by its digits or its letters: dates, times, money, marks of a page.
_AMOUNT = r"[0-9]+(?:[.,][0-9]+)*"
_TIMES = r"[ap]m|h|hrs?|hours?|mins?|minutes?|secs?|seconds?|days?|weeks?|months?|years?"
_MEASURES = re.compile(
    r"\\.|&#?\w+;|</?[A-Za-z][^<>]*>|#[0-9A-Fa-f]{3,8}(?!\w)"
    r"|(?<![0-9])[0-9]{1,4}([-./ ])[0-9]{1,2}\1[0-9]{1,4}(?![0-9])"
    r"|(?<![0-9])[0-9]{1,2}/[0-9]{1,2}(?![0-9])"
    rf"|[£$€¥]\s?{_AMOUNT}|{_AMOUNT}\s?(?:[%°£$€¥]|(?:EUR|GBP|USD)(?!\w))"
    r"|(?<![0-9])[0-2][0-9][0-5][0-9]-[0-2][0-9][0-5][0-9](?![0-9])"
    r"|[0-9]+(?:[.,:][0-9]+)+|(?<![0-9])(?:1[5-9]|20)[0-9]{2}(?![0-9])"
    r"|(?<!\w)[0-9]+[eE][+-]?[0-9]+(?!\w)"
    rf"|[0-9]+(?:(?:st|nd|rd|th)|\s?(?:{_TIMES}))(?!\w)"
)
_NAME_OF_A_FILE = re.compile(r"[a-z0-9]\.[a-z]|^/")
# So many digits seldom come without some that are worked out from the others.
_LONG_CODE = re.compile(r"(?:[A-Z -]*[0-9]){9}|(?=[\w-]*[0-9])[\w-]{16}")


def parts_of(text: str, fixed: Iterable[str] = ()) -> list[Part]:
    """Return the parts in order; what `fixed` says, in any capitals, stays wherever it stands."""
    found = [*_parts(text)]
    for span in _spans_of(text, fixed):
        found = [rest for part in found for rest in _outside(part, *span)]
    return found


def is_telephone(text: str) -> bool:
    """Whether it is a telephone number, by its looks."""
    digits = sum(character.isdecimal() for character in text)
    return (
        digits >= _FEWEST_DIGITS
        and _TELEPHONE.fullmatch(text) is not None
        and not (_MEASURES.fullmatch(text) or _THOUSANDS.fullmatch(text))
    )


def is_email(text: str) -> bool:
    """Whether it is an email address, by its looks."""
    return _EMAIL.fullmatch(text) is not None


def is_address(text: str) -> bool:
    """Whether it is the address of a web page, by its looks."""
    return _ADDRESS.fullmatch(text) is not None


def _parts(text: str) -> Iterator[Part]:
    if is_email(text):
        return _runs(text, [(text.index("@"), len(text))])
    if is_address(text):
        return _runs(text, [found.span() for found in _OF_ADDRESSES.finditer(text)])
    if found := is_telephone(text) and _TELEPHONE.fullmatch(text):
        return _last_digits(found["number"])
    if _NAME_OF_A_FILE.search(text) or _LONG_CODE.search(text) or not re.search("[A-Za-z]", text):
        return iter(())
    return _runs(text, [found.span() for found in _MEASURES.finditer(text)])


def _last_digits(number: str) -> Iterator[Part]:
    yield Part(len(number) - _FREE_DIGITS, len(number), PartKind.DIGITS)


def _runs(text: str, kept: Sequence[_Span]) -> Iterator[Part]:
    """Yield each run of letters and of digits; short ones of letters only where they are a code."""
    runs = list(_RUN.finditer(_blanked(text, kept)))
    has_words = any(_is_word(text, found) for found in runs)
    for found in runs:
        if found[0].isdecimal():
            yield Part(*found.span(), PartKind.DIGITS)
        elif _is_word(text, found):
            yield Part(*found.span(), PartKind.WORD)
        elif not found[0].isascii() or _is_of_a_code(text, found, has_words=has_words):
            yield from _letters(text, found)


def _blanked(text: str, spans: Iterable[_Span]) -> str:
    for start, end in spans:
        text = f"{text[:start]}{' ' * (end - start)}{text[end:]}"
    return text


def _letters(text: str, run: re.Match[str]) -> Iterator[Part]:
    """Yield the plain letters of a run; one with a mark above it stays, and so does its mark."""
    end = run.end() - _has_mark(text, run)
    for found in _LETTERS.finditer(text[: run.end()], run.start(), end):
        yield Part(*found.span(), PartKind.LETTERS)


def _is_word(text: str, run: re.Match[str]) -> bool:
    is_plain = run[0].isascii() and run[0].isalpha() and not _has_mark(text, run)
    return is_plain and len(run[0]) >= _WORD


def _has_mark(text: str, run: re.Match[str]) -> bool:
    """Whether the last letter of a run has its accent behind it, as a character of its own."""
    return unicodedata.combining(text[run.end() : run.end() + 1] or " ") > 0


def _is_of_a_code(text: str, run: re.Match[str], *, has_words: bool) -> bool:
    """Whether short letters are no unit or small word: "TB 200", "tb 200", not "5 kg", "Ox in"."""
    before = text[: run.start()]
    token = before.rpartition(" ")[2] + text[run.start() :].partition(" ")[0]
    is_unit = before[-1:].isdecimal() and run[0].islower()
    has_digits = any(character.isdecimal() for character in token)
    begins_number = not before and re.search("[0-9]", text) is not None
    is_lone = not has_words and (run[0].isupper() or begins_number)
    return not is_unit and (has_digits or is_lone)


def _spans_of(text: str, fixed: Iterable[str]) -> Iterator[_Span]:
    folded = text.casefold()
    if len(folded) != len(text):  # a letter that folds to two moves all behind it
        return
    for one in fixed:
        if one:
            pattern = re.compile(re.escape(one.casefold()))
            yield from (found.span() for found in pattern.finditer(folded))


def _outside(part: Part, start: int, end: int) -> Iterator[Part]:
    """Yield what is left of a part outside a span: of a word nothing, for the rest is none.

    A word that holds a shorter one by chance, as "Pirate" holds "at", does so in some other, too.
    """
    is_chance = part.kind is PartKind.WORD and end - start < _WORD
    if end <= part.start or part.end <= start or is_chance:
        yield part
    elif part.kind is not PartKind.WORD:
        if part.start < start:
            yield Part(part.start, start, part.kind)
        if end < part.end:
            yield Part(end, part.end, part.kind)
