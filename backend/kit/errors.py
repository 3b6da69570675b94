"""Errors of the kit.

KitError
├── EntityWithoutFieldsError   an entity has nothing to show
└── UnknownLinkError           a field links to an entity that is not there
"""


class KitError(Exception):
    """The data model cannot be built; the linter refuses such blueprints beforehand."""


class EntityWithoutFieldsError(KitError):
    """An entity has no field, so its records would have no title."""

    def __init__(self, entity: str) -> None:
        super().__init__(f"{entity} has no fields: give it at least one, its title")
        self.entity = entity


class UnknownLinkError(KitError):
    """A field links to an entity that the data model does not have."""

    def __init__(self, entity: str, field: str, target: str | None) -> None:
        super().__init__(f"{entity}: {field} links to {target}, which is not in the data model")
        self.entity = entity
        self.field = field
        self.target = target
