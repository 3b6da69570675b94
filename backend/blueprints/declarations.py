"""Reads the small tables of a blueprint: Pages, Services, Words, People and Roles."""

import re
from dataclasses import dataclass, field

from backend.blueprints import limits
from backend.blueprints.blueprint import DataModel, Entity
from backend.blueprints.findings import Findings, quoted
from backend.blueprints.house_style import plural_of
from backend.blueprints.markdown import Document
from backend.blueprints.sections import Row, Section, SectionKind

_PATH = re.compile(r"/(?!/)[A-Za-z0-9._~!$&'()*+,;=:@%/?-]*")


@dataclass(frozen=True)
class Declarations:
    """What a blueprint declares by name, for steps to refer to."""

    pages: dict[str, str] = field(default_factory=dict)
    services: dict[str, str] = field(default_factory=dict)
    people: tuple[str, ...] = ()
    roles: tuple[str, ...] = ()
    entities: dict[str, Entity] = field(default_factory=dict)  # by every name a step may use


def read_declarations(document: Document, data: DataModel, findings: Findings) -> Declarations:
    """Read all of them; steps are checked against the result."""
    return Declarations(
        pages=_pages(document, findings),
        services=_table(document, SectionKind.SERVICES, findings),
        people=tuple(_people(document, SectionKind.PEOPLE, findings)),
        roles=tuple(_people(document, SectionKind.ROLES, findings)),
        entities=_entity_names(document, data, findings),
    )


def rows_of(section: Section, columns: int, findings: Findings) -> list[Row]:
    """Return the rows of a section's one table; `columns` is how many it must have at least."""
    tables = section.tables
    if not tables:
        message = f"The section {quoted(section.title)} has no table."
        findings.error("BP012", section.line, message, "Write its table or delete the heading.")
        return []
    if len(tables) > 1:
        message = f"The section {quoted(section.title)} has a second table."
        findings.error("BP012", tables[1].header.line, message, "Join the two tables.")
    table = tables[0]
    if len(table.header.cells) < columns:
        message = f"The table needs at least {columns} columns."
        findings.error("BP012", table.header.line, message, "Add the missing column.")
        return []
    if len(table.rows) > limits.DECLARATIONS:
        message = f"The table has more than {limits.DECLARATIONS} rows."
        findings.error("BP000", table.header.line, message, "Shorten it.")
    return list(table.rows[: limits.DECLARATIONS])


def _table(document: Document, kind: SectionKind, findings: Findings) -> dict[str, str]:
    declared: dict[str, str] = {}
    for section in document.of(kind):
        for row in rows_of(section, 2, findings):
            name = row.cells[0]
            if not name or name in declared:
                message = f"The name {quoted(name)} is empty or declared twice."
                findings.error("BP010", row.line, message, "Declare each name once.")
            declared[name] = row.cells[1]
    return declared


def _pages(document: Document, findings: Findings) -> dict[str, str]:
    pages = _table(document, SectionKind.PAGES, findings)
    lines = [row for s in document.of(SectionKind.PAGES) for t in s.tables for row in t.rows]
    for row in lines:
        path = row.cells[1] if len(row.cells) > 1 else ""
        if not _PATH.fullmatch(path):
            message = f"{quoted(path)} is not a path of the product."
            findings.error("BP010", row.line, message, "Begin it with one /, such as /repairs.")
            pages.pop(row.cells[0], None)
    return pages


def _people(document: Document, kind: SectionKind, findings: Findings) -> list[str]:
    names: list[str] = []
    for section in document.of(kind):
        message = f"The section {quoted(section.title)} is known, not yet available."
        remedy = "The product is built for everybody alike; steps that sign in are refused."
        findings.warning("BP010", section.line, message, remedy)
        names += [row.cells[0] for table in section.tables for row in table.rows]
    return names


def _entity_names(document: Document, data: DataModel, findings: Findings) -> dict[str, Entity]:
    names: dict[str, Entity] = {}
    for entity in data.entities:
        names[entity.plural.lower()] = entity
        names[entity.name.lower()] = entity
    for section in document.of(SectionKind.WORDS):
        _add_words(section, names, findings)
    return names


def _add_words(section: Section, names: dict[str, Entity], findings: Findings) -> None:
    own = {name: entity.name for name, entity in names.items()}
    seen: set[str] = set()
    for row in rows_of(section, 2, findings):
        word, meaning = row.cells[0].lower(), row.cells[1].lower()
        if not word or word in seen:
            message = f"The word {quoted(row.cells[0])} is empty or explained twice."
            findings.error("BP010", row.line, message, "Explain each word once.")
        elif word in own and own[word].lower() != meaning:
            message = f"The word {quoted(word)} names the record {quoted(own[word])} already."
            findings.error("BP010", row.line, message, "Choose another word.")
        elif meaning in own:
            names.setdefault(word, names[meaning])
            names.setdefault(plural_of(word).lower(), names[meaning])
        seen.add(word)
