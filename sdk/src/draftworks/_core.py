"""The core that both clients share: one request out, its answer in, retries in between."""

from collections.abc import Awaitable, Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from itertools import count
from typing import Any, TypeVar
from urllib.parse import urlencode, urlsplit

import httpx2
import msgspec

from draftworks._calls import Call
from draftworks._errors import (
    APIConnectionError,
    APIResponseValidationError,
    APITimeoutError,
    DraftworksError,
    status_error,
)
from draftworks._options import Options
from draftworks._response import APIResponse
from draftworks._retries import retry_delay_seconds
from draftworks._version import __version__
from draftworks._wire import Incoming, Wire

T = TypeVar("T")
_USER_AGENT = f"draftworks-python/{__version__}"
_SUCCESSES = range(200, 300)


class Core:
    """What a client does with its wire, under its options."""

    def __init__(self, wire: Wire, options: Options, *, owns_wire: bool = True) -> None:
        self.wire = wire
        self.options = options
        self._owns_wire = owns_wire

    def with_options(self, changes: Mapping[str, Any]) -> "Core":
        """Return a core on the same, borrowed wire with some options changed."""
        return Core(self.wire, replace(self.options, **changes), owns_wire=False)

    async def close(self) -> None:
        """Close the wire, unless it is borrowed."""
        if self._owns_wire:
            await self.wire.close()

    async def send(self, call: Call[T]) -> T:
        """Send a call until it is answered or not worth another try; return the answer's value."""
        return call.parse(await self.retrying(lambda: self._answer(call)))

    async def retrying(self, attempt: Callable[[], Awaitable[T]]) -> T:
        """Repeat an attempt while its error says that another one may help."""
        for retries_done in count():
            try:
                return await attempt()
            except DraftworksError as error:
                delay = retry_delay_seconds(error, retries_done)
                if delay is None or retries_done >= self.options.max_retries:
                    raise
            await self.wire.sleep(delay)
        raise AssertionError  # count() never ends

    async def open(self, request: httpx2.Request) -> Incoming:
        """Return a successful answer's head; raise the error that any other one stands for."""
        with connection_errors(request):
            incoming = await self.wire.open(request)
        if incoming.status_code in _SUCCESSES:
            return incoming
        raise status_error(await self.read_whole(request, incoming))

    async def read_whole(self, request: httpx2.Request, incoming: Incoming) -> APIResponse:
        """Read an answer to its end, give its connection back and tell the hook of it."""
        pieces = []
        try:
            with connection_errors(request):
                while piece := await incoming.read():
                    pieces.append(piece)
        finally:
            await incoming.close()
        response = APIResponse(
            method=request.method,
            path=request.url.path,
            status_code=incoming.status_code,
            headers=dict(incoming.headers),
            content=b"".join(pieces),
        )
        if self.options.on_response is not None:
            self.options.on_response(response)
        return response

    def request(
        self,
        method: str,
        url: str,
        *,
        headers: Mapping[str, str] | None = None,
        content: bytes | None = None,
        read_seconds: float | None = None,
    ) -> httpx2.Request:
        """Build a request; the key goes to the works' own address and nowhere else."""
        is_ours = url.startswith("/")
        sent = {"user-agent": _USER_AGENT, "accept-encoding": "identity", **(headers or {})}
        if is_ours:
            sent["authorization"] = f"Bearer {self.options.api_key}"
        timeout = httpx2.Timeout(self.options.timeout_seconds)
        if read_seconds is not None:
            connect_seconds = min(self.options.timeout_seconds, read_seconds)
            timeout = httpx2.Timeout(connect_seconds, read=read_seconds)
        return httpx2.Request(
            method,
            self.options.base_url + url if is_ours else url,
            headers=sent,
            content=content,
            extensions={"timeout": timeout.as_dict()},
        )

    async def _answer(self, call: Call[T]) -> APIResponse:
        query = f"?{urlencode(call.query)}" if call.query else ""
        headers = {"accept": "application/json, application/problem+json"}
        content = None
        if call.body is not None:
            headers["content-type"] = "application/json"
            content = msgspec.json.encode(call.body)
        if call.idempotency_key is not None:
            headers["idempotency-key"] = call.idempotency_key
        request = self.request(call.method, call.path + query, headers=headers, content=content)
        return await self.read_whole(request, await self.open(request))


def checked_link(url: str) -> str:
    """Return a signed link if it is a path on the works or a full web address."""
    parts = urlsplit(url)
    is_path = url.startswith("/") and not url.startswith("//")
    if is_path or (parts.scheme in ("http", "https") and parts.hostname):
        return url
    raise APIResponseValidationError("an artifact's link is neither a path nor a web address")


@contextmanager
def connection_errors(request: httpx2.Request) -> Iterator[None]:
    """Turn the wire's errors into this package's; addresses lose their signed queries."""
    where = f"{request.method} {request.url.scheme}://{request.url.netloc.decode()}"
    place = where + request.url.path
    try:
        yield
    except httpx2.TimeoutException as error:
        raise APITimeoutError(f"no answer in time: {place}") from error
    except (httpx2.RequestError, httpx2.InvalidURL) as error:
        said = str(error) or type(error).__name__
        raise APIConnectionError(f"{place}: {said}") from error
