"""Plays scenarios against running products in one warm browser, and says what was seen."""

import shutil
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path
from tempfile import mkdtemp

from backend.blueprints.blueprint import Scenario
from backend.proof.browser import BrowserSettings, WarmBrowser, open_browser
from backend.proof.chromium import temporary_folder
from backend.proof.early_stop import EarlyStop
from backend.proof.play_order import PlayOrder
from backend.proof.playing import Playing
from backend.proof.results import Attempt, CriterionResult
from backend.proof.subject_pool import SubjectPool


class Prover:
    """One warm browser that proves one set of scenarios after the other."""

    def __init__(self, browser: WarmBrowser, settings: BrowserSettings) -> None:
        self._browser = browser
        self._settings = settings

    @property
    def browser(self) -> WarmBrowser:
        """The browser, for what it says about itself."""
        return self._browser

    async def prove(
        self, scenarios: Sequence[Scenario], subjects: SubjectPool, order: PlayOrder
    ) -> list[CriterionResult]:
        """Return what each scenario comes to, in the order given.

        What rests on something that has failed already is not attempted, and says so.
        """
        stop = EarlyStop()
        played = await self.play(scenarios, subjects, replace(order, stop=stop))
        return stop.concluded(scenarios, played)

    async def play(
        self, scenarios: Sequence[Scenario], subjects: SubjectPool, order: PlayOrder
    ) -> list[tuple[Attempt, ...]]:
        """Play every scenario and return its attempts, in the order given.

        The subjects stay with whoever opened their pool, so that one play can follow another.
        """
        videos = Path(
            mkdtemp(prefix="videos-", dir=temporary_folder(self._settings.folder.resolve()))
        )
        playing = Playing(
            browser=self._browser,
            settings=self._settings,
            order=order,
            subjects=subjects,
            videos=videos,
        )
        try:
            return await playing.play(scenarios)
        finally:
            shutil.rmtree(videos, ignore_errors=True)


@asynccontextmanager
async def open_prover(settings: BrowserSettings) -> AsyncIterator[Prover]:
    """Start the browser for one or many runs; raise BrowserUnavailableError when it cannot."""
    async with open_browser(settings) as browser:
        yield Prover(browser, settings)
