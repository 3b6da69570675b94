"""Reads the `## Data` section: entities, their fields, and what no product could serve."""

import difflib
import re

import msgspec

from backend.blueprints import limits
from backend.blueprints.blueprint import DataModel, Entity, Field, FieldType
from backend.blueprints.field_rules import read_rules
from backend.blueprints.findings import Findings, quoted
from backend.blueprints.house_style import FIXED_LABELS, plural_of
from backend.blueprints.model_checks import report_model_faults
from backend.blueprints.other_words import type_meant
from backend.blueprints.sections import Heading, Row, Section, Table

_RULE = "BP023"
_HEADING = re.compile(r"([^()]+?)(?:\s*\(([^()]+)\))?")
_ENTITY_WORDS = re.compile(r"[A-Za-z][A-Za-z0-9-]*(?: [A-Za-z0-9-]+){0,3}")
_FIELD_NAME = re.compile(r"[^\W_][\w '\u2019./,:()&%+#?!€£$°-]*", re.UNICODE)
_LINK = re.compile(r"link to +(\S.*)", re.IGNORECASE)
_TYPES = {kind.value: kind for kind in FieldType if kind is not FieldType.LINK}
_ALL_TYPES = ", ".join([*_TYPES, "link to X"])
_HEADERS = (("field", "type"), ("field", "type", "rules"))
_ENTITY_LEVEL = 3
_LONGER_NAMES = {
    "search": "Search words",
    "save": "To be saved",
    "edit": "Last edit",
    "delete": "To be deleted",
    "download csv": "Downloaded on",
    "import csv": "Imported on",
}


def read_data_model(name: str, sections: list[Section], findings: Findings) -> DataModel:
    """Return the entities that can be read; everything else is reported."""
    entities: list[Entity] = []
    for section in sections:
        parts = _entity_parts(section, findings)
        ends = [*(heading.line for heading, _ in parts[1:]), section.last_line + 1]
        for (heading, tables), end in zip(parts, ends, strict=False):
            entity = _entity(heading, tables, end - 1, findings)
            if entity:
                entities.append(entity)
    if len(entities) > limits.ENTITIES:
        message = f"There are more than {limits.ENTITIES} kinds of records."
        findings.error("BP000", entities[limits.ENTITIES].line, message, "Split the product.")
        entities = entities[: limits.ENTITIES]
    model = DataModel(name=name, entities=tuple(_with_exact_links(entities)))
    report_model_faults(model, findings)
    return model


def _with_exact_links(entities: list[Entity]) -> list[Entity]:
    """Spell link targets as their headings do; capitals do not matter to authors."""
    exact = {entity.name.casefold(): entity.name for entity in entities}
    spelled = []
    for entity in entities:
        fields = tuple(
            msgspec.structs.replace(
                field, links_to=exact.get(field.links_to.casefold(), field.links_to)
            )
            if field.links_to
            else field
            for field in entity.fields
        )
        spelled.append(msgspec.structs.replace(entity, fields=fields))
    return spelled


def _entity_parts(section: Section, findings: Findings) -> list[tuple[Heading, list[Table]]]:
    parts: list[tuple[Heading, list[Table]]] = []
    for part in section.parts:
        if isinstance(part, Heading) and part.level == _ENTITY_LEVEL:
            parts.append((part, []))
        elif isinstance(part, Table) and parts:
            parts[-1][1].append(part)
        elif isinstance(part, Table):
            message = "The table stands under no ### heading, so nobody knows what it describes."
            findings.error(_RULE, part.header.line, message, "Put ### Customer above it.")
    return parts


def _entity(
    heading: Heading, tables: list[Table], last_line: int, findings: Findings
) -> Entity | None:
    names = _names(heading, findings)
    if names is None:
        return None
    if not tables:
        _report_no_table(names[0], heading.line, last_line, findings)
        return Entity(name=names[0], plural=names[1], fields=(), line=heading.line)
    if len(tables) > 1:
        message = f"{quoted(names[0])} has a second table."
        findings.error("BP012", tables[1].header.line, message, "Join the two tables.")
    fields = _fields(tables[0], findings)
    return Entity(name=names[0], plural=names[1], fields=fields, line=heading.line)


def _report_no_table(name: str, first_line: int, last_line: int, findings: Findings) -> None:
    """Blame a record without fields, unless its table is blamed already."""
    if not findings.has_error_between(first_line, last_line, "BP012"):
        message = f"{quoted(name)} has no table of fields."
        remedy = "Write one below it: | field | type | rules |."
        findings.error(_RULE, first_line, message, remedy)


