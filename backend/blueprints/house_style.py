"""The names that a product in the house style has, worked out from the data model alone."""

import functools
import re

import inflect

from backend.blueprints.blueprint import DataModel, Entity, FieldType

FIXED_LABELS = frozenset({"Save", "Edit", "Delete", "Search", "Download CSV", "Import CSV"})
_IMPORT_PAGE = frozenset({"CSV file", "Import"})  # stand alone there, so a field may have the name
_ENGLISH = inflect.engine()
_ERRORS = r"(?:is required|is already taken|must be \S.*)"


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
    return frozenset(labels)


def _related_tables(entity: Entity) -> list[str]:
    links = [field for field in entity.fields if field.type is FieldType.LINK]
    return [f"{entity.plural} ({field.name})" for field in links]


def is_message(text: str, data: DataModel) -> bool:
    """Whether the text is one that the kit's pages say by themselves."""
    for entity in data.entities:
        if text in {f"{entity.name} saved", f"{entity.name} deleted"}:
            return True
        if any(re.fullmatch(re.escape(f.name) + " " + _ERRORS, text) for f in entity.fields):
            return True
        if re.fullmatch(rf"{re.escape(entity.name)} is used by [0-9].*", text):
            return True
        counted = "|".join(re.escape(in_sentence(e)) for e in (entity.name, entity.plural))
        if re.fullmatch(rf"[0-9]+ (?:{counted}) imported", text):
            return True
    return False
