"""BP101: words that each reader understands in another way."""

from collections.abc import Iterator

from backend.blueprints.blueprint import Severity
from backend.blueprints.rule import Rule
from backend.blueprints.wording.lexicon import Hit, Lexicon
from backend.blueprints.wording.nouns import Nouns
from backend.blueprints.wording.sentences import Sentence
from backend.blueprints.wording.smell import Smell, WordingRule, in_each
from backend.blueprints.wording.word_lists import words

_VAGUE = words("vague")
_PHRASES = ["user friendly", "state of the art", "works well", "work well", "good enough"]
_ALSO_VERBS = frozenset({"clear", "smooth", "ideal"})
_BEFORE_VERBS = frozenset({"to", "shall", "can", "must", "may", "will", "then", "and", "or", "not"})
_TERMS_OF_ART = frozenset(
    {("simple", "interest"), ("simple", "majority"), ("significant", "other"), ("proper", "name")}
)
_LEXICON = Lexicon([*_VAGUE, *_PHRASES])

RULE = Rule(
    id="BP101",
    title="a vague word",
    severity=Severity.WARNING,
    reason="Each reader takes the word in another way, so nobody can say when it is met.",
    example="The form is intuitive.",
    better='The form has the fields "Name" and "Email" and the button "Save", and nothing else.',
)


def find(sentence: Sentence, nouns: Nouns) -> Iterator[Smell]:
    """Find vague words, but not verbs that are spelt alike."""
    for hit in _LEXICON.find(sentence):
        if not (_is_verb(hit) or _is_plain(hit)):
            yield Smell(
                sentence,
                hit.start,
                hit.end,
                "means something else to every reader",
                f"Say what is seen or measured instead, such as: the page of the {nouns.one} "
                f'shows "{nouns.field}".',
            )


def _is_verb(hit: Hit) -> bool:
    return hit.phrase in _ALSO_VERBS and hit.before in _BEFORE_VERBS


def _is_plain(hit: Hit) -> bool:
    """Whether the word has its plain meaning: clear glass, a simple majority."""
    is_material = hit.phrase in _ALSO_VERBS and bool(hit.after)
    return is_material or (hit.phrase, hit.after) in _TERMS_OF_ART


VAGUE_WORDS = WordingRule(RULE, in_each(find))