def _names(heading: Heading, findings: Findings) -> tuple[str, str] | None:
    found = _HEADING.fullmatch(heading.text.strip())
    name = found.group(1).strip() if found else ""
    if not found or not _is_name(name):
        message = f"{quoted(heading.text)} cannot name a kind of record."
        remedy = "Use one to four words of the letters a to z, such as ### Delivery note."
        findings.error(_RULE, heading.line, message, remedy)
        return None
    plural = (found.group(2) or "").strip() or plural_of(name)
    if not _is_name(plural):
        message = f"{quoted(plural)} cannot be the plural of {quoted(name)}."
        findings.error(_RULE, heading.line, message, "Write it as ### Person (People).")
        return None
    return name, plural


def _is_name(text: str) -> bool:
    return bool(_ENTITY_WORDS.fullmatch(text)) and len(text) <= limits.NAME_CHARACTERS


def _fields(table: Table, findings: Findings) -> tuple[Field, ...]:
    header = tuple(cell.lower() for cell in table.header.cells)
    if header not in _HEADERS:
        message = f"The table's columns are {quoted(' | '.join(table.header.cells))}."
        findings.error(
            "BP012", table.header.line, message, "They must be | field | type | rules |."
        )
        return ()
    if not table.rows:
        message = "The table has no fields."
        findings.error(_RULE, table.header.line, message, "Add a row for each field.")
    if len(table.rows) > limits.FIELDS:
        message = f"There are more than {limits.FIELDS} fields."
        findings.error("BP000", table.rows[limits.FIELDS].line, message, "Split the record.")
    fields: dict[str, Field] = {}
    for row in table.rows[: limits.FIELDS]:
        field = _field(row, findings)
        if field and _is_new(field, fields, findings):
            fields[field.name.casefold()] = field
    return tuple(fields.values())


def _is_new(field: Field, fields: dict[str, Field], findings: Findings) -> bool:
    same = fields.get(field.name.casefold())
    if same is None:
        return True
    message = f"The field {quoted(field.name)} stands twice, as {quoted(same.name)} before."
    remedy = "Field names must differ by more than capitals."
    findings.error(_RULE, field.line, message, remedy)
    return False


def _field(row: Row, findings: Findings) -> Field | None:
    name, kind, rules = (*row.cells, "")[:3]
    if not _is_field_name(name):
        message = f"{quoted(name)} cannot name a field."
        remedy = (
            f"Use at most {limits.NAME_CHARACTERS} characters, the first a letter or a digit, "
            "and no *, `, _ or quotes."
        )
        findings.error(_RULE, row.line, message, remedy)
        return None
    if name.casefold() in {label.casefold() for label in FIXED_LABELS}:
        message = f"A field cannot be called {quoted(name)}: every list or record has that already."
        remedy = f"Say more, such as {quoted(_LONGER_NAMES[name.casefold()])}."
        findings.error(_RULE, row.line, message, remedy)
    link = _LINK.fullmatch(kind)
    if link:
        target = link.group(1).strip()
        field = Field(name=name, type=FieldType.LINK, links_to=target, line=row.line)
        return read_rules(field, rules, findings)
    field_type = _TYPES.get(" ".join(kind.lower().split()))
    if field_type is None:
        _report_type(name, kind, row.line, findings)
        return Field(name=name, type=FieldType.TEXT, line=row.line)  # steps may name it
    return read_rules(Field(name=name, type=field_type, line=row.line), rules, findings)


def _is_field_name(name: str) -> bool:
    if len(name) > limits.NAME_CHARACTERS or not _FIELD_NAME.fullmatch(name):
        return False
    return "_" not in name and "  " not in name


def _report_type(name: str, kind: str, line: int, findings: Findings) -> None:
    words = " ".join(kind.lower().split())
    if not words:
        message = f"The field {quoted(name)} has no type yet."
        findings.error(_RULE, line, message, f"Write one of: {_ALL_TYPES}.")
        return
    near = difflib.get_close_matches(words[:40], list(_TYPES), 1)
    meant = type_meant(words) or (near[0] if near else None)
    remedy = f"Did you mean {meant}?" if meant else f"Types: {_ALL_TYPES}."
    findings.error(_RULE, line, f"The type {quoted(kind)} of {quoted(name)} is unknown.", remedy)
