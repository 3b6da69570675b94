"""Checks what command-line steps are given: commands, variables, files and patterns."""

import re
import shlex
from collections.abc import Sequence

from backend.blueprints.findings import quoted
from backend.blueprints.scenario_source import PlainStep
from backend.blueprints.step_faults import Fault

_VARIABLE = re.compile(r"[A-Za-z_][A-Za-z0-9_]{0,63}")
_SET_BY_THE_WORKS = re.compile(r"PATH|HOME|DATA_DIR|LD_.*|FAKETIME.*")
_SHELL_WORDS = {"|", "||", "&&", "&", ";", ">", ">>", "<", "<<", "2>", "2>&1"}
_LONGEST_PATTERN = 300
_CODES = range(256)
Arguments = Sequence[str | int | float]


def fault_of_command_line(identity: str, arguments: Arguments, step: PlainStep) -> Fault | None:
    """Return what is wrong with a command-line step, or None."""
    checks = {
        "L01": _fault_of_command,
        "L02": _fault_of_command,
        "L03": _fault_of_variable,
        "L05": _fault_of_code,
        "L07": _fault_of_nothing,
        "L08": _fault_of_pattern,
        "L09": _fault_of_nothing,
        "L10": _fault_of_path,
        "L11": _fault_of_path,
        "L12": _fault_of_seconds,
        "L13": _fault_of_nothing,
        "W12": fault_of_file_name,
    }
    check = checks.get(identity)
    return check(arguments, step) if check else None


def _fault_of_command(arguments: Arguments, _: PlainStep) -> Fault | None:
    command = str(arguments[0])
    try:
        words = shlex.split(command)
    except ValueError:
        return Fault(command, "has a quote that is never closed", "Close it, or write it as \\'.")
    if not words or not words[0]:
        return Fault(command, "runs nothing", "Write a program and its words, such as jobs list.")
    for word in words:
        if word in _SHELL_WORDS:
            remedy = "Write one command to a step; give it input with: I run … with input:"
            return Fault(word, "means nothing here: no shell reads the command", remedy)
    return None


def _fault_of_variable(arguments: Arguments, _: PlainStep) -> Fault | None:
    name, value = map(str, arguments)
    if not _VARIABLE.fullmatch(name):
        return Fault(name, "cannot name a variable", "Use letters, digits and _: JOBS_HOME.")
    if _SET_BY_THE_WORKS.fullmatch(name):
        return Fault(name, "is set by the works itself", "Choose another variable.")
    if "\0" in value:
        return Fault(value, "holds a zero character", "Leave it out.")
    return None


def _fault_of_code(arguments: Arguments, _: PlainStep) -> Fault | None:
    if arguments[0] not in _CODES:
        return Fault(str(arguments[0]), "is no exit code", "Write a number from 0 to 255.")
    return None


def _fault_of_nothing(arguments: Arguments, _: PlainStep) -> Fault | None:
    if not arguments[0]:
        return Fault('""', "stands in every output", "Write the words that you expect.")
    return None


def _fault_of_pattern(arguments: Arguments, _: PlainStep) -> Fault | None:
    pattern = str(arguments[0])
    if len(pattern) > _LONGEST_PATTERN:
        remedy = f"Use at most {_LONGEST_PATTERN} characters."
        return Fault(pattern, "is too long for a pattern", remedy)
    try:
        re.compile(pattern, re.MULTILINE)
    except (re.error, RecursionError, OverflowError) as error:
        remedy = "It is a regular expression: a bracket or a dot that means itself gets a \\."
        return Fault(pattern, f"is no pattern ({quoted(str(error))})", remedy)
    return None


def _fault_of_path(arguments: Arguments, _: PlainStep) -> Fault | None:
    path = str(arguments[0])
    parts = path.split("/")
    if "\\" in path or not path.isprintable() or any(part in {"", ".", ".."} for part in parts):
        remedy = 'Write it from the work folder on, such as "out/jobs.csv".'
        return Fault(path, "is no file inside the work folder", remedy)
    return None


def fault_of_file_name(arguments: Arguments, _: PlainStep) -> Fault | None:
    """Return what is wrong with the name of a file that a scenario writes."""
    name = str(arguments[0])
    if not name or name in {".", ".."} or re.search(r"[/\\\x00-\x1f\x7f]", name):
        return Fault(name, "is not a plain file name", 'Write one such as "stock.csv".')
    return None


def _fault_of_seconds(arguments: Arguments, _: PlainStep) -> Fault | None:
    if not 0 < float(arguments[0]) < float("inf"):
        return Fault(str(arguments[0]), "seconds is no time", "Write a number above 0.")
    return None
