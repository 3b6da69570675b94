"""The scenarios of an example as a tester would script them: plain Playwright, nothing else."""

import re
import time
from collections.abc import Awaitable, Callable, Mapping
from importlib.resources import files
from pathlib import Path

from playwright.async_api import Browser, Dialog, Page, ViewportSize, expect

from backend.blueprints.blueprint import Scenario, Step
from backend.proof.product import RunningProduct

AXE = files("axe_playwright_python").joinpath("axe.min.js").read_text("utf-8")
DESKTOP: ViewportSize = {"width": 1280, "height": 800}
PHONE: ViewportSize = {"width": 390, "height": 844}
Act = Callable[[Page, Step], Awaitable[object]]


async def run_bare(
    browser: Browser, product: RunningProduct, scenarios: tuple[Scenario, ...], videos: Path
) -> float:
    """Run scenarios one after the other, a recorded context each; return the browser's seconds.

    Putting the data back is not counted: the product stands ready, as for a tester by hand.
    """
    seconds = 0.0
    for scenario in scenarios:
        await product.reset()
        for step in scenario.steps:
            if step.expression == "W05":
                await seed(product, step)
        began = time.perf_counter()
        await play(browser, product.address, scenario, videos)
        seconds += time.perf_counter() - began
    return seconds


async def seed(product: RunningProduct, step: Step) -> None:
    """Load a step's rows."""
    header, *rows = step.table or ((),)
    await product.seed(
        str(step.arguments[0]), [dict(zip(header, row, strict=True)) for row in rows]
    )


async def play(browser: Browser, address: str, scenario: Scenario, videos: Path) -> None:
    """Run one scenario in a context of its own."""
    is_phone = any(step.expression == "W08" for step in scenario.steps)
    context = await browser.new_context(
        base_url=address,
        record_video_dir=videos,
        viewport=PHONE if is_phone else DESKTOP,
        is_mobile=is_phone,
        has_touch=is_phone,
    )
    page = await context.new_page()
    dialogs = [s.expression for s in scenario.steps if s.expression in ("A18", "A19")]
    page.on("dialog", lambda dialog: answer(dialog, accept="A18" in dialogs))
    downloads: list[Path] = []
    for step in scenario.steps:
        if step.expression == "A24":
            async with page.expect_download() as download:
                await page.get_by_role("link", name=str(step.arguments[0]), exact=True).click()
            downloads.append(await (await download.value).path())
        elif step.expression == "C28":
            assert str(step.document) in downloads[-1].read_text()  # noqa: S101 - the bare check
        elif step.expression in ACTS:
            await ACTS[step.expression](page, step)
    await context.close()


async def answer(dialog: Dialog, *, accept: bool) -> None:
    """Answer a dialog."""
    await (dialog.accept() if accept else dialog.dismiss())


async def fill_table(page: Page, step: Step) -> None:
    """Fill in a form from a table."""
    for label, value in step.table or ():
        box = page.get_by_label(label, exact=True)
        if await box.evaluate("e => e.tagName") == "SELECT":
            await box.select_option(label=value)
        else:
            await box.fill(value)


async def table_is(page: Page, step: Step) -> None:
    """Compare a table's rows."""
    _, *rows = step.table or ((),)
    body = page.get_by_role("table", name=str(step.arguments[0]), exact=True).locator("tbody tr")
    await expect(body).to_have_count(len(rows))
    for number, row in enumerate(rows):
        for cell in row:
            await expect(body.nth(number)).to_contain_text(cell)


async def is_accessible(page: Page, _: Step) -> None:
    """Run axe."""
    await page.evaluate(AXE)
    await page.evaluate("() => axe.run()")


def named(step: Step, number: int = 0) -> str:
    """Return one argument of a step as text."""
    return str(step.arguments[number])


async def goto(page: Page, step: Step) -> None:
    """Open a list by its address, as the house style makes it."""
    await page.goto("/" + named(step).lower().replace(" ", "-"))


ACTS: Mapping[str, Act] = {
    "W01": lambda page, _: page.goto("/"),
    "W02": goto,
    "A02": lambda page, s: (
        page.get_by_role("button", name=named(s), exact=True)
        .or_(page.get_by_role("link", name=named(s), exact=True))
        .click()
    ),
    "A03": lambda page, s: page.get_by_role("link", name=named(s), exact=True).click(),
    "A05": lambda page, s: page.get_by_label(named(s), exact=True).fill(named(s, 1)),
    "A06": fill_table,
    "A08": lambda page, s: page.get_by_label(named(s, 1), exact=True).select_option(label=named(s)),
    "C04": lambda page, s: expect(
        page.get_by_role("heading", name=named(s, 1), exact=True)
    ).to_be_visible(),
    "C06": lambda page, s: expect(page.get_by_label(named(s), exact=True)).to_have_text(
        named(s, 1)
    ),
    "C08": lambda page, s: expect(page.get_by_text(named(s, 1))).to_be_visible(),
    "C09": lambda page, s: expect(page.get_by_role("status")).to_contain_text(named(s)),
    "C10": lambda page, s: expect(
        page.get_by_role("table", name=named(s), exact=True).locator("tbody tr")
    ).to_have_count(int(s.arguments[1])),
    "C12": table_is,
    "C23": is_accessible,
    "C30": lambda page, s: expect(page.get_by_label(named(s), exact=True)).to_contain_text(
        named(s, 1)
    ),
    "C32": lambda page, s: expect(
        page.get_by_role("status").filter(has_text=re.compile(re.escape(named(s))))
    ).to_have_count(0),
}
