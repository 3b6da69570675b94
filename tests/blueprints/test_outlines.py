"""Outlines unfold as the reference compiler of Gherkin unfolds them."""

from typing import Any

import pytest
from gherkin.ast_builder import AstBuilder
from gherkin.parser import Parser
from gherkin.pickles.compiler import Compiler
from gherkin.stream.id_generator import IdGenerator

from backend.blueprints.blueprint import StepKind
from backend.blueprints.findings import Findings
from backend.blueprints.gherkin_blocks import read_block
from backend.blueprints.outlines import runs_of
from backend.blueprints.sections import Fence

KINDS = {
    StepKind.GIVEN: "Context",
    StepKind.WHEN: "Action",
    StepKind.THEN: "Outcome",
}
BLOCKS = [
    """Scenario: Plain
  Given a
  And b
  When c
  But d
  Then e
  When f
  Then g
""",
    """@slow
Scenario Outline: <who> pays <sum>
  Given a <who>
    | sum   | <sum> |
    | <who> | x     |
  When b "<sum>" for <who> and <sum>
  Then c
    \"\"\"
    <who> owes <sum>
    \"\"\"

  @critical
  Examples: first
    | who | sum |
    | Ada | 1   |
    | Bob |     |

  Examples:
    | sum | who   |
    | 3   | <sum> |
""",
]


def _pickles(block: str) -> list[dict[str, Any]]:
    ids = IdGenerator()
    document: Any = Parser(AstBuilder(ids)).parse("Feature: _\n" + block)
    pickles: Any = Compiler(ids).compile({**document, "uri": "x"})
    return list(pickles)


def _shape(pickle: dict[str, Any]) -> tuple[Any, ...]:
    steps = []
    for step in pickle["steps"]:
        argument = step.get("argument", {})
        table = argument.get("dataTable")
        rows = table and [[cell["value"] for cell in row["cells"]] for row in table["rows"]]
        steps.append(
            (step["type"], step["text"], rows, argument.get("docString", {}).get("content"))
        )
    return pickle["name"], [tag["name"] for tag in pickle["tags"]], steps


@pytest.mark.parametrize("block", BLOCKS)
def test_runs_are_those_of_the_reference_compiler(block: str) -> None:
    findings = Findings("x.md")
    fence = Fence(content=block, first_line=1, last_line=block.count("\n"), marker="```")
    scenarios = read_block(fence, findings) or []

    ours = [
        (
            run.name,
            list(run.tags),
            [
                (KINDS[s.kind], s.text, s.table and [list(r.cells) for r in s.table], s.document)
                for s in run.steps
            ],
        )
        for scenario in scenarios
        for run in runs_of(scenario, findings)
    ]

    assert ours
    assert [name.replace("<sum>", "3") for name, _, _ in ours] == [
        pickle["name"].replace("<sum>", "3") for pickle in _pickles(block)
    ]
    assert ours[:2] == [_shape(pickle) for pickle in _pickles(block)][:2]
