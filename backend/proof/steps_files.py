"""Checks of files in the scenario's folder, read from outside the product's sandbox."""

from backend.blueprints.blueprint import Step
from backend.proof.errors import StepFailedError
from backend.proof.scene import Handler, Scene
from backend.proof.steps_commands import tool_of
from backend.proof.transcript import excerpt
from backend.proof.words import quoted, shorten
from sandbox.errors import LimitExceededError

_MOST_NAMES = 12


async def check_file(scene: Scene, step: Step) -> None:
    """L10: a regular file of this name lies there."""
    content = await _read(scene, str(step.arguments[0]))
    scene.tools.notes.append(_account(str(step.arguments[0]), content))


async def check_content(scene: Scene, step: Step) -> None:
    """L11: a regular file of this name contains this text."""
    name, wanted = str(step.arguments[0]), (step.document or "")
    content = await _read(scene, name)
    scene.tools.notes.append(_account(name, content))
    if wanted.encode() not in content.replace(b"\r\n", b"\n"):
        said = shorten(content[:2000].decode(errors="replace"))
        holds = f'it holds "{said}"' if said else "it is empty"
        raise StepFailedError(
            f'The file "{shorten(name)}" does not contain "{shorten(wanted)}": {holds}.'
        )


def _account(name: str, content: bytes) -> str:
    return f"--- {name} ({len(content):,} bytes)\n{excerpt(content.decode(errors='replace'))}"


async def _read(scene: Scene, name: str) -> bytes:
    try:
        files = await tool_of(scene).read_files()
    except LimitExceededError as error:
        raise StepFailedError(f"The folder holds too much to be read: {error}.") from error
    if name in files:
        return files[name]
    if name in files.refused:
        raise StepFailedError(f'"{shorten(name)}" is no plain file: {files.refused[name]}.')
    if any(path.startswith(f"{name}/") for path in files):
        raise StepFailedError(f'"{shorten(name)}" is a folder, not a file.')
    there = quoted(sorted(files)[:_MOST_NAMES])
    raise StepFailedError(f'There is no file "{shorten(name)}"; the folder holds {there}.')


FILES: dict[str, Handler] = {"L10": check_file, "L11": check_content}
