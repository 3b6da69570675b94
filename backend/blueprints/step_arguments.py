"""Checks the arguments of steps that need no page, group by group."""

from collections.abc import Sequence

from backend.blueprints.command_arguments import fault_of_command_line
from backend.blueprints.document_types import KNOWN_BY_STEP
from backend.blueprints.http_arguments import fault_of_http
from backend.blueprints.library_arguments import fault_of_library
from backend.blueprints.scenario_source import PlainStep
from backend.blueprints.step_faults import Fault


def fault_of_arguments(
    identity: str, arguments: Sequence[str | int | float], step: PlainStep
) -> Fault | None:
    """Return what is wrong with a step of HTTP, a command line or a library, or None."""
    return (
        _fault_of_type(identity, step)
        or fault_of_http(identity, arguments, step)
        or fault_of_command_line(identity, arguments, step)
        or fault_of_library(identity, arguments, step)
    )


def _fault_of_type(identity: str, step: PlainStep) -> Fault | None:
    known = KNOWN_BY_STEP.get(identity)
    word = step.document_type
    if known is None or word is None or word.lower() in known:
        return None
    listed = ", ".join(sorted(known))
    return Fault(
        word, "is not a type that this step can take", f"Leave it out, or write: {listed}."
    )
