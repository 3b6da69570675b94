"""Runs scenarios against running products and says, criterion by criterion, what was seen."""

import asyncio
import shutil
from collections.abc import AsyncIterator, Callable, Coroutine, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from tempfile import mkdtemp

from backend.blueprints.blueprint import Blueprint, Scenario
from backend.blueprints.product_kinds import needs_browser
from backend.proof.attempt import AttemptRun
from backend.proof.baselines import NONE_ACCEPTED, Baselines, with_pictures_compared
from backend.proof.browser import BrowserSettings, WarmBrowser, open_browser
from backend.proof.camera import Camera
from backend.proof.chromium import temporary_folder
from backend.proof.errors import ProofError, SubjectError
from backend.proof.evidence import EvidenceFolder
from backend.proof.page_map import PageMap
from backend.proof.results import Attempt, CriterionResult, Verdict
from backend.proof.scene import Run, Scene
from backend.proof.subject import Subject
from backend.proof.subject_pool import SubjectPool
from backend.proof.verdicts import concluded, unplayed, with_evidence_checked

_ATTEMPTS = 2


class Recording(StrEnum):
    """Which attempts pictures and video are kept of; the verdicts are the same."""

    FULL = "full"
    FAILURES = "failures"  # only of the second attempt, which a failure is followed by
    NONE = "none"

    def keeps(self, attempt: int) -> bool:
        """Whether the attempt of this number, from 1, leaves evidence."""
        return self is Recording.FULL or (self is Recording.FAILURES and attempt > 1)


@dataclass(frozen=True, kw_only=True)
class ScenarioProgress:
    """What a watcher is told: a scenario began (verdict None) or ended."""

    criterion: str
    name: str
    verdict: Verdict | None
    done: int
    total: int


Watcher = Callable[[ScenarioProgress], None]


class Prover:
    """One warm browser that proves one set of scenarios after the other."""

    def __init__(self, browser: WarmBrowser, settings: BrowserSettings) -> None:
        self._browser = browser
        self._settings = settings

    @property
    def browser(self) -> WarmBrowser:
        """The browser, for what it says about itself."""
        return self._browser

    async def run(  # noqa: PLR0913  # each is a part of the order
        self,
        scenarios: Sequence[Scenario],
        subjects: Sequence[Subject],
        *,
        blueprint: Blueprint,
        folder: Path,
        recording: Recording = Recording.FULL,
        baselines: Baselines = NONE_ACCEPTED,
        progress: Watcher | None = None,
        subjects_are_fresh: bool = False,
    ) -> list[CriterionResult]:
        """Run every scenario and return its result, in the order given.

        Evidence is written below `folder`. The pictures of look-like steps are compared with the
        `baselines`; one that has none is a first one. `subjects_are_fresh` says that they stand on
        just-started data already; otherwise each is reset before its first scenario.
        """
        if not scenarios:
            return []
        if not subjects:
            raise ProofError("There is no running product to run the scenarios on.")
        videos = Path(
            mkdtemp(prefix="videos-", dir=temporary_folder(self._settings.folder.resolve()))
        )
        pool = SubjectPool(subjects, are_fresh=subjects_are_fresh)
        proving = _Proving(
            browser=self._browser,
            settings=self._settings,
            run=Run(
                blueprint=blueprint,
                pages=PageMap(blueprint.pages),
                step_seconds=self._settings.step_seconds,
                command_seconds=self._settings.command_seconds,
            ),
            pool=pool,
            folder=folder,
            recording=recording,
            baselines=baselines,
            videos=videos,
            told=_Told(progress, total=len(scenarios)),
        )
        try:
            return await _together([proving.criterion(scenario) for scenario in scenarios])
        finally:
            await pool.close()
            shutil.rmtree(videos, ignore_errors=True)


class _Told:
    """Tells the watcher, and counts."""

    def __init__(self, watcher: Watcher | None, *, total: int) -> None:
        self._watcher = watcher
        self._total = total
        self._done = 0

    def tell(self, scenario: Scenario, verdict: Verdict | None) -> None:
        self._done += verdict is not None
        if self._watcher is not None:
            self._watcher(
                ScenarioProgress(
                    criterion=scenario.criterion,
                    name=scenario.name,
                    verdict=verdict,
                    done=self._done,
                    total=self._total,
                )
            )


