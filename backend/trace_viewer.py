"""The trace viewer's process: Playwright's own static pages, on an origin that has nothing else.

The viewer replays a product's pages, which are hostile: beside the API they could use it.
"""

import base64
import hashlib
import mimetypes
import re
from collections.abc import Sequence
from pathlib import Path
from urllib.parse import urlsplit

from litestar import Litestar, Response, get
from litestar.exceptions import NotFoundException
from litestar.params import FromPath
from litestar.response import File

from backend.proof.chromium import driver_package
from backend.settings import Settings

LOCAL_TRACE = "/trace.zip"
INDEX = "index.html"
_FOLDER = Path("lib", "vite", "traceViewer")
_INLINE_SCRIPT = re.compile(rb"<script>(.*?)</script>", re.DOTALL)
_MEDIA_TYPES = {".webmanifest": "application/manifest+json", ".js": "text/javascript"}


def make_viewer(trace_sources: Sequence[str] = (), trace: Path | None = None) -> Litestar:
    """Assemble the viewer; it may fetch traces from these origins, or shows the one file given."""
    pages = _read_pages(driver_package() / _FOLDER)
    headers = _headers(pages[INDEX], trace_sources)

    @get("/", media_type="text/html")
    async def index() -> Response[bytes]:
        """Return the viewer's page."""
        return Response(pages[INDEX], media_type="text/html; charset=utf-8", headers=headers)

    @get("/{path:path}")
    async def page(path: FromPath[str]) -> Response[bytes]:
        """Return one of the viewer's own files; nothing else can be named."""
        name = path.lstrip("/")
        if name not in pages:
            raise NotFoundException
        return Response(pages[name], media_type=_media_type(name), headers=headers)

    @get(LOCAL_TRACE)
    async def local_trace() -> File:
        """Return the one trace that this viewer was started for."""
        if trace is None:
            raise NotFoundException
        return File(path=trace, filename=trace.name, media_type="application/zip", headers=headers)

    return Litestar(route_handlers=[index, page, local_trace], openapi_config=None)


def trace_sources(settings: Settings) -> tuple[str, ...]:
    """Return the origins that traces are fetched from: the API's, and the object store's."""
    named = [settings.api_origin, settings.s3.endpoint_url if settings.s3 else None]
    given = (settings.trace_sources or "").split()
    return tuple(_origin(address) for address in (*named, *given) if address)


def _read_pages(folder: Path) -> dict[str, bytes]:
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file()
    }


def _headers(index: bytes, sources: Sequence[str]) -> dict[str, str]:
    """Let the viewer run its own scripts and fetch traces; no request goes anywhere else."""
    digests = [hashlib.sha256(script).digest() for script in _INLINE_SCRIPT.findall(index)]
    hashes = " ".join(f"'sha256-{base64.b64encode(digest).decode()}'" for digest in digests)
    policy = (
        "default-src 'none'",
        f"script-src 'self' {hashes}",
        "style-src 'self' 'unsafe-inline'",
        "img-src 'self' data: blob:",
        "font-src 'self' data:",
        "media-src 'self' blob:",
        "manifest-src 'self'",
        "worker-src 'self'",
        "frame-src 'self' blob:",
        " ".join(("connect-src 'self' data: blob:", *sources)),
        "base-uri 'none'",
        "form-action 'none'",
        "frame-ancestors 'self'",
    )
    return {
        "Content-Security-Policy": "; ".join(policy),
        "X-Content-Type-Options": "nosniff",
        "Referrer-Policy": "no-referrer",
        "Cross-Origin-Opener-Policy": "same-origin",
        "Cross-Origin-Resource-Policy": "same-origin",
        "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
        "Cache-Control": "no-cache",
    }


def _media_type(name: str) -> str:
    suffix = Path(name).suffix
    return _MEDIA_TYPES.get(suffix) or mimetypes.guess_type(name)[0] or "application/octet-stream"


def _origin(address: str) -> str:
    parts = urlsplit(address)
    return f"{parts.scheme}://{parts.netloc}"
