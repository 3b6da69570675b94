"""Checks what library steps are given: programs and expressions that the interpreter can read."""

import ast
from collections.abc import Sequence

from backend.blueprints.findings import quoted
from backend.blueprints.random_inputs import RANDOM_INPUTS, inputs_of
from backend.blueprints.scenario_source import PlainStep
from backend.blueprints.step_faults import Fault

_MOST_INPUTS = 1000
_UNREADABLE = (SyntaxError, ValueError, RecursionError, MemoryError)
Arguments = Sequence[str | int | float]


def fault_of_library(identity: str, arguments: Arguments, step: PlainStep) -> Fault | None:
    """Return what is wrong with a library step, or None."""
    if identity == "B01":
        return _fault_of_program(step.document or "")
    if identity == "B02":
        return _fault_of_expression(str(arguments[0])) or _fault_of_expression(str(arguments[1]))
    if identity == "B03":
        return _fault_of_expression(str(arguments[0])) or _fault_of_class(str(arguments[1]))
    if identity == "B04":
        return _fault_of_count(int(arguments[0])) or _fault_of_property(str(arguments[1]))
    return None


def _fault_of_program(program: str) -> Fault | None:
    if not program.strip():
        return Fault(
            '"""', "holds no program", "Write what shall run, such as from jobs import Book."
        )
    try:
        ast.parse(program)
    except _UNREADABLE as error:
        return Fault(program, f"is no program ({_said(error)})", "Mend it: it is read as Python.")
    return None


def _fault_of_expression(expression: str) -> Fault | None:
    try:
        ast.parse(expression.strip(), mode="eval")
    except _UNREADABLE as error:
        remedy = "Write one expression, such as total([2, 3])."
        return Fault(expression, f"is no expression ({_said(error)})", remedy)
    return None


def _fault_of_class(name: str) -> Fault | None:
    if not all(part.isidentifier() for part in name.split(".")):
        return Fault(name, "cannot name an error", 'Write the name of its class: "TypeError".')
    return None


def _fault_of_count(count: int) -> Fault | None:
    if not 1 <= count <= _MOST_INPUTS:
        return Fault(str(count), "is no number of inputs", f"Write 1 to {_MOST_INPUTS:,}.")
    return None


def _fault_of_property(expression: str) -> Fault | None:
    fault = _fault_of_expression(expression)
    if fault is None and not inputs_of(expression):
        names = ", ".join(RANDOM_INPUTS)
        return Fault(expression, "names no random input", f"Inputs are called: {names}.")
    return fault


def _said(error: BaseException) -> str:
    """Return what the interpreter says, quoted: it may repeat words of a sealed line."""
    if isinstance(error, SyntaxError):
        return quoted(str(error.msg)) + (f", line {error.lineno}" if error.lineno else "")
    return quoted(str(error) or type(error).__name__)
