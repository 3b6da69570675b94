"""BP201: prohibitions in a requirement whose scenarios show no refusal."""

import re
from collections.abc import Iterator

from backend.blueprints.blueprint import Entity, Severity
from backend.blueprints.coverage.gap import CoverageRule, Covered, Gap
from backend.blueprints.coverage.skeletons import refusal
from backend.blueprints.measures import is_negative
from backend.blueprints.rule import Rule
from backend.blueprints.wording.rewriting import excerpt
from backend.blueprints.wording.sentences import Sentence

_FORBIDS = re.compile(
    r"\b(?:only|must not|shall not|may not|cannot|can't|can not|at most|no more than|not allowed"
    r"|forbidden|refuses?|rejects?|no two)\b",
    re.IGNORECASE,
)

RULE = Rule(
    id="BP201",
    title="a prohibition without a scenario in which it holds",
    severity=Severity.WARNING,
    reason="Every scenario of the requirement does what is allowed, so nothing shows the limit.",
    example="Only ready repairs can be collected. (One scenario: a ready repair is collected.)",
    better="A further scenario: a waiting repair is not collected.",
)


def find(covered: Covered) -> Iterator[Gap]:
    """Find the first prohibition of each requirement whose scenarios are all positive."""
    positive = {
        r.id for r in covered.blueprint.requirements if not any(map(is_negative, r.scenarios))
    }
    for sentence in covered.sentences:
        found = _FORBIDS.search(sentence.plain) if sentence.requirement in positive else None
        if found is None:
            continue
        positive.discard(sentence.requirement)
        shown = excerpt(sentence.text, *found.span())
        yield Gap(
            line=sentence.line_at(found.start()),
            message=f"No scenario of {sentence.requirement} shows a refusal, but it says {shown}",
            better=_better(sentence, covered),
            short=sentence.requirement,
        )


def _better(sentence: Sentence, covered: Covered) -> str:
    data = covered.blueprint.data
    entities = sorted(data.entities, key=lambda entity: not _is_named(entity, sentence))
    pairs = ((entity, field) for entity in entities for field in entity.fields)
    skeletons = (refusal(entity, field, data) for entity, field in pairs)
    found = next((one for one in skeletons if one), None) if covered.is_web else None
    shape = f", built like this one:\n{found}" if found else "."
    return f"Add a scenario that tries what is forbidden and sees it refused{shape}"


def _is_named(entity: Entity, sentence: Sentence) -> bool:
    said = sentence.plain.lower()
    return entity.name.lower() in said or entity.plural.lower() in said


PROHIBITIONS = CoverageRule(RULE, find, shown=2)
