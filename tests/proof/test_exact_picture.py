"""A page that moves has one picture all the same, or the author is told to leave the part out."""

import asyncio
import base64
from dataclasses import replace
from datetime import UTC, datetime
from io import BytesIO

import pytest
from PIL import Image
from playwright.async_api import Page

from backend.proof.errors import StepFailedError
from backend.proof.exact_picture import take_exact_picture
from backend.proof.page_clock import PageClock
from backend.proof.pictures import Picture
from backend.proof.prover import Prover
from backend.proof.window import DEVICES, WindowOptions, open_window

pytestmark = pytest.mark.asyncio(loop_scope="module")

INSTANT = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
OPTIONS = WindowOptions(instant=INSTANT, has_clock=True, has_seed=True)
STYLE = "<style>body{margin:20px;font:16px sans-serif} .box{width:40px;height:40px;background:red}"


def _gif() -> str:
    frames = [Image.new("P", (60, 60), index) for index in (1, 2, 3)]
    for frame in frames:
        frame.putpalette([0, 0, 0, 255, 0, 0, 0, 255, 0, 0, 0, 255])
    content = BytesIO()
    frames[0].save(content, "GIF", save_all=True, append_images=frames[1:], duration=70, loop=0)
    return base64.b64encode(content.getvalue()).decode()


MOVING = {
    "a loop that draws": """<div id=a class=box style="position:relative"></div><script>
        const move = now => { a.style.left = now % 500 + 'px'; requestAnimationFrame(move) };
        requestAnimationFrame(move)</script>""",
    "a clock that ticks": """<p id=a></p><script>
        setInterval(() => { a.textContent = new Date().toISOString() }, 50)</script>""",
    "what comes late": """<p id=a></p><script>
        setTimeout(() => { a.textContent = 'Late'; setTimeout(() => a.textContent += 'r', 900) },
        1500)</script>""",
    "an animated picture": f'<img alt="" src="data:image/gif;base64,{_gif()}">',
    "a transition and an endless animation": """<style>
        @keyframes turn { to { transform: rotate(360deg) } }
        .box { animation: turn .7s infinite linear } p { transition: margin 2s }</style>
        <div class=box></div><p id=a>Text</p>
        <script>requestAnimationFrame(() => { a.style.marginLeft = '300px' })</script>""",
    "a drawing that moves by itself": """<svg width=300 height=60><circle r=20 cy=30 cx=20>
        <animate attributeName=cx to=280 dur=1s repeatCount=indefinite /></circle></svg>""",
    "chance": """<script>for (let i = 0; i < 9; i++) document.body.append(
        Math.random() + ' ')</script>""",
    "a field with a caret": "<input autofocus value=Text>",
    "a smooth scroll": """<style>html { scroll-behavior: smooth }</style>
        <div style="height:3000px">Top</div><script>scrollTo(0, 2000)</script>""",
}


async def shoot(
    prover: Prover,
    html: str,
    *,
    wait: float = 0,
    covered: tuple[str, ...] = (),
    press: bool = False,
) -> Picture:
    """Take the picture in a window of its own, so long after the page was loaded."""
    browser = await prover.browser.get()
    context = await open_window(browser, OPTIONS, address="http://nowhere", video_folder=None)
    try:
        page = await context.new_page()
        await page.set_content(f"{STYLE}</style>{html}")
        if press:
            await page.get_by_role("button").click()
        await asyncio.sleep(wait)
        return await take(page, covered)
    finally:
        await context.close()


async def take(page: Page, covered: tuple[str, ...] = ()) -> Picture:
    async def settle() -> None:
        return None

    parts = {name: page.locator(name) for name in covered}
    return await take_exact_picture(
        page, covered=parts, clock=PageClock(INSTANT), settle=settle, seconds=5
    )


@pytest.mark.parametrize("name", MOVING)
async def test_what_moves_is_pictured_the_same_sooner_and_later(prover: Prover, name: str) -> None:
    sooner = await shoot(prover, MOVING[name])
    later = await shoot(prover, MOVING[name], wait=0.43)

    assert sooner == later


