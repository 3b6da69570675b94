"""What only a browser shows: live lists, dialogs, and names as the scenario runner finds them."""

import asyncio
from collections.abc import AsyncIterator
from importlib.resources import files
from pathlib import Path

import pytest
import pytest_asyncio
from playwright.async_api import Browser, Page, async_playwright, expect

from backend.proof import locate
from backend.proof.apart import register_engine
from backend.proof.steps_fields import value_of
from tests.kit.data_models import HOSTILE, LONG
from tests.kit.products import Product

pytestmark = pytest.mark.asyncio(loop_scope="module")

AXE = files("axe_playwright_python").joinpath("axe.min.js").read_text("utf-8")
RUN_AXE = """async () => {
  const found = await axe.run(document, {runOnly: ['wcag2a', 'wcag2aa', 'wcag21aa', 'wcag22aa',
    'best-practice']});
  return found.violations.map(v => `${v.id}: ${v.nodes.map(n => n.html).join(' ')}`);
}"""
OVERFLOW = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
BIKES = ("Red tandem", "Blue racer", "Green folder")
SECONDS = 3.0


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def browser(chromium: Path) -> AsyncIterator[Browser]:
    """Start one browser for all tests."""
    async with async_playwright() as playwright:
        await register_engine(playwright)
        browser = await playwright.chromium.launch(
            executable_path=chromium, args=["--no-sandbox", "--disable-gpu"]
        )
        yield browser
        await browser.close()


@pytest_asyncio.fixture(loop_scope="module")
async def page(browser: Browser) -> AsyncIterator[Page]:
    """Open a page and fail when the browser complains about anything on it."""
    context = await browser.new_context()
    page = await context.new_page()
    complaints: list[str] = []
    page.on("console", lambda entry: complaints.append(f"{entry.type}: {entry.text}"))
    page.on("pageerror", lambda error: complaints.append(str(error)))
    yield page
    await context.close()
    assert complaints == []


@pytest.fixture
def shop(bicycles: Product) -> Product:
    """Return the shop with three repairs."""
    bicycles.seed("Customer", {"Name": "Ada", "Email": "ada@example.com"}, {"Name": "Bob"})
    rows = [
        {"Bicycle": bike, "Customer": "Ada", "Price": price, "Status": status}
        for bike, price, status in zip(
            BIKES, ("9", "100", "20"), ("Ready", "Waiting", "Ready"), strict=True
        )
    ]
    bicycles.seed("Repair", *rows)
    return bicycles


async def press(page: Page, name: str) -> None:
    await (await locate.resolve(page, name, within_seconds=SECONDS)).click()


async def fill(page: Page, name: str, text: str) -> None:
    await locate.fields(page, name).fill(text)


async def choose(page: Page, name: str, option: str) -> None:
    await locate.fields(page, name).select_option(label=option)


async def read(path: Path) -> str:
    return await asyncio.to_thread(path.read_text)


async def expect_rows(page: Page, table: str, *titles: str) -> None:
    cells = page.get_by_role("table", name=table, exact=True).locator("tbody tr td:first-child")
    await expect(cells).to_have_text(list(titles))


async def test_a_repair_is_taken_in(page: Page, shop: Product) -> None:
    await page.goto(shop.address)
    await press(page, "Repairs")
    await press(page, "New repair")
    await fill(page, "Bicycle", "Penny-farthing")
    await choose(page, "Customer", "Bob")
    await fill(page, "Price", "1234.5")
    await page.get_by_role("checkbox", name="Urgent", exact=True).check()
    await fill(page, "Notes", "Front wheel buckled")
    photo = {"name": "frame.jpg", "mimeType": "image/jpeg", "buffer": b"jpeg"}
    await page.get_by_label("Photo", exact=True).set_input_files(photo)
    await press(page, "Save")
    await expect(page.get_by_role("status")).to_have_text("Repair saved")
    await expect(page.get_by_role("heading", name="Penny-farthing", exact=True)).to_be_visible()
    shown = {
        name: await value_of(page, name)
        for name in ("Customer", "Price", "Urgent", "Notes", "Status", "Weight", "Photo")
    }
    assert shown == {
        "Customer": "Bob",
        "Price": "1234.50",
        "Urgent": "Yes",
        "Notes": "Front wheel buckled",
        "Status": "Waiting",
        "Weight": "",
        "Photo": "frame.jpg",
    }
    async with page.expect_download() as download:
        await press(page, "frame.jpg")
    assert (await download.value).suggested_filename == "frame.jpg"


