"""The model's service, as the tests of agents script it."""

from collections.abc import AsyncIterator

import pytest_asyncio

from tests.agent.messages_server import MessagesServer, open_messages_server


@pytest_asyncio.fixture
async def server() -> AsyncIterator[MessagesServer]:
    async with open_messages_server() as server:
        yield server
