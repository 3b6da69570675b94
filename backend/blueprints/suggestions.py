"""Finds what an author may have meant by a sentence that is no step, by its words."""

import difflib
import functools
import re
from collections.abc import Sequence

from backend.blueprints import limits
from backend.blueprints.product_kinds import ProductKind, fits
from backend.blueprints.vocabulary import Expression, Vocabulary

_STRING = re.compile(r'"(?:[^"\\]|\\.)*"|\'(?:[^\'\\]|\\.)*\'')
_WORD = re.compile(r"[a-z]+(?:-[a-z]+)?")
_CHARACTERS = 200
_COUNT = 3
_LIKELY = 15  # steps that share words; how much a sentence looks alike takes longer to tell
# What people write, and the word that the steps use for it.
_SAME = {
    **dict.fromkeys(("click", "clicks", "presses", "push", "tap", "hit", "submit"), "press"),
    **dict.fromkeys(("enter", "enters", "write", "put", "set", "insert", "search"), "fill"),
    **dict.fromkeys(("visit", "navigate", "browse"), "page"),
    **dict.fromkeys(("view", "shown", "displayed", "appear", "appears", "sees", "visible"), "see"),
    **dict.fromkeys(("equal", "equals", "is", "are", "be"), "be"),
    **dict.fromkeys(("has", "have", "having", "contains"), "have"),
    **dict.fromkeys(("records", "entries", "lines", "row", "item", "items"), "rows"),
    **dict.fromkeys(("popup", "pop-up", "confirmation"), "dialog"),
    **dict.fromkeys(("remove", "empty"), "clear"),
    "pick": "select",
    "refresh": "reload",
    "ok": "accept",
    "confirm": "accept",
    "wait": "pass",
    **dict.fromkeys(("signed", "signs", "log", "logged", "logs", "login", "signin"), "sign"),
    **dict.fromkeys(("mail", "emails", "e-mail", "mails", "mailed", "inbox"), "email"),
    **dict.fromkeys(("receives", "gets", "get", "sent"), "receive"),
}
_FILLERS = {
    *("the", "a", "an", "i", "should", "user", "then", "we", "he", "she", "it", "am", "as", "at"),
    *("for", "from", "in", "into", "of", "on", "to", "with"),
}
_VALUE_FIRST = re.compile(r"\b(?:enter|insert|put|type|write)s? \"[^\"]*\" (?:in|into|as)\b")
# What a sentence is about, when no step can be: the works cannot do it yet, or not at all.
_BEYOND = (
    (r"sms|text messages?|whatsapp", "text messages"),
    (r"pdfs?|prints?|printed|printer", "printing and PDF files"),
)


def beyond(text: str) -> str | None:
    """Return the subject of a sentence that no step can be about yet."""
    plain = _STRING.sub("", text[:_CHARACTERS]).lower()
    for pattern, subject in _BEYOND:
        if re.search(rf"\b(?:{pattern})\b", plain):
            return subject
    return None


class Suggestions:
    """Gives the nearest steps to so many sentences, and then sends people to the guide."""

    def __init__(self, vocabulary: Vocabulary, kind: ProductKind = ProductKind.WEB_APP) -> None:
        """Keep the steps to choose from: those that fit the product's kind."""
        self._choices = tuple(one for one in vocabulary.available if fits(one.id, kind))
        self._left = limits.SUGGESTED_STEPS

    def remedy_for(self, text: str, *, is_secret: bool = False) -> str:
        """Return the remedy for a sentence that is no step."""
        self._left -= 1
        if self._left < 0:
            return "The guide lists every step, under “The steps”."
        near = nearest_steps(text, self._choices, is_secret=is_secret)
        return f"Did you mean {' or '.join(f'`{step}`' for step in near)}?"


def nearest_steps(text: str, choices: Sequence[Expression], *, is_secret: bool) -> tuple[str, ...]:
    """Return the three nearest steps, with the author's own words in them unless these are secret.

    Steps that share words come first, those that look alike next.
    """
    text = text[:_CHARACTERS]
    words = _words(text)
    likely = sorted(choices, key=lambda one: -_shared(words, one.example))[:_LIKELY]
    ranked = sorted(likely, key=lambda one: -_likeness(text, words, one.example))
    strings = [] if is_secret else _STRING.findall(text)
    if _VALUE_FIRST.search(text):
        strings = strings[1::-1]
    return tuple(_with_words(one, strings) for one in ranked[:_COUNT])


def _likeness(text: str, words: frozenset[str], example: str) -> float:
    alike = difflib.SequenceMatcher(None, _blank(text), _blank(example)).ratio()
    holes = abs(len(_STRING.findall(text)) - len(_STRING.findall(example)))
    return _shared(words, example) + alike - 0.2 * holes


def _shared(words: frozenset[str], example: str) -> float:
    theirs = _words(example)
    return 2 * len(words & theirs) / max(len(words) + len(theirs), 1)


@functools.lru_cache(maxsize=256)
def _words(text: str) -> frozenset[str]:
    found = _WORD.findall(_STRING.sub("", text).lower())
    words = {_SAME.get(word, word) for word in found} - _FILLERS
    return frozenset(words | ({"fill"} if _VALUE_FIRST.search(text) else set()))


def _blank(text: str) -> str:
    return _STRING.sub('""', text)


def _with_words(one: Expression, strings: Sequence[str]) -> str:
    """Put the author's quoted words into the step's sentence, as far as they go."""
    if not strings:
        return one.example
    left = iter(strings)
    return _STRING.sub(lambda _: next(left, '"…"'), one.example)
