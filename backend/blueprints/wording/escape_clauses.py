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
    severity=Severity.WARNING,
    reason="Whoever builds can always say that it was not necessary or not possible.",
    example="The clerk prints a label if necessary.",
    better='If the parcel has no label, then the page of the parcel shall show "Print label".',
)


def find(sentence: Sentence, _: Nouns) -> Iterator[Smell]:
    """Find clauses that name no condition anybody could check."""
    for hit in _LEXICON.find(sentence):
        rest = without(sentence, hit.start, hit.end)
        shown = lowered(rest) if len(rest) <= _SHOWN else "…"
        yield Smell(
            sentence,
            hit.start,
            hit.end,
            "leaves open whether it happens at all",
            f"Name the condition, or leave the words out: If …, then {shown}",
        )


_SHOWN = 90
ESCAPE_CLAUSES = WordingRule(RULE, in_each(find))
