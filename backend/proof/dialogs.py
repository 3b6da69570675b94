"""The browser's own dialogs: how the next ones are answered, and what they asked.

Without a listener Playwright dismisses them; a listener that only parks one makes the click itself
time out. So the runner looks ahead and arms the answer before the action that brings the dialog.
"""

import asyncio
from collections.abc import Sequence

from playwright.async_api import Dialog

from backend.blueprints.blueprint import Step
from backend.proof.words import shorten

DIALOG_STEPS = frozenset({"A18", "A19", "A28"})


class DialogBook:
    """What was asked, and the answers that are armed: True accepts, False dismisses, or a text."""

    def __init__(self) -> None:
        self.unexpected: list[str] = []
        self._armed: list[bool | str] = []
        self._asked = 0
        self._claimed = 0
        self._arrival = asyncio.Condition()

    def arm(self, steps: Sequence[Step]) -> None:
        """Arm the answers of the dialog steps that directly follow the next action."""
        self._armed = [_answer_of(step) for step in steps]

    async def claim(self, *, within_seconds: float) -> bool:
        """Return whether one more dialog was answered than was claimed before."""
        self._claimed += 1
        try:
            async with asyncio.timeout(within_seconds), self._arrival:
                await self._arrival.wait_for(lambda: self._asked >= self._claimed)
        except TimeoutError:
            return False
        return True

    async def answer(self, dialog: Dialog) -> None:
        """Answer one dialog at once; one that nobody expects is dismissed and remembered."""
        if self._armed:
            await self._give(dialog, self._armed.pop(0))
        elif dialog.type == "beforeunload":
            await dialog.accept()
        else:
            self.unexpected.append(shorten(dialog.message))
            await dialog.dismiss()

    async def _give(self, dialog: Dialog, answer: bool | str) -> None:  # noqa: FBT001  # one of three answers
        if answer is False:
            await dialog.dismiss()
        elif answer is True:
            await dialog.accept()
        else:
            await dialog.accept(answer)
        async with self._arrival:
            self._asked += 1
            self._arrival.notify_all()


def _answer_of(step: Step) -> bool | str:
    if step.expression == "A28":
        return str(step.arguments[0])
    return step.expression == "A18"
