"""The author's own nouns, so that a better wording speaks of their trade and not of ours."""

from dataclasses import dataclass

from backend.blueprints.blueprint import DataModel
from backend.blueprints.house_style import in_sentence


@dataclass(frozen=True)
class Nouns:
    """Names that the blueprint itself declares."""

    data: DataModel
    declared: frozenset[str] = frozenset()  # in small letters: words, people, pages, services

    @property
    def one(self) -> str:
        """A kind of record in the singular."""
        names = [in_sentence(entity.name) for entity in self.data.entities]
        return names[0] if names else "record"

    @property
    def many(self) -> str:
        """The same in the plural."""
        names = [in_sentence(entity.plural) for entity in self.data.entities]
        return names[0] if names else "records"

    @property
    def field(self) -> str:
        """A field of that record."""
        fields = [field.name for entity in self.data.entities[:1] for field in entity.fields]
        return fields[0] if fields else "Name"

    @property
    def names(self) -> frozenset[str]:
        """Everything that is declared, in small letters."""
        found = set(self.declared)
        for entity in self.data.entities:
            found |= {entity.name.lower(), entity.plural.lower()}
            for field in entity.fields:
                found |= {field.name.lower(), *(choice.lower() for choice in field.choices)}
        return frozenset(found)
