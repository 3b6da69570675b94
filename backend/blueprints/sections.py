"""The parts of a blueprint's Markdown as values: sections, and what stands in them in order."""

from dataclasses import dataclass, field
from enum import StrEnum


class SectionKind(StrEnum):
    """What a `##` heading begins."""

    INTRODUCTION = "introduction"
    REQUIREMENT = "requirement"
    DATA = "data"
    PAGES = "pages"
    PEOPLE = "people"
    ROLES = "roles"
    SERVICES = "services"
    WORDS = "words"
    VALUES = "values"
    CONCEPTS = "concepts"
    QUALITY = "quality"
    OUT_OF_SCOPE = "out of scope"
    PROSE = "prose"


TABLE_SECTIONS = frozenset(
    {
        SectionKind.DATA,
        SectionKind.PAGES,
        SectionKind.PEOPLE,
        SectionKind.ROLES,
        SectionKind.SERVICES,
        SectionKind.WORDS,
        SectionKind.VALUES,
        SectionKind.QUALITY,
    }
)


@dataclass(frozen=True)
class Heading:
    """A heading below the section's own."""

    level: int
    text: str
    line: int


@dataclass(frozen=True)
class Prose:
    """Text that people read and nothing executes."""

    text: str
    line: int


@dataclass(frozen=True)
class Row:
    """One row of a table and where it stands."""

    cells: tuple[str, ...]
    line: int


@dataclass(frozen=True)
class Table:
    """A Markdown table; every row has as many cells as the header."""

    header: Row
    rows: tuple[Row, ...]


@dataclass(frozen=True)
class Fence:
    """A closed, top-level `gherkin` block; its content begins on `first_line`."""

    content: str
    first_line: int
    last_line: int
    marker: str


Part = Heading | Prose | Table | Fence


@dataclass
class Section:
    """A `##` section (or what stands before the first) with its parts in order."""

    kind: SectionKind
    title: str
    line: int
    id: str = ""
    last_line: int = 0
    parts: list[Part] = field(default_factory=list)

    @property
    def fences(self) -> list[Fence]:
        """The section's scenario blocks."""
        return [part for part in self.parts if isinstance(part, Fence)]

    @property
    def tables(self) -> list[Table]:
        """The section's tables."""
        return [part for part in self.parts if isinstance(part, Table)]

    @property
    def has_bars(self) -> bool:
        """Whether its text holds a line of a table, which nothing reads in prose."""
        return any(line.lstrip().startswith("|") for line in self.prose.split("\n"))

    @property
    def prose(self) -> str:
        """The section's text, headings included."""
        texts = [part.text for part in self.parts if isinstance(part, Prose | Heading)]
        return "\n\n".join(texts)
