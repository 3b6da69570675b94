"""The two clients: the same resources over the same core, one blocking and one asynchronous."""

from copy import copy
from typing import Any, Self, TypedDict, Unpack

import httpx2

from draftworks._async_resources import AsyncBlueprints, AsyncBuilds, AsyncKeys
from draftworks._async_wire import AsyncWire
from draftworks._blocking_wire import BlockingWire
from draftworks._calls import read_tenant
from draftworks._core import Core
from draftworks._models import Tenant
from draftworks._options import Options, ResponseHook, connection_settings
from draftworks._resources import Blueprints, Builds, Keys
from draftworks._wire import Wire, run


class Changes(TypedDict, total=False):
    """What a client may be opened with, or changed by `with_options`.

    `timeout` is the longest silence on a connection, in seconds (30); `stream_timeout` the same
    for event streams (45: the works ping every 15); `max_retries` how often a call is tried again
    (2), `max_reconnects` how often in a row an event stream may fail (8); `on_response` is called
    with every answer, an APIResponse, for logs and measurements.
    """

    timeout: float
    stream_timeout: float
    max_retries: int
    max_reconnects: int
    on_response: ResponseHook | None


_OPTION_OF = {"timeout": "timeout_seconds", "stream_timeout": "silence_seconds"}


def _option_fields(changes: Changes) -> dict[str, Any]:
    unknown = sorted(changes.keys() - Changes.__annotations__.keys())
    if unknown:
        raise TypeError(f"unknown options: {', '.join(unknown)}")
    return {_OPTION_OF.get(name, name): value for name, value in changes.items()}


def _options(api_key: str | None, base_url: str | None, changes: Changes) -> Options:
    key, url = connection_settings(api_key, base_url)
    return Options(api_key=key, base_url=url, **_option_fields(changes))


class _AnyClient:
    """What both clients know; the key is in no repr."""

    def __init__(self, wire: Wire, options: Options) -> None:
        self._core = Core(wire, options)

    @property
    def base_url(self) -> str:
        """The works' address."""
        return self._core.options.base_url

    def with_options(self, **options: Unpack[Changes]) -> Self:
        """Return a client with some options changed, on the same connections.

        Closing it leaves the connections to the client that it came from.
        """
        client = copy(self)
        client._core = self._core.with_options(_option_fields(options))  # noqa: SLF001 - its own copy
        return client

    def __repr__(self) -> str:
        return f"{type(self).__name__}(base_url={self.base_url!r})"


class Draftworks(_AnyClient):
    """The blocking client; use one for a program and close it, or open it with `with`.

    `api_key` and `base_url` are read from DRAFTWORKS_API_KEY and DRAFTWORKS_BASE_URL when they
    are not given; ConfigurationError says what is missing. `transport` replaces the network, for
    tests. The options are those of `Changes`. One client serves many threads.
    """

    def __init__(
        self,
        api_key: str | None = None,
        *,
        base_url: str | None = None,
        transport: httpx2.BaseTransport | None = None,
        **options: Unpack[Changes],
    ) -> None:
        settings = _options(api_key, base_url, options)
        super().__init__(BlockingWire(transport), settings)

    @property
    def blueprints(self) -> Blueprints:
        """Written specifications, as the works stored them."""
        return Blueprints(self._core)

    @property
    def builds(self) -> Builds:
        """Blueprints on their way through the works."""
        return Builds(self._core)

    @property
    def keys(self) -> Keys:
        """What other programs may call the works with."""
        return Keys(self._core)

    def tenant(self) -> Tenant:
        """Return the organisation that the key belongs to, and its credits."""
        return run(self._core.send(read_tenant()))

    def close(self) -> None:
        """Close every connection."""
        run(self._core.close())

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


class AsyncDraftworks(_AnyClient):
    """The asynchronous client, for asyncio; open it with `async with`, or close it.

    Arguments and options are those of `Draftworks`.
    """

    def __init__(
        self,
        api_key: str | None = None,
        *,
        base_url: str | None = None,
        transport: httpx2.AsyncBaseTransport | None = None,
        **options: Unpack[Changes],
    ) -> None:
        settings = _options(api_key, base_url, options)
        super().__init__(AsyncWire(transport), settings)

    @property
    def blueprints(self) -> AsyncBlueprints:
        """Written specifications, as the works stored them."""
        return AsyncBlueprints(self._core)

    @property
    def builds(self) -> AsyncBuilds:
        """Blueprints on their way through the works."""
        return AsyncBuilds(self._core)

    @property
    def keys(self) -> AsyncKeys:
        """What other programs may call the works with."""
        return AsyncKeys(self._core)

    async def tenant(self) -> Tenant:
        """Return the organisation that the key belongs to, and its credits."""
        return await self._core.send(read_tenant())

    async def close(self) -> None:
        """Close every connection."""
        await self._core.close()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.close()
