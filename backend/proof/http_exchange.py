"""Sends one request to the product under proof and keeps what came back, within limits."""

import asyncio
import time
from collections.abc import Mapping
from dataclasses import dataclass

import httpx2

from backend.proof.errors import StepFailedError
from backend.proof.transcript import excerpt
from backend.proof.words import shorten

MOST_BODY_BYTES = 2 * 1024 * 1024
_LONGEST_SHOWN = 8000
_HEADERS = {"Accept": "*/*", "Accept-Encoding": "identity", "User-Agent": "api-client/1.0"}


@dataclass(frozen=True, kw_only=True)
class Request:
    """What is sent; the path begins with a slash."""

    method: str
    path: str
    headers: Mapping[str, str]
    body: bytes = b""


@dataclass(frozen=True, kw_only=True)
class Exchange:
    """A request and the response to it; `is_cut` says that the body went on."""

    request: Request
    status: int
    headers: tuple[tuple[str, str], ...]
    body: bytes
    seconds: float
    is_cut: bool = False

    def header(self, name: str) -> str | None:
        """Return a header's value by its name in any capitals; several are joined."""
        found = [value for key, value in self.headers if key.lower() == name.lower()]
        return ", ".join(found) if found else None

    @property
    def media_type(self) -> str:
        """What the response declares itself to be, in lower case, without parameters."""
        return (self.header("Content-Type") or "").partition(";")[0].strip().lower()

    @property
    def account(self) -> str:
        """The exchange as text, for the transcript."""
        sent = "\n".join(f"{name}: {value}" for name, value in self.request.headers.items())
        came = "\n".join(f"{name}: {value}" for name, value in self.headers)
        cut = "\n… the response went on; the rest was not read …" if self.is_cut else ""
        return "\n".join(
            (
                f"> {self.request.method} {excerpt(self.request.path)}",
                excerpt(sent, _LONGEST_SHOWN),
                "",
                excerpt(self.request.body.decode(errors="replace"), _LONGEST_SHOWN),
                f"< {self.status} after {self.seconds * 1000:.0f} ms, {len(self.body):,} bytes",
                excerpt(came, _LONGEST_SHOWN),
                "",
                excerpt(self.body.decode(errors="replace")) + cut,
            )
        )


def open_client() -> httpx2.AsyncClient:
    """Open a client that keeps cookies, follows no redirect and asks nobody on the way."""
    return httpx2.AsyncClient(
        headers=_HEADERS, trust_env=False, follow_redirects=False, timeout=None
    )


async def send(
    client: httpx2.AsyncClient, address: str, request: Request, *, within_seconds: float
) -> Exchange:
    """Send a request; raise StepFailedError when nothing that is HTTP comes back in time."""
    try:
        async with asyncio.timeout(within_seconds):
            return await _exchange(client, address, request)
    except TimeoutError:
        said = f"The response did not end within {within_seconds:g} seconds."
    except httpx2.ConnectError:
        said = "The product does not answer: it has stopped."
    except httpx2.InvalidURL as error:
        said = f"The address is not valid: {shorten(str(error))}."
    except httpx2.RemoteProtocolError as error:
        said = f"The product broke off or answered something that is not HTTP: {_plain(error)}"
    except (httpx2.HTTPError, UnicodeError) as error:
        said = f"The request could not be carried out: {_plain(error)}"
    raise StepFailedError(said)


async def _exchange(client: httpx2.AsyncClient, address: str, request: Request) -> Exchange:
    began = time.monotonic()
    body = bytearray()
    async with client.stream(
        request.method,
        address + request.path,
        headers=dict(request.headers),
        content=request.body or None,
    ) as response:
        async for chunk in response.aiter_raw():
            body += chunk
            if len(body) > MOST_BODY_BYTES:
                break
    raw = response.headers.raw
    return Exchange(
        request=request,
        status=response.status_code,
        headers=tuple((name.decode("latin-1"), value.decode("latin-1")) for name, value in raw),
        body=bytes(body[:MOST_BODY_BYTES]),
        seconds=time.monotonic() - began,
        is_cut=len(body) > MOST_BODY_BYTES,
    )


def _plain(error: Exception) -> str:
    return shorten(str(error) or type(error).__name__)
