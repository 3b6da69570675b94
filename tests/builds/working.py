"""A worker in the test's own process, on real parts, around a product that the test changes."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from litestar import Litestar
from litestar.testing import AsyncTestClient

from backend.builds.stages import code
from backend.builds.tasks import BuildWorker
from backend.resources import open_resources
from backend.settings import Settings
from backend.worker import open_workbench
from tests.builds.conftest import Caller

SECONDS = 600.0
LOOK_SECONDS = 0.2

Files = dict[str, bytes]
Client = AsyncTestClient[Litestar]


def change_product(patch: pytest.MonkeyPatch, change: Callable[[Files], Files]) -> None:
    """Let the works write another product than the kit would."""
    kit_build = code.build
    patch.setattr(code, "build", lambda data: change(kit_build(data)))


@asynccontextmanager
async def open_worker(settings: Settings, scratch: Path) -> AsyncIterator[BuildWorker]:
    """Work on what is in line until the block ends."""
    async with open_resources(settings) as resources, open_workbench(resources) as bench:
        worker = BuildWorker(
            resources.database,
            bench,
            name="worker of the test",
            slots=1,
            lease_seconds=settings.lease_seconds,
            scratch=scratch,
        )
        tasks = [
            asyncio.create_task(worker.work()),
            asyncio.create_task(worker.sweep(resources.redis_url)),
        ]
        try:
            yield worker
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)


async def get(client: Client, caller: Caller, build_id: str) -> dict[str, Any]:
    found: dict[str, Any] = (
        await client.get(f"/v1/builds/{build_id}", headers=caller.headers)
    ).json()
    return found


async def wait_until(
    client: Client, caller: Caller, build_id: str, is_there: Callable[[dict[str, Any]], bool]
) -> dict[str, Any]:
    """Look at a build until it is as wanted, or has ended with all its files."""
    async with asyncio.timeout(SECONDS):
        while True:
            build = await get(client, caller, build_id)
            if is_there(build) or build["bundle_is_final"]:
                return build
            await asyncio.sleep(LOOK_SECONDS)


async def fetch(client: Client, caller: Caller, build_id: str, folder: Path) -> Path:
    """Download all files of a build, as its links give them."""
    page = (await client.get(f"/v1/builds/{build_id}/artifacts", headers=caller.headers)).json()
    for artifact in page["data"]:
        answer = await client.get(artifact["url"])
        assert answer.status_code == 200, (artifact["path"], answer.text)
        path = folder / artifact["path"]
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(answer.content)
    return folder
