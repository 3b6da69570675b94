"""Plays one scenario once, step by step, and tells what happened as a value."""

import asyncio
import time
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Protocol

from playwright.async_api import Error as PlaywrightError
from playwright.async_api import Page

from backend.blueprints.blueprint import Step, StepKind
from backend.blueprints.product_kinds import leaves_transcript, needs_browser
from backend.proof import words
from backend.proof.camera import Camera
from backend.proof.companion import Company
from backend.proof.dialogs import DIALOG_STEPS
from backend.proof.errors import SeedRefusedError, StepFailedError
from backend.proof.evidence import EvidenceFolder, file_words
from backend.proof.handlers import HANDLERS
from backend.proof.outside import Outside
from backend.proof.remembered_values import filled
from backend.proof.results import Attempt, Evidence, StepResult, Verdict
from backend.proof.scene import Handler, Scene
from backend.proof.steps_windows import WINDOW_CHANGES
from backend.proof.subject import SUBJECT_FAULTS
from backend.proof.transcript import Transcripts
from backend.proof.windows import WindowVideo

_LONGEST_STEP_SECONDS = 30.0
_CLOSING_SECONDS = 15.0
_AT_ONCE_SECONDS = 0.1
# They have limits of their own, or wait as long as their author says.
_PATIENT_STEPS = frozenset({"C03", "H01", "H02", "H11", "H13", "L01", "L02"})
# On the browser's empty page whatever should not be seen is not seen.
_NOTHING_OPEN = (
    "No page has been opened yet, so nothing can be seen. "
    "Begin with a step such as 'the app is open'."
)


@dataclass(kw_only=True)
class _Played:
    """A step's outcome, while later steps may still overthrow it."""

    verdict: Verdict = Verdict.NOT_RUN
    message: str = ""
    milliseconds: int = 0


class Onlooker(Protocol):
    """Whoever looks at the pages of a scenario beside its steps; looking never fails it."""

    async def look(self, step: int) -> None:
        """Look at the page that the checks up to this step, from 1, have just seen."""

    async def finish(self) -> None:
        """Do what would disturb the steps, now that all of them have held."""


