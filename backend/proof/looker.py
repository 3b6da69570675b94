"""Looks at each page that a scenario checks, for what its steps do not ask, and touches nothing."""

import asyncio
import hashlib
from collections.abc import Sequence

from playwright.async_api import Error as PlaywrightError
from playwright.async_api import Page

from backend.blueprints.quality_checks import Bearing, QualityCheck
from backend.proof.accessibility import remark_on_accessibility
from backend.proof.apart import read_page
from backend.proof.browser_log import BrowserLog
from backend.proof.camera import take_picture
from backend.proof.errors import StepFailedError
from backend.proof.link_walk import LinkWalk, link_sight
from backend.proof.look_book import Found, LookBook, Piece, Sight
from backend.proof.oracle import Remark, is_own, path_of
from backend.proof.page_links import (
    Link,
    open_visitor,
    read_links,
    words_on_parts,
)
from backend.proof.page_readiness import remark_on_five_loads, remark_on_readiness
from backend.proof.page_structure import PageName, at_rest, step_name, words_on_change
from backend.proof.page_timings import Timings, read_timings
from backend.proof.page_weight import remark_on_weight
from backend.proof.scene import Scene
from backend.proof.waiting import ask

_PAUSE_SECONDS = 0.2
_LOOK_SECONDS = 20.0
_FINISH_SECONDS = 60.0
_HELD_SECONDS = 0.5
_SNAPSHOT_MILLISECONDS = 5000
_PICTURE_MILLISECONDS = 10_000


