"""The closed list of sentences that a step may be, and the match of a sentence against it."""

import functools
import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from cucumber_expressions.expression import CucumberExpression
from cucumber_expressions.parameter_type import ParameterType
from cucumber_expressions.parameter_type_registry import ParameterTypeRegistry

from backend.blueprints.blueprint import StepKind

_FILE = Path(__file__).with_name("vocabulary.json")


@dataclass(frozen=True)
class Expression:
    """One sentence of the vocabulary; `argument` is None, table, docstring or either."""

    id: str
    group: str
    kinds: frozenset[StepKind]
    pattern: str
    argument: str | None
    example: str
    example_argument: Any
    is_available: bool
    meaning: str

    @property
    def takes_table(self) -> bool:
        """Whether a table may stand below it."""
        return self.argument is not None and "table" in self.argument

    @property
    def takes_document(self) -> bool:
        """Whether a long text may stand below it."""
        return self.argument is not None and "docstring" in self.argument


@dataclass(frozen=True)
class Match:
    """A sentence bound to its expression, with the values of its parameters."""

    expression: Expression
    arguments: tuple[str | int | float, ...]


class Vocabulary:
    """All expressions, compiled once."""

    def __init__(self, document: dict[str, Any]) -> None:
        """Compile the expressions that the document lists."""
        registry = ParameterTypeRegistry()
        for kind in document["parameter_types"]:
            registry.define_parameter_type(
                ParameterType(
                    name=kind["name"],
                    regexp=kind["regexp"],
                    type=str,
                    transformer=lambda text: text,
                    use_for_snippets=False,
                    prefer_for_regexp_match=False,
                )
            )
        self.maps: dict[str, dict[str, Any]] = document["maps"]
        self.expressions = tuple(_expression(step) for step in document["steps"])
        self._matchers: list[tuple[Expression, Callable[[str], Any]]] = [
            (one, CucumberExpression(one.pattern, registry).match) for one in self.expressions
        ]

    @property
    def available(self) -> tuple[Expression, ...]:
        """The expressions that the works can run today."""
        return tuple(one for one in self.expressions if one.is_available)

    def match(self, text: str) -> tuple[Match, ...]:
        """Return every expression that the sentence fits; a good sentence fits exactly one."""
        matches = []
        for expression, matcher in self._matchers:
            found = matcher(text)
            if found is not None:  # an empty list is a hit without parameters
                matches.append(Match(expression, tuple(item.value for item in found)))
        return tuple(matches)


@functools.cache
def load_vocabulary() -> Vocabulary:
    """Return the vocabulary that this version of the works ships."""
    return Vocabulary(json.loads(_FILE.read_text(encoding="utf-8")))


def _expression(step: dict[str, Any]) -> Expression:
    return Expression(
        id=step["id"],
        group=step["group"],
        kinds=frozenset(StepKind(kind) for kind in step["kinds"]),
        pattern=step["expression"],
        argument=step["arg"],
        example=step["example"],
        example_argument=step["example_arg"],
        is_available=step["available"],
        meaning=step.get("meaning", ""),
    )