async def test_what_comes_late_is_on_the_picture(prover: Prover) -> None:
    assert await shoot(prover, MOVING["what comes late"]) == await shoot(prover, "<p>Later</p>")


async def test_what_was_pressed_shows_its_own_colour_not_that_of_being_hovered(
    prover: Prover,
) -> None:
    hover = "<style>button:hover, button:focus {{ background: gold }} button {{ background: {} }}"
    before = hover.format("#0066cc") + "</style><button>Save</button>"
    after = hover.format("#0067cc") + "</style><button>Save</button>"

    assert await shoot(prover, before) == await shoot(prover, before, press=True)
    assert await shoot(prover, before, press=True) != await shoot(prover, after, press=True)


async def test_the_whole_page_is_pictured_below_the_window_and_beside_it(prover: Prover) -> None:
    tall = "<div style='height:1500px;width:1400px'></div><p>{}</p>"

    one = await shoot(prover, tall.format("The end"))

    assert one != await shoot(prover, tall.format("The End"))
    assert Image.open(BytesIO(one.content)).size >= (1400, 1500)


async def test_the_page_goes_on_afterwards(prover: Prover) -> None:
    browser = await prover.browser.get()
    context = await open_window(browser, OPTIONS, address="http://nowhere", video_folder=None)
    page = await context.new_page()
    await page.set_content(
        "<p id=a></p><script>setInterval(() => a.textContent = Date.now(), 20)</script>"
    )

    await take(page)
    seen = await page.inner_text("p")
    await page.wait_for_function("seen => document.body.innerText.trim() > seen", arg=seen)

    await context.close()


RESTLESS = """<p>Steady</p><div id=a class=box style="position:absolute;left:300px"></div><script>
    const script = 'let n = 0; setInterval(() => postMessage(n++), 1)';
    const worker = new Worker(URL.createObjectURL(new Blob([script])));
    worker.onmessage = said => { a.style.background = `hsl(${said.data * 7 % 360} 90% 50%)` };
    </script>"""


async def test_a_page_that_never_rests_is_refused_and_the_part_may_be_left_out(
    prover: Prover,
) -> None:
    with pytest.raises(StepFailedError, match="looks different each time"):
        await shoot(prover, RESTLESS)

    one = await shoot(prover, RESTLESS, covered=("#a",))
    other = await shoot(prover, RESTLESS, covered=("#a",), wait=0.2)

    assert one == other
    (mask,) = one.masks
    assert (mask.name, mask.left, mask.width, mask.height) == ("#a", 300, 40, 40)
    with Image.open(BytesIO(one.content)) as picture:
        assert picture.getpixel((mask.left, mask.top)) == (255, 0, 255)
        assert picture.getpixel((mask.left - 1, mask.top)) == (255, 255, 255)


async def test_a_part_between_pixels_is_covered_whole(prover: Prover) -> None:
    html = "<div id=a class=box style='position:absolute;left:50.5px;top:9.25px'></div>"

    taken = await shoot(prover, html, covered=("#a",))

    with Image.open(BytesIO(taken.content)) as picture:
        colours = {colour for _, colour in picture.convert("RGB").getcolors()}
    assert colours == {(255, 0, 255), (255, 255, 255)}


async def test_a_part_that_takes_no_room_is_not_left_out_in_silence(prover: Prover) -> None:
    with pytest.raises(StepFailedError, match="takes no room"):
        await shoot(prover, "<p id=a hidden>Text</p>", covered=("#a",))


async def test_a_page_too_large_for_one_picture_is_refused(prover: Prover) -> None:
    with pytest.raises(StepFailedError, match="too large for one picture"):
        await shoot(prover, "<div style='height:20000px'></div>")


async def test_a_phone_is_pictured_in_its_own_width(prover: Prover) -> None:
    browser = await prover.browser.get()
    phone = replace(OPTIONS, device=DEVICES["phone"])
    context = await open_window(browser, phone, address="http://nowhere", video_folder=None)
    page = await context.new_page()
    await page.set_content("<meta name=viewport content='width=device-width'><p>Text</p>")

    taken = await take(page)

    with Image.open(BytesIO(taken.content)) as picture:
        assert picture.size == (390, 844)
    await context.close()
