"""Checks of what every page owes its visitors: access, width, no errors, speed; and files."""

import asyncio
from importlib.resources import files
from statistics import median
from typing import Any

from playwright.async_api import Error as PlaywrightError

from backend.blueprints.blueprint import Step
from backend.proof.apart import read_page
from backend.proof.errors import StepFailedError
from backend.proof.scene import DownloadedFile, Handler, Scene
from backend.proof.waiting import eventually
from backend.proof.window import open_window
from backend.proof.words import quoted, shorten

_AXE = files("axe_playwright_python").joinpath("axe.min.js").read_text("utf-8")
_RUN_AXE = """async () => {
  const tags = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'];
  const found = await axe.run(document, {
    runOnly: {type: 'tag', values: tags}, resultTypes: ['violations', 'incomplete']});
  const bad = found.violations.filter(v => ['serious', 'critical'].includes(v.impact));
  // White on white is no violation for axe, only `incomplete`: two equal colours.
  const same = found.incomplete.filter(v => v.id === 'color-contrast')
    .map(v => ({...v, help: 'Text must differ from its background', nodes: v.nodes.filter(n =>
      [...n.any, ...n.all].some(c => (c.data || {}).messageKey === 'equalRatio'))}))
    .filter(v => v.nodes.length);
  return [...bad, ...same].map(v => [v.help, v.nodes.map(n => n.html)]);
}"""
_WIDTH = """() => {
  const page = document.documentElement;
  return [page.scrollWidth, page.clientWidth];
}"""
_LARGEST_PAINT = """() => new Promise(done => {
  let last = null;
  new PerformanceObserver(list => { last = list.getEntries().at(-1).startTime; })
    .observe({type: 'largest-contentful-paint', buffered: true});
  setTimeout(() => done(last), 250);
})"""
_LOADS = 5
_HELD_SECONDS = 0.5
_PAINT_PATIENCE_SECONDS = 10.0
_MOST_PROBLEMS = 4
_MOST_ERRORS = 3


async def be_accessible(scene: Scene, _: Step) -> None:
    """C23: axe-core finds nothing serious or critical, and no text in the colour of its ground."""
    page = await scene.page()
    await scene.settle()
    await page.evaluate(_AXE)
    problems: list[Any] = await page.evaluate(_RUN_AXE)
    if problems:
        listed = "; ".join(
            f"{shorten(help_text)} ({shorten(nodes[0])}{_more(nodes)})"
            for help_text, nodes in problems[:_MOST_PROBLEMS]
        )
        raise StepFailedError(f"{len(problems)} accessibility problems: {listed}.")


def _more(nodes: list[str]) -> str:
    return f" and {len(nodes) - 1} more" if len(nodes) > 1 else ""


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
    """C25: no uncaught error, none in the console, no answer of 500 or above since the start."""
    await scene.settle()
    # An error that the last action set off is told a moment later: hold as "should not see" does.
    await asyncio.sleep(_HELD_SECONDS)
    await (await scene.page()).evaluate("0")
    faults = scene.log.faults()
    if faults:
        more = f" and {len(faults) - _MOST_ERRORS} more" if len(faults) > _MOST_ERRORS else ""
        raise StepFailedError(f"The browser reports {quoted(faults[:_MOST_ERRORS])}{more}.")


async def be_ready_within(scene: Scene, step: Step) -> None:
    """C26: the largest part is painted in time; the median of five loads in a window of its own."""
    wanted = float(step.arguments[0])
    here = await scene.page()
    state = await (await scene.context()).storage_state()
    window = await open_window(
        scene.browser, scene.options, address=scene.subject.address, video_folder=None
    )
    try:
        await window.add_cookies(state["cookies"])  # type: ignore[arg-type]  # as they were given
        paints = [await _time_to_paint(window, here.url) for _ in range(_LOADS)]
    finally:
        await window.close()
    seconds = median(paints) / 1000
    if seconds > wanted:
        raise StepFailedError(
            f"The page was ready after {seconds:.2f} seconds (median of {_LOADS}), not within "
            f"{wanted:g}."
        )


async def _time_to_paint(window: Any, address: str) -> float:
    page = await window.new_page()
    try:
        await page.goto(address)
        async with asyncio.timeout(_PAINT_PATIENCE_SECONDS):
            while (paint := await page.evaluate(_LARGEST_PAINT)) is None:
                pass
        return float(paint)
    except (PlaywrightError, TimeoutError) as error:
        raise StepFailedError("The page paints nothing whose time could be taken.") from error
    finally:
        await page.close()


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
