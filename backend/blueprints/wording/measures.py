"""BP111: size and speed without a number, and ranges with one end."""

import re
from collections.abc import Iterator

from backend.blueprints.blueprint import Severity
from backend.blueprints.rule import Rule
from backend.blueprints.wording.conditions import is_demand
from backend.blueprints.wording.lexicon import Lexicon
from backend.blueprints.wording.nouns import Nouns
from backend.blueprints.wording.rewriting import replaced
from backend.blueprints.wording.sentences import Sentence
from backend.blueprints.wording.smell import Smell, WordingRule, in_each
from backend.blueprints.wording.word_lists import words

_SPEED = Lexicon(words("speeds"))
_MANY = ("files", "lists", "amounts", "numbers", "volumes", "images", "pictures", "texts", "orders")
_SIZES = Lexicon(
    [
        *(f"{size} {what}" for size in ("large", "big", "huge", "long", "small") for what in _MANY),
        *(f"a large {what}" for what in ("number of", "amount of", "volume of")),
        "a lot of",
        "lots of",
        "many",
        "a few",
        "high load",
    ]
)
_NUMBER = re.compile(r"\d")
_UP_TO = re.compile(r"\bup to (?=(\d[\d.,]*|two|three|four|five|six|ten|twelve|twenty)\b)")
_OTHER_END = re.compile(r"\b(?:from|between|at least|minimum)\b")

RULE = Rule(
    id="BP111",
    title="size or speed without a number, or a range with one end",
    severity=Severity.WARNING,
    reason="Without a number and its unit nobody can say whether it is reached.",
    example="The list appears quickly and holds up to 10 photos.",
    better="The list appears within 2 seconds and holds 0 to 10 photos.",
)


def find(sentence: Sentence, _: Nouns) -> Iterator[Smell]:
    """Find speed and size where no number stands, and “up to” without the lower end."""
    has_number = bool(_NUMBER.search(sentence.plain))
    if not has_number:
        for hit in _SPEED.find(sentence):
            if hit.before == "the" and hit.after:
                continue  # “the fast train” tells it from the slow one
            better = 'Say the time, such as "within 2 seconds"; a scenario can measure it.'
            yield Smell(sentence, hit.start, hit.end, "holds no number of seconds", better)
        for hit in _SIZES.find(sentence) if is_demand(sentence) else ():
            better = "Say how many, or how large, in numbers and a unit."
            yield Smell(sentence, hit.start, hit.end, "holds no number", better)
    for found in _UP_TO.finditer(sentence.plain):
        if not _OTHER_END.search(sentence.plain):
            both = replaced(sentence, *found.span(), "between 0 and ")
            better = f"Name both ends, such as {both}."
            yield Smell(
                sentence, found.start(), found.end(1), "has no lower end: is none allowed?", better
            )


MEASURES = WordingRule(RULE, in_each(find))
