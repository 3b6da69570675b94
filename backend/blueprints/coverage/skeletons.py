"""Writes scenarios that an author can take over: of their own names, and such that they compile."""

from collections.abc import Iterator

from backend.blueprints.blueprint import DataModel, Entity, Field, FieldType
from backend.blueprints.coverage.samples import refused_of, sample_of, shown
from backend.blueprints.house_style import in_sentence

_DEPTH = 4  # links of links of links: beyond that, nobody reads on


class NoSkeletonError(Exception):
    """No short scenario can be written, as where a record needs a file."""


def refusal(entity: Entity, field: Field, data: DataModel) -> str | None:
    """Return a scenario in which the form refuses a value of this field."""
    refused = refused_of(field)
    if refused is None:
        return _doubled(entity, field, data) if field.unique else None
    value, error = refused
    typed = [f'And I fill in "{field.name}" with "{value}"'] if value else []
    name = f"{_a(entity.name)} without {field.name} is refused"
    return _scenario(
        name if not value else f"{field.name} of {_a(entity.name).lower()} cannot be {value}",
        [*_new_form(entity), *typed, 'And I press "Save"'],
        f'Then "{field.name}" should show the error "{error}"',
    )


def creation(entity: Entity, field: Field, data: DataModel) -> str | None:
    """Return a scenario in which a record is made and the field's value is looked at."""
    if field.type is FieldType.FILE:
        return None
    try:
        seeds = list(_seeds_for(entity, [field], data))
        wanted = [one for one in entity.fields if _is_needed(one, field)]
        typed = [_filled(entity, one, data) for one in wanted]
    except NoSkeletonError:
        return None
    value = shown(field, _value(entity, field, data))
    return _scenario(
        f"{field.name} of {_a(entity.name).lower()} is kept",
        [*seeds, *_new_form(entity), *typed, 'And I press "Save"'],
        f'Then "{field.name}" should be "{value}"',
    )


def emptiness(entity: Entity) -> str:
    """Return a scenario in which the list is empty and seen on a phone."""
    plural = in_sentence(entity.plural)
    return _scenario(
        f"There are no {plural} yet",
        [
            f"Given there are no {plural}",
            "And I use a phone",
            f'And I am on the "{entity.plural}" page',
        ],
        f'Then the "{entity.plural}" table should have 0 rows',
        "And the page should fit the screen width",
    )


def _doubled(entity: Entity, field: Field, data: DataModel) -> str | None:
    """Return a scenario in which a value that is taken already is refused."""
    if field.type in {FieldType.LINK, FieldType.CHOICE, FieldType.FILE, FieldType.YES_NO}:
        return None
    try:
        seeds = [*_seeds_for(entity, [], data), *_table(entity, field, data)]
    except NoSkeletonError:
        return None
    value = sample_of(entity, field)
    return _scenario(
        f"{field.name} of {_a(entity.name).lower()} is taken already",
        [
            *seeds,
            *_new_form(entity),
            f'And I fill in "{field.name}" with "{value}"',
            'And I press "Save"',
        ],
        f'Then "{field.name}" should show the error "{field.name} is already taken"',
    )


def _new_form(entity: Entity) -> list[str]:
    return [
        f'And I am on the "{entity.plural}" page',
        f'When I follow the "New {in_sentence(entity.name)}" link',
    ]


def _is_needed(one: Field, looked_at: Field) -> bool:
    return one is looked_at or (one.required and one.starts_as is None)


def _filled(entity: Entity, field: Field, data: DataModel) -> str:
    value = _value(entity, field, data)
    if field.type in {FieldType.CHOICE, FieldType.LINK}:
        return f'And I select "{value}" from "{field.name}"'  # noqa: S608 - a step, no query
    if field.type is FieldType.YES_NO:
        return f'And I tick "{field.name}"'
    return f'And I fill in "{field.name}" with "{value}"'


def _value(entity: Entity, field: Field, data: DataModel) -> str:
    if field.type is FieldType.FILE:
        raise NoSkeletonError
    if field.type is not FieldType.LINK:
        return sample_of(entity, field)
    target = _target(field, data)
    title = target.fields[0]
    if title.type not in {FieldType.TEXT, FieldType.EMAIL, FieldType.PHONE}:
        raise NoSkeletonError  # such titles are shown otherwise than they are written
    return sample_of(target, title)


def _target(field: Field, data: DataModel) -> Entity:
    for entity in data.entities:
        if entity.name == field.links_to and entity.fields:
            return entity
    raise NoSkeletonError


def _seeds_for(entity: Entity, more: list[Field], data: DataModel) -> Iterator[str]:
    """Yield the steps that put the records in place which this one links to."""
    made: dict[str, None] = {}
    yield from _linked(entity, more, data, made)


def _linked(
    entity: Entity, more: list[Field], data: DataModel, made: dict[str, None]
) -> Iterator[str]:
    for field in entity.fields:
        is_wanted = field.required or field in more
        if field.type is not FieldType.LINK or not is_wanted or field.links_to in made:
            continue
        target = _target(field, data)
        if target is entity or len(made) >= _DEPTH:
            raise NoSkeletonError
        made[target.name] = None
        yield from _linked(target, [], data, made)
        yield from _table(target, target.fields[0], data)


def _table(entity: Entity, field: Field, data: DataModel) -> list[str]:
    """Return the step that puts one record in place, with what is required and this field."""
    columns = [f for f in entity.fields if f is entity.fields[0] or _is_needed(f, field)]
    cells = [_value(entity, one, data) for one in columns]
    widths = [max(len(f.name), len(cell)) for f, cell in zip(columns, cells, strict=True)]
    names = [f.name.ljust(width) for f, width in zip(columns, widths, strict=True)]
    values = [cell.ljust(width) for cell, width in zip(cells, widths, strict=True)]
    rows = (f"  | {' | '.join(row)} |" for row in (names, values))
    return [f"And these {in_sentence(entity.plural)} exist:", *rows]


def _scenario(name: str, steps: list[str], *outcome: str) -> str:
    """Join the steps; the first one begins with Given, whatever it was written with."""
    first = steps[0].replace("And ", "Given ", 1)
    lines = [f"Scenario: {name}", *(f"  {step}" for step in (first, *steps[1:], *outcome))]
    return "\n".join(lines)


def _a(name: str) -> str:
    return f"{'An' if name[:1].lower() in 'aeiou' else 'A'} {in_sentence(name)}"