class Looker:
    """Whoever looks at one scenario's pages; what goes wrong in looking is noted, never raised."""

    def __init__(self, book: LookBook, scene: Scene) -> None:
        self._book = book
        self._scene = scene
        self._sights = book.sights.setdefault(scene.scenario.criterion, [])
        self._links: dict[str, Link] = {}
        self._slow: dict[str, Timings] = {}
        # Each window has a log of its own.
        self._heard: dict[BrowserLog, int] = {}
        self._missing: dict[BrowserLog, int] = {}

    async def look(self, step: int) -> None:
        """Examine the page as the checks up to this step have seen it."""
        try:
            async with asyncio.timeout(_LOOK_SECONDS):
                await self._look(step)
        except (TimeoutError, PlaywrightError, StepFailedError):
            self._book.unfinished.add(self._scene.scenario.criterion)

    async def finish(self) -> None:
        """Follow links and load slow pages again: no step comes after that it could disturb."""
        try:
            async with asyncio.timeout(_FINISH_SECONDS):
                await self._hear_the_last()
                await self._follow_links()
                await self._load_again()
        except (TimeoutError, PlaywrightError, StepFailedError):
            self._book.unfinished.add(self._scene.scenario.criterion)

    async def _look(self, step: int) -> None:
        """Examine the page; one that moves on meanwhile is looked at again where it has come to."""
        while True:
            await self._scene.settle()
            try:
                await ask(lambda: self._examine(step))
            except StepFailedError:
                await asyncio.sleep(_PAUSE_SECONDS)
            else:
                return

    async def _examine(self, step: int) -> None:
        page = await self._scene.page()
        if not is_own(page.url, self._scene.subject.address):
            return
        path = path_of(page.url)
        snapshot = await page.aria_snapshot(timeout=_SNAPSHOT_MILLISECONDS)
        await self._examine_access(page, path, snapshot)
        await self._time(page)
        await self._collect_links(page)
        self._hear(path)
        self._compare(path, snapshot, step)
        self._scene.camera.keep_words(snapshot, step, part=f"step-{step:02d}.page")

    async def _examine_access(self, page: Page, path: str, snapshot: str) -> None:
        if not self._book.makes(QualityCheck.ACCESSIBILITY):
            return
        digest = hashlib.sha256(at_rest(snapshot).encode("utf-8", "replace")).hexdigest()
        sight = (QualityCheck.ACCESSIBILITY, path, digest)
        if sight not in self._book.found:
            remarks = await remark_on_accessibility(page, path)
            pieces = (await _picture(page),) if remarks else ()
            self._book.found[sight] = tuple(
                Found(page=path, remark=remark, pieces=pieces) for remark in remarks
            )
        self._sights.append(sight)

    async def _time(self, page: Page) -> None:
        checks = [c for c in (QualityCheck.PAGE_WEIGHT, QualityCheck.READY_WITHIN)
                  if self._book.makes(c)]  # fmt: skip
        sights = [(check, path_of(page.url), "") for check in checks]
        if any(sight not in self._book.found for sight in sights):
            timings = await read_timings(page, self._scene.log.parts_of(page))
            for sight in sights:
                remarks = [] if timings is None else self._remarks_on(sight[0], timings)
                self._book.note(sight, remarks)
        self._sights += sights

    def _remarks_on(self, check: QualityCheck, timings: Timings) -> list[Remark]:
        limit = self._book.limit_of(check)
        if check is QualityCheck.PAGE_WEIGHT:
            return remark_on_weight(timings, origin=self._scene.subject.address, limit=limit)
        remarks = remark_on_readiness(timings, limit=limit)
        if remarks and self._book.quality.rule_of(check).bearing is Bearing.DECIDES:
            self._slow[path_of(timings.address)] = timings
            return []
        return remarks

    async def _collect_links(self, page: Page) -> None:
        if self._book.makes(QualityCheck.BROKEN_LINKS):
            for link in await read_links(page, origin=self._scene.subject.address):
                # The page that is there at the end speaks for the links that it still has.
                self._links[link.path] = link

    def _hear(self, path: str) -> None:
        log, origin = self._scene.log, self._scene.subject.address
        faults = log.heard()[self._heard.get(log, 0) :]
        parts = log.missing_parts[self._missing.get(log, 0) :]
        self._heard[log], self._missing[log] = len(log.heard()), len(log.missing_parts)
        for fault in faults if self._book.makes(QualityCheck.BROWSER_ERRORS) else ():
            message = f"On the page {path} the browser reports: {fault.text}. Mend its cause."
            remark = Remark(message=message, is_certain=fault.is_certain)
            self._tell((QualityCheck.BROWSER_ERRORS, path, fault.text), path, [remark])
        own = sorted({path_of(part) for part in parts if is_own(part, origin)})
        if own and self._book.makes(QualityCheck.BROKEN_LINKS):
            remark = Remark(message=words_on_parts(path, own))
            self._tell((QualityCheck.BROKEN_LINKS, path, " ".join(own)), path, [remark])

    def _compare(self, path: str, snapshot: str, step: int) -> None:
        scenario = self._scene.scenario
        name = step_name([one.text for one in scenario.steps], step)
        accepted = self._book.accepted.get(PageName(criterion=scenario.criterion, step=name))
        if accepted is None or not self._book.makes(QualityCheck.PAGE_STRUCTURE):
            return
        message = words_on_change(path, accepted, snapshot)
        if message:
            sight = (QualityCheck.PAGE_STRUCTURE, path, message)
            texts = {"accepted": accepted, "seen": snapshot}
            pieces = tuple(
                Piece(kind="aria", suffix="txt", name=word, content=text.encode("utf-8", "replace"))
                for word, text in texts.items()
            )
            self._book.found[sight] = (
                Found(page=path, remark=Remark(message=message), pieces=pieces),
            )
            self._sights.append(sight)

    async def _hear_the_last(self) -> None:
        """Wait a moment for the errors that the last action set off."""
        await asyncio.sleep(_HELD_SECONDS)
        page = await self._scene.page()
        await read_page(page, "() => 0")  # its answer comes after its errors
        self._hear(path_of(page.url))

    async def _follow_links(self) -> None:
        self._sights += [link_sight(path) for path in self._links]
        if self._links:
            page = await self._scene.page()
            visitor = await open_visitor(page, origin=self._scene.subject.address)
            await LinkWalk(book=self._book, visitor=visitor, page=page).follow(self._links.values())

    async def _load_again(self) -> None:
        limit = self._book.limit_of(QualityCheck.READY_WITHIN)
        for path, timings in self._slow.items():
            remarks = await remark_on_five_loads(self._scene, timings, limit=limit)
            self._book.note((QualityCheck.READY_WITHIN, path, ""), remarks)

    def _tell(self, sight: Sight, page: str, remarks: Sequence[Remark]) -> None:
        self._book.note(sight, remarks, page=page)
        self._sights.append(sight)


async def _picture(page: Page) -> Piece:
    content = await take_picture(page)
    return Piece(kind="screenshot", suffix="jpg", name="accessibility", content=content)