@dataclass(kw_only=True)
class AttemptRun:
    """One run of a scenario on a clean subject in clean windows."""

    scene: Scene
    number: int
    folder: EvidenceFolder | None
    scenario_seconds: float
    onlooker: Onlooker | None = None
    company: Company = field(default_factory=Company)
    started: float = field(default_factory=time.monotonic)
    _played: list[_Played] = field(default_factory=list)
    _evidence: list[Evidence] = field(default_factory=list)

    def __post_init__(self) -> None:
        """Keep transcripts where the other evidence lies."""
        self._transcripts = Transcripts(self.folder)

    async def play(self) -> None:
        """Run the steps until one fails."""
        self._played = [_Played() for _ in self._steps]
        try:
            patience = self.scenario_seconds + self.company.patience_seconds
            async with asyncio.timeout(patience) as limit:
                await self.company.begin(self.scene)
                for index, step in enumerate(self._steps):
                    await self.company.before_step(index + 1, step)
                    if not await self._prepare(index, step) or not await self._run(index, step):
                        return
                    await self._be_looked_at(index, limit)
        except TimeoutError:
            self._fail(
                max(self.scene.step_number - 1, 0),
                f"The scenario took longer than {self.scenario_seconds:g} seconds.",
            )

    async def _be_looked_at(self, index: int, limit: asyncio.Timeout) -> None:
        """Let the onlooker see what a group of checks saw; its time is not the scenario's."""
        after = self._steps[index + 1 :]
        ends_checks = not after or after[0].kind is not StepKind.THEN
        if self.onlooker is None or self._steps[index].kind is not StepKind.THEN or not ends_checks:
            return
        now = asyncio.get_running_loop().time
        began, deadline = now(), limit.when()
        limit.reschedule(None)
        await self.onlooker.look(index + 1)
        if not after and await self._settle_absences():
            await self.onlooker.finish()
        limit.reschedule(None if deadline is None else deadline + now() - began)

    async def finish(self) -> None:
        """Hold what must stay away to the end, write down a failure, close the window."""
        try:
            async with asyncio.timeout(_CLOSING_SECONDS):
                await self._settle_absences()
                await self.scene.camera.settle()
                await self._write_down_failure()
        except TimeoutError:
            if self._failed_index is None and self._played:
                self._fail(len(self._played) - 1, "The page no longer answered at the end.")
        finally:
            await self._close()

    def result(self) -> Attempt:
        """Return what happened; an attempt without any check proves nothing."""
        steps = tuple(
            StepResult(
                text=step.text,
                expression=step.expression,
                kind=step.kind.value,
                line=step.line,
                verdict=played.verdict,
                milliseconds=played.milliseconds,
                message=played.message,
                concept=step.concept,
                evidence=(
                    *self.scene.camera.taken(index + 1),
                    *self._transcripts.taken(index + 1),
                ),
                look=self.scene.camera.look(index + 1),
            )
            for index, (step, played) in enumerate(zip(self._steps, self._played, strict=True))
        )
        return Attempt(
            number=self.number,
            verdict=_verdict(steps),
            steps=steps,
            seconds=round(time.monotonic() - self.started, 3),
            evidence=tuple(self._evidence),
            console_errors=tuple(self.scene.windows.console_errors()),
            network_errors=(*self.scene.windows.network_errors(), *self._unscripted_calls()),
            message=_emptiness(self._steps),
        )

    @property
    def _steps(self) -> tuple[Step, ...]:
        return self.scene.scenario.steps

    async def _prepare(self, index: int, step: Step) -> bool:
        """Bring the stage into the state that a step of this kind needs."""
        self.scene.step_number = index + 1
        if step.expression not in DIALOG_STEPS:
            self.scene.dialogs.arm(_dialogs_after(self._steps, index))
        if step.kind is not StepKind.THEN:
            await self._take_picture_before(index)
            await self.scene.camera.settle()
            if not await self._settle_absences():
                return False
        if index and needs_browser(step.expression) and not _is_check(self._steps[index - 1]):
            await self._settle()
        return True

    async def _settle(self) -> None:
        """Let the page show what the last action set off before it is acted on or judged."""
        if self.scene.has_navigated:
            with suppress(PlaywrightError, StepFailedError):
                await self.scene.settle()

    async def _run(self, index: int, step: Step) -> bool:
        played = self._played[index]
        started = time.monotonic()
        camera = self.scene.camera
        # What does not hold at once may see another page: what was seen until now is kept first.
        shutter = asyncio.get_running_loop().call_later(_AT_ONCE_SECONDS, camera.begin)
        try:
            message = await self.message_of(step)
        finally:
            shutter.cancel()
        played.milliseconds = round((time.monotonic() - started) * 1000)
        if leaves_transcript(step.expression):
            account = self.scene.tools.account(step.expression)
            self._transcripts.write(index + 1, step, account, failure=message)
        if message is not None:
            self._fail(index, message)
            return False
        played.verdict = Verdict.PASSED
        if step.kind is StepKind.THEN and needs_browser(step.expression):
            await self._take_picture(index)
        return True

    async def message_of(self, step: Step) -> str | None:
        """Carry out a step; return why it failed, in plain words, or None."""
        said: str | None = None
        try:
            async with asyncio.timeout(self._limit(step)):
                await _handler(self.scene, step)(
                    self.scene, filled(step, self.scene.tools.remembered)
                )
        except StepFailedError as error:
            said = await self._explained(error)
        except SeedRefusedError as error:
            said = f"The product refused these rows: {words.shorten(str(error))}"
        except TimeoutError:
            said = f"The step did not end within {self._limit(step):g} seconds."
        except SUBJECT_FAULTS as error:
            said = f"The product could not be used: {words.shorten(str(error))}"
        except PlaywrightError as error:
            said = words.plain(error)
        if said is None or step.expression in WINDOW_CHANGES:
            return said
        return self._with_place(said)

    def _with_place(self, said: str) -> str:
        """Say in whose window it happened, where there are several."""
        (placed,) = self.scene.windows.said_of(self.scene.windows.current, [said])
        return placed

    def _limit(self, step: Step) -> float:
        return self.scenario_seconds if step.expression in _PATIENT_STEPS else _LONGEST_STEP_SECONDS

    async def _explained(self, error: StepFailedError) -> str:
        """Add what the page does offer, and what the browser asked that nobody answered."""
        said = error.message
        if error.offers:
            snapshot = await self._snapshot()
            said += f" It offers: {words.offers(snapshot, error.offers)}." if snapshot else ""
        if self.scene.dialogs.unexpected:
            asked = words.quoted(self.scene.dialogs.unexpected)
            said += f" The browser asked {asked}, and no step answers: write 'I accept the dialog'."
        return said

    async def _take_picture(self, index: int) -> None:
        if self.scene.camera.is_recording and not self.scene.camera.taken(index + 1):
            with suppress(PlaywrightError, StepFailedError):
                self.scene.camera.owe(await self.scene.page(), index + 1)

    async def _take_picture_before(self, index: int) -> None:
        """Keep the page as it is before the first action, as evidence of the step before it.

        Only a second try does: what holds at once is not made slower. A check has its own picture.
        """
        kinds = [step.kind for step in self._steps[: index + 1]]
        is_first_action = kinds[-1] is StepKind.WHEN and kinds.count(StepKind.WHEN) == 1
        follows_given = kinds[-2:-1] == [StepKind.GIVEN]
        if self.number > 1 and is_first_action and follows_given and self.scene.has_navigated:
            await self._take_picture(index - 1)

    async def _settle_absences(self) -> bool:
        try:
            broken = await self.scene.absences.settle()
        except PlaywrightError as error:
            self._fail(max(self.scene.step_number - 1, 0), words.plain(error))
            return False
        if broken is not None:
            number, fault = broken
            said = f"It was gone and came back: {fault.message}"
            self._fail(number - 1, self._with_place(said))
        return broken is None

    @property
    def _failed_index(self) -> int | None:
        verdicts = [played.verdict for played in self._played]
        return verdicts.index(Verdict.FAILED) if Verdict.FAILED in verdicts else None

    @property
    def _fault(self) -> str:
        index = self._failed_index
        return "" if index is None else self._played[index].message

    def _fail(self, index: int, message: str) -> None:
        if 0 <= index < len(self._played):
            self._played[index].verdict = Verdict.FAILED
            self._played[index].message = message

    async def _write_down_failure(self) -> None:
        index = self._failed_index
        page = await self._living_page()
        if index is None or page is None:
            return
        self.scene.camera.owe(page, index + 1)
        await self.scene.camera.settle()
        await self.scene.camera.write_down(page, index + 1)

    async def _snapshot(self) -> str:
        page = await self._living_page()
        return "" if page is None else await Camera(None).write_down(page, 0)

    async def _living_page(self) -> Page | None:
        with suppress(PlaywrightError, StepFailedError):
            return await self.scene.page()
        return None

    async def _close(self) -> None:
        """Close the windows, whatever happened; their videos are complete only then."""
        await self.scene.absences.drop()
        await self.scene.camera.drop()
        with suppress(TimeoutError):
            async with asyncio.timeout(_CLOSING_SECONDS):
                await self.company.end(self._fault)
        try:
            async with asyncio.timeout(_CLOSING_SECONDS):
                videos = await self.scene.close()
        except (TimeoutError, PlaywrightError):
            return
        if self.folder is not None:
            self._evidence += _keep_videos(self.folder, videos)
            self._evidence += _keep_transcripts(self.folder, self.scene.outside)

    def _unscripted_calls(self) -> list[str]:
        return [
            f'The "{service.name}" service: {call} was answered 503, no step says what it answers.'
            for service in self.scene.outside.services.values()
            for call in service.unscripted
        ]


