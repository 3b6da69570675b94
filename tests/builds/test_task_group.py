"""A fault among tasks that run side by side arrives as itself."""

import asyncio

import pytest

from backend.builds.task_group import open_task_group


class FaultError(Exception):
    """What a stage tells apart by its class."""


async def fail() -> None:
    raise FaultError


async def test_the_fault_of_a_task_arrives_as_itself_and_stops_the_body() -> None:
    async def work() -> None:
        async with open_task_group() as group:
            group.create_task(fail())
            await asyncio.Event().wait()

    with pytest.raises(FaultError):
        await work()


async def test_the_fault_of_the_body_arrives_as_itself_and_stops_the_tasks() -> None:
    stopped = asyncio.Event()

    async def work() -> None:
        try:
            await asyncio.Event().wait()
        finally:
            stopped.set()

    async def group_up() -> None:
        async with open_task_group() as group:
            group.create_task(work())
            await asyncio.sleep(0)
            await fail()

    with pytest.raises(FaultError):
        await group_up()

    assert stopped.is_set()


async def test_a_cancel_from_outside_stays_a_cancel() -> None:
    async def work() -> None:
        async with open_task_group() as group:
            group.create_task(asyncio.Event().wait())

    task = asyncio.create_task(work())
    await asyncio.sleep(0)
    task.cancel()

    with pytest.raises(asyncio.CancelledError):
        await task
