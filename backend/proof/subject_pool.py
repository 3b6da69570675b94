"""Keeps clean products at hand: while scenarios run, used ones are put back in the background."""

import asyncio
from collections.abc import Sequence
from contextlib import suppress

from backend.proof.errors import ResetFailedError, SubjectError
from backend.proof.subject import SUBJECT_FAULTS, Subject


class SubjectPool:
    """Hands out subjects on just-started data, each to one scenario at a time."""

    def __init__(self, subjects: Sequence[Subject], *, are_fresh: bool) -> None:
        self._ready: asyncio.Queue[tuple[Subject, Exception | None]] = asyncio.Queue()
        self._resets: set[asyncio.Task[None]] = set()
        for subject in subjects:
            if are_fresh:
                self._ready.put_nowait((subject, None))
            else:
                self.give_back(subject)

    async def take(self) -> Subject:
        """Return the next clean subject; raise SubjectError when it could not be put back.

        What nobody foresaw while it was put back is raised as it is: it ends the whole run.
        """
        subject, error = await self._ready.get()
        if isinstance(error, SubjectError):
            self.give_back(subject)  # the next scenario tries again
        if error is not None:
            raise error
        return subject

    def give_back(self, subject: Subject, *, has_moved_clock: bool = False) -> None:
        """Put a used subject back to just-started, in the background."""
        reset = asyncio.create_task(self._reset(subject, has_moved_clock=has_moved_clock))
        self._resets.add(reset)
        reset.add_done_callback(self._resets.discard)

    async def close(self) -> None:
        """Stop putting back; nobody needs the subjects any more."""
        resets = list(self._resets)
        for reset in resets:
            reset.cancel()
        for reset in resets:
            with suppress(asyncio.CancelledError):
                await reset

    async def _reset(self, subject: Subject, *, has_moved_clock: bool) -> None:
        try:
            if has_moved_clock:
                await subject.set_clock(None)
            await subject.reset()
        except SUBJECT_FAULTS as error:
            self._ready.put_nowait((subject, ResetFailedError(str(error))))
        except Exception as error:  # noqa: BLE001  # whoever waits for it would wait for ever
            self._ready.put_nowait((subject, error))
        else:
            self._ready.put_nowait((subject, None))
