"""BP108: sentences that make several demands, of which a scenario mostly shows one."""

import re
from collections.abc import Iterator

from backend.blueprints.blueprint import Severity
from backend.blueprints.findings import quoted
from backend.blueprints.rule import Rule
from backend.blueprints.wording.conditions import main_clause
from backend.blueprints.wording.nouns import Nouns
from backend.blueprints.wording.sentences import Sentence
from backend.blueprints.wording.smell import Smell, WordingRule, in_each

_MODALS = frozenset({"shall", "must", "should"})
_JOINT = re.compile(r"(?:,\s*|\s+)(?:and|but|or)\s+|;\s*")
_LINES = re.compile(r"\s+")

RULE = Rule(
    id="BP108",
    title="several demands in one sentence",
    severity=Severity.INFO,
    reason="Each demand wants a scenario of its own; the second is easily forgotten.",
    example="The form shall refuse it and the list shall stay as it was.",
    better="The form shall refuse it. The list shall stay as it was.",
)


def find(sentence: Sentence, _: Nouns) -> Iterator[Smell]:
    """Find a second demand behind a joint and write it as a sentence of its own."""
    begin = main_clause(sentence)
    modals = [w for w in sentence.words if w.text in _MODALS and w.start >= begin]
    if len(modals) < 2:  # noqa: PLR2004 - a second one is the point
        return
    second = modals[1]
    joints = list(_JOINT.finditer(sentence.plain, modals[0].end, second.start))
    if not joints:
        return
    joint = joints[-1]
    subject = sentence.text[joint.end() : second.start].strip()
    whose = subject or sentence.text[begin : modals[0].start].strip()
    rest = sentence.text[second.start :].strip()
    demand = _LINES.sub(" ", f"{whose[:1].upper()}{whose[1:]} {rest}")
    yield Smell(
        sentence,
        joint.start(),
        second.end,
        "begins a second demand in the same sentence",
        f"Write it as a sentence of its own: {quoted(demand)}",
    )


SEVERAL_DEMANDS = WordingRule(RULE, in_each(find))
