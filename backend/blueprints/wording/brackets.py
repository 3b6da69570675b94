"""BP116: demands in brackets, where nobody looks for them."""

import re
from collections.abc import Iterator

from backend.blueprints.blueprint import Severity
from backend.blueprints.findings import quoted
from backend.blueprints.rule import Rule
from backend.blueprints.wording.nouns import Nouns
from backend.blueprints.wording.sentences import Sentence
from backend.blueprints.wording.smell import Smell, WordingRule, in_each

_BRACKETS = re.compile(r"\(([^()]*)\)")
_DEMAND = re.compile(
    r"\b(?:must|shall|should|has to|have to|may not|cannot|can't|only|required|mandatory|optional"
    r"|not|never|always|if|unless|except)\b"
)

RULE = Rule(
    id="BP116",
    title="a demand in brackets",
    severity=Severity.WARNING,
    reason="Brackets say that it does not matter; a demand does, and wants a scenario.",
    example="The list shows the price (must be red).",
    better="The list shows the price. The price shall be red.",
)


def find(sentence: Sentence, _: Nouns) -> Iterator[Smell]:
    """Find brackets that hold a word of demand or of exception."""
    if "(" not in sentence.plain:
        return
    for found in _BRACKETS.finditer(sentence.plain):
        if _DEMAND.search(found.group(1).lower()):
            inner = sentence.text[found.start(1) : found.end(1)].strip()
            yield Smell(
                sentence,
                *found.span(),
                "hides a demand in brackets",
                f"Write it as a sentence of its own, such as: … shall … {quoted(inner)}.",
            )


BRACKETS = WordingRule(RULE, in_each(find))
