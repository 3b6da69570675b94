"""Library steps: programs run in the product's interpreter, values are compared outside of it."""

import ast
import builtins
from collections.abc import Mapping

from backend.blueprints.blueprint import Step
from backend.blueprints.random_inputs import inputs_of
from backend.proof.errors import StepFailedError
from backend.proof.evaluator_program import Form
from backend.proof.library_session import Answer, LibrarySession, RaisedError
from backend.proof.literal_values import are_same, read_literal, shown
from backend.proof.random_values import random_inputs
from backend.proof.scene import Handler, Scene
from backend.proof.steps_commands import tool_of
from backend.proof.words import shorten

_TRUE: Form = ["bool", True]


async def session(scene: Scene) -> LibrarySession:
    """Return the scenario's interpreter, started at the first step that needs it."""
    if scene.tools.session is None:
        scene.tools.session = await tool_of(scene).open_session()
    return scene.tools.session


async def run_program(scene: Scene, step: Step) -> None:
    """B01: run a program; what it defines stays."""
    answer = await (await session(scene)).run(step.document or "")
    if answer.raised is not None:
        raise StepFailedError(f"The program stopped: it raised {answer.raised.words}.")


async def check_value(scene: Scene, step: Step) -> None:
    """B02: two expressions have one value."""
    actual, expected = map(str, step.arguments)
    asked = await session(scene)
    seen = _value(await asked.evaluate(actual), actual)
    # A literal is read here: what is expected is then nothing that the product could learn.
    wanted = read_literal(expected)
    if wanted is None:
        wanted = _value(await asked.evaluate(expected), expected)
    if not are_same(seen, wanted):
        raise StepFailedError(f"{_code(actual)} is {shown(seen)}, not {shown(wanted)}.")


def _value(answer: Answer, expression: str) -> Form:
    if answer.value is not None:
        return answer.value
    if answer.raised is not None:
        raise StepFailedError(f"{_code(expression)} raises {answer.raised.words}.")
    raise StepFailedError(
        f"{_code(expression)} is {shorten(answer.opaque)}, whose value cannot be told: "
        "compare a part of it, or list(…) of it."
    )


async def check_error(scene: Scene, step: Step) -> None:
    """B03: an expression raises an error of this class."""
    expression, name = map(str, step.arguments)
    answer = await (await session(scene)).evaluate(expression)
    if answer.raised is None:
        raise StepFailedError(f"{_code(expression)} raises nothing: it {answer.words}.")
    if not _is_called(answer.raised, name):
        raise StepFailedError(f"{_code(expression)} raises {answer.raised.words}, not {name}.")


def _is_called(raised: RaisedError, name: str) -> bool:
    """Whether an error is of this class; a built-in name means the built-in class only."""
    if "." in name:
        return name in raised.classes
    if isinstance(getattr(builtins, name, None), type):
        return f"builtins.{name}" in raised.classes
    return name in {one.rpartition(".")[2] for one in raised.classes}


async def check_property(scene: Scene, step: Step) -> None:
    """B04: an expression is true for many inputs, made outside from a seed that is written down."""
    count, expression = int(step.arguments[0]), str(step.arguments[1])
    names = inputs_of(expression)
    seed = f"{scene.run.seed}/{scene.scenario.criterion}/{step.line}"
    scene.tools.notes.append(f"seed {seed}, {count} inputs for {', '.join(names)}")
    asked = await session(scene)
    sides = _sides(expression)
    for number, inputs in enumerate(random_inputs(names, count, seed), start=1):
        fault = await _fault(asked, sides, inputs)
        if fault:
            given = ", ".join(f"{name} = {shown(form)}" for name, form in inputs.items())
            raise StepFailedError(f"For {given} (input {number} of {count}) {fault}.")


def _sides(expression: str) -> tuple[str, ...]:
    """Return both sides of an equation, or the whole of anything else."""
    tree = ast.parse(expression.strip(), mode="eval").body
    if isinstance(tree, ast.Compare) and len(tree.ops) == 1 and isinstance(tree.ops[0], ast.Eq):
        return ast.unparse(tree.left), ast.unparse(tree.comparators[0])
    return (expression,)


async def _fault(
    asked: LibrarySession, sides: tuple[str, ...], inputs: Mapping[str, Form]
) -> str | None:
    values = [_value(await asked.evaluate(side, inputs), side) for side in sides]
    if len(values) == 1:
        return None if values[0] == _TRUE else f"{_code(sides[0])} is {shown(values[0])}, not True"
    left, right = values
    if are_same(left, right):
        return None
    return f"{_code(sides[0])} is {shown(left)}, but {_code(sides[1])} is {shown(right)}"


def _code(expression: str) -> str:
    return f"`{shorten(expression)}`"


LIBRARY: dict[str, Handler] = {
    "B01": run_program,
    "B02": check_value,
    "B03": check_error,
    "B04": check_property,
}
