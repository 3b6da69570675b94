"""Following a build's events over as many connections as it takes, each event once."""

import time
from collections import deque
from contextlib import suppress
from typing import Any
from uuid import UUID

import httpx2
import msgspec

from draftworks._calls import events_path, read_build
from draftworks._core import Core, connection_errors
from draftworks._enums import EventType
from draftworks._errors import (
    APIConnectionError,
    APIResponseValidationError,
    DraftworksError,
    InternalServerError,
    RateLimitError,
)
from draftworks._models import BuildEvent
from draftworks._retries import FIRST_DELAY_SECONDS, backoff_seconds, retry_delay_seconds
from draftworks._sse import Message, MessageParser
from draftworks._wire import Incoming


class DeadlinePassedError(DraftworksError):
    """The follower's deadline is over; never leaves the package."""


class Deadline:
    """A point in time, or none; every pause and every read is cut to what is left of it."""

    def __init__(self, seconds: float | None = None) -> None:
        self._at = None if seconds is None else time.monotonic() + seconds

    def left(self, longest_seconds: float) -> float:
        """Return the seconds that may be spent, at most `longest_seconds`; raise when over."""
        if self._at is None:
            return longest_seconds
        left = self._at - time.monotonic()
        if left <= 0:
            raise DeadlinePassedError
        return min(left, longest_seconds)


class Follower:
    """A build's events from `after` on; `next` returns None after the last one."""

    def __init__(
        self,
        core: Core,
        build_id: str | UUID,
        *,
        after: int | None = None,
        deadline: Deadline | None = None,
    ) -> None:
        self._core = core
        self._build_id = build_id
        self._path = events_path(build_id)
        self._deadline = deadline or Deadline()
        self._seen = -1 if after is None else after
        self._parser = MessageParser("" if after is None else str(after))
        self._pending: deque[Message] = deque()
        self._request: httpx2.Request | None = None
        self._incoming: Incoming | None = None
        self._read_seconds = 0.0
        self._got_news = False
        self._reconnect_now = False
        self._failures = 0
        self._pause_seconds = FIRST_DELAY_SECONDS
        self._is_over = False

    async def next(self) -> BuildEvent | None:
        """Return the next event, waiting for it; None when the build has told all."""
        while not self._is_over:
            if self._pending:
                event = self._event_of(self._pending.popleft())
                if event is not None:
                    return await self._told(event)
            elif self._incoming is None:
                await self._connect()
            else:
                await self._read()
        return None

    async def close(self) -> None:
        """Give the connection back; events after this are not told."""
        self._is_over = True
        await self._hang_up()

    async def _connect(self) -> None:
        self._got_news = self._reconnect_now = False
        self._read_seconds = self._deadline.left(self._core.options.silence_seconds)
        headers = {"accept": "text/event-stream", "cache-control": "no-store"}
        if self._parser.last_id:
            headers["last-event-id"] = self._parser.last_id
        self._parser = MessageParser(self._parser.last_id)
        self._request = self._core.request(
            "GET", self._path, headers=headers, read_seconds=self._read_seconds
        )
        try:
            self._incoming = await self._core.open(self._request)
        except DraftworksError as error:
            await self._pause_after(error)
        else:
            await self._check_kind()

    async def _check_kind(self) -> None:
        if self._incoming is None or self._request is None:
            return
        kind = self._incoming.headers.get("content-type", "").partition(";")[0].strip().lower()
        if kind != "text/event-stream":
            answer = await self._core.read_whole(self._request, self._incoming)
            await self.close()
            raise APIResponseValidationError(f"expected events, got {kind or 'nothing'}", answer)

    async def _read(self) -> None:
        if self._incoming is None or self._request is None:
            return
        try:
            with connection_errors(self._request):
                chunk = await self._incoming.read()
        except APIConnectionError as error:
            await self._hang_up()
            await self._lost(error)
        else:
            await self._take(chunk)

    async def _take(self, chunk: bytes) -> None:
        if not chunk:
            await self._hang_up()
            await self._lost(APIConnectionError("the event stream ended too early"))
            return
        self._failures = 0
        self._pending.extend(self._parser.feed(chunk))
        if self._parser.retry_seconds is not None:
            self._pause_seconds = self._parser.retry_seconds
        # A read's patience is fixed when the connection opens: near the deadline, open anew.
        if self._deadline.left(self._read_seconds) < self._read_seconds and not self._pending:
            self._reconnect_now = True
            await self._hang_up()

    async def _lost(self, error: APIConnectionError) -> None:
        """Go on after a stream that ended without a terminal event."""
        self._deadline.left(0)
        if self._pending or self._reconnect_now:
            return
        if not self._got_news and await self._has_finished():
            self._is_over = True
            return
        await self._pause_after(error)

    async def _has_finished(self) -> bool:
        # A stream without news may mean that the build told all before, or ended in a way that
        # this client does not know.
        try:
            return (await self._core.send(read_build(self._build_id))).is_finished
        except (APIConnectionError, InternalServerError, RateLimitError):
            return False

    async def _pause_after(self, error: DraftworksError) -> None:
        delay = retry_delay_seconds(error, self._failures)
        if delay is None or self._failures >= self._core.options.max_reconnects:
            await self.close()
            raise error
        if isinstance(error, APIConnectionError):
            delay = backoff_seconds(self._failures, self._pause_seconds)
        self._failures += 1
        await self._core.wire.sleep(self._deadline.left(delay))

    async def _told(self, event: BuildEvent) -> BuildEvent:
        if event.is_terminal:
            await self.close()
        return event

    async def _hang_up(self) -> None:
        incoming, self._incoming = self._incoming, None
        if incoming is not None:
            with suppress(httpx2.HTTPError):
                await incoming.close()

    def _event_of(self, message: Message) -> BuildEvent | None:
        """Return the event that a message carries, unless it is old or for the connection only."""
        if message.event == EventType.RECONNECT:
            self._reconnect_now = True
            return None
        event = event_of(message)
        if event.seq <= self._seen:
            return None
        self._seen = event.seq
        self._got_news = True
        return event


def event_of(message: Message) -> BuildEvent:
    """Return a message's event with all that the server said in `data`."""
    try:
        data: Any = msgspec.json.decode(message.data)
        named = {"type": message.event, **data}
        return msgspec.convert({**named, "data": named}, BuildEvent)
    except (msgspec.DecodeError, TypeError) as error:
        raise APIResponseValidationError(f"unreadable event {message.id!r}: {error}") from error
