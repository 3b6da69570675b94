"""One LISTEN connection for each process: it wakes whoever waits for a row to change."""

import asyncio
import contextlib
from collections import defaultdict
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager

import psycopg
import structlog

CHANNELS = ("outbox", "build_events")
RECONNECT_SECONDS = 1.0

log = structlog.get_logger()


class Notifications:
    """Wakes waiters; a wake-up may be lost, so every waiter also looks by itself now and then."""

    def __init__(self) -> None:
        self._waiters: dict[tuple[str, str], set[asyncio.Event]] = defaultdict(set)

    @contextlib.contextmanager
    def subscribe(self, channel: str, payload: str) -> Iterator[asyncio.Event]:
        """Yield an event that is set at each notification with this payload."""
        event = asyncio.Event()
        self._waiters[channel, payload].add(event)
        try:
            yield event
        finally:
            self._waiters[channel, payload].discard(event)
            if not self._waiters[channel, payload]:
                del self._waiters[channel, payload]

    def ring(self, channel: str, payload: str) -> None:
        """Wake everybody who waits for this."""
        for event in self._waiters.get((channel, payload), ()):
            event.set()

    async def listen(self, conninfo: str) -> None:
        """Pass on what the database notifies, for ever; a lost connection is made anew."""
        while True:
            try:
                await self._listen_once(conninfo)
            except psycopg.OperationalError as error:
                log.warning("notifications_lost", error=str(error).strip())
            await asyncio.sleep(RECONNECT_SECONDS)

    async def _listen_once(self, conninfo: str) -> None:
        connection = await psycopg.AsyncConnection.connect(conninfo, autocommit=True)
        async with connection:
            for channel in CHANNELS:
                await connection.execute(f"listen {channel}")
            async for notice in connection.notifies():
                self.ring(notice.channel, notice.payload)


@asynccontextmanager
async def open_notifications(conninfo: str) -> AsyncIterator[Notifications]:
    """Listen for as long as the block runs."""
    notifications = Notifications()
    listener = asyncio.create_task(notifications.listen(conninfo))
    try:
        yield notifications
    finally:
        listener.cancel()
        await asyncio.gather(listener, return_exceptions=True)


async def wait_for(event: asyncio.Event, timeout_seconds: float) -> bool:
    """Wait for an event; say whether it came in time."""
    try:
        async with asyncio.timeout(timeout_seconds):
            return await event.wait()
    except TimeoutError:
        return False
