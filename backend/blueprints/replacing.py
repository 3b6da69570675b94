"""Puts other texts in the place of shown ones in a step, so that its sentence says what it does."""

import re
from collections.abc import Callable, Mapping, Sequence

import msgspec

from backend.blueprints.blueprint import Step
from backend.blueprints.derived_values import cells_pattern
from backend.blueprints.likeness import Pair, pair_of
from backend.blueprints.literals import Literal, literals_of, map_literals
from backend.blueprints.vocabulary import load_vocabulary

_NAMES_A_RECORD = frozenset({"W05", "W06"})  # in the data section's words, not the sentence's


def with_texts(step: Step, texts: Mapping[str, str]) -> Step:
    """Return the step with each text that stands in it as a whole replaced, and its sentence."""
    if not texts:
        return step
    changed = map_literals(step, _changer(texts))
    if changed == step:
        return step
    sentence, concept = step.text, step.concept
    quoted = re.compile("|".join(f"(?<=[\"']){re.escape(text)}(?=[\"'])" for text in texts))

    def other(found: re.Match[str]) -> str:
        return texts[found.group()]

    return msgspec.structs.replace(
        changed, text=quoted.sub(other, sentence), concept=concept and quoted.sub(other, concept)
    )


def is_bound(step: Step) -> bool:
    """Whether the sentence still says what the step does."""
    matches = load_vocabulary().match(step.text)
    if len(matches) != 1 or matches[0].expression.id != step.expression:
        return False
    said = [one for one in matches[0].arguments if isinstance(one, str)]
    done = [one for one in step.arguments if isinstance(one, str)]
    return said == done or step.expression in _NAMES_A_RECORD


def pairs_of(shown: Sequence[Step], used: Sequence[Step]) -> list[Pair]:
    """Return each text of a scenario beside what stands in its place, once."""
    found: dict[Pair, None] = {}
    for one, other in zip(shown, used, strict=True):
        texts = (literal.text for literal in literals_of(other))
        for literal, text in zip(literals_of(one), texts, strict=True):
            pair = pair_of(
                literal.text, text, literal.role, literal.field, is_sought=literal.is_sought
            )
            found[pair] = None
    return list(found)


def shape_of(step: Step) -> tuple[object, ...]:
    """Return what a step has in common with the same one on other data."""
    rows = tuple(len(row) for row in step.table or ())
    kinds = tuple(type(argument) for argument in step.arguments)
    return (step.expression, step.kind, kinds, rows, step.document is None, step.line)


def _changer(texts: Mapping[str, str]) -> Callable[[Literal], str]:
    def change(literal: Literal) -> str:
        if not literal.is_document:
            return texts.get(literal.text, literal.text)
        document = literal.text
        for text, used in texts.items():
            document = cells_pattern(text).sub(used, document)
        return document

    return change
