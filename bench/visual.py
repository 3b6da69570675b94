"""Whether exact pictures cry wolf, and what they let through: an unchanged product, and defects."""

import asyncio
import random
import tempfile
import time
from collections import Counter
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from playwright.async_api import Browser
from rich.table import Table

from backend.blueprints.document import compile_blueprint
from backend.builds.clean_room import load_tree, open_products
from backend.proof.browser import BrowserSettings
from backend.proof.browser_log import BrowserLog
from backend.proof.contract import CONTRACT_FILE, read_contract
from backend.proof.exact_picture import take_exact_picture
from backend.proof.page_clock import PageClock
from backend.proof.pictures import Picture, find_difference
from backend.proof.product import RunningProduct
from backend.proof.prover import open_prover
from backend.proof.window import DEVICES, WindowOptions, open_window
from bench.defects import DEFECTS, Defect
from bench.prove import EXAMPLE, build, make_job, open_bench, served

SEED = 20260302
RENDERS = 500
RENDERS_A_BROWSER = 50
INJECTED = 180
LANES = 2
QUIET_SECONDS = 2.0
PATIENCE_SECONDS = 10.0
MOST_FALSE_ALARMS = 0
LEAST_CAUGHT = 0.98
INSTANT = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
ROWS = {
    "Customer": [{"Name": "Ada Byron", "Email": "ada@example.com", "Phone": "+44 20 7946 0000"}],
    "Repair": [
        {"Bicycle": "Red tandem", "Customer": "Ada Byron", "Price": "12.50", "Status": "Ready"},
        {"Bicycle": "Blue racer", "Customer": "Ada Byron", "Price": "80.00"},
        {"Bicycle": "Old tricycle", "Customer": "Ada Byron", "Notes": "Mind the bell."},
    ],
}


@dataclass(frozen=True, kw_only=True)
class View:
    """A page of the product on a device."""

    path: str
    device: str

    @property
    def name(self) -> str:
        """How the table calls it."""
        return f"{self.path} on a {self.device}"


VIEWS = tuple(
    View(path=path, device=device)
    for path in ("/repairs", "/repairs/new", "/repairs/1", "/")
    for device in ("laptop", "phone")
)


async def run() -> tuple[Table, dict[str, Any]]:
    """Picture a product that the kit built again and again, then with defects."""
    compiled = compile_blueprint(EXAMPLE.read_bytes(), EXAMPLE.name)
    if compiled.blueprint is None:
        raise SystemExit("the example does not compile")
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        async with open_bench(folder) as bench:
            workspace = await build(compiled.blueprint, bench, folder)
            job = make_job(compiled.blueprint, folder / "proof", workspace)
            files = await load_tree(job, bench)
            contract = read_contract(files[CONTRACT_FILE])
            async with open_products(job, bench, files, contract) as products:
                product, *_ = served(products)
                await fill(product)
                studio = Studio(product.address, folder / "studio")
                unchanged = await studio.picture_again(RENDERS)
                found = await studio.picture_defects(INJECTED)
    return report(unchanged, found)


async def fill(product: RunningProduct) -> None:
    """Give the pages something to show."""
    for entity, rows in ROWS.items():
        await product.seed(entity, rows)


@dataclass(frozen=True, kw_only=True)
class Unchanged:
    """What came of picturing the same pages again."""

    renders: int
    browsers: int
    false_alarms: list[str]
    seconds: float


@dataclass(frozen=True, kw_only=True)
class Injected:
    """One defect and how many pixels gave it away."""

    defect: Defect
    view: View
    pixels: int


Order = tuple[View, Defect | None, int]


