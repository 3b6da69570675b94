"""A real app on a database of its own, empty before each test."""

import os
import re
from collections.abc import Iterator
from typing import Any

import pytest
from litestar.testing import TestClient

from app import queries, store
from app.server import create_app


class Browser:
    """Sends what a browser would: forms with their token, and cookies."""

    def __init__(self, client: TestClient[Any]) -> None:
        self.client = client

    def read(self, address: str) -> str:
        """Open a page that must be there."""
        response = self.client.get(address)
        assert response.status_code == 200, address
        return response.text

    def send(self, address: str, cells: dict[str, str], **more: Any) -> Any:
        """Fill in a form and send it, without following where it leads."""
        token = re.search(
            r'name="_csrf_token" value="(\w+)"', self.read(more.pop("form", address))
        )
        assert token is not None
        data = {"_csrf_token": token[1], **cells}
        return self.client.post(address, data=data, follow_redirects=False, **more)


@pytest.fixture(scope="session")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient[Any]]:
    """Start the app once."""
    os.environ["DATA_DIR"] = str(tmp_path_factory.mktemp("data"))
    with TestClient(create_app()) as client:
        yield client
    queries.engine().dispose()


@pytest.fixture
def browser(client: TestClient[Any]) -> Browser:
    """Open a browser on an empty app."""
    store.clear()
    client.cookies.clear()
    return Browser(client)
