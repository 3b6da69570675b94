"""BP104: roundabout verbs that say what is possible where something is wanted."""

from collections.abc import Iterator

from backend.blueprints.blueprint import Severity
from backend.blueprints.rule import Rule
from backend.blueprints.wording.lexicon import Hit, Lexicon
from backend.blueprints.wording.nouns import Nouns
from backend.blueprints.wording.rewriting import replaced
from backend.blueprints.wording.sentences import Sentence
from backend.blueprints.wording.smell import Smell, WordingRule, in_each

_SHORTER = {
    "be able to": "",
    "is able to": "can",
    "are able to": "can",
    "has the ability to": "can",
    "have the ability to": "",
    "has the possibility to": "can",
    "have the possibility to": "",
    "has the option to": "can",
    "have the option to": "",
    "is capable of": "can",
    "be capable of": "",
    "in order to": "to",
    "is designed to": "shall",
    "be designed to": "",
    "has the capability to": "can",
    "have the capability to": "",
    "provide the ability to": "let people",
    "provide the possibility to": "let people",
    "makes it possible to": "lets people",
    "make it possible to": "let people",
    "offer the possibility to": "let people",
}
_LEXICON = Lexicon(_SHORTER)

RULE = Rule(
    id="BP104",
    title="a roundabout verb",
    severity=Severity.INFO,
    reason="The sentence says what is possible; what shall happen is shorter and can be shown.",
    example="The clerk shall be able to print a label.",
    better="The clerk shall print a label.",
)


def find(sentence: Sentence, _: Nouns) -> Iterator[Smell]:
    """Find the listed roundabout verbs and write the sentence without them."""
    for hit in _LEXICON.find(sentence):
        yield Smell(
            sentence,
            hit.start,
            hit.end,
            "says in three words what one says",
            f"Write {_shorter(sentence, hit)}.",
        )


def _shorter(sentence: Sentence, hit: Hit) -> str:
    words = _SHORTER[hit.phrase]
    end = hit.end if words else hit.end + 1
    return replaced(sentence, hit.start, end, words)


INFINITIVES = WordingRule(RULE, in_each(find))
