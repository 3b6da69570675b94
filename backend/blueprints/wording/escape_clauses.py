"""BP102: clauses that let whoever builds decide whether anything is built at all."""

from collections.abc import Iterator

from backend.blueprints.blueprint import Severity
from backend.blueprints.rule import Rule
from backend.blueprints.wording.lexicon import Lexicon
from backend.blueprints.wording.nouns import Nouns
from backend.blueprints.wording.rewriting import lowered, without
from backend.blueprints.wording.sentences import Sentence
from backend.blueprints.wording.smell import Smell, WordingRule, in_each
from backend.blueprints.wording.word_lists import words

_OPENERS = ("if", "where", "when", "whenever", "wherever")
_CONDITIONS = ("necessary", "needed", "possible", "applicable", "appropriate", "required")
_MORE_CONDITIONS = ("desired", "wanted", "practical", "feasible", "sensible", "useful", "relevant")
_PHRASES = words("escape_clauses")
_LEXICON = Lexicon(
    [*(f"{o} {c}" for o in _OPENERS for c in (*_CONDITIONS, *_MORE_CONDITIONS)), *_PHRASES]
)

RULE = Rule(
    id="BP102",
    title="an escape clause",
    severity=Severity.INFO,
    reason="Whoever builds can always say that it was not necessary or not possible.",
    example="The clerk prints a label if necessary.",
    better='If the parcel has no label, then the page of the parcel shall show "Print label".',
)


def find(sentence: Sentence, _: Nouns) -> Iterator[Smell]:
    """Find clauses that name no condition anybody could check."""
    for hit in _LEXICON.find(sentence):
        if hit.phrase.split()[0] in _OPENERS and hit.after not in _AFTER_CLAUSE:
            continue  # “if possible dates clash” is a condition that can be checked
        rest = without(sentence, hit.start, hit.end)
        shown = lowered(rest) if len(rest) <= _SHOWN else "…"
        yield Smell(
            sentence,
            hit.start,
            hit.end,
            "leaves open whether it happens at all",
            f"Name the condition, or leave the words out: If …, then {shown}",
        )


_AFTER_CLAUSE = frozenset({"", "the", "a", "an", "and", "or", "by", "in", "on", "to", "with", "at"})
_SHOWN = 90
ESCAPE_CLAUSES = WordingRule(RULE, in_each(find))
