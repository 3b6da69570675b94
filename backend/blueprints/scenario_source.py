"""Scenarios as they stand in the file, before outlines, concepts and values are written out."""

from dataclasses import dataclass

from backend.blueprints.blueprint import StepKind
from backend.blueprints.sections import Row


@dataclass(frozen=True)
class SourceTag:
    """One tag and its line."""

    name: str
    line: int


@dataclass(frozen=True)
class SourceStep:
    """One step with the keyword its author chose and what hangs below it."""

    keyword: str
    keyword_type: str
    text: str
    line: int
    table: tuple[Row, ...] | None = None
    document: str | None = None
    document_type: str | None = None


@dataclass(frozen=True)
class SourceExamples:
    """One Examples table of an outline."""

    tags: tuple[SourceTag, ...]
    header: Row | None
    rows: tuple[Row, ...]
    line: int
    first_line: int
    last_line: int


@dataclass(frozen=True)
class SourceScenario:
    """A scenario, an outline, a concept or, with `is_background`, a background."""

    name: str
    is_outline: bool
    is_background: bool
    tags: tuple[SourceTag, ...]
    steps: tuple[SourceStep, ...]
    examples: tuple[SourceExamples, ...]
    line: int
    first_line: int
    last_line: int

    @property
    def tag_names(self) -> tuple[str, ...]:
        """The tags without their lines, in order and once each."""
        return tuple(dict.fromkeys(tag.name for tag in self.tags))


@dataclass(frozen=True)
class PlainStep:
    """One step of one run: outlines and concepts are written out, nothing is bound yet."""

    kind: StepKind
    text: str
    line: int
    table: tuple[Row, ...] | None = None
    document: str | None = None
    document_type: str | None = None
    concept: str | None = None
