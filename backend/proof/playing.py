"""Schedules one play: every scenario on a clean subject, a second time where the first failed."""

import asyncio
from collections.abc import Coroutine, Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import mkdtemp

from backend.blueprints.blueprint import Scenario
from backend.blueprints.product_kinds import needs_browser
from backend.proof.attempt import AttemptRun
from backend.proof.baselines import with_pictures_compared
from backend.proof.browser import BrowserSettings, WarmBrowser
from backend.proof.camera import Camera
from backend.proof.companion import Company
from backend.proof.errors import NoSubjectLeftError, SubjectError
from backend.proof.evidence import EvidenceFolder
from backend.proof.looker import Looker
from backend.proof.page_map import PageMap
from backend.proof.play_order import PlayOrder, ScenarioProgress, Watcher
from backend.proof.results import Attempt, Verdict
from backend.proof.scene import Run, Scene
from backend.proof.subject import Subject
from backend.proof.subject_pool import SubjectPool
from backend.proof.tracer import Tracer, with_trace
from backend.proof.verdicts import unplayed, verdict_of, with_evidence_checked


class _Told:
    """Tells the watcher, and counts."""

    def __init__(self, watcher: Watcher | None) -> None:
        self._watcher = watcher
        self.total = 0
        self._done = 0

    def tell(
        self,
        scenario: Scenario,
        verdict: Verdict | None,
        attempts: Sequence[Attempt] = (),
        *,
        message: str = "",
    ) -> None:
        self._done += verdict is not None
        if self._watcher is not None:
            self._watcher(
                ScenarioProgress(
                    criterion=scenario.criterion,
                    name=scenario.name,
                    verdict=verdict,
                    done=self._done,
                    total=self.total,
                    attempts=tuple(attempts),
                    message=message,
                )
            )


