"""Whoever waits for a clean product gets one, or is told why there is none."""

import asyncio
from datetime import datetime

import pytest

from backend.proof.errors import NoSubjectLeftError, ResetFailedError
from backend.proof.subject_pool import SubjectPool

PATIENCE_SECONDS = 5.0


class Resettable:
    """A product that can only be put back, or not."""

    address = "http://nowhere"

    def __init__(self, *faults: Exception) -> None:
        self._faults = list(faults)

    async def reset(self) -> None:
        if self._faults:
            raise self._faults.pop(0)

    async def seed(self, entity: str, rows: list[dict[str, str]]) -> None:
        raise NotImplementedError

    async def set_clock(self, instant: datetime | None) -> None:
        raise NotImplementedError


async def take(pool: SubjectPool) -> object:
    return await asyncio.wait_for(pool.take(), PATIENCE_SECONDS)


async def test_a_product_that_could_not_be_put_back_is_tried_again_for_the_next() -> None:
    subject = Resettable(ResetFailedError("busy"))
    pool = SubjectPool([subject], are_fresh=False)

    with pytest.raises(ResetFailedError, match="busy"):
        await take(pool)

    assert await take(pool) is subject
    await pool.close()


async def test_a_fault_that_nobody_foresaw_reaches_who_waits() -> None:
    pool = SubjectPool([Resettable(ZeroDivisionError())], are_fresh=False)

    with pytest.raises(ZeroDivisionError):
        await take(pool)
    await pool.close()


async def test_what_cannot_be_put_back_twice_in_a_row_is_not_handed_out_any_more() -> None:
    broken = Resettable(*[ResetFailedError("the disk is full")] * 9)
    sound = Resettable()
    pool = SubjectPool([broken, sound], are_fresh=False)
    served = []

    for _ in range(6):
        try:
            subject = await take(pool)
        except ResetFailedError:
            served.append("none")
        else:
            served.append("sound" if subject is sound else "broken")
            pool.give_back(sound)

    assert served.count("none") == 2
    assert served.count("sound") == 4
    await pool.close()


async def test_when_none_is_left_everybody_who_waits_is_told_why() -> None:
    pool = SubjectPool([Resettable(*[ResetFailedError("full")] * 9)], are_fresh=False)

    waiting = await asyncio.gather(*(take(pool) for _ in range(5)), return_exceptions=True)
    later = await asyncio.gather(take(pool), return_exceptions=True)

    kinds = [type(error) for error in (*waiting, *later)]
    assert kinds == [ResetFailedError] * 2 + [NoSubjectLeftError] * 4
    assert {str(error) for error in waiting} == {"full"}
    await pool.close()
