"""BP202 and BP203: rules of fields that no scenario breaks, and fields that none looks at."""

from collections.abc import Iterator

from backend.blueprints.blueprint import Entity, Field, FieldType, Severity, Step
from backend.blueprints.coverage.gap import CoverageRule, Covered, Gap
from backend.blueprints.coverage.skeletons import creation, refusal
from backend.blueprints.findings import quoted
from backend.blueprints.house_style import in_sentence
from backend.blueprints.measures import asserted_fields
from backend.blueprints.rule import Rule

_ERROR = "C08"

UNBROKEN = Rule(
    id="BP202",
    title="a rule of a field that no scenario breaks",
    severity=Severity.WARNING,
    reason="Whether the product refuses what the rule forbids is shown by no scenario.",
    example="Bicycle is required, and no scenario leaves it empty.",
    better="A scenario that leaves it empty and ends in the error “Bicycle is required”.",
)
UNSEEN = Rule(
    id="BP203",
    title="a field or a record that no outcome looks at",
    severity=Severity.WARNING,
    reason="It could be lost on saving, and every scenario would still pass.",
    example="Repairs have a status, and no Then speaks of it.",
    better='A scenario that ends in Then "Status" should be "Ready".',
)


def find_unbroken(covered: Covered) -> Iterator[Gap]:
    """Find fields with a rule whose error no scenario expects."""
    steps = (step for scenario in covered.blueprint.scenarios for step in scenario.steps)
    refused = {str(step.arguments[0]) for step in steps if step.expression == _ERROR}
    for entity, field in _fields(covered):
        if _has_rule(field) and field.name not in refused:
            yield Gap(
                line=field.line,
                message=f"No scenario shows that {_of(entity, field)} is refused when it breaks "
                f"its rule ({_rule(field)}).",
                better=_offered(refusal(entity, field, covered.blueprint.data)),
                short=_of(entity, field),
            )


def find_unseen(covered: Covered) -> Iterator[Gap]:
    """Find records that no step names, then fields that no outcome names."""
    steps = [step for scenario in covered.blueprint.scenarios for step in scenario.steps]
    named = {name for step in steps for name in _names_in(step)}
    looked_at = asserted_fields(covered.blueprint.scenarios)
    for entity, field in _fields(covered):
        is_touched = not named.isdisjoint(_names_of(entity))
        is_title = field is entity.fields[0]
        if field.name in looked_at or field.type is FieldType.FILE or not (is_touched or is_title):
            continue
        plural = quoted(in_sentence(entity.plural))
        message = f"No outcome of any scenario looks at {_of(entity, field)}."
        untouched = f"No scenario lists, adds, changes or deletes {plural}."
        yield Gap(
            line=field.line if is_touched else entity.line,
            message=message if is_touched else untouched,
            better=_offered(creation(entity, field, covered.blueprint.data)),
            short=_of(entity, field) if is_touched else plural,
        )


def _fields(covered: Covered) -> list[tuple[Entity, Field]]:
    if not covered.is_web:
        return []
    return [
        (entity, field) for entity in covered.blueprint.data.entities for field in entity.fields
    ]


def _has_rule(field: Field) -> bool:
    bounds = (field.at_least, field.at_most)
    is_needed = field.required and field.starts_as is None
    return (
        is_needed or field.unique or field.on_or_after_today or any(b is not None for b in bounds)
    )


def _rule(field: Field) -> str:
    rules = ["required"] if field.required and field.starts_as is None else []
    rules += ["unique"] if field.unique else []
    rules += [f"at least {field.at_least}"] if field.at_least is not None else []
    rules += [f"at most {field.at_most}"] if field.at_most is not None else []
    rules += ["on or after today"] if field.on_or_after_today else []
    return "; ".join(rules)


def _of(entity: Entity, field: Field) -> str:
    return f"{quoted(field.name)} of {quoted(in_sentence(entity.name))}"


def _names_of(entity: Entity) -> set[str]:
    return {entity.name, entity.plural, f"New {in_sentence(entity.name)}"}


def _names_in(step: Step) -> set[str]:
    return {str(argument) for argument in step.arguments}


def _offered(skeleton: str | None) -> str:
    if skeleton is None:
        return "Add a scenario that shows it."
    return f"Add a scenario such as:\n{skeleton}"


FIELD_RULES = (CoverageRule(UNBROKEN, find_unbroken), CoverageRule(UNSEEN, find_unseen))