async def test_errors_stand_at_their_fields(page: Page, shop: Product) -> None:
    await page.goto(f"{shop.address}/repairs/new")
    await fill(page, "Price", "abc")
    await press(page, "Save")
    price = locate.fields(page, "Price")
    await expect(price).to_have_accessible_error_message("Price must be a number")
    await expect(price).to_have_accessible_description("Price must be a number")
    await expect(price).to_have_value("abc")
    first = locate.fields(page, "Bicycle")
    await expect(first).to_have_accessible_error_message("Bicycle is required")
    await expect(first).to_be_focused()


async def test_a_list_follows_search_and_filters(page: Page, shop: Product) -> None:
    await page.goto(f"{shop.address}/repairs")
    await fill(page, "Search", "RACER")
    await expect_rows(page, "Repairs", "Blue racer")
    await fill(page, "Search", "nothing like it")
    await expect_rows(page, "Repairs")
    await expect(page.get_by_text("No repairs match", exact=True)).to_be_visible()
    await fill(page, "Search", "")
    await choose(page, "Status", "Ready")
    await expect_rows(page, "Repairs", "Red tandem", "Green folder")
    assert page.url == f"{shop.address}/repairs?status=Ready"
    async with page.expect_download() as download:
        await press(page, "Download CSV")
    text = await read(await (await download.value).path())
    assert "Red tandem" in text
    assert "Blue racer" not in text
    assert (await download.value).suggested_filename == "repairs.csv"
    await page.reload()
    await expect_rows(page, "Repairs", "Red tandem", "Green folder")


async def test_headers_sort_and_the_order_outlives_a_search(page: Page, shop: Product) -> None:
    await page.goto(f"{shop.address}/repairs")
    await press(page, "Price")
    await expect_rows(page, "Repairs", "Red tandem", "Green folder", "Blue racer")
    await press(page, "Price")
    await expect_rows(page, "Repairs", "Blue racer", "Green folder", "Red tandem")
    button = page.get_by_role("button", name="Price", exact=True)
    await expect(button).to_be_focused()
    await fill(page, "Search", "re")
    await expect_rows(page, "Repairs", "Green folder", "Red tandem")
    await expect(page.get_by_role("columnheader", name="Price", exact=True)).to_have_attribute(
        "aria-sort", "descending"
    )
    assert await value_of(page, "Search") == "re"


async def test_quick_typing_and_sorting_end_in_the_last_wish(page: Page, shop: Product) -> None:
    await page.goto(f"{shop.address}/repairs")
    search = page.get_by_role("searchbox", name="Search", exact=True)
    await search.press_sequentially("racer")
    await search.fill("re")
    await page.get_by_role("button", name="Bicycle", exact=True).dispatch_event("click")
    await expect_rows(page, "Repairs", "Green folder", "Red tandem")
    await search.fill("r")
    await page.keyboard.press("Enter")
    await expect_rows(page, "Repairs", "Blue racer", "Green folder", "Red tandem")


async def test_a_list_works_without_scripts(browser: Browser, shop: Product) -> None:
    context = await browser.new_context(java_script_enabled=False)
    page = await context.new_page()
    await page.goto(f"{shop.address}/repairs?sort=price")
    await fill(page, "Search", "re")
    await page.keyboard.press("Enter")
    await expect_rows(page, "Repairs", "Red tandem", "Green folder")
    await press(page, "Price")
    await expect_rows(page, "Repairs", "Green folder", "Red tandem")
    await context.close()


async def test_typing_before_the_scripts_are_ready_still_filters(page: Page, shop: Product) -> None:
    async def hold(route: object) -> None:
        await page.get_by_role("searchbox", name="Search", exact=True).fill("racer")
        await route.continue_()  # type: ignore[attr-defined]  # Playwright's route

    await page.route("**/app.js*", hold)
    await page.goto(f"{shop.address}/repairs")
    await expect_rows(page, "Repairs", "Blue racer")


