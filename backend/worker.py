"""The worker process: claims builds and walks them through the line until told to stop."""

import asyncio
import os
import shutil
import signal
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path

import structlog

from backend.builds.doorbell import answer
from backend.builds.tasks import BuildWorker
from backend.builds.workbench import Workbench
from backend.embedded.programs import find_libfaketime
from backend.proof.browser import BrowserSettings
from backend.proof.environment import describe_environment
from backend.proof.prover import open_prover
from backend.resources import (
    Resources,
    find_toolchain,
    open_driver,
    open_own_signer,
    open_resources,
)
from backend.settings import Settings

ABANDONED = timedelta(hours=1)

log = structlog.get_logger()


async def run_worker(settings: Settings) -> None:
    """Work until SIGTERM or SIGINT; builds under way go back in line."""
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    async with open_resources(settings) as resources, open_workbench(resources) as bench:
        worker = BuildWorker(
            resources.database,
            bench,
            name=f"{socket.gethostname()}:{os.getpid()}",
            slots=settings.worker_slots,
            lease_seconds=settings.lease_seconds,
            scratch=_scratch(settings),
        )
        log.info("worker_ready", slots=settings.worker_slots)
        tasks = [
            asyncio.create_task(worker.work()),
            asyncio.create_task(worker.sweep(resources.redis_url)),
            asyncio.create_task(answer(resources.redis_url, worker.bell)),
        ]
        stopping = asyncio.create_task(stop.wait())
        await asyncio.wait([stopping, *tasks], return_when=asyncio.FIRST_COMPLETED)
        for task in (stopping, *tasks):
            task.cancel()
        results = await asyncio.gather(*tasks, return_exceptions=True)
        for result in results:
            if isinstance(result, Exception):
                raise result


@asynccontextmanager
async def open_workbench(resources: Resources) -> AsyncIterator[Workbench]:
    """Open the sandbox driver and a warm browser."""
    settings = resources.settings
    browser = BrowserSettings(
        folder=settings.data_folder / "browser",
        executable=settings.chromium,
        lanes=settings.lanes,
    )
    async with open_driver() as driver, open_prover(browser) as prover:
        await driver.reap(ABANDONED)
        yield Workbench(
            driver=driver,
            toolchain=find_toolchain(settings),
            store=resources.store,
            prover=prover,
            environment=await describe_environment(prover.browser),
            signer=open_own_signer(settings),
            lanes=settings.lanes,
            faketime_library=_faketime(),
            narrates=settings.narrate,
            trace_viewer=settings.trace_viewer_origin,
        )


def _faketime() -> str | None:
    found = find_libfaketime()
    return str(found) if found else None


def _scratch(settings: Settings) -> Path:
    """Make an empty folder for this worker's builds; what a killed worker left is dropped."""
    folder = settings.data_folder / "scratch" / str(os.getpid())
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    return folder
