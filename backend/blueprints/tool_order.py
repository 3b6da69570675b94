"""Checks the order of HTTP and command-line steps: nothing answers before something was asked."""

from collections.abc import Iterable

from backend.blueprints.blueprint import Step
from backend.blueprints.findings import Findings

_REQUESTS = {"H01", "H02"}
_COMMANDS = {"L01", "L02"}
_ON_RESPONSES = {f"H{number:02d}" for number in (5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15)}
_ON_OUTPUT = {"L04", "L05", "L06", "L07", "L08", "L09", "L12", "L13"}
_REPEATED = "H13"
_RULE = "BP006"


def report_tool_order(steps: Iterable[Step], findings: Findings) -> None:
    """Blame checks that come before the request or the command that they are about."""
    request: Step | None = None
    has_run = False
    for step in steps:
        request = step if step.expression in _REQUESTS else request
        has_run |= step.expression in _COMMANDS
        if step.expression in _ON_RESPONSES and request is None:
            message = "The step is about a response, but no request has been sent yet."
            remedy = 'Send one above it: When I send a GET request to "/…".'
            findings.error(_RULE, step.line, message, remedy)
        elif step.expression == _REPEATED and request and request.arguments[0] != "GET":
            message = "Only a GET request is repeated to measure it, and the last one is another."
            remedy = "Measure a GET request: the others change what they find."
            findings.error(_RULE, step.line, message, remedy)
        if step.expression in _ON_OUTPUT and not has_run:
            message = "The step is about a command, but none has been run yet."
            findings.error(_RULE, step.line, message, "Run one above it: When I run `…`.")
