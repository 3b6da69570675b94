"""Puts other texts in the place of shown ones in a step, so that its sentence says what it does."""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence

import msgspec

from backend.blueprints.blueprint import Step
from backend.blueprints.texts.called_texts import is_called
from backend.blueprints.texts.literals import Literal, literals_of, map_literals
from backend.blueprints.texts.standing import pattern_in
from backend.blueprints.variation.likeness import Pair, pair_of
from backend.blueprints.vocabulary import load_vocabulary

_NAMES_A_RECORD = frozenset({"W05", "W06"})  # in the data section's words, not the sentence's


def with_texts(step: Step, texts: Mapping[str, str]) -> Step:
    """Return the step with each text that stands in it as a whole replaced, and its sentence."""
    if not texts:
        return step
    changed = map_literals(step, _changer(texts))
    if changed == step:
        return step
    said = dict(texts)
    said |= zip(map(str, step.arguments), map(str, changed.arguments), strict=True)
    quoted = re.compile(rf"(?<=[\"'])(?:{_any_of(said)})(?=[\"'])")

    def other(found: re.Match[str]) -> str:
        return said[found.group()]

    sentence = _said_anew(step, changed) if is_called([step]) else quoted.sub(other, step.text)
    concept = step.concept and quoted.sub(other, step.concept)
    return msgspec.structs.replace(changed, text=sentence, concept=concept)


def _said_anew(step: Step, changed: Step) -> str:
    """Return the sentence with its changed arguments, which it holds as they are or escaped."""
    sentence = step.text
    for shown, used in zip(map(str, step.arguments), map(str, changed.arguments), strict=True):
        if shown != used:
            sentence = sentence.replace(shown, used)
            sentence = sentence.replace(_escaped(shown), _escaped(used))
    return sentence


def _escaped(argument: str) -> str:
    return argument.replace('"', '\\"')


def capitals_of(text: str, used: str, steps: Iterable[Step]) -> dict[str, str] | None:
    """Return what to write for a text in each of the capitals in which the steps say it.

    None where a text of another length leaves it open which letters are capitals.
    """
    said = {literal.text for step in steps for literal in literals_of(step)}
    alike = {one for one in said if one.casefold() == text.casefold()} - {text}
    if any(not len(text) == len(used) == len(one) for one in alike):
        return None
    return {text: used} | {one: "".join(map(_in_capitals_of, one, used)) for one in sorted(alike)}


def _in_capitals_of(shown: str, used: str) -> str:
    return used.upper() if shown.isupper() else used.lower()


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
            found[pair_of(literal, text)] = None
    return list(found)


def shape_of(step: Step) -> tuple[object, ...]:
    """Return what a step has in common with the same one on other data."""
    rows = tuple(len(row) for row in step.table or ())
    kinds = tuple(type(argument) for argument in step.arguments)
    literals = sum(1 for _ in literals_of(step))
    return (step.expression, step.kind, kinds, rows, step.document is None, step.line, literals)


def _any_of(texts: Iterable[str]) -> str:
    """Return a pattern for each of them, those that others begin with last."""
    return "|".join(map(re.escape, sorted(texts, key=len, reverse=True)))


def _changer(texts: Mapping[str, str]) -> Callable[[Literal], str]:
    def change(literal: Literal) -> str:
        patterns = [pattern_in(literal, text).pattern for text in texts if text in literal.text]
        if not patterns:
            return literal.text
        patterns.sort(key=len, reverse=True)
        return re.sub("|".join(patterns), lambda found: texts[found[0]], literal.text)

    return change
