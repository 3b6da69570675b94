"""BP114, first half: acronyms that the blueprint explains nowhere."""

import re
from collections.abc import Iterator, Sequence

from backend.blueprints.wording.nouns import Nouns
from backend.blueprints.wording.sentences import Sentence
from backend.blueprints.wording.smell import Smell
from backend.blueprints.wording.word_lists import words

_ACRONYM = re.compile(r"(?<![\w.&/-])[A-Z]{2,6}s?(?![\w&/-])")
_KNOWN = frozenset(words("known_acronyms"))

REASON = "is explained nowhere"


def find_acronyms(sentences: Sequence[Sentence], nouns: Nouns) -> Iterator[Smell]:
    """Find the first use of each acronym that stands in no brackets and in no table of words."""
    whole = "\n".join(sentence.plain for sentence in sentences if "(" in sentence.plain)
    names = {word for name in nouns.names for word in name.split()}
    said: set[str] = set()
    for sentence in sentences:
        for found in _ACRONYM.finditer(sentence.plain):
            word = found.group().rstrip("s")
            is_known = word in _KNOWN or word.lower() in names or word in said
            if is_known or f"({word})" in whole or f"{word} (" in whole:
                continue
            said.add(word)
            better = f'Explain it once: "{word} (…)", or in a row under ## Words.'
            yield Smell(sentence, *found.span(), REASON, better)
