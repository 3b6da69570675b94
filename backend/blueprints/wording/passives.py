"""BP105: passive sentences that do not say who or what acts."""

from collections.abc import Iterator, Sequence

from backend.blueprints.blueprint import Severity
from backend.blueprints.rule import Rule
from backend.blueprints.wording.conditions import main_clause
from backend.blueprints.wording.nouns import Nouns
from backend.blueprints.wording.sentences import Sentence, Word
from backend.blueprints.wording.smell import Smell, WordingRule, in_each
from backend.blueprints.wording.word_lists import words

_BE = frozenset({"is", "are", "be"})  # what was done before is a condition, not a demand
_BETWEEN = frozenset({"not", "also", "then", "automatically", "always", "never", "only", "now"})
_IRREGULAR = frozenset(words("irregular_participles"))
_NO_PARTICIPLES = frozenset(words("no_participles"))
_SHORTEST = 5
_AGENT_WITHIN = 8

RULE = Rule(
    id="BP105",
    title="a passive without an actor",
    severity=Severity.INFO,
    reason="It does not say who or what acts, so it may fall to nobody.",
    example="A reminder is sent.",
    better="When a repair is ready, the product shall send a reminder to the customer.",
)


def find(sentence: Sentence, _: Nouns) -> Iterator[Smell]:
    """Find a form of be with a participle and no “by”, outside of conditions."""
    begin = main_clause(sentence)
    words = [word for word in sentence.words if word.start >= begin]
    for position, word in enumerate(words):
        if word.text not in _BE:
            continue
        last = _participle(words, position + 1)
        if last is None or _names_actor(words, last):
            continue
        yield Smell(
            sentence,
            word.start,
            words[last].end,
            "does not say who or what does it",
            f'Begin with whoever acts, or say it after: "{word.text} {words[last].text} by …".',
        )


def _participle(words: Sequence[Word], position: int) -> int | None:
    while position < len(words) and words[position].text in _BETWEEN:
        position += 1
    if position >= len(words):
        return None
    text = words[position].text
    is_regular = text.endswith("ed") and len(text) >= _SHORTEST
    is_one = (is_regular or text in _IRREGULAR) and text not in _NO_PARTICIPLES
    return position if is_one else None


def _names_actor(words: Sequence[Word], last: int) -> bool:
    return any(word.text == "by" for word in words[last + 1 : last + 1 + _AGENT_WITHIN])


PASSIVES = WordingRule(RULE, in_each(find))
