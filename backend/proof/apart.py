"""Reads a page in a world of the browser that its own scripts cannot reach.

A page may give `querySelector`, `String.replace` or a text's value another meaning and so show the
prover what is not there. An engine of selectors that is registered as a content script runs beside
the page: it sees the same document through functions of its own. What it reads comes back as the
text of an element that never joins the page. What takes a while, and so cannot be a selector, runs
in a world that is made for it alone and is gone with its answer.
"""

import json
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, suppress
from typing import Any

from playwright.async_api import CDPSession, Locator, Page, Playwright
from playwright.async_api import Error as PlaywrightError
from playwright.async_api import TimeoutError as PlaywrightTimeoutError

from backend.proof.errors import StepFailedError

_NAME = "apart"
_ENGINE = """({
  query(root, body) {
    const [program, argument] = JSON.parse(body);
    const run = (0, eval)(`(${program})`);
    const said = document.createElement('data');
    said.textContent = JSON.stringify(root === document ? run(argument) : run(root, argument))
      ?? 'null';
    return said;
  },
  queryAll(root, body) { return [this.query(root, body)]; }
})"""
_PATIENCE_MILLISECONDS = 2_000


async def register_engine(playwright: Playwright) -> None:
    """Make the engine known, before the first window is opened."""
    await playwright.selectors.register(_NAME, _ENGINE, content_script=True)


async def read(found: Locator, program: str, argument: Any = None) -> Any:
    """Return what a function says of one element; raise StepFailedError when it is gone."""
    return await _said(found.locator(_selector(program, argument)))


async def read_each(found: Locator, program: str) -> Sequence[Any]:
    """Return what a function says of each of the elements."""
    return [await read(one, program) for one in await found.all()]


async def read_page(page: Page, program: str, argument: Any = None) -> Any:
    """Return what a function says of the page; its only parameter is the argument."""
    return await _said(page.locator(_selector(program, argument)))


async def run_on_page(page: Page, program: str) -> Any:
    """Return what an asynchronous function says of the page in the end.

    A page that is being replaced raises Playwright's error, as it does wherever it is asked.
    """
    async with _devtools(page) as devtools:
        tree = await devtools.send("Page.getFrameTree")
        frame = {"frameId": tree["frameTree"]["frame"]["id"], "worldName": _NAME}
        world = await devtools.send("Page.createIsolatedWorld", frame)
        order = {
            "expression": f"({program})()",
            "contextId": world["executionContextId"],
            "awaitPromise": True,
            "returnByValue": True,
        }
        answer = await devtools.send("Runtime.evaluate", order)
    if "exceptionDetails" in answer:
        raise PlaywrightError(answer["exceptionDetails"]["text"])
    return answer["result"].get("value")


@asynccontextmanager
async def _devtools(page: Page) -> AsyncIterator[CDPSession]:
    """Open a session of its own: the worlds that were made in it end with it."""
    session = await page.context.new_cdp_session(page)
    try:
        yield session
    finally:
        with suppress(PlaywrightError):  # the page may be gone already
            await session.detach()


def _selector(program: str, argument: Any) -> str:
    return f"{_NAME}={json.dumps([program, argument])}"


async def _said(found: Locator) -> Any:
    try:
        text = await found.text_content(timeout=_PATIENCE_MILLISECONDS)
    except PlaywrightTimeoutError as error:
        raise StepFailedError("The page was still loading.") from error
    return json.loads(text or "null")
