"""Takes the exact picture of a page, or of a part of it: the one that pixels are compared of."""

from collections.abc import Mapping

from playwright.async_api import Locator, Page

from backend.proof.apart import read, read_page
from backend.proof.errors import StepFailedError
from backend.proof.page_clock import PageClock
from backend.proof.pictures import Picture, cover
from backend.proof.results import Mask
from backend.proof.stillness import Settle, still

_MOST_SHOTS = 10
_TALLEST_PIXELS = 16_000  # beyond it Chromium repeats what it has drawn
_SIZE = "() => [document.documentElement.scrollWidth, document.documentElement.scrollHeight]"
# Measured as it is pictured: what ends is at its end, what goes on for ever has not begun.
_BOX = """part => {
  const moving = document.getAnimations();
  const endless = moving.filter(one => one.effect.getComputedTiming().endTime === Infinity);
  for (const one of moving) endless.includes(one) ? one.cancel() : one.finish();
  const box = part.getBoundingClientRect();
  for (const one of endless) one.play();
  const [left, top] = [Math.floor(box.left + scrollX), Math.floor(box.top + scrollY)];
  return [left, top, Math.ceil(box.right + scrollX) - left, Math.ceil(box.bottom + scrollY) - top];
}"""


async def take_exact_picture(  # each is a part of the protocol
    page: Page,
    *,
    part: Locator | None = None,
    covered: Mapping[str, Locator] | None = None,
    clock: PageClock,
    settle: Settle,
    seconds: float,
) -> Picture:
    """Bring the page to rest, take its picture or that of a part, and let it run on.

    The picture of a page is that of the whole page, what lies below the window too. The `covered`
    parts are left out of it; `clock`, `settle` and `seconds` are those of `still`.
    """
    async with still(page, clock=clock, settle=settle, seconds=seconds):
        await _check_size(page)
        masks = await _measure(covered or {})
        content = await _two_equal(page if part is None else part, masks)
        if await _measure(covered or {}) != masks:
            raise StepFailedError("A part that is to be left out does not come to rest.")
    return Picture(content=content, masks=masks)


async def _check_size(page: Page) -> None:
    width, height = await read_page(page, _SIZE)
    if max(width, height) > _TALLEST_PIXELS:
        raise StepFailedError(
            f"The page is {width} by {height} pixels: too large for one picture. Compare a part of "
            "it, such as a table."
        )


async def _two_equal(target: Page | Locator, masks: tuple[Mask, ...]) -> bytes:
    """Shoot until two pictures in a row are the same, byte for byte."""
    last = b""
    for _ in range(_MOST_SHOTS):
        last, before = await _shot(target, masks), last
        if last == before:
            return last
    raise StepFailedError(
        f"The page looks different each time: {_MOST_SHOTS} pictures, no two in a row alike. "
        "Name the moving part under 'should look like … except:'."
    )


async def _shot(target: Page | Locator, masks: tuple[Mask, ...]) -> bytes:
    if isinstance(target, Locator):
        return await target.screenshot(animations="disabled", caret="hide", scale="css")
    shot = await target.screenshot(full_page=True, animations="disabled", caret="hide", scale="css")
    # Playwright's own masks end between pixels, where what lies below shines through.
    return cover(shot, masks) if masks else shot


async def _measure(parts: Mapping[str, Locator]) -> tuple[Mask, ...]:
    masks = []
    for name, part in parts.items():
        left, top, width, height = await read(part, _BOX)
        if width <= 0 or height <= 0:
            raise StepFailedError(f'"{name}" takes no room on the page, so nothing is left out.')
        masks.append(Mask(name=name, left=left, top=top, width=width, height=height))
    return tuple(masks)