@dataclass(kw_only=True)
class Playing:
    """One play under way: its lanes, its clean subjects and where its evidence goes."""

    browser: WarmBrowser
    settings: BrowserSettings
    order: PlayOrder
    subjects: SubjectPool
    videos: Path

    def __post_init__(self) -> None:
        self._told = _Told(self.order.progress)
        self._lanes = asyncio.Semaphore(self.order.lanes or self.settings.lanes)
        self._begun = asyncio.Semaphore(self.subjects.size)
        blueprint = self.order.blueprint
        self._run = Run(
            blueprint=blueprint,
            pages=PageMap(blueprint.pages),
            step_seconds=self.settings.step_seconds,
            command_seconds=self.settings.command_seconds,
        )

    async def play(self, scenarios: Sequence[Scenario]) -> list[tuple[Attempt, ...]]:
        """Attempt every scenario and return their attempts, in the order given."""
        self._told.total = len(scenarios)
        return await _together([self._when_due(scenario) for scenario in scenarios])

    async def _when_due(self, scenario: Scenario) -> tuple[Attempt, ...]:
        """Attempt a scenario, and once more when it did not pass; every attempt is kept.

        The second attempt comes before what has not begun, which may rest on the same.
        """
        async with self._begun:
            return await self._attempts_of(scenario)

    async def _attempts_of(self, scenario: Scenario) -> tuple[Attempt, ...]:
        earlier = self.order.earlier.get(scenario.criterion, ())
        attempts = list(earlier)
        while len(attempts) < len(earlier) + self.order.tries:
            number = len(attempts) + 1
            is_first = len(attempts) == len(earlier)
            attempt = await self._attempt(scenario, number=number, is_first=is_first)
            if attempt is None:
                break
            attempts.append(await self._checked(scenario, attempt))
            if attempts[-1].verdict is Verdict.PASSED:
                break
        return self._ended(scenario, attempts, new=len(attempts) - len(earlier))

    def _ended(
        self, scenario: Scenario, attempts: Sequence[Attempt], *, new: int
    ) -> tuple[Attempt, ...]:
        """Tell how a scenario ended; without an attempt of its own it was not run."""
        kept = tuple(attempts) if new else ()
        stop = self.order.stop
        if stop is not None and new == self.order.tries:
            stop.note(scenario, kept[-new:])
        why = stop.reason(scenario) if stop is not None and not kept else None
        self._told.tell(scenario, verdict_of(kept), kept, message=why or "")
        return kept

    async def _checked(self, scenario: Scenario, attempt: Attempt) -> Attempt:
        recording, folder = self.order.recording, self.order.folder
        if not recording.keeps(attempt.number):
            return attempt
        is_filmed = recording.films(attempt.number)
        return await self._compared(
            scenario, with_evidence_checked(attempt, folder, is_filmed=is_filmed)
        )

    async def _compared(self, scenario: Scenario, attempt: Attempt) -> Attempt:
        if not self.order.baselines or not any(step.look for step in attempt.steps):
            return attempt
        return await asyncio.to_thread(
            with_pictures_compared,
            attempt,
            self.order.baselines,
            criterion=scenario.criterion,
            folder=self.order.folder,
        )

    async def _attempt(self, scenario: Scenario, *, number: int, is_first: bool) -> Attempt | None:
        """Attempt a scenario once; None when it need not or cannot be run any more."""
        stop = self.order.stop
        try:
            subject = await self.subjects.take()
        except SubjectError as error:
            if stop is not None and isinstance(error, NoSubjectLeftError):
                stop.note_gone(str(error))
                return None
            message = f"The product could not be put back to just-started: {error}"
            return unplayed(scenario, number=number, message=message)
        if is_first and stop is not None and stop.reason(scenario):
            self.subjects.give_back_unused(subject)
            return None
        if is_first:
            self._told.tell(scenario, None)
        scene: Scene | None = None
        try:
            folder = self._evidence_folder(scenario, number)
            is_filmed = self.order.recording.films(number)
            scene = await self._scene(scenario, subject, folder, is_filmed=is_filmed)
            return await self._play(scene, number, folder)
        finally:
            self.subjects.give_back(
                subject, has_moved_clock=scene is not None and scene.has_moved_clock
            )

    def _evidence_folder(self, scenario: Scenario, number: int) -> EvidenceFolder | None:
        if self.order.looks is not None:
            return self.order.looks.evidence_folder(scenario)
        if not self.order.recording.keeps(number):
            return None
        return EvidenceFolder(self.order.folder, criterion=scenario.criterion, attempt=number)

    async def _scene(
        self,
        scenario: Scenario,
        subject: Subject,
        folder: EvidenceFolder | None,
        *,
        is_filmed: bool,
    ) -> Scene:
        return Scene(
            run=self._run,
            scenario=scenario,
            subject=subject,
            browser=await self.browser.get() if _has_pages(scenario) else None,
            camera=Camera(folder, shows_failures_only=self.order.looks is not None),
            video_folder=str(self.videos) if is_filmed else None,
        )

    async def _play(self, scene: Scene, number: int, folder: EvidenceFolder | None) -> Attempt:
        """Only the steps occupy a lane: holding, closing and the end of the video do not.

        What failed once is traced the second time; the first would be slower for it.
        """
        looks = self.order.looks
        tracer = self._tracer() if folder is not None and number > 1 else None
        traces = [tracer] if tracer is not None else []
        attempt = AttemptRun(
            scene=scene,
            number=number,
            folder=folder,
            scenario_seconds=self._limit(scene.scenario),
            onlooker=None if looks is None else Looker(looks, scene),
            company=Company([*self.order.companions(scene.scenario), *traces]),
        )
        try:
            async with self._lanes:
                await attempt.play()
        finally:
            await attempt.finish()
        if tracer is None or folder is None:
            return attempt.result()
        return with_trace(attempt.result(), tracer, folder)

    def _tracer(self) -> Tracer:
        return Tracer(Path(mkdtemp(dir=self.videos)) / "trace.zip")

    def _limit(self, scenario: Scenario) -> float:
        if "@slow" in scenario.tags:
            return self.settings.slow_scenario_seconds
        return self.settings.scenario_seconds


def _has_pages(scenario: Scenario) -> bool:
    return any(needs_browser(step.expression) for step in scenario.steps)


async def _together(
    coroutines: Sequence[Coroutine[None, None, tuple[Attempt, ...]]],
) -> list[tuple[Attempt, ...]]:
    """Run all at once; when one breaks or the caller cancels, none is left behind."""
    tasks = [asyncio.create_task(coroutine) for coroutine in coroutines]
    try:
        return list(await asyncio.gather(*tasks))
    finally:
        for task in tasks:
            if not task.cancelling():  # a second cancel would break off the tidying up
                task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
