"""Checks of what every page owes its visitors: access, width, no errors, speed; and files."""

import asyncio

from backend.blueprints.blueprint import Step
from backend.proof.accessibility import find_problems
from backend.proof.apart import read_page
from backend.proof.errors import StepFailedError
from backend.proof.page_readiness import LOADS, median_seconds
from backend.proof.scene import DownloadedFile, Handler, Scene
from backend.proof.waiting import eventually
from backend.proof.words import quoted, shorten

_WIDTH = """() => {
  const page = document.documentElement;
  return [page.scrollWidth, page.clientWidth];
}"""
_HELD_SECONDS = 0.5
_MOST_PROBLEMS = 4
_MOST_ERRORS = 3


async def be_accessible(scene: Scene, _: Step) -> None:
    """C23: axe-core finds nothing serious or critical, and no text in the colour of its ground."""
    page = await scene.page()
    await scene.settle()
    problems = [one for one in await find_problems(page) if one.kind == "grave"]
    if problems:
        listed = "; ".join(problem.words for problem in problems[:_MOST_PROBLEMS])
        raise StepFailedError(f"{len(problems)} accessibility problems: {listed}.")


async def fit_width(scene: Scene, _: Step) -> None:
    """C24: nothing sticks out to the side."""
    page = await scene.page()

    async def probe() -> None:
        content, screen = await read_page(page, _WIDTH)
        if content > screen:
            raise StepFailedError(
                f"The page is {content} pixels wide on a screen of {screen} pixels."
            )

    await eventually(probe, within_seconds=scene.seconds)


async def have_no_errors(scene: Scene, _: Step) -> None:
    """C25: in no window an uncaught error, one in the console or an answer of 500 or above."""
    await scene.settle()
    # An error that the last action set off is told a moment later: hold as "should not see" does.
    await asyncio.sleep(_HELD_SECONDS)
    await read_page(await scene.page(), "() => 0")
    faults = scene.windows.faults()
    if faults:
        more = f" and {len(faults) - _MOST_ERRORS} more" if len(faults) > _MOST_ERRORS else ""
        raise StepFailedError(f"The browser reports {quoted(faults[:_MOST_ERRORS])}{more}.")


async def be_ready_within(scene: Scene, step: Step) -> None:
    """C26: the largest part is painted in time; the median of five loads in a window of its own."""
    wanted = float(step.arguments[0])
    seconds = await median_seconds(scene, (await scene.page()).url)
    if seconds > wanted:
        raise StepFailedError(
            f"The page was ready after {seconds:.2f} seconds (median of {LOADS}), not within "
            f"{wanted:g}."
        )


async def be_named(scene: Scene, step: Step) -> None:
    """C27: the file's suggested name."""
    wanted = str(step.arguments[0])
    name = _given(scene).name
    if name != wanted:
        raise StepFailedError(f'The file is named "{shorten(name)}", not "{shorten(wanted)}".')


async def file_contain(scene: Scene, step: Step) -> None:
    """C28: the file, read as text, contains this."""
    wanted = _lines(step.document or "")
    if not wanted.strip():
        raise StepFailedError("The step has no text to look for.")
    text = _lines(_decoded(_given(scene).content))
    if wanted not in text:
        raise StepFailedError(
            f'The file does not contain "{shorten(wanted)}". It begins "{shorten(text)}".'
        )


def _given(scene: Scene) -> DownloadedFile:
    if scene.download is None:
        raise StepFailedError("No file was downloaded before this step.")
    return scene.download


def _decoded(content: bytes) -> str:
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return content.decode("latin-1")


def _lines(text: str) -> str:
    return text.replace("\r\n", "\n").strip("\n")


QUALITY: dict[str, Handler] = {
    "C23": be_accessible,
    "C24": fit_width,
    "C25": have_no_errors,
    "C26": be_ready_within,
    "C27": be_named,
    "C28": file_contain,
}
