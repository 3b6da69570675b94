"""Command-line steps: programs are run in the scenario's folder, and what they said is judged."""

import shlex

from backend.blueprints.blueprint import Step
from backend.proof.bounded_work import run_bounded
from backend.proof.errors import StepFailedError
from backend.proof.scene import Handler, Scene
from backend.proof.subject import CommandRun, ToolSubject
from backend.proof.words import shorten

_NOT_FOUND = 127
_KILLED = 137


async def set_variable(scene: Scene, step: Step) -> None:
    """L03: a variable of the commands that follow."""
    name, value = map(str, step.arguments)
    scene.tools.variables[name] = value


async def run_command(scene: Scene, step: Step) -> None:
    """L01: run a program; how it ends is for the checks."""
    await _run(scene, str(step.arguments[0]), b"")


async def run_with_input(scene: Scene, step: Step) -> None:
    """L02: run a program that reads this text, which ends as texts do."""
    text = step.document or ""
    await _run(scene, str(step.arguments[0]), f"{text}\n".encode() if text else b"")


async def _run(scene: Scene, command: str, stdin: bytes) -> None:
    subject = tool_of(scene)
    try:
        words = shlex.split(command)
    except ValueError as error:
        raise StepFailedError("The command has a quote that is never closed.") from error
    if not words or any("\0" in word for word in words):
        raise StepFailedError("The command runs nothing.")
    limit = scene.run.command_seconds
    scene.tools.command = None  # what fails to run is not judged by what ran before
    done = await subject.run(
        words, stdin=stdin, variables=scene.tools.variables, within_seconds=limit
    )
    scene.tools.command = done
    if done.timed_out:
        raise StepFailedError(
            f"The command did not end within {limit:g} seconds and was stopped.{_last_words(done)}"
        )
    if done.exit_code == _NOT_FOUND and b": not found" in done.stderr:
        raise StepFailedError(
            f'There is no program "{shorten(words[0])}" in the folder bin of the product.'
        )


def tool_of(scene: Scene) -> ToolSubject:
    """Return the product as something that is called; raise StepFailedError when it is served."""
    if not isinstance(scene.subject, ToolSubject):
        raise StepFailedError("The product runs no commands: it is served at an address.")
    return scene.subject


def _command(scene: Scene) -> CommandRun:
    if scene.tools.command is None:
        raise StepFailedError("No command has been run yet, so there is no output.")
    return scene.tools.command


def _last_words(done: CommandRun) -> str:
    said = shorten(done.stderr[-1000:].decode(errors="replace"))
    said = said or shorten(done.stdout[-1000:].decode(errors="replace"))
    return f' It said "{said}".' if said else " It said nothing."


async def check_success(scene: Scene, _: Step) -> None:
    """L04: it ended with 0."""
    _check_code(_command(scene), 0)


async def check_code(scene: Scene, step: Step) -> None:
    """L05: it ended with this code."""
    _check_code(_command(scene), int(step.arguments[0]))


def _check_code(done: CommandRun, wanted: int) -> None:
    if done.exit_code == _KILLED and done.is_cut:
        raise StepFailedError("The command wrote without end and was stopped.")
    if done.exit_code != wanted:
        said = _last_words(done)
        raise StepFailedError(f"The command ended with code {done.exit_code}, not {wanted}.{said}")


async def check_output(scene: Scene, step: Step) -> None:
    """L06: exactly this output."""
    output, wanted = _whole_output(scene), (step.document or "")
    if _ended(output) != _ended(wanted):
        raise StepFailedError(_difference(_ended(output), _ended(wanted)))


def _difference(output: str, wanted: str) -> str:
    seen, meant = output.split("\n"), wanted.split("\n")
    for number in range(max(len(seen), len(meant))):
        one = seen[number] if number < len(seen) else None
        other = meant[number] if number < len(meant) else None
        if one == other:
            continue
        if one is None:
            return f'The output ends before line {number + 1}: "{shorten(other or "")}".'
        if other is None:
            return f'The output goes on in line {number + 1}: "{shorten(one)}".'
        return f'Line {number + 1} of the output is "{shorten(one)}", not "{shorten(other)}".'
    return "The output is another."


def _ended(text: str) -> str:
    return text.replace("\r\n", "\n").rstrip("\n")


def _whole_output(scene: Scene) -> str:
    done = _command(scene)
    if done.is_cut:
        raise StepFailedError("The command wrote more than is kept, so it cannot be compared.")
    try:
        return done.stdout.decode()
    except UnicodeDecodeError as error:
        raise StepFailedError(
            "The output is not text: it holds bytes that are no UTF-8."
        ) from error


async def check_output_part(scene: Scene, step: Step) -> None:
    """L07: this stands in the output."""
    _check_part(_command(scene), _command(scene).stdout, str(step.arguments[0]), "The output")


async def check_error_part(scene: Scene, step: Step) -> None:
    """L09: this stands in the error output."""
    done = _command(scene)
    _check_part(done, done.stderr, str(step.arguments[0]), "The error output")


def _check_part(done: CommandRun, content: bytes, wanted: str, what: str) -> None:
    if wanted.encode() in content:
        return
    cut = " It wrote more than is kept." if done.is_cut else ""
    said = shorten(content.decode(errors="replace"))
    holds = f'it is "{said}"' if said else "it is empty"
    raise StepFailedError(f'{what} does not contain "{shorten(wanted)}": {holds}.{cut}')


async def check_absence(scene: Scene, step: Step) -> None:
    """L13: this stands in neither output."""
    done, unwanted = _command(scene), str(step.arguments[0])
    for what, content in (("The output", done.stdout), ("The error output", done.stderr)):
        place = content.find(unwanted.encode())
        if place >= 0:
            around = shorten(content[max(place - 60, 0) : place + 120].decode(errors="replace"))
            raise StepFailedError(f'{what} contains "{shorten(unwanted)}": "{around}".')
    if done.is_cut:
        raise StepFailedError("The command wrote more than is kept: what is missing may hold it.")


async def check_pattern(scene: Scene, step: Step) -> None:
    """L08: the output matches a regular expression."""
    output, pattern = _whole_output(scene), str(step.arguments[0])
    answer = await run_bounded("backend.proof.pattern_search", {"pattern": pattern, "text": output})
    if answer is None:
        raise StepFailedError("The pattern could not be searched in time: make it simpler.")
    if answer.get("found") is not True:
        said = f'it is "{shorten(output)}"' if output.strip() else "it is empty"
        raise StepFailedError(f'The output does not match "{shorten(pattern)}": {said}.')


async def check_seconds(scene: Scene, step: Step) -> None:
    """L12: the last command took no longer."""
    done, limit = _command(scene), float(step.arguments[0])
    if done.seconds > limit:
        raise StepFailedError(f"The command took {done.seconds:.2f} seconds, not {limit:g}.")


COMMANDS: dict[str, Handler] = {
    "L01": run_command,
    "L02": run_with_input,
    "L03": set_variable,
    "L04": check_success,
    "L05": check_code,
    "L06": check_output,
    "L07": check_output_part,
    "L08": check_pattern,
    "L09": check_error_part,
    "L12": check_seconds,
    "L13": check_absence,
}
