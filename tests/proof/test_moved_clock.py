"""A product whose clock is moved works like any other: it can sleep, and time goes on for it."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime

import httpx2
import pytest
import pytest_asyncio

from backend.embedded.programs import find_libfaketime
from backend.proof.product import RunningProduct
from backend.resources import open_driver
from sandbox.protocol import Toolchain
from tests.proof.cheater import open_notes

pytestmark = pytest.mark.asyncio(loop_scope="module")

SLEEPER = """
import os, threading, time
from datetime import datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from time import sleep

beats = []

def beat():
    while True:
        sleep(0.02)
        beats.append(1)

class Pages(BaseHTTPRequestHandler):
    def do_GET(self):
        began = time.monotonic()
        time.sleep(0.3)
        slept = time.monotonic() - began
        try:
            time.sleep(-1)
        except ValueError as error:
            said = str(error)
        text = f"{datetime.now():%Y-%m-%d} {slept:.1f} {len(beats) > 3} {said}"
        self.send_response(200)
        self.send_header("Content-Length", str(len(text)))
        self.end_headers()
        self.wfile.write(text.encode())

threading.Thread(target=beat, daemon=True).start()
ThreadingHTTPServer(("127.0.0.1", int(os.environ["PORT"])), Pages).serve_forever()
"""


@pytest_asyncio.fixture(loop_scope="module", scope="module")
async def sleeper(toolchain: Toolchain) -> AsyncIterator[RunningProduct]:
    library = find_libfaketime() or pytest.fail("no libfaketime here: `make setup` gets it")
    async with (
        open_driver() as driver,
        open_notes(driver, toolchain, SLEEPER, faketime=str(library)) as product,
    ):
        yield product


@pytest.mark.parametrize(
    "day", [datetime(2031, 5, 6, tzinfo=UTC), datetime(2019, 1, 2, tzinfo=UTC)]
)
async def test_a_product_sleeps_whatever_its_clock_says(
    sleeper: RunningProduct, day: datetime
) -> None:
    await sleeper.set_clock(day)

    async with httpx2.AsyncClient() as client:
        said = (await client.get(sleeper.address)).text

    date, slept, beats, refused = said.split(" ", 3)
    assert date == f"{day:%Y-%m-%d}"
    assert float(slept) >= 0.3
    assert beats == "True"
    assert refused == "sleep length must be non-negative"
