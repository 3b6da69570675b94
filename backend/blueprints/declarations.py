"""Reads the small tables of a blueprint: Pages, Services, Words and Roles."""

import re
from dataclasses import dataclass, field

from backend.blueprints import limits
from backend.blueprints.blueprint import DataModel, Entity, Person
from backend.blueprints.findings import Findings, quoted
from backend.blueprints.house_style import plural_of
from backend.blueprints.markdown import Document
from backend.blueprints.people import read_people
from backend.blueprints.sections import Section, SectionKind
from backend.blueprints.service_names import service_variable
from backend.blueprints.table_rows import rows_of

_PATH = re.compile(r"/(?!/)[A-Za-z0-9._~!$&'()*+,;=:@%/?-]*")


@dataclass(frozen=True)
class Declarations:
    """What a blueprint declares by name, for steps to refer to."""

    pages: dict[str, str] = field(default_factory=dict)
    services: dict[str, str] = field(default_factory=dict)
    people: tuple[Person, ...] = ()
    roles: tuple[str, ...] = ()
    entities: dict[str, Entity] = field(default_factory=dict)  # by every name a step may use


def read_declarations(document: Document, data: DataModel, findings: Findings) -> Declarations:
    """Read all of them; steps are checked against the result."""
    return Declarations(
        pages=_pages(document, findings),
        services=_services(document, findings),
        people=read_people(document, findings),
        roles=tuple(_roles(document, findings)),
        entities=_entity_names(document, data, findings),
    )


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


def _services(document: Document, findings: Findings) -> dict[str, str]:
    services = _table(document, SectionKind.SERVICES, findings)
    variables: dict[str, str] = {}
    for section in document.of(SectionKind.SERVICES):
        for row in (row for table in section.tables for row in table.rows):
            variable = service_variable(row.cells[0])
            if not variable or variables.setdefault(variable, row.cells[0]) != row.cells[0]:
                message = f"The service {quoted(row.cells[0])} cannot be told from others."
                remedy = "Name it in letters a to z, and unlike the others."
                findings.error("BP010", row.line, message, remedy)
        if len(variables) > limits.SERVICES:
            message = f"There are more than {limits.SERVICES} services."
            findings.error("BP000", section.line, message, "Leave some out.")
    return services


def _roles(document: Document, findings: Findings) -> list[str]:
    names: list[str] = []
    for section in document.of(SectionKind.ROLES):
        message = f"The section {quoted(section.title)} is known, not yet available."
        remedy = "The product is built for everybody alike."
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
