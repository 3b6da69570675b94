"""Writes `app/model.py`: the one file of a product that says what it keeps."""

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass

from backend.blueprints.blueprint import DataModel, Entity, Field, FieldType
from backend.kit.errors import EntityWithoutFieldsError, UnknownLinkError
from backend.kit.names import make_key

KINDS = {
    FieldType.TEXT: "Text",
    FieldType.LONG_TEXT: "LongText",
    FieldType.WHOLE_NUMBER: "WholeNumber",
    FieldType.NUMBER: "Number",
    FieldType.MONEY: "Money",
    FieldType.DATE: "Date",
    FieldType.DATE_AND_TIME: "DateTime",
    FieldType.YES_NO: "YesNo",
    FieldType.EMAIL: "Email",
    FieldType.PHONE: "Phone",
    FieldType.WEB_ADDRESS: "WebAddress",
    FieldType.CHOICE: "Choice",
    FieldType.LINK: "Link",
    FieldType.FILE: "File",
}
BOUNDED = {FieldType.WHOLE_NUMBER, FieldType.NUMBER, FieldType.MONEY}
DATED = {FieldType.DATE, FieldType.DATE_AND_TIME}

# Words that a list's address, a form or a table uses for itself.
RESERVED_FIELD_KEYS = {"id", "rowid", "oid", "search", "sort", "page"}
RESERVED_PATHS = {"static"}
LINE_LENGTH = 88
LONGEST_LITERAL = 54


@dataclass(frozen=True)
class Keys:
    """What an entity is called inside the product: its table and its address."""

    table: str
    path: str


def write_model(data: DataModel, slug: str) -> str:
    """Return the text of `app/model.py`."""
    keys = entity_keys(data.entities)
    kinds = sorted({KINDS[f.type] for e in data.entities for f in e.fields})
    lines = [
        '"""What this app keeps: every kind of record with its fields.',
        "",
        "Pages, tables, forms, checks and CSV files all follow from this one place.",
        '"""',
        "",
        "from app.entities import Entity",
        *_import_lines(kinds),
        "",
        f"NAME = {literal(data.name, indent=0)}",
        f"SLUG = {literal(slug, indent=0)}",
        "",
        *_entities(data.entities, keys),
        "",
        "BY_KEY = {entity.key: entity for entity in ENTITIES}",
        "BY_PATH = {entity.path: entity for entity in ENTITIES}",
        "",
    ]
    return "\n".join(lines)


def entity_keys(entities: Sequence[Entity]) -> dict[str, Keys]:
    """Give every entity a table and an address of its own."""
    keys: dict[str, Keys] = {}
    for entity in entities:
        table = make_key(entity.name, taken=(k.table for k in keys.values()), fallback="entity")
        taken = {*RESERVED_PATHS, *(k.path for k in keys.values())}
        path = make_key(entity.plural, taken=taken, fallback="list", joint="-")
        keys[entity.name] = Keys(table, path)
    return keys


def _import_lines(kinds: Sequence[str]) -> list[str]:
    if not kinds:
        return []
    line = f"from app.fields import {', '.join(kinds)}"
    if len(line) <= LINE_LENGTH:
        return [line]
    return ["from app.fields import (", *(f"    {kind}," for kind in kinds), ")"]


def _entities(entities: Sequence[Entity], keys: dict[str, Keys]) -> list[str]:
    if not entities:
        return ["ENTITIES: tuple[Entity, ...] = ()"]
    lines = ["ENTITIES = ("]
    for entity in entities:
        lines += _entity(entity, keys)
    return [*lines, ")"]


def _entity(entity: Entity, keys: dict[str, Keys]) -> list[str]:
    if not entity.fields:
        raise EntityWithoutFieldsError(entity.name)
    field_keys: list[str] = []
    fields: list[str] = []
    for field in entity.fields:
        key = make_key(field.name, taken={*RESERVED_FIELD_KEYS, *field_keys}, fallback="field")
        field_keys.append(key)
        fields += _field(entity, field, key=key, keys=keys)
    own = keys[entity.name]
    return [
        "    Entity(",
        f"        {literal(entity.name, indent=8)},",
        f"        plural={literal(entity.plural, indent=8)},",
        f'        key="{own.table}",',
        f'        path="{own.path}",',
        "        fields=(",
        *fields,
        "        ),",
        "    ),",
    ]


def _field(entity: Entity, field: Field, *, key: str, keys: dict[str, Keys]) -> list[str]:
    kind = KINDS[field.type]
    options = [literal(field.name, indent=16), f'key="{key}"', *_rules(field)]
    if field.type is FieldType.LINK:
        if field.links_to not in keys:
            raise UnknownLinkError(entity.name, field.name, field.links_to)
        options.append(f'to="{keys[field.links_to].table}"')
    line = f"            {kind}({', '.join(options)}),"
    if len(line) <= LINE_LENGTH and "\n" not in line:
        return [line]
    return [f"            {kind}(", *(f"                {o}," for o in options), "            ),"]


def _rules(field: Field) -> list[str]:
    rules = []
    if field.required:
        rules.append("required=True")
    if field.unique:
        rules.append("unique=True")
    if field.type in BOUNDED | DATED:
        rules += _bounds(field)
    if field.choices:
        rules.append(f"choices={_tuple(field.choices)}")
    if field.starts_as is not None:
        rules.append(f"starts_as={literal(field.starts_as, indent=16)}")
    return rules


def _bounds(field: Field) -> list[str]:
    rules = []
    if field.at_least is not None:
        rules.append(f"at_least={literal(field.at_least, indent=16)}")
    if field.at_most is not None:
        rules.append(f"at_most={literal(field.at_most, indent=16)}")
    if field.on_or_after_today and field.type in DATED:
        rules.append("on_or_after_today=True")
    return rules


def _tuple(words: Sequence[str]) -> str:
    items = [literal(word, indent=20) for word in words]
    line = "(" + ", ".join(items) + ("," if len(items) == 1 else "") + ")"
    if len(line) <= LINE_LENGTH - 26 and "\n" not in line:
        return line
    return "(\n" + "".join(f"{' ' * 20}{item},\n" for item in items) + " " * 16 + ")"


def literal(text: str, *, indent: int) -> str:
    """Write a text as Python; a long one in pieces, so that lines stay short."""
    # a JSON string is a Python string too
    whole = json.dumps(text, ensure_ascii=False)
    if len(whole) <= LONGEST_LITERAL:
        return whole
    inner = "".join(f"{' ' * (indent + 4)}{piece}\n" for piece in _pieces(text))
    return f"(\n{inner}{' ' * indent})"


def _pieces(text: str) -> list[str]:
    """Cut between words where that is possible, so that each piece is short when quoted."""
    quoted: list[str] = []
    for width in (50, 25, 8):
        parts = re.findall(rf".{{1,{width}}}(?:\s|$)|.{{1,{width}}}", text, flags=re.DOTALL)
        quoted = [json.dumps(part, ensure_ascii=False) for part in parts]
        if max(map(len, quoted)) <= LONGEST_LITERAL:
            break
    return quoted
