"""The vocabulary matches each of its own sentences exactly once; the available ones compile."""

import itertools
import re
import time

import pytest

from backend.blueprints.blueprint import Step, StepKind
from backend.blueprints.document import compile_blueprint
from backend.blueprints.vocabulary import Expression, load_vocabulary
from tests.blueprints.drafts import (
    DATA,
    FRONT,
    compiled,
    draft,
    requirement,
    scenario,
    without_doubts,
)

VOCABULARY = load_vocabulary()
UNAVAILABLE = {"J01", "J02"}
WORDS = {
    "string": ['"Save"'],
    "int": ["3"],
    "float": ["2.5"],
    "word": ["Enter"],
    "entity": ["repairs"],
    "code": ["`x`"],
    "": ["book a slot"],
    "value": ["true", "null", "12.5", '"x"'],
    "unit": ["second", "minutes", "days"],
    "part": ["text", "background", "border"],
    "method": ["GET", "POST"],
    "kind": ["string", "uuid"],
    **{name: list(words) for name, words in VOCABULARY.maps.items()},
}
KINDS = {"H": "http api", "L": "command line", "B": "python library"}
ENDS = {
    "H": "Then the response status should be 200",
    "L": "Then it should succeed",
    "B": "Then `1` should be `1`",
}
ASKED = {
    "H": 'Given I send a GET request to "/api"',
    "L": "Given I run `jobs list`",
    "B": 'Given this program runs:\n  """\n  import jobs\n  """',
}
SETUP = {
    "A18": 'When I press "Delete"',
    "A19": 'When I press "Delete"',
    "A28": 'When I press "Delete"',
    "A26": 'When "bob@example.com" signs in in another window',
}
DECLARED = """
## People
| name | email           |
| ---- | --------------- |
| Ada  | ada@example.com |
| Bob  | bob@example.com |

## Services
| service  | for          |
| -------- | ------------ |
| payments | taking cards |

## Concepts
```gherkin
Scenario: I sign in as "<user>"
  When I go to "/sign-in"
  And I fill in "Email" with "<user>"
```
"""


@pytest.mark.parametrize("expression", VOCABULARY.expressions, ids=lambda e: e.id)
def test_example_matches_only_its_expression(expression: Expression) -> None:
    assert [match.expression.id for match in VOCABULARY.match(expression.example)] == [
        expression.id
    ]


def _spellings(expression: Expression) -> list[str]:
    """Write out every alternative, every optional part and every word of a closed type."""
    pieces = re.split(r"(\([^)]*\)|\{\w*\}|[^\s(){}]+(?:/[^\s(){}]+)+)", expression.pattern)
    choices = [_choices(piece) for piece in pieces]
    return ["".join(parts) for parts in itertools.product(*choices)]


def _choices(piece: str) -> list[str]:
    if piece.startswith("("):
        return ["", piece[1:-1]]
    if piece.startswith("{"):
        return WORDS[piece[1:-1]]
    return piece.split("/") if "/" in piece else [piece]


def test_every_spelling_matches_exactly_one_expression() -> None:
    spellings = {text: e.id for e in VOCABULARY.expressions for text in _spellings(e)}

    assert len(spellings) > 250
    for text, identity in spellings.items():
        assert [match.expression.id for match in VOCABULARY.match(text)] == [identity], text


def test_steps_are_available_but_for_the_named_ones() -> None:
    known = {e.id for e in VOCABULARY.expressions}

    assert {e.id for e in VOCABULARY.available} == known - UNAVAILABLE
    assert all(e.meaning for e in VOCABULARY.available)


def _lines(expression: Expression, keyword: str) -> list[str]:
    lines = [f"{keyword} {expression.example}"]
    argument = expression.example_argument
    if isinstance(argument, list):
        lines += ["  | " + " | ".join(row) + " |" for row in argument]
    elif argument is not None:
        lines += ['  """', *(f"  {line}" for line in argument.split("\n")), '  """']
    return lines


