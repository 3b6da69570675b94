"""The worker's loop: claim with a lease and a fence, work, keep the lease, leave."""

import asyncio
import contextlib
import random
import shutil
from pathlib import Path
from typing import Any

import structlog
from sqlalchemy.exc import DBAPIError

from backend.builds import queue
from backend.builds.conductor import CurrentJob, conduct
from backend.builds.doorbell import sweep
from backend.builds.errors import LeaseLostError
from backend.builds.line import BuildLine
from backend.builds.notifications import wait_for
from backend.builds.queue import Lease
from backend.builds.workbench import Workbench
from tenants.database import Database
from tenants.idempotency import forget_old_requests

LOOK_SECONDS = 3.0
SWEEP_SECONDS = 15.0
HEARTBEAT_SECONDS = 1.0
# An empty claim may be a row that another worker locks just now: look again soon, a few times.
QUICK_LOOKS = 3
MOST_TRIES = 5

log = structlog.get_logger()


class BuildWorker:
    """Works on as many builds at once as it has slots, until it is told to stop."""

    def __init__(
        self,
        database: Database,
        bench: Workbench,
        *,
        name: str,
        slots: int,
        lease_seconds: float,
        scratch: Path,
    ) -> None:
        self._database = database
        self._line = BuildLine(database)
        self._bench = bench
        self._name = name
        self._slots = slots
        self._lease_seconds = lease_seconds
        self._scratch = scratch
        self._running: set[asyncio.Task[None]] = set()
        self.bell = asyncio.Event()

    async def work(self) -> None:
        """Claim and run builds for ever; when canceled, put what is under way back in line."""
        try:
            while True:
                self.bell.clear()
                try:
                    while len(self._running) < self._slots and await self._claim():
                        pass
                except DBAPIError as error:
                    log.warning("database_lost", error=type(error).__name__)
                await wait_for(self.bell, LOOK_SECONDS)
        finally:
            for task in self._running:
                task.cancel()
            await asyncio.gather(*self._running, return_exceptions=True)

    async def sweep(self, redis_url: str) -> None:
        """Put silent workers' builds back in line, for ever."""
        while True:
            try:
                if expired := await queue.expire(self._database):
                    log.warning("leases_expired", builds=[str(build) for build in expired])
                    self.bell.set()
                with contextlib.suppress(OSError):
                    await sweep(self._database, redis_url)
                await forget_old_requests(self._database)
            except DBAPIError as error:
                log.warning("sweep_failed", error=type(error).__name__)
            await asyncio.sleep(min(SWEEP_SECONDS, self._lease_seconds / 2))

    async def _claim(self) -> bool:
        for _ in range(QUICK_LOOKS):
            lease = await queue.claim(self._database, self._name, self._lease_seconds)
            if lease is not None:
                task = asyncio.create_task(self._run(lease))
                self._running.add(task)
                task.add_done_callback(self._finished)
                return True
            await asyncio.sleep(random.uniform(0.002, 0.01))  # noqa: S311 - jitter, no secret
        return False

    def _finished(self, task: asyncio.Task[None]) -> None:
        self._running.discard(task)
        self.bell.set()
        if not task.cancelled() and (error := task.exception()) is not None:
            log.error("build_task_failed", error=repr(error))

    async def _run(self, lease: Lease) -> None:
        """Work on one build and leave it as the rules say, whatever happens."""
        folder = self._scratch / f"{lease.build_id}-{lease.fence}"
        folder.mkdir(parents=True)
        current, canceled = CurrentJob(), asyncio.Event()
        work = asyncio.create_task(self._conduct(lease, folder, current))
        keep = asyncio.create_task(self._keep_lease(lease, canceled))
        stop = asyncio.create_task(canceled.wait())
        try:
            await asyncio.wait({work, keep, stop}, return_when=asyncio.FIRST_COMPLETED)
            if not work.done() and not keep.done():
                await _stop(work)
                # The build knows that it is canceled: it ends with what was found until now.
                work = asyncio.create_task(conduct(lease, self._line, self._bench, folder, current))
                await asyncio.wait({work, keep}, return_when=asyncio.FIRST_COMPLETED)
            (work if work.done() else keep).result()
        except LeaseLostError as error:
            log.warning("lease_lost", build=str(lease.build_id), error=str(error))
        except asyncio.CancelledError:
            await _stop(work)
            await self._line.release(lease)
            raise
        finally:
            for task in (stop, keep, work):
                await _stop(task)
            await asyncio.to_thread(shutil.rmtree, folder, ignore_errors=True)

    async def _conduct(self, lease: Lease, folder: Path, current: CurrentJob) -> None:
        if lease.tries >= 2 * MOST_TRIES and await self._line.give_bundle_up(lease):
            log.error("bundle_given_up", build=str(lease.build_id), tries=lease.tries)
            return
        said = f"{lease.tries} workers died over this build"
        if lease.tries >= MOST_TRIES and await self._line.give_up(lease, said):
            return
        if lease.tries > 0:
            # What an earlier worker left running must not meet what this one starts.
            await self._bench.driver.destroy_build(str(lease.tenant_id), str(lease.build_id))
        await conduct(lease, self._line, self._bench, folder, current)

    async def _keep_lease(self, lease: Lease, canceled: asyncio.Event) -> None:
        """Extend the lease while it is ours; say when the owner wants the build stopped."""
        loop = asyncio.get_running_loop()
        good_until = loop.time() + self._lease_seconds
        while True:
            await asyncio.sleep(HEARTBEAT_SECONDS)
            try:
                asked_at = await queue.heartbeat(self._database, lease, self._lease_seconds)
            except DBAPIError as error:
                # A database that restarts is no reason to drop the work; a lapsed lease is.
                if loop.time() > good_until:
                    raise LeaseLostError("the database did not answer for a whole lease") from error
                continue
            good_until = loop.time() + self._lease_seconds
            if asked_at is not None:
                canceled.set()


async def _stop(task: asyncio.Task[Any]) -> None:
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
