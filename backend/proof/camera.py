"""Takes the pictures of a scenario while its next checks already run.

Checks that hold at once, one after the other, see one and the same page: a single shot, taken after
the last of them and before anything is done, is each one's picture.
"""

import asyncio

from playwright.async_api import Error as PlaywrightError
from playwright.async_api import Page

from backend.proof.evidence import EvidenceFolder, file_words
from backend.proof.pictures import Picture
from backend.proof.results import Evidence, Look

_QUALITY = 80
_PICTURE_MILLISECONDS = 10_000
_SNAPSHOT_MILLISECONDS = 5000

Developed = list[tuple[int, Evidence]]


async def take_picture(page: Page) -> bytes:
    """Return the page as people look at it, a JPEG; nothing is compared with it."""
    return await page.screenshot(
        type="jpeg",
        quality=_QUALITY,
        animations="disabled",
        caret="hide",
        scale="css",
        timeout=_PICTURE_MILLISECONDS,
    )


class Camera:
    """One attempt's pictures; without a folder it takes none.

    One that `shows_failures_only` keeps no picture of a step that holds.
    """

    def __init__(self, folder: EvidenceFolder | None, *, shows_failures_only: bool = False) -> None:
        self._folder = folder
        self._shows_failures_only = shows_failures_only
        self._owed: list[int] = []
        self._owed_page: Page | None = None
        self._under_way: list[asyncio.Task[Developed]] = []
        self._taken: dict[int, list[Evidence]] = {}
        self._looks: dict[int, Look] = {}
        self._names: list[str] = []

    @property
    def is_recording(self) -> bool:
        """Whether pictures of what holds are kept."""
        return self._folder is not None and not self._shows_failures_only

    def owe(self, page: Page, step: int) -> None:
        """Ask for a step's picture; `settle` before the page is touched again."""
        if self._owed and page is not self._owed_page:
            self.begin()
        self._owed.append(step)
        self._owed_page = page

    def begin(self) -> None:
        """Begin the one picture that is owed to all steps since the last."""
        steps, self._owed = self._owed, []
        if steps and self._folder is not None and self._owed_page is not None:
            shot = self._screenshot(self._folder, self._owed_page, steps)
            self._under_way.append(asyncio.create_task(shot))

    async def settle(self) -> None:
        """Wait for the pictures that are owed and those that were begun."""
        self.begin()
        under_way, self._under_way = self._under_way, []
        for developed in await asyncio.gather(*under_way):
            for step, evidence in developed:
                self._taken.setdefault(step, []).append(evidence)

    async def drop(self) -> None:
        """Give up what was begun."""
        self._owed = []
        under_way, self._under_way = self._under_way, []
        for task in under_way:
            task.cancel()
        await asyncio.gather(*under_way, return_exceptions=True)

    def keep(self, picture: Picture, step: int, *, name: str, viewport: str) -> None:
        """Keep the exact picture of a look-like step under the name that the author gave it."""
        if self._folder is None or self._shows_failures_only:
            return
        part = f"step-{step:02d}.{file_words(name)}"
        evidence = self._folder.write(picture.content, kind="picture", suffix="png", part=part)
        self._taken.setdefault(step, []).append(evidence)
        self._names.append(name)
        if (again := self._names.count(name)) > 1:
            name = f"{name} #{again}"  # a name that is used twice stands for two pictures
        self._looks[step] = Look(name=name, viewport=viewport, masks=picture.masks)

    def keep_text(self, text: str, step: int, *, kind: str) -> None:
        """Keep a text that shows what a step saw."""
        if self._folder is not None:
            content = text.encode("utf-8", "replace")
            part = f"step-{step:02d}"
            evidence = self._folder.write(content, kind=kind, suffix="txt", part=part)
            self._taken.setdefault(step, []).append(evidence)

    def look(self, step: int) -> Look | None:
        """Return what a look-like step pictured."""
        return self._looks.get(step)

    async def write_down(self, page: Page, step: int) -> str:
        """Return the page in words (its ARIA snapshot) and keep them; empty when it has died."""
        try:
            snapshot = await page.aria_snapshot(timeout=_SNAPSHOT_MILLISECONDS)
        except PlaywrightError:
            return ""
        self.keep_words(snapshot, step, part=f"step-{step:02d}")
        return snapshot

    def keep_words(self, snapshot: str, step: int, *, part: str) -> None:
        """Keep a page in words as a step's evidence."""
        if self._folder is not None and snapshot:
            content = snapshot.encode("utf-8", "replace")
            evidence = self._folder.write(content, kind="aria", suffix="txt", part=part)
            self._taken.setdefault(step, []).append(evidence)

    def taken(self, step: int) -> tuple[Evidence, ...]:
        """Return a step's pictures and words."""
        return tuple(self._taken.get(step, ()))

    async def _screenshot(self, folder: EvidenceFolder, page: Page, steps: list[int]) -> Developed:
        try:
            content = await take_picture(page)
        except PlaywrightError:
            return []  # missing evidence fails the criterion at the end
        return [
            (step, folder.write(content, kind="screenshot", suffix="jpg", part=f"step-{step:02d}"))
            for step in steps
        ]