class Studio:
    """Takes pictures of a running product as a look-like step does."""

    def __init__(self, address: str, folder: Path) -> None:
        self._address = address
        self._folder = folder

    async def picture_again(
        self,
        renders: int,
        views: tuple[View, ...] = VIEWS,
        *,
        in_a_browser: int = RENDERS_A_BROWSER,
    ) -> Unchanged:
        """Picture each view again and again, each time in a new window, at times a new browser."""
        accepted: dict[View, Picture] = {}
        alarms = []
        browsers = 0
        began = time.perf_counter()
        rounds = [views[number % len(views)] for number in range(renders)]
        for start in range(0, renders, in_a_browser):
            browsers += 1
            some = rounds[start : start + in_a_browser]
            async with self._browser() as browser:
                pictures = await self._pictures(browser, [(view, None, 0) for view in some])
            for view, picture in zip(some, pictures, strict=True):
                difference = find_difference(accepted.setdefault(view, picture), picture)
                if difference is not None:
                    alarms.append(f"{view.name}: {difference.words}")
        return Unchanged(
            renders=renders,
            browsers=browsers,
            false_alarms=alarms,
            seconds=time.perf_counter() - began,
        )

    async def picture_defects(
        self,
        count: int,
        views: tuple[View, ...] = VIEWS,
        *,
        kinds: tuple[Defect, ...] = DEFECTS,
    ) -> list[Injected]:
        """Inject defects one by one; each kind comes as often as the others."""
        dice = random.Random(SEED)  # noqa: S311  # a sample, no secret
        orders: list[Order] = [
            (dice.choice(views), kinds[number % len(kinds)], dice.randrange(2**31))
            for number in range(count)
        ]
        async with self._browser() as browser:
            before = await self._pictures(browser, [(view, None, 0) for view in views])
            after = await self._pictures(browser, orders)
        accepted = dict(zip(views, before, strict=True))
        found = []
        for (view, defect, _), picture in zip(orders, after, strict=True):
            difference = find_difference(accepted[view], picture)
            found.append((defect, view, difference.pixels if difference else 0))
        return [Injected(defect=d, view=v, pixels=p) for d, v, p in found if d is not None]

    async def _pictures(self, browser: Browser, orders: Sequence[Order]) -> list[Picture]:
        """Take some at once, as the lanes of a proof do."""
        lanes = asyncio.Semaphore(LANES)

        async def picture(order: Order) -> Picture:
            async with lanes:
                return await self._picture(browser, *order)

        return await asyncio.gather(*map(picture, orders))

    @asynccontextmanager
    async def _browser(self) -> AsyncIterator[Browser]:
        async with open_prover(BrowserSettings(folder=self._folder)) as prover:
            yield await prover.browser.get()

    async def _picture(
        self, browser: Browser, view: View, defect: Defect | None, seed: int
    ) -> Picture:
        options = WindowOptions(
            device=DEVICES[view.device], instant=INSTANT, has_clock=True, has_seed=True
        )
        clock = PageClock(INSTANT)
        context = await open_window(browser, options, address=self._address, video_folder=None)
        log = BrowserLog()
        log.listen(context)
        try:
            page = await context.new_page()
            await page.goto(self._address + view.path)
            if defect is not None:
                await defect.inject(page, seed)
            return await take_exact_picture(
                page,
                clock=clock,
                settle=lambda: log.wait_until_quiet(at_most_seconds=QUIET_SECONDS),
                seconds=PATIENCE_SECONDS,
            )
        finally:
            await context.close()


def report(unchanged: Unchanged, found: list[Injected]) -> tuple[Table, dict[str, Any]]:
    """Show both figures, and the defects by kind."""
    caught = sum(one.pixels > 0 for one in found)
    share = caught / len(found)
    table = Table(title="Exact pictures of a product that the kit built")
    for heading in ("", "figure", "may be"):
        table.add_column(heading)
    table.add_row(
        f"false alarms in {unchanged.renders} renders, {unchanged.browsers} browsers",
        str(len(unchanged.false_alarms)),
        f"at most {MOST_FALSE_ALARMS}",
    )
    table.add_row("seconds for them, and for one", *_seconds(unchanged))
    table.add_row(f"of {len(found)} defects caught", f"{share:.1%}", f"at least {LEAST_CAUGHT:.0%}")
    for name, tally in _by_kind(found):
        table.add_row(f"  {name}", f"{tally['caught']} of {tally['all']}", "")
    return table, {
        "seed": SEED,
        "renders": unchanged.renders,
        "browsers": unchanged.browsers,
        "false_alarms": unchanged.false_alarms,
        "seconds": unchanged.seconds,
        "defects": len(found),
        "caught": caught,
        "share_caught": share,
        "missed": [f"{one.defect.name}, {one.view.name}" for one in found if not one.pixels],
        "is_met": len(unchanged.false_alarms) <= MOST_FALSE_ALARMS and share >= LEAST_CAUGHT,
        "fewest_pixels": min((one.pixels for one in found if one.pixels), default=0),
    }


def _seconds(unchanged: Unchanged) -> tuple[str, str]:
    return f"{unchanged.seconds:.0f}", f"{unchanged.seconds / unchanged.renders:.2f} each"


def _by_kind(found: list[Injected]) -> Iterator[tuple[str, Counter[str]]]:
    for defect in DEFECTS:
        tally = Counter[str]()
        for one in found:
            if one.defect is defect:
                tally["all"] += 1
                tally["caught"] += one.pixels > 0
        yield defect.name, tally
