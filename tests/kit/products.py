"""Products as their owners run them: a folder, a data folder, a server and its commands."""

import json
import os
import re
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx2

from backend.blueprints.blueprint import DataModel
from backend.kit import build

START_SECONDS = 20


def write_product(data: DataModel, folder: Path) -> Path:
    for path, content in build(data).items():
        file = folder / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(content)
    return folder


class Product:
    """A product's folder with the commands of its contract."""

    def __init__(self, folder: Path, *, python: Path, data: Path) -> None:
        self.folder = folder
        self.python = python
        self.data = data
        self.port = free_port()
        self.client = httpx2.Client(base_url=self.address, timeout=10)

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def run(
        self, *arguments: str, stdin: str = "", environment: Mapping[str, str] | None = None
    ) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [self.python, "-m", *arguments],
            cwd=self.folder,
            env=self.environment() | dict(environment or {}),
            input=stdin,
            capture_output=True,
            text=True,
            check=False,
            timeout=60,
        )

    def environment(self) -> dict[str, str]:
        return {
            "PATH": f"{self.python.parent}:{os.environ['PATH']}",
            "PORT": str(self.port),
            "DATA_DIR": str(self.data),
            "LANG": "C.UTF-8",
            "PYTHONDONTWRITEBYTECODE": "1",
        }

    def seed(self, entity: str, *rows: Mapping[str, Any]) -> None:
        done = self.run("app", "seed", stdin=json.dumps({"entity": entity, "rows": rows}))
        assert done.returncode == 0, done.stderr

    def refused_seed(self, document: Any) -> str:
        done = self.run("app", "seed", stdin=json.dumps(document))
        assert done.returncode == 1
        assert "Traceback" not in done.stderr
        return done.stderr

    def reset(self) -> None:
        done = self.run("app", "reset")
        assert done.returncode == 0, done.stderr
        self.client.cookies.clear()

    def page(self, address: str) -> str:
        response = self.client.get(address)
        assert response.status_code == 200, (address, response.status_code)
        return response.text

    def send(self, address: str, cells: Mapping[str, str], **more: Any) -> httpx2.Response:
        """Send a form that the page at `form` (by default the same address) shows."""
        page = self.page(more.pop("form", address))
        token = re.search(r'name="_csrf_token" value="(\w+)"', page)
        assert token is not None
        return self.client.post(address, data={"_csrf_token": token[1], **cells}, **more)

    @contextmanager
    def serving(self, environment: Mapping[str, str] | None = None) -> Iterator["Product"]:
        dies_with_us = ["setpriv", "--pdeathsig", "TERM"] if shutil.which("setpriv") else []
        server = subprocess.Popen(
            [*dies_with_us, self.python, "-m", "app"],
            cwd=self.folder,
            env=self.environment() | dict(environment or {}),
            stdout=subprocess.DEVNULL,
        )
        try:
            self.wait_until_ready()
            yield self
        finally:
            self.client.close()
            server.terminate()
            server.wait(timeout=10)

    def wait_until_ready(self) -> None:
        end = time.monotonic() + START_SECONDS
        while time.monotonic() < end:
            try:
                self.client.get("/")
            except httpx2.TransportError:
                time.sleep(0.02)
            else:
                return
        raise AssertionError("the product did not start")


def free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])
