"""What a rule on coverage finds missing, and what it looks at to find it."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from backend.blueprints.blueprint import Blueprint
from backend.blueprints.rule import Rule
from backend.blueprints.wording.sentences import Sentence


@dataclass(frozen=True)
class Gap:
    """Something that no scenario shows; `short` names it where another gap speaks for it."""

    line: int
    message: str
    better: str
    short: str


@dataclass(frozen=True)
class Covered:
    """A blueprint without errors, and the sentences of its requirements."""

    blueprint: Blueprint
    sentences: tuple[Sentence, ...]

    @property
    def is_web(self) -> bool:
        """Whether forms and lists are what is proven."""
        return self.blueprint.kind == "web app"


@dataclass(frozen=True)
class CoverageRule:
    """A rule, the function that finds gaps, and how many of them are shown one by one."""

    rule: Rule
    find: Callable[[Covered], Iterable[Gap]]
    shown: int = 1
