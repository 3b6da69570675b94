"""The report tells of everything that was tried, to everybody, and stays usable when it is long."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import mkdtemp

import msgspec
import pytest
import pytest_asyncio
from axe_playwright_python.base import AXE_FILE_PATH
from playwright.async_api import Page, expect

from backend.blueprints.blueprint import Requirement
from backend.proof.browser import BrowserSettings
from backend.proof.chromium import temporary_folder
from backend.proof.environment import describe_environment
from backend.proof.prover import Prover
from backend.proof.report import ReportInput, render_report
from backend.proof.results import CriterionResult, Verdict
from backend.proof.statement import Approval
from tests.proof.report_shapes import (
    HOSTILE,
    many,
    with_every_part,
    with_failed_data_run,
    with_renewed_picture,
)
from tests.proof.stories import BLUEPRINT, make_scenario, make_step, prove
from tests.proof.toy import open_toys

pytestmark = pytest.mark.asyncio(loop_scope="module")

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
TAKEN_IN = make_scenario(
    "A repair is taken in",
    make_step("W05", "customers", table=(("Name",), (HOSTILE,))),
    make_step("W02", "Repairs"),
    make_step("C04", "heading", "Repairs"),
    make_step("A02", "New repair"),
    make_step("A05", "Bicycle", "Red tandem"),
    make_step("A02", "Save"),
    make_step("C09", "Repair saved"),
    make_step("C01", "Waiting"),
    tags=("@critical",),
)
AXE = """async () => {
  const found = await axe.run(document, {runOnly: ['wcag2a', 'wcag2aa', 'wcag21aa', 'wcag22aa']});
  return found.violations.map(v => `${v.impact} ${v.id}: ${v.nodes[0].html}`);
}"""


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def report(prover: Prover, browser_settings: BrowserSettings) -> ReportInput:
    """Prove one scenario, and give it all that later phases find."""
    folder = Path(mkdtemp(dir=temporary_folder(browser_settings.folder.resolve())))
    with open_toys(2) as toys:
        [result] = await prove(prover, toys, folder, TAKEN_IN)
    assert result.verdict is Verdict.PASSED
    requirements = (
        Requirement(id="R1", title="Take in a repair", scenarios=(TAKEN_IN,)),
        Requirement(id="R2", title="Find it again"),
    )
    return ReportInput(
        blueprint=msgspec.structs.replace(BLUEPRINT, requirements=requirements),
        results=[with_every_part(result, folder)],
        build="b-1",
        status="The product was delivered.",
        started=NOW,
        finished=NOW + timedelta(seconds=75),
        environment=await describe_environment(prover.browser),
        folder=folder,
        phases={"verdict run": 12.34, "narrations": 70.0},
        seeds={"values": "9f3a"},
        trace_viewer="http://127.0.0.1:8322",
    )


def replaced(report: ReportInput, *results: CriterionResult, **parts: object) -> ReportInput:
    fields = {name: getattr(report, name) for name in report.__dataclass_fields__}
    return ReportInput(**(fields | {"results": results or report.results} | parts))


async def opened(
    prover: Prover, report: ReportInput, *, width: int = 1280, scheme: str = "light"
) -> Page:
    """Open the page from disk, with every check open, and refuse whatever it asks outside."""
    file = report.folder / "page.html"
    file.write_text(render_report(report), encoding="utf-8")
    browser = await prover.browser.get()
    page = await browser.new_page(
        viewport={"width": width, "height": 844},
        color_scheme="dark" if scheme == "dark" else "light",
    )
    await page.goto(file.as_uri())
    await page.evaluate("document.querySelectorAll('details').forEach(one => { one.open = true })")
    return page


@pytest.mark.parametrize(("width", "scheme"), [(1280, "light"), (390, "dark")])
async def test_everybody_can_read_it_on_any_screen(
    prover: Prover, report: ReportInput, width: int, scheme: str
) -> None:
    page = await opened(prover, report, width=width, scheme=scheme)
    await page.evaluate(AXE_FILE_PATH.read_text())

    assert await page.evaluate(AXE) == []
    assert await page.evaluate("document.documentElement.scrollWidth") <= width
    await page.close()


async def test_it_shows_other_data_second_looks_texts_traces_and_times(
    prover: Prover, report: ReportInput
) -> None:
    page = await opened(prover, report)
    text = await page.inner_text("body")

    for said in (
        "The one check holds.",
        "All 2 further runs held on data that the builders never saw.",
        "A second look at 1 check found 2 things to mention.",
        "“Red tandem” became “Blue kestrel”",
        f"“{HOSTILE}” became “{HOSTILE} 2”",
        'The text "Price" is hard to read: grey on grey.',
        "Looked at: accessibility, page structure, broken links, page weight, time to ready.",
        "This is only its beginning.",
        "To: ada@example.com",
        "GET /broken: answered 500",
        "R2 Find it again: no check of it was run.",
        "1 min 10 s",
        "9f3a",
        "Before",
        "factory trace traces/",
    ):
        assert said in text, said
    assert await page.title() == f"Proof: {BLUEPRINT.name}"
    await page.close()


async def test_a_chapter_moves_the_clip_and_a_picture_opens_in_full(
    prover: Prover, report: ReportInput
) -> None:
    page = await opened(prover, report)
    await page.locator("button[data-clip]").nth(3).click()
    await expect(page.locator("button[data-clip][aria-current]")).to_be_visible()
    assert await page.evaluate("document.querySelector('video').currentTime") >= 0.6
    await page.locator(".pair a.picture").last.click()

    large = page.locator("dialog img")
    await expect(large).to_be_visible()
    await expect(large).to_have_js_property("naturalWidth", 1280)
    await page.keyboard.press("Escape")
    await expect(large).to_be_hidden()
    await page.close()


async def test_a_failure_on_other_data_is_told_first(prover: Prover, report: ReportInput) -> None:
    page = await opened(prover, replaced(report, with_failed_data_run(report.results[0])))
    trouble = await page.locator(".trouble").inner_text()

    assert 'With other data: "Blue kestrel" is nowhere to be seen on the page.' in trouble
    assert "1 of 1 check does not hold." in await page.inner_text("header")
    await page.close()


async def test_what_was_not_run_says_why(report: ReportInput) -> None:
    [held] = report.results
    spared = CriterionResult(
        criterion=held.criterion,
        requirement=held.requirement,
        name=held.name,
        tags=(),
        holdout=False,
        verdict=Verdict.NOT_RUN,
        message="Not run: the product is out of order.",
    )

    page = render_report(replace(report, results=[spared]))

    assert '<p class="why">Not run: the product is out of order.</p>' in page


async def test_what_was_accepted_is_not_asked_again(report: ReportInput) -> None:
    asked = render_report(report)
    blanket = Approval(gate="acceptance", decision="accept", actor="Ada", at=NOW, blanket=True)
    unstable = msgspec.structs.replace(report.results[0], verdict=Verdict.UNSTABLE)
    by_name = msgspec.structs.replace(blanket, blanket=False, criteria=(unstable.criterion,))

    assert "look at its clip" in asked
    assert "look at its clip" not in render_report(replaced(report, approvals=[blanket]))
    assert "Accept it by name" in render_report(replaced(report, unstable, approvals=[blanket]))
    assert "Accept it by name" not in render_report(replaced(report, unstable, approvals=[by_name]))


async def test_a_picture_of_a_renewed_browser_stands_beside_the_old_one_until_it_is_named(
    prover: Prover, report: ReportInput
) -> None:
    renewed = with_renewed_picture(report.results[0], report.folder)
    blanket = Approval(gate="acceptance", decision="accept", actor="Ada", at=NOW, blanket=True)
    by_name = msgspec.structs.replace(blanket, blanket=False, criteria=(renewed.criterion,))
    said = "The browser that takes pictures was renewed. Look whether it still looks right"

    page = await opened(prover, replaced(report, renewed, approvals=[blanket]))
    captions = await page.locator(".sides figcaption").all_inner_texts()

    assert said in await page.inner_text(".asked")
    assert captions == ["Accepted before", "Now", "Where they differ"]
    assert "new browser: please look" in await page.inner_text(".check summary")
    assert said not in render_report(replaced(report, renewed, approvals=[by_name]))
    await page.close()


async def test_a_hundred_checks_are_folded_and_a_link_opens_the_one_it_names(
    prover: Prover, report: ReportInput
) -> None:
    long = replaced(report, *many(report.results, 100))
    file = report.folder / "long.html"
    file.write_text(render_report(long), encoding="utf-8")
    page = await (await prover.browser.get()).new_page()
    await page.goto(f"{file.as_uri()}#R1.2Fcheck-73")

    assert await page.locator(".check > details[open]").count() == 1
    await expect(page.locator("[id='R1.2Fcheck-73'] .steps").first).to_be_visible()
    assert file.stat().st_size < 12_000_000
    await page.close()