async def test_deleting_asks_first(page: Page, shop: Product) -> None:
    shop.seed("Customer", {"Name": "Cleo"})
    await page.goto(f"{shop.address}/customers/3")
    await press(page, "Delete")  # without a listener Playwright says no
    await expect(page.get_by_role("heading", name="Cleo", exact=True)).to_be_visible()
    asked: list[str] = []

    async def accept(dialog: object) -> None:
        asked.append(dialog.message)  # type: ignore[attr-defined]  # Playwright's dialog
        await dialog.accept()  # type: ignore[attr-defined]  # Playwright's dialog

    page.on("dialog", accept)
    await press(page, "Delete")
    await expect(page.get_by_role("status")).to_have_text("Customer deleted")
    await expect_rows(page, "Customers", "Ada", "Bob")
    assert len(asked) == 1
    await page.goto(f"{shop.address}/customers/1")
    await press(page, "Delete")
    await expect(page.get_by_role("status")).to_have_text("Customer is used by 3 repairs")
    await expect_rows(page, "Repairs", *BIKES)


async def test_going_back_shows_the_list_anew(page: Page, shop: Product) -> None:
    await page.goto(f"{shop.address}/repairs")
    await press(page, "Red tandem")
    await press(page, "Edit")
    await fill(page, "Bicycle", "Red triplet")
    await press(page, "Save")
    await expect(page.get_by_role("status")).to_have_text("Repair saved")
    for _ in range(3):
        await page.go_back()
    await expect_rows(page, "Repairs", "Red triplet", *BIKES[1:])


async def test_the_calendar_fills_the_field(page: Page, shop: Product) -> None:
    await page.goto(f"{shop.address}/repairs/new")
    await page.locator("input.picker[type=date]").evaluate(
        "e => { e.value = '2026-03-12'; e.dispatchEvent(new Event('change')); }"
    )
    assert await value_of(page, "Taken in") == "2026-03-12"
    await expect(page.get_by_role("button", name="Calendar for taken in")).to_be_visible()


@pytest.mark.parametrize("scheme", ["light", "dark"])
async def test_pages_are_accessible(browser: Browser, shop: Product, scheme: str) -> None:
    context = await browser.new_context(
        bypass_csp=True,
        color_scheme=scheme,  # type: ignore[arg-type]  # one of two words
        viewport={"width": 390, "height": 844},
        is_mobile=True,
    )
    page = await context.new_page()
    paths = (
        "/",
        "/repairs",
        "/repairs?search=zzz",
        "/repairs/1",
        "/customers/1",
        "/repairs/import",
    )
    for path in (*paths, "/repairs/new", "/repairs/new", "/nothing"):
        await page.goto(f"{shop.address}{path}")
        if path == "/repairs/new":
            await press(page, "Save")
        await page.evaluate(AXE)
        assert await page.evaluate(RUN_AXE) == [], path
        assert await page.evaluate(OVERFLOW) <= 0, path
    await context.close()


async def test_ugly_names_fit_and_can_be_found(browser: Browser, ugly: Product) -> None:
    ugly.seed("Home", {"New home": "x", "Search": "Yes"})
    ugly.seed(LONG, {f"{LONG} field": LONG, "n" * 300: LONG})
    ugly.seed(HOSTILE, {"<img src=x onerror=alert(1)>": HOSTILE, "{{ 7*7 }}": "x" * 300})
    ugly.seed("日本", {"名前": "東京"})
    context = await browser.new_context(viewport={"width": 390, "height": 844})
    page = await context.new_page()
    dialogs: list[object] = []
    page.on("dialog", lambda dialog: dialogs.append(dialog))  # noqa: PLW0108  # a builtin bears no mark
    long = "a-name-that-an-author-wrote-without-ever"
    for path in ("", "home", "home/1", "home/new", long, f"{long}/1", f"{long}/new"):
        await page.goto(f"{ugly.address}/{path}")
        assert await page.evaluate(OVERFLOW) <= 0, path
    for path in ("script-alert-1-script-s", "script-alert-1-script-s/1"):
        await page.goto(f"{ugly.address}/{path}")
        assert await page.evaluate(OVERFLOW) <= 0, path
    await press(page, f"{HOSTILE}s")
    await press(page, HOSTILE)
    assert await value_of(page, "<img src=x onerror=alert(1)>") == HOSTILE
    await press(page, "Home")
    await choose(page, "Search", "No")
    await expect_rows(page, "Home")
    await press(page, "日本語")
    await fill(page, "Search", "東")
    await expect_rows(page, "日本語", "東京")
    assert dialogs == []
    await context.close()
