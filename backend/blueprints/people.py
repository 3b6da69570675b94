"""Reads `## People`: who uses the product, and with what they sign in."""

import difflib

from backend.blueprints.blueprint import FieldType, Person
from backend.blueprints.field_values import fault_of_type
from backend.blueprints.findings import Findings, quoted
from backend.blueprints.markdown import Document
from backend.blueprints.sections import Row, Section, SectionKind
from backend.blueprints.table_rows import rows_of

_RULE = "BP010"


def read_people(document: Document, findings: Findings) -> tuple[Person, ...]:
    """Return everybody who is declared; two of one name or address cannot be told apart."""
    people: list[Person] = []
    for section in document.of(SectionKind.PEOPLE):
        _say_what_works(section, findings)
        rows = rows_of(section, 1, findings)
        header = section.tables[0].header if rows else None
        for row in rows:
            person = _person(header or row, row)
            _report_email(person, findings)
            if _is_new(person, people, findings):
                people.append(person)
    return tuple(people)


def find_person(words: str, people: tuple[Person, ...]) -> Person | None:
    """Return the person whose name or email address this is."""
    wanted = words.strip().casefold()
    for person in people:
        if wanted and wanted in {person.name.casefold(), person.email.casefold()}:
            return person
    return None


def fault_of_person(words: str, people: tuple[Person, ...]) -> tuple[str, str]:
    """Return the fault of somebody's name and its remedy; empty when the person is declared."""
    if find_person(words, people) is not None:
        return "", ""
    known = [word for person in people for word in (person.name, person.email) if word]
    near = difflib.get_close_matches(words[:80], known, 1, cutoff=0.6)
    meant = f"Did you mean {quoted(near[0])}? " if near else ""
    remedy = f"{meant}Declare who signs in below ## People: a table of name, role and email."
    return "is nobody of ## People", remedy


def _say_what_works(section: Section, findings: Findings) -> None:
    message = f"The section {quoted(section.title)} serves the steps that sign people in."
    remedy = (
        "They need a product that has a sign-in of its own. What the works builds without a "
        "language model is built for everybody alike and has none."
    )
    findings.warning(_RULE, section.line, message, remedy)


def _person(header: Row, row: Row) -> Person:
    names = [name.casefold() for name in header.cells]
    cells = dict(zip(names, row.cells, strict=True))
    return Person(
        name=cells.get("name", row.cells[0]),
        role=cells.get("role", ""),
        email=cells.get("email", ""),
        cells=cells,
        line=row.line,
    )


def _report_email(person: Person, findings: Findings) -> None:
    if person.email and fault_of_type(FieldType.EMAIL, person.email):
        message = f"{quoted(person.email)} is not an email address."
        findings.error(
            _RULE, person.line, message, "Write it as ada@example.com, or leave it empty."
        )


def _is_new(person: Person, others: list[Person], findings: Findings) -> bool:
    taken = {word.casefold() for one in others for word in (one.name, one.email) if word}
    for word in (person.name, person.email):
        if word and word.casefold() in taken:
            message = f"{quoted(word)} stands below ## People already."
            findings.error(_RULE, person.line, message, "Give everybody a name of their own.")
            return False
    if not person.key:
        message = "Somebody below ## People has neither a name nor an email address."
        findings.error(_RULE, person.line, message, "Write who it is.")
    return bool(person.key)
