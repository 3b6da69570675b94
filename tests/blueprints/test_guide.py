"""The author's guide says what the code does: its steps, rules, types and examples."""

import re
from pathlib import Path

import pytest

from backend.blueprints import limits
from backend.blueprints.blueprint import Field, FieldType
from backend.blueprints.document import compile_blueprint
from backend.blueprints.house_style import errors_of, messages_of
from backend.blueprints.step_table import with_steps
from backend.blueprints.tags import TAGS
from backend.blueprints.vocabulary import load_vocabulary
from tests.blueprints.drafts import (
    compiled,
    draft,
    without_doubts,
)

GUIDE = Path("docs/blueprints.md").read_text(encoding="utf-8")
COMMAND = "run python -m backend.blueprints.step_table docs/blueprints.md"
CODE = sorted(Path("backend/blueprints").rglob("*.py"))


def test_step_tables_are_current() -> None:
    assert with_steps(GUIDE) == GUIDE, COMMAND


def test_every_available_step_is_listed_and_no_other() -> None:
    for expression in load_vocabulary().expressions:
        example = expression.example
        code = f"`` {example} ``" if "`" in example else f"`{example}`"
        assert (f"| {code}" in GUIDE) == expression.is_available, expression.id


def test_every_rule_of_the_code_is_explained() -> None:
    used = {rule for path in CODE for rule in re.findall(r"BP\d{3}", path.read_text())}
    explained = set(re.findall(r"^\| (BP\d{3}) \|", GUIDE, re.MULTILINE))

    assert used == explained


@pytest.mark.parametrize("word", [*(t.value for t in FieldType if t is not FieldType.LINK), *TAGS])
def test_every_type_and_tag_is_explained(word: str) -> None:
    assert f"`{word}`" in GUIDE


@pytest.mark.parametrize(
    "limit",
    [
        limits.SOURCE_LINES,
        limits.LINE_CHARACTERS,
        limits.ENTITIES,
        limits.FIELDS,
        limits.REQUIREMENTS,
        limits.SCENARIOS,
        limits.STEPS_PER_SCENARIO,
        limits.STEPS,
        limits.TABLE_ROWS,
    ],
)
def test_limits_are_those_of_the_code(limit: int) -> None:
    assert f"{limit:,} " in GUIDE.split("## Limits")[1].split("## The rules")[0]


def test_whole_blueprint_of_the_guide_is_clean() -> None:
    whole, *_ = re.findall(r"^````markdown\n(.*?)^````$", GUIDE, re.MULTILINE | re.DOTALL)
    result = compile_blueprint(whole.encode(), "guide.md")

    assert without_doubts(result.findings) == []
    assert len(result.findings) <= 2
    assert result.blueprint is not None
    assert len(result.blueprint.scenarios) == 2


def test_blueprints_of_other_kinds_in_the_guide_are_clean() -> None:
    _, *others = re.findall(r"^````markdown\n(.*?)^````$", GUIDE, re.MULTILINE | re.DOTALL)
    kinds = []
    for text in others:
        result = compile_blueprint(text.encode(), "guide.md")
        found = without_doubts(result.findings)
        assert [f.rule for f in found] == ["BP019"], found
        assert result.blueprint is not None
        kinds.append(result.blueprint.kind)

    assert kinds == ["http api", "command line", "python library"]


def test_house_style_messages_of_the_guide_are_known() -> None:
    table = "| field | type |\n| --- | --- |\n| Name | text |\n"
    names = ("Email", "Price", "Count", "Due on", "Found at", "Site", "Phone", "Status", "Photo")
    rows = "".join(f"| {name} | text |\n" for name in names)
    data = f"## Data\n### Customer\n{table}{rows}\n### Keg\n{table}"
    blueprint = compiled(draft(data=data)).blueprint
    errors = GUIDE.split("* **Errors**")[1].split("* **A refused form**")[0].replace("\n ", "")
    messages = re.findall(r'"([^"]+)"', errors)

    assert blueprint is not None
    is_message = messages_of(blueprint.data)
    assert len(messages) == 16
    assert all(is_message(message) for message in messages)
    assert is_message("Customer saved")
    assert is_message("Keg is used by 2 customers")
    assert is_message("2 kegs imported")
    assert not is_message("Pub is used by 2 kegs")
    assert not is_message("Customer lost")


@pytest.mark.parametrize("kind", [kind for kind in FieldType if kind is not FieldType.YES_NO])
def test_every_error_of_a_form_is_in_the_guide(kind: FieldType) -> None:
    known = " ".join(GUIDE.split("* **Errors**")[1].split("* **A refused form**")[0].split())
    field = Field(name="Name", type=kind, required=True, unique=True, on_or_after_today=True)

    for error in errors_of(field):
        said = re.sub(r"[0-9,]+ characters", "500 characters", error.removeprefix("Name "))
        assert f" {said}" in known, error