def _keep_videos(folder: EvidenceFolder, videos: list[WindowVideo]) -> list[Evidence]:
    kept = []
    for number, video in enumerate(videos, start=1):
        part = f"window-{number}" if number > 1 else ""
        if video.owner:
            part += f".{file_words(video.owner)}"
        with suppress(OSError):
            kept.append(folder.take(video.path, kind="video", suffix="webm", part=part))
    return kept


def _keep_transcripts(folder: EvidenceFolder, outside: Outside) -> list[Evidence]:
    kept = []
    for number, service in enumerate(outside.services.values(), start=1):
        said = service.transcript()
        if said:
            part = f"service-{number}.{file_words(service.name)}"
            content = said.encode("utf-8", "replace")
            kept.append(folder.write(content, kind="transcript", suffix="txt", part=part))
    return kept


def _handler(scene: Scene, step: Step) -> Handler:
    looks = _is_check(step) and needs_browser(step.expression)
    if looks and not scene.has_navigated:
        raise StepFailedError(_NOTHING_OPEN)
    if step.expression not in HANDLERS:
        raise StepFailedError(f"The step {step.expression} is known, but not yet available.")
    return HANDLERS[step.expression]


def _is_check(step: Step) -> bool:
    return step.kind is StepKind.THEN


def _dialogs_after(steps: tuple[Step, ...], index: int) -> list[Step]:
    found = []
    for step in steps[index + 1 :]:
        if step.expression not in DIALOG_STEPS:
            break
        found.append(step)
    return found


def _verdict(steps: tuple[StepResult, ...]) -> Verdict:
    has_check = any(step.kind == StepKind.THEN.value for step in steps)
    all_passed = all(step.verdict is Verdict.PASSED for step in steps)
    return Verdict.PASSED if has_check and all_passed else Verdict.FAILED


def _emptiness(steps: tuple[Step, ...]) -> str:
    if not steps:
        return "The scenario has no steps, so it shows nothing."
    if not any(step.kind is StepKind.THEN for step in steps):
        return "The scenario has no Then step, so it shows nothing."
    return ""
