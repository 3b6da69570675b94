"""Keeps clean products at hand: while scenarios run, used ones are put back in the background."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, suppress

from backend.proof.errors import NoSubjectLeftError, ProofError, ResetFailedError, SubjectError
from backend.proof.subject import SUBJECT_FAULTS, Subject

_MOST_FAULTS_IN_A_ROW = 2


class SubjectPool:
    """Hands out subjects on just-started data, each to one scenario at a time.

    One that cannot be put back twice in a row is out of order and not handed out any more.
    """

    def __init__(self, subjects: Sequence[Subject], *, are_fresh: bool) -> None:
        """Put back what does not stand on just-started data yet."""
        if not subjects:
            raise ProofError("There is no running product to run the scenarios on.")
        self._ready: asyncio.Queue[tuple[Subject, Exception | None]] = asyncio.Queue()
        self._resets: set[asyncio.Task[None]] = set()
        self._faults: Counter[int] = Counter()
        self.size = self._left = len(subjects)
        self._last_fault = ""
        for subject in subjects:
            if are_fresh:
                self._ready.put_nowait((subject, None))
            else:
                self.give_back(subject)

    async def take(self) -> Subject:
        """Return the next clean subject; raise SubjectError when it could not be put back.

        Raises NoSubjectLeftError when all are out of order. What nobody foresaw while it was put
        back is raised as it is: it ends the whole run.
        """
        if not self._left:
            raise NoSubjectLeftError(self._last_fault)
        subject, error = await self._ready.get()
        if isinstance(error, NoSubjectLeftError):
            self._ready.put_nowait((subject, error))  # for whoever else waits
        elif isinstance(error, SubjectError):
            self._try_again(subject, error)
        if error is not None:
            raise error
        return subject

    def give_back(self, subject: Subject, *, has_moved_clock: bool = False) -> None:
        """Put a used subject back to just-started, in the background."""
        reset = asyncio.create_task(self._reset(subject, has_moved_clock=has_moved_clock))
        self._resets.add(reset)
        reset.add_done_callback(self._resets.discard)

    def give_back_unused(self, subject: Subject) -> None:
        """Hand a subject to the next as it is: nothing was done to it."""
        self._ready.put_nowait((subject, None))

    async def close(self) -> None:
        """Stop putting back; nobody needs the subjects any more."""
        resets = list(self._resets)
        for reset in resets:
            reset.cancel()
        for reset in resets:
            with suppress(asyncio.CancelledError):
                await reset

    def _try_again(self, subject: Subject, error: SubjectError) -> None:
        """Put it back once more for the next scenario, unless that has failed before."""
        if self._faults[id(subject)] < _MOST_FAULTS_IN_A_ROW:
            self.give_back(subject)
            return
        self._left -= 1
        self._last_fault = str(error)
        if not self._left:
            self._ready.put_nowait((subject, NoSubjectLeftError(self._last_fault)))

    async def _reset(self, subject: Subject, *, has_moved_clock: bool) -> None:
        try:
            if has_moved_clock:
                await subject.set_clock(None)
            await subject.reset()
        except SUBJECT_FAULTS as error:
            self._faults[id(subject)] += 1
            self._ready.put_nowait((subject, ResetFailedError(str(error))))
        except Exception as error:  # noqa: BLE001  # whoever waits for it would wait for ever
            self._ready.put_nowait((subject, error))
        else:
            self._faults[id(subject)] = 0
            self._ready.put_nowait((subject, None))


@asynccontextmanager
async def open_pool(
    subjects: Sequence[Subject], *, are_fresh: bool = True
) -> AsyncIterator[SubjectPool]:
    """Keep products at hand, one clean one after the other, for all that is played on them."""
    pool = SubjectPool(subjects, are_fresh=are_fresh)
    try:
        yield pool
    finally:
        await pool.close()
