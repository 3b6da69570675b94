"""Knows the sentences that sign somebody in, and the author's own concept behind them."""

import re

from backend.blueprints.findings import Findings, quoted

# The concept's name, with whoever it is in place of its parameter.
SIGN_IN = 'I sign in as "x"'
_STRING = r"""("(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*')"""
_SENTENCES = (
    re.compile(rf"I am signed in as {_STRING}"),
    re.compile(rf"{_STRING} signs in in another (?:window|browser)"),
)


def is_sign_in(text: str) -> bool:
    """Whether it is the concept's own sentence, which is a step only once it is defined."""
    return re.fullmatch(rf"I sign in as {_STRING}", text) is not None


def concept_behind(text: str) -> str | None:
    """Return `I sign in as "ada"` for a sentence that needs it; None for any other."""
    for sentence in _SENTENCES:
        if match := sentence.fullmatch(text):
            return f"I sign in as {_in_double_quotes(match[1])}"
    return None


def _in_double_quotes(string: str) -> str:
    if string.startswith('"'):
        return string
    words = string[1:-1].replace("\\'", "'").replace('"', '\\"')
    return f'"{words}"'


def report_no_sign_in(text: str, line: int, findings: Findings) -> None:
    """Blame a sentence that signs somebody in where nothing says how."""
    message = f"{quoted(text)} needs a concept that says how people sign in."
    remedy = (
        'Below ## Concepts write Scenario: I sign in as "<user>", and below it the steps, such as '
        'When I go to "/sign-in", And I fill in "Email" with "<user>", And I press "Sign in".'
    )
    findings.error("BP024", line, message, remedy)