def _blueprint(expression: Expression) -> str:
    letter = expression.id[0]
    if letter in KINDS:
        keyword = next(k for k in (StepKind.GIVEN, StepKind.THEN) if k in expression.kinds)
        steps = (ASKED[letter], *_lines(expression, keyword.capitalize()), ENDS[letter])
        front = FRONT.replace("web app", KINDS[letter])
        return draft(requirement(scenario(*steps)), front=front)
    kind = next(k for k in (StepKind.WHEN, StepKind.THEN, StepKind.GIVEN) if k in expression.kinds)
    before = [SETUP[expression.id]] if expression.id in SETUP else []
    after = [] if kind is StepKind.THEN else ['Then I should see "x"']
    date = 'Given the date is "2026-03-02 09:00"'
    is_picture = expression.id in {"C19", "C20", "C33"}
    needs_declared = expression.id in {"W03", "W10", "A25", "A26"}
    lines = _lines(expression, kind.capitalize())
    steps = [
        *([date] if is_picture else []),
        *(lines if kind is StepKind.GIVEN else []),
        "Given the app is open",
        *before,
        *(lines if kind is not StepKind.GIVEN else []),
        *after,
    ]
    tags = "@visual" if is_picture else ""
    photo = "| Photo    | file             |                                                  |\n"
    parts = [requirement(scenario(*steps, tags=tags))] + [DECLARED] * needs_declared
    return draft(*parts, data=DATA + photo)


@pytest.mark.parametrize("expression", VOCABULARY.available, ids=lambda e: e.id)
def test_every_available_example_compiles(expression: Expression) -> None:
    result = compiled(_blueprint(expression))

    found = [f for f in without_doubts(result.findings) if f.rule != "BP019"]
    assert [f for f in found if "serves the steps that sign" not in f.message] == []
    assert result.blueprint is not None
    assert expression.id in [step.expression for step in result.blueprint.scenarios[0].steps]


@pytest.mark.parametrize(
    "expression", [e for e in VOCABULARY.expressions if not e.is_available], ids=lambda e: e.id
)
def test_every_other_example_is_refused_as_known(expression: Expression) -> None:
    messages = [f.message for f in compiled(_blueprint(expression)).findings if f.rule == "BP004"]

    assert len(messages) == 1
    assert "known, not yet available" in messages[0]


def test_arguments_carry_their_types() -> None:
    matches = {
        text: VOCABULARY.match(text)[0].arguments
        for text in (
            'the "Repairs" table should have 3 rows',
            "the page should be ready within 2.5 seconds",
            'I fill in "Bicycle" with "a \\"red\\" one"',
            "I should see 'single'",
            "30 minutes pass",
        )
    }

    assert list(matches.values()) == [
        ("Repairs", 3),
        (2.5,),
        ("Bicycle", 'a "red" one'),
        ("single",),
        (30, "minutes"),
    ]


def test_entity_argument_is_the_name_of_the_data_model() -> None:
    text = draft(
        requirement(scenario("Given there are no jobs", 'Then I should see "x"')),
        "## Words\n| word | meaning |\n| --- | --- |\n| job | Repair |\n",
    )
    blueprint = compiled(text).blueprint

    assert blueprint is not None
    assert blueprint.scenarios[0].steps[0] == Step(
        expression="W06",
        kind=StepKind.GIVEN,
        text="there are no jobs",
        line=30,
        arguments=("Repair",),
    )


def test_matching_stays_fast() -> None:
    steps = [f'I fill in "Bicycle {n}" with "x"' for n in range(500)]
    started = time.perf_counter()
    for step in steps:
        VOCABULARY.match(step)

    assert time.perf_counter() - started < 1  # 0.05 ms each where measured


def test_unused_compile_has_no_memory() -> None:
    source = draft().encode()

    assert compile_blueprint(source, "a.md") == compile_blueprint(source, "a.md")
