"""BP119: “should”, “may” and “could”, which leave open whether anything is wanted."""

import re
from collections.abc import Iterator

from backend.blueprints.blueprint import Severity
from backend.blueprints.rule import Rule
from backend.blueprints.wording.nouns import Nouns
from backend.blueprints.wording.rewriting import replaced
from backend.blueprints.wording.sentences import Sentence
from backend.blueprints.wording.smell import Smell, WordingRule, in_each

_WEAK = re.compile(r"\b(?:should|could|might|would|may)\b")  # a capital is the month, or a name
_PAST = re.compile(r"\s+have\b")

RULE = Rule(
    id="BP119",
    title="“should”, “may” or “could”",
    severity=Severity.WARNING,
    reason="It is left open whether it is wanted: some builders will leave it out.",
    example="The list should show the price.",
    better="The list shall show the price.",
)


def find(sentence: Sentence, _: Nouns) -> Iterator[Smell]:
    """Find weak modal verbs and write “shall” in their place."""
    for found in _WEAK.finditer(sentence.plain):
        is_noun = sentence.plain[: found.start()].endswith(("the ", "The "))
        if is_noun or _PAST.match(sentence.plain, found.end()):
            continue
        is_permission = found.group() == "may"
        words = "can" if is_permission else "shall"
        better = f"Write {replaced(sentence, *found.span(), words)}, or leave it out."
        yield Smell(sentence, *found.span(), "leaves open whether it is wanted", better)


MODALS = WordingRule(RULE, in_each(find))
