"""Says what is risky about a blueprint: by rules over its tags and its data, never by guessing."""

from backend.blueprints.blueprint import Blueprint, Entity, FieldType
from backend.builds.products import Risk

RISK_TAG = "@risk:"

_TELLS = {
    FieldType.EMAIL: ("privacy", "keeps e-mail addresses"),
    FieldType.PHONE: ("privacy", "keeps phone numbers"),
    FieldType.MONEY: ("money", "keeps amounts of money"),
    FieldType.FILE: ("access", "takes files from people"),
}


def assess(blueprint: Blueprint) -> tuple[Risk, ...]:
    """List the declared risks first, then those that the data model shows."""
    return (*_declared(blueprint), *_from_data(blueprint.data.entities))


def _declared(blueprint: Blueprint) -> list[Risk]:
    by_kind: dict[str, list[str]] = {}
    for scenario in blueprint.scenarios:
        for tag in scenario.tags:
            if tag.startswith(RISK_TAG):
                by_kind.setdefault(tag.removeprefix(RISK_TAG), []).append(scenario.criterion)
    return [
        Risk(kind=kind, reason="declared in the blueprint", declared=True, criteria=tuple(criteria))
        for kind, criteria in by_kind.items()
    ]


def _from_data(entities: tuple[Entity, ...]) -> list[Risk]:
    return [
        Risk(kind=kind, reason=f'"{entity.name}" {words} in "{field.name}"', declared=False)
        for entity in entities
        for field in entity.fields
        if field.type in _TELLS
        for kind, words in [_TELLS[field.type]]
    ]
