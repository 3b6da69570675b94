"""How many of the texts that other data are promised for do vary, over all that the works ships."""

from pathlib import Path

import pytest

from backend.blueprints.blueprint import FieldType, Scenario, StepKind
from backend.blueprints.document import compile_blueprint
from backend.blueprints.field_values import fault_of_type
from backend.blueprints.texts.literals import Role, literals_of
from backend.blueprints.variation.data_sets import DATA_SETS, data_sets_of
from backend.blueprints.variation.derived_values import house_text
from backend.blueprints.variation.rules_text import rules_text

ROOT = Path(__file__).parents[2]
BLUEPRINTS = sorted((ROOT / "bench" / "blueprints").glob("*.md"))
EXAMPLES = sorted((ROOT / "examples").glob("*.md"))
CLEAN = sorted((ROOT / "bench" / "clean_blueprints").glob("*.md"))
SHORTEST = 3
VALUES = (FieldType.NUMBER, FieldType.DATE, FieldType.DATE_AND_TIME)
KEEP_TEXTS = frozenset(
    {
        *(FieldType.TEXT, FieldType.LONG_TEXT, FieldType.EMAIL),
        *(FieldType.PHONE, FieldType.WEB_ADDRESS),
    }
)


def promised(scenario: Scenario, types: dict[str, set[FieldType]], kept: str) -> set[str]:
    """Return the texts that a scenario puts in and checks word for word, and that no rule says."""
    literals = [
        (step.kind, one)
        for step in scenario.steps
        if step.expression != "W12"  # what is uploaded is neither typed nor seeded
        for one in literals_of(step)
    ]
    checked = {
        one.text for kind, one in literals if kind is StepKind.THEN and one.role is Role.CHECKED
    }
    return {
        one.text
        for kind, one in literals
        if kind is not StepKind.THEN
        and one.role is Role.FILLED
        and types.get(one.field or "", {FieldType.LINK}) <= KEEP_TEXTS
        and len(one.text) >= SHORTEST
        and one.text in checked
        and one.text.casefold() not in kept
        and all(fault_of_type(kind_of_value, one.text) for kind_of_value in VALUES)
    }


def measured(path: Path) -> tuple[int, int, list[int]]:
    """Return how many texts are promised, how many vary, and the number of sets where any is."""
    blueprint = compile_blueprint(path.read_bytes(), path.name).blueprint
    assert blueprint is not None
    kept = (rules_text(path.read_bytes()) + house_text(blueprint.data)).casefold()
    types: dict[str, set[FieldType]] = {}
    for entity in blueprint.data.entities:
        for one in entity.fields:
            types.setdefault(one.name, set()).add(one.type)
    sets = data_sets_of(path.read_bytes(), path.name, "breadth")
    covered = varied = 0
    numbers = []
    for scenario in blueprint.scenarios:
        texts = promised(scenario, types, kept)
        of_scenario = sets.get(scenario.criterion, ())
        replaced = {shown for one in of_scenario for shown, _ in one.replacements}
        covered += len(texts)
        varied += len(texts & replaced)
        numbers += [len(of_scenario)] if texts else []
    return covered, varied, numbers


@pytest.mark.parametrize(
    ("paths", "fewest"),
    [(BLUEPRINTS, 140), (EXAMPLES, 28), (CLEAN, 48)],
    ids=["bench", "examples", "clean"],
)
def test_nearly_all_texts_that_the_clause_covers_vary_twice(paths: list[Path], fewest: int) -> None:
    covered = varied = 0
    numbers: list[int] = []
    for path in paths:
        more = measured(path)
        covered, varied, numbers = covered + more[0], varied + more[1], numbers + more[2]

    assert covered >= fewest
    assert varied >= 0.95 * covered, f"{varied} of {covered}"
    assert sum(number == len(DATA_SETS) for number in numbers) >= 0.95 * len(numbers)