@dataclass(kw_only=True)
class _Proving:
    """One run under way: its lanes, its clean subjects and where its evidence goes."""

    browser: WarmBrowser
    settings: BrowserSettings
    run: Run
    pool: SubjectPool
    folder: Path
    recording: Recording
    baselines: Baselines
    videos: Path
    told: _Told

    def __post_init__(self) -> None:
        self._lanes = asyncio.Semaphore(self.settings.lanes)

    async def criterion(self, scenario: Scenario) -> CriterionResult:
        """Attempt a scenario, and once more when it did not pass; every attempt is kept."""
        attempts: list[Attempt] = []
        while len(attempts) < _ATTEMPTS:
            attempt = await self._attempt(scenario, number=len(attempts) + 1, told=not attempts)
            if self.recording.keeps(attempt.number):
                attempt = with_evidence_checked(attempt, self.folder)
                attempt = await self._compared(scenario, attempt)
            attempts.append(attempt)
            if attempt.verdict is Verdict.PASSED:
                break
        result = concluded(scenario, attempts)
        self.told.tell(scenario, result.verdict)
        return result

    async def _compared(self, scenario: Scenario, attempt: Attempt) -> Attempt:
        if not self.baselines or not any(step.look for step in attempt.steps):
            return attempt
        return await asyncio.to_thread(
            with_pictures_compared,
            attempt,
            self.baselines,
            criterion=scenario.criterion,
            folder=self.folder,
        )

    async def _attempt(self, scenario: Scenario, *, number: int, told: bool) -> Attempt:
        try:
            subject = await self.pool.take()
        except SubjectError as error:
            message = f"The product could not be put back to just-started: {error}"
            return unplayed(scenario, number=number, message=message)
        if told:
            self.told.tell(scenario, None)
        scene: Scene | None = None
        try:
            folder = self._evidence_folder(scenario, number)
            scene = await self._scene(scenario, subject, folder)
            return await self._play(scene, number, folder)
        finally:
            self.pool.give_back(
                subject, has_moved_clock=scene is not None and scene.has_moved_clock
            )

    def _evidence_folder(self, scenario: Scenario, number: int) -> EvidenceFolder | None:
        if not self.recording.keeps(number):
            return None
        return EvidenceFolder(self.folder, criterion=scenario.criterion, attempt=number)

    async def _scene(
        self, scenario: Scenario, subject: Subject, folder: EvidenceFolder | None
    ) -> Scene:
        return Scene(
            run=self.run,
            scenario=scenario,
            subject=subject,
            browser=await self.browser.get() if _has_pages(scenario) else None,
            camera=Camera(folder),
            video_folder=str(self.videos) if folder is not None else None,
        )

    async def _play(self, scene: Scene, number: int, folder: EvidenceFolder | None) -> Attempt:
        """Only the steps occupy a lane: holding, closing and the end of the video do not."""
        attempt = AttemptRun(
            scene=scene,
            number=number,
            folder=folder,
            scenario_seconds=self._limit(scene.scenario),
        )
        try:
            async with self._lanes:
                await attempt.play()
        finally:
            await attempt.finish()
        return attempt.result()

    def _limit(self, scenario: Scenario) -> float:
        if "@slow" in scenario.tags:
            return self.settings.slow_scenario_seconds
        return self.settings.scenario_seconds


def _has_pages(scenario: Scenario) -> bool:
    return any(needs_browser(step.expression) for step in scenario.steps)


async def _together(
    coroutines: Sequence[Coroutine[None, None, CriterionResult]],
) -> list[CriterionResult]:
    """Run all at once; when one breaks or the caller cancels, none is left behind."""
    tasks = [asyncio.create_task(coroutine) for coroutine in coroutines]
    try:
        return list(await asyncio.gather(*tasks))
    finally:
        for task in tasks:
            if not task.cancelling():  # a second cancel would break off the tidying up
                task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


@asynccontextmanager
async def open_prover(settings: BrowserSettings) -> AsyncIterator[Prover]:
    """Start the browser for one or many runs; raise BrowserUnavailableError when it cannot."""
    async with open_browser(settings) as browser:
        yield Prover(browser, settings)
