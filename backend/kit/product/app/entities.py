"""Entities: the kinds of record that the app keeps, and how they are called."""

from app.fields import Field


class Entity:
    """A kind of record; its first field is the record's title.

    `key` names its table and `path` its address.
    """

    def __init__(
        self, name: str, *, plural: str, key: str, path: str, fields: tuple[Field, ...]
    ) -> None:
        self.name = name
        self.plural = plural
        self.key = key
        self.path = path
        self.fields = fields

    @property
    def title(self) -> Field:
        """The field that a record is called by."""
        return self.fields[0]

    @property
    def columns(self) -> tuple[Field, ...]:
        """The fields that lists show: the title, and all that fit in a cell."""
        return tuple(f for f in self.fields if f.in_lists or f is self.title)

    @property
    def choices(self) -> tuple[Field, ...]:
        """The fields that lists can be filtered by."""
        return tuple(f for f in self.fields if f.choices)

    @property
    def links(self) -> tuple[Field, ...]:
        """The fields that point at another record."""
        return tuple(f for f in self.fields if f.links_to)

    @property
    def noun(self) -> str:
        """The name as it stands inside a sentence."""
        return in_sentence(self.name)

    def count(self, number: int) -> str:
        """Say how many there are: "1 customer", "2 customers"."""
        return f"{number} {self.counted(number)}"

    def counted(self, number: int) -> str:
        """Return the word that follows a number."""
        return self.noun if number == 1 else in_sentence(self.plural)

    def field_named(self, name: str) -> Field | None:
        """Find a field by the name that people know it by."""
        return next((f for f in self.fields if f.name == name), None)

    def untitled(self, record_id: int) -> str:
        """Name a record whose title is empty."""
        return f"{self.name} {record_id}"


def in_sentence(name: str) -> str:
    """Lower the first letter, unless the second is a capital: "VAT rate"."""
    if len(name) > 1 and name[1].isupper():
        return name
    return name[:1].lower() + name[1:]
