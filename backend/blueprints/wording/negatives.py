"""BP113: demands for an absence, outside of “if … then”."""

import re
from collections.abc import Iterator

from backend.blueprints.blueprint import Severity
from backend.blueprints.rule import Rule
from backend.blueprints.wording.conditions import is_conditional
from backend.blueprints.wording.nouns import Nouns
from backend.blueprints.wording.sentences import Sentence
from backend.blueprints.wording.smell import Smell, WordingRule, in_each

_NOT = re.compile(r"\b(?:shall|must|should|may|will|is|are) (?:not|never) (?:be |have |to )?\w+")
_STATED = re.compile(r"\b(?:is|are) (?:not|never) (?!to\b)")

RULE = Rule(
    id="BP113",
    title="a demand that something is absent",
    severity=Severity.WARNING,
    reason="A scenario shows what happens; what never happens cannot be shown.",
    example="The list shall not be confusing.",
    better="If two repairs have the same name, then the list shall show their numbers.",
)


def find(sentence: Sentence, _: Nouns) -> Iterator[Smell]:
    """Find “shall not” in sentences without any condition."""
    if is_conditional(sentence):
        return
    for found in _NOT.finditer(sentence.plain):
        if _STATED.match(sentence.plain, found.start()):
            continue
        yield Smell(
            sentence,
            found.start(),
            found.end(),
            "demands that something is absent, which no scenario can show",
            'Say what happens instead: "If somebody …, then the form shall say …".',
        )


NEGATIVES = WordingRule(RULE, in_each(find))
