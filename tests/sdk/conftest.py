"""Both clients behind one face, so that every test of the SDK runs on each of them."""

import asyncio
import inspect
from collections.abc import AsyncIterator, Callable
from itertools import islice
from typing import Any

import pytest

from draftworks import AsyncDraftworks, BuildEvent, Draftworks
from tests.sdk.scripted_server import ScriptedServer

KEY = "dw_live_public01_secretsecretsecret"


class EitherClient:
    """Calls a method of either client and waits for its result.

    The blocking client works on a thread, because the tests' server lives on the event loop.
    """

    def __init__(self, client: Draftworks | AsyncDraftworks) -> None:
        self.client = client
        self.is_async = isinstance(client, AsyncDraftworks)

    async def call(self, path: str, *arguments: Any, **named: Any) -> Any:
        method: Any = self.client
        for name in path.split("."):
            method = getattr(method, name)
        if self.is_async:
            result = method(*arguments, **named)
            return await result if inspect.isawaitable(result) else result
        return await asyncio.to_thread(method, *arguments, **named)

    async def events(
        self, build_id: str, after: int | None = None, most: int | None = None
    ) -> list[BuildEvent]:
        """Return a build's events, or the first `most` of them."""
        if isinstance(self.client, AsyncDraftworks):
            collected = []
            async with self.client.builds.events(build_id, after) as stream:
                async for told in stream:
                    collected.append(told)
                    if len(collected) == most:
                        break
            return collected
        stream = self.client.builds.events(build_id, after)
        return await asyncio.to_thread(lambda: list(islice(stream, most)))

    async def items(self, page: Any) -> list[Any]:
        """Return all items of a page and those that follow."""
        if self.is_async:
            return [item async for item in page]
        return await asyncio.to_thread(list, page)

    def with_options(self, **options: Any) -> "EitherClient":
        return EitherClient(self.client.with_options(**options))


@pytest.fixture
async def server() -> AsyncIterator[ScriptedServer]:
    async with ScriptedServer() as server:
        yield server


MakeClient = Callable[..., EitherClient]


@pytest.fixture(params=["blocking", "async"])
async def make_client(
    request: pytest.FixtureRequest, server: ScriptedServer
) -> AsyncIterator[MakeClient]:
    made: list[EitherClient] = []

    def make(**options: Any) -> EitherClient:
        kind = Draftworks if request.param == "blocking" else AsyncDraftworks
        made.append(EitherClient(kind(KEY, **{"base_url": server.url, **options})))
        return made[-1]

    yield make
    for client in made:
        await client.call("close")


@pytest.fixture
def client(make_client: MakeClient) -> EitherClient:
    return make_client()
