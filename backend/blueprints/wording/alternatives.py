"""BP107: “and/or” and words joined by a slash, where the reader has to choose."""

import re
from collections.abc import Iterator

from backend.blueprints.blueprint import Severity
from backend.blueprints.rule import Rule
from backend.blueprints.wording.nouns import Nouns
from backend.blueprints.wording.rewriting import replaced
from backend.blueprints.wording.sentences import Sentence
from backend.blueprints.wording.smell import Smell, WordingRule, in_each

_SLASH = re.compile(r"(?<![\w/.:-])([A-Za-z]{1,40})\s?/\s?([A-Za-z]{1,40})(?![\w/]|\.\w)")
_UNITS = frozenset({"km/h", "m/s", "n/a", "w/o", "c/o", "i/o", "yes/no", "kg/m", "l/h"})

RULE = Rule(
    id="BP107",
    title="alternatives joined by a slash",
    severity=Severity.WARNING,
    reason="One reader builds one of the two, another both.",
    example="The clerk prints and/or mails the invoice.",
    better="The clerk prints the invoice or mails it, or does both.",
)


def find(sentence: Sentence, nouns: Nouns) -> Iterator[Smell]:
    """Find two words joined by a slash; units and names that are declared so are left alone."""
    if "/" not in sentence.plain:
        return
    for found in _SLASH.finditer(sentence.plain):
        first, second = found.groups()
        joined = f"{first}/{second}".lower()
        if joined in _UNITS or any(joined in name for name in nouns.names):
            continue
        is_both = joined == "and/or"
        words = "or" if is_both else f"{first} or {second}"
        also = " and add “or both” if that is meant" if is_both else ""
        yield Smell(
            sentence,
            *found.span(),
            "does not say whether one of them is meant or both",
            f"Write {replaced(sentence, *found.span(), words)}{also}.",
        )


ALTERNATIVES = WordingRule(RULE, in_each(find))
