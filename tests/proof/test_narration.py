"""A narrated clip shows a scenario with its sentences; one that cannot be made decides nothing."""

import zipfile
from io import BytesIO
from pathlib import Path

import msgspec
import pytest
from PIL import Image
from playwright.async_api import Page, Route, ViewportSize

from backend.blueprints.blueprint import Blueprint, Requirement, Scenario
from backend.proof.captions import caption, title
from backend.proof.chapters import webvtt
from backend.proof.evidence import is_intact
from backend.proof.narration import with_narrations
from backend.proof.play_order import PlayOrder
from backend.proof.prover import Prover
from backend.proof.results import Chapter, Verdict
from backend.proof.subject_pool import SubjectPool
from backend.proof.window import DEVICES
from tests.proof.stories import BLUEPRINT, make_scenario, make_step, prove, said_in
from tests.proof.toy import ToySubject

pytestmark = pytest.mark.asyncio(loop_scope="module")

HOSTILE = "</td></table><script>document.title = 'owned'</script> --> & " + "x" * 80
TAKEN_IN = make_scenario(
    f"A repair {HOSTILE}",
    make_step("W02", "Repairs"),
    make_step("A02", "New repair"),
    make_step("A05", "Bicycle", HOSTILE),
    make_step("A02", "Save"),
    make_step("C09", "Repair saved"),
)
WRONG = make_scenario(
    "A wrong expectation", make_step("W01"), make_step("C03", "Nowhere", 300, "milliseconds")
)
FLIP = make_scenario(
    "A flip", make_step("W02", "Flip"), make_step("C03", "heads", 300, "milliseconds")
)


def blueprint_of(*scenarios: Scenario) -> Blueprint:
    requirement = Requirement(id="R1", title="Repairs", scenarios=scenarios)
    return msgspec.structs.replace(BLUEPRINT, requirements=(requirement,))


async def _corners(page: Page) -> list[tuple[int, ...]]:
    """Return the colours at the top and at the foot of a page's right edge."""
    with Image.open(BytesIO(await page.screenshot())) as picture:
        seen = picture.convert("RGB")
    points = ((seen.width - 3, 3), (seen.width - 3, seen.height - 3))
    return [tuple(seen.crop((x, y, x + 1, y + 1)).tobytes()) for x, y in points]


async def test_what_ends_as_it_was_judged_gets_a_clip_with_chapters_and_a_trace(
    prover: Prover, toys: list[ToySubject], tmp_path: Path
) -> None:
    scenarios = (TAKEN_IN, WRONG, FLIP)
    results = await prove(prover, toys, tmp_path, *scenarios)
    verdicts = [result.verdict for result in results]
    assert said_in(results[0]) == ""
    pool = SubjectPool(toys, are_fresh=False)
    order = PlayOrder(blueprint=blueprint_of(*scenarios), folder=tmp_path)
    narrated = await with_narrations(results, prover, pool, order)
    await pool.close()

    assert verdicts == [Verdict.PASSED, Verdict.FAILED, Verdict.UNSTABLE]
    assert [result.verdict for result in narrated] == verdicts
    # The flip comes out wrong at its third run, so there is nothing to show.
    assert [result.narration is not None for result in narrated] == [True, True, False]
    assert len(list((tmp_path / "narrations").iterdir())) == 4
    failure = narrated[1].narration
    assert failure is not None
    assert [chapter.step for chapter in failure.chapters] == [1, 2]  # the second did not hold
    narration = narrated[0].narration
    assert narration is not None
    chapters = narration.chapters
    assert [chapter.step for chapter in chapters] == [1, 2, 3, 4, 5]
    moments = [chapter.milliseconds for chapter in chapters]
    assert moments == sorted(moments)
    pieces = {piece.kind: piece for piece in (narration.clip, *narration.evidence)}
    assert set(pieces) == {"narration", "chapters", "screenshot", "trace"}
    assert all(is_intact(tmp_path, piece) for piece in pieces.values())
    assert (tmp_path / pieces["narration"].path).read_bytes().startswith(b"\x1aE\xdf\xa3")
    words = (tmp_path / pieces["chapters"].path).read_text()
    assert words.startswith("WEBVTT\n")
    assert words.count("-->") == 5
    with zipfile.ZipFile(tmp_path / pieces["trace"].path) as trace:
        names = trace.namelist()
    assert any(name.endswith(".trace") for name in names)
    assert not any(name.endswith(".stacks") for name in names)


async def test_captions_are_seen_on_a_page_that_forbids_styles_and_run_nothing(
    prover: Prover,
) -> None:
    policy = "default-src 'self'; style-src 'none'; script-src 'none'"

    async def answer(route: Route) -> None:
        headers = {"Content-Security-Policy": policy, "Content-Type": "text/html"}
        await route.fulfill(body="<!doctype html><title>Shop</title><h1>Shop</h1>", headers=headers)

    for device in (DEVICES["laptop"], DEVICES["phone"]):
        size = ViewportSize(width=device.width, height=device.height)
        page = await (await prover.browser.get()).new_page(viewport=size)
        await page.route("**/*", answer)
        await page.goto("http://shop.test/")
        bare = await _corners(page)
        async with await page.screencast.show_overlay(caption("2 of 7", HOSTILE, device)):
            captioned = await _corners(page)
        async with await page.screencast.show_overlay(title(HOSTILE, device)):
            titled = await _corners(page)

        dark = (0x14, 0x1A, 0x20)
        assert [bare, captioned, titled] == [
            [(255, 255, 255), (255, 255, 255)],
            [(255, 255, 255), dark],
            [dark, dark],
        ]
        assert await page.title() == "Shop"
        await page.close()


async def test_chapters_cannot_break_out_of_their_line() -> None:
    chapters = [Chapter(step=1, milliseconds=900), Chapter(step=2, milliseconds=3_661_001)]
    written = webvtt(chapters, ["a --> b\n\n<b>", "c"], milliseconds=3_662_000)

    assert written == (
        "WEBVTT\n\n1\n00:00:00.900 --> 01:01:01.001\na --&gt; b &lt;b&gt;\n\n"
        "2\n01:01:01.001 --> 01:01:02.000\nc\n"
    )
