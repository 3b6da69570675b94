"""The names that a product in the house style has, worked out from the data model alone."""

import functools
import re
from collections.abc import Callable

import inflect

from backend.blueprints.blueprint import DataModel, Entity, Field, FieldType

FIXED_LABELS = frozenset({"Save", "Edit", "Delete", "Search", "Download CSV", "Import CSV"})
_IMPORT_PAGE = frozenset({"CSV file", "Import"})  # stand alone there, so a field may have the name
_NOT_IN_LISTS = frozenset({FieldType.LONG_TEXT, FieldType.FILE})
_NUMBER = "must be a number"
_FAULTS_OF_TYPES: dict[FieldType, tuple[str, ...]] = {
    FieldType.WHOLE_NUMBER: ("must be a whole number",),
    FieldType.NUMBER: (_NUMBER,),
    FieldType.MONEY: (_NUMBER, "must be a number with at most 2 decimals"),
    FieldType.DATE: ("must be a date as 2026-03-12",),
    FieldType.DATE_AND_TIME: ("must be a date and time as 2026-03-12 14:30",),
    FieldType.EMAIL: ("must be a valid email address",),
    FieldType.PHONE: ("must be a valid phone number",),
    FieldType.WEB_ADDRESS: ("must be a valid web address",),
    FieldType.CHOICE: ("must be one of the choices",),
    FieldType.LINK: ("must be one of the choices",),
    FieldType.FILE: ("must be at most 10 MB",),
}
_LONGEST = {
    **dict.fromkeys((FieldType.WHOLE_NUMBER, FieldType.NUMBER, FieldType.MONEY), 500),
    **dict.fromkeys((FieldType.DATE, FieldType.DATE_AND_TIME, FieldType.TEXT), 500),
    FieldType.LONG_TEXT: 20_000,
    FieldType.EMAIL: 254,
    FieldType.PHONE: 40,
    FieldType.WEB_ADDRESS: 2_000,
}
_ALERTS = (
    "Please correct the field below.",
    "Nothing was imported.",
)
_ENGLISH = inflect.engine()
_ERRORS = r"(?:is required|is already taken|must be \S.*)"
_ROW = re.compile(r"Row [0-9]+(?:: |$)")  # how a refused import names the row
_CELLS = re.compile(r"[0-9]+ cells, but there are [0-9]+ headings")


@functools.lru_cache(maxsize=512)
def plural_of(name: str) -> str:
    """Return the plural of an entity's name as lists and the navigation show it."""
    plain = in_sentence(name)  # a capital would make it somebody's name: Marys, not maries
    plural = str(_ENGLISH.plural_noun(plain))
    return plural if plain == name else plural[:1].upper() + plural[1:]


def in_sentence(name: str) -> str:
    """Lower the first letter, unless the second is a capital: `New VAT rate`."""
    if len(name) > 1 and name[1].isupper():
        return name
    return name[:1].lower() + name[1:]


def labels_of(data: DataModel) -> frozenset[str]:
    """Return the names of everything that can be clicked or filled in on the kit's pages."""
    labels = set(FIXED_LABELS | _IMPORT_PAGE)
    for entity in data.entities:
        labels |= {entity.plural, f"New {in_sentence(entity.name)}"}
        labels |= {field.name for field in entity.fields}
        labels |= set(_related_tables(entity))
        files = [field for field in entity.fields if field.type is FieldType.FILE]
        labels |= {f"Remove {in_sentence(field.name)}" for field in files}
    return frozenset(labels | clickable_of(data))


def fields_by_name(data: DataModel) -> dict[str, list[Field]]:
    """Return the fields of each name, whichever records have them."""
    named: dict[str, list[Field]] = {}
    for entity in data.entities:
        for field in entity.fields:
            named.setdefault(field.name, []).append(field)
    return named


def table_columns(data: DataModel) -> dict[str, frozenset[str]]:
    """Return the columns of every table that the kit's pages have, by the table's name."""
    tables = {"Fields": frozenset({"Field", "In the file"})}  # of the page that imports
    for entity in data.entities:
        title = entity.fields[:1]
        shown = (f for f in entity.fields if f.type not in _NOT_IN_LISTS or f in title)
        columns = frozenset(field.name for field in shown)
        tables |= dict.fromkeys((entity.plural, *_related_tables(entity)), columns)
    return tables


def headings_of(data: DataModel) -> set[str]:
    """Return the headings of the kit's pages, but for the records' own titles."""
    found = {data.name}
    for entity in data.entities:
        singular, plural = in_sentence(entity.name), in_sentence(entity.plural)
        found |= {entity.plural, f"New {singular}", f"Edit {singular}", f"Import {plural}"}
        found |= set(_related_tables(entity))
    return found


def clickable_of(data: DataModel) -> set[str]:
    """Return the names of all buttons and links, but for the records' own titles."""
    found = {*FIXED_LABELS, "Import", "Cancel", "Home", "Next page", "Previous page", data.name}
    for entity in data.entities:
        found |= {entity.plural, f"New {in_sentence(entity.name)}"}
        found |= {field.name for field in entity.fields}
    return found - {"Search"}


def errors_of(field: Field) -> list[str]:
    """Return what the kit's forms can say of a field."""
    faults = ["is required"] if field.required else []
    faults += ["is already taken"] if field.unique else []
    faults += [f"must be at least {field.at_least}"] if field.at_least is not None else []
    faults += [f"must be at most {field.at_most}"] if field.at_most is not None else []
    faults += ["must be today or later"] if field.on_or_after_today else []
    faults += _FAULTS_OF_TYPES.get(field.type, ())
    longest = _LONGEST.get(field.type)
    faults += [f"must be at most {longest} characters long"] if longest else []
    return [f"{field.name} {fault}" for fault in faults]


def _related_tables(entity: Entity) -> list[str]:
    links = [field for field in entity.fields if field.type is FieldType.LINK]
    return [f"{entity.plural} ({field.name})" for field in links]


def messages_of(data: DataModel) -> Callable[[str], bool]:
    """Return what tells whether a text is one that the kit's pages say by themselves."""
    sayings = [re.compile("|".join(_sayings(entity))) for entity in data.entities]
    choices = {c for entity in data.entities for field in entity.fields for c in field.choices}

    def is_said(whole: str) -> bool:
        text = _ROW.sub("", whole, count=1)  # a part of what is said is enough for most checks
        choice, _, number = text.rpartition(": ")
        return (
            (choice in choices and number.isdecimal())
            or (text != whole and (not text or bool(_CELLS.fullmatch(text))))
            or bool(re.fullmatch(_ERRORS, text))
            or any(text in said for said in _ALERTS)
            or any(said.fullmatch(text) for said in sayings)
        )

    return is_said


def _sayings(entity: Entity) -> list[str]:
    """Return, as patterns, what pages say of a kind of record."""
    name, plural = re.escape(entity.name), re.escape(in_sentence(entity.plural))
    one = re.escape(in_sentence(entity.name))
    sayings = [
        f"{name} (?:saved|deleted)",
        f"{name} is used by [0-9].*",
        f"[0-9]+ (?:{one}|{plural})(?: imported)?",
        f"No {plural} (?:yet|match)",
    ]
    return sayings + [f"{re.escape(field.name)} {_ERRORS}" for field in entity.fields]
