"""BP117: “when …” and “if …” with a product that does something, but no “shall”."""

import re
from collections.abc import Iterator
from itertools import pairwise

from backend.blueprints.blueprint import Severity
from backend.blueprints.rule import Rule
from backend.blueprints.wording.conditions import main_clause
from backend.blueprints.wording.nouns import Nouns
from backend.blueprints.wording.rewriting import replaced
from backend.blueprints.wording.sentences import Sentence, Word
from backend.blueprints.wording.smell import Smell, WordingRule, in_each
from backend.blueprints.wording.word_lists import words

_KEYWORDS = frozenset({"when", "while", "if", "where", "whenever"})
_MODALS = frozenset(words("modals"))
_PRODUCT = frozenset(words("product_nouns"))
_ARTICLES = frozenset({"the", "its", "a", "an", "this"})
_ORDERS = frozenset(words("order_verbs"))
_STATES = frozenset({"is", "are", "was", "has", "have", "does", "do", "stays"})
_THIRD = re.compile(r"(?:(?:sh|ch|ss|x|z)es|ies|[^s]s)$")

RULE = Rule(
    id="BP117",
    title="“when” or “if” without “shall”",
    severity=Severity.WARNING,
    reason="It is not clear whether it tells how things are or what the product shall do.",
    example="When a repair is ready, mail the customer.",
    better="When a repair is ready, the product shall mail the customer.",
)


def find(sentence: Sentence, _: Nouns) -> Iterator[Smell]:
    """Find a condition whose main clause lets the product act without “shall”."""
    words = sentence.words
    if not words or words[0].text not in _KEYWORDS:
        return
    main = [word for word in words if word.start >= main_clause(sentence)]
    if not main or any(word.text in _MODALS for word in main):
        return
    reason = "says in plain present what the product shall do"
    if main[0].text in _ORDERS:
        first = main[0]
        better = replaced(sentence, first.start, first.end, f"the product shall {first.text}")
        yield Smell(sentence, first.start, first.end, reason, f"Write {better}.")
    elif main[0].text in _ARTICLES:
        yield from _acting_product(sentence, main, reason)


def _acting_product(sentence: Sentence, main: list[Word], reason: str) -> Iterator[Smell]:
    """Look for “the form says”: a noun for the product with its verb right behind it."""
    for noun, verb in pairwise(main[1:4]):
        if noun.text in _PRODUCT and _THIRD.search(verb.text) and verb.text not in _STATES:
            better = replaced(sentence, verb.start, verb.end, f"shall {_base(verb.text)}")
            yield Smell(sentence, noun.start, verb.end, reason, f"Write {better}.")
            return


def _base(verb: str) -> str:
    if verb.endswith("ies"):
        return f"{verb[:-3]}y"
    return verb[:-2] if re.search(r"(?:sh|ch|ss|x|z)es$", verb) else verb[:-1]


EARS = WordingRule(RULE, in_each(find))
