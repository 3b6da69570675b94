"""Puts the pages together and serves them: `python -m app`."""

import hashlib
import logging
import os
import secrets
from http import HTTPStatus
from pathlib import Path

import jinja2
import uvicorn
from litestar import Litestar, Response, Router, get
from litestar.config.csrf import CSRFConfig
from litestar.datastructures import MutableScopeHeaders
from litestar.exceptions import HTTPException, NotFoundException
from litestar.params import FromPath
from litestar.plugins.jinja import JinjaTemplateEngine
from litestar.template import TemplateConfig
from litestar.types import Message, Scope

from app import files, list_pages, queries, record_pages, store
from app.entities import in_sentence
from app.model import BY_KEY, ENTITIES, NAME, SLUG
from app.web import DEPENDENCIES, AnyRequest, page

FOLDER = Path(__file__).parent
LARGEST_REQUEST_BYTES = files.LARGEST_FILE_BYTES + 1024 * 1024

SECURITY_HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; "
        "connect-src 'self'; form-action 'self'; base-uri 'none'; "
        "frame-ancestors 'none'"
    ),
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
    "Referrer-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
}

STATIC_TYPES = {".css": "text/css", ".js": "text/javascript", ".svg": "image/svg+xml"}
STATIC_FILES = {
    file.name: file.read_bytes()
    for file in sorted((FOLDER / "static").iterdir())
    if file.suffix in STATIC_TYPES
}
STATIC_VERSION = hashlib.sha256(b"".join(STATIC_FILES.values())).hexdigest()[:12]


@get("/static/{name:str}", sync_to_thread=False)
def send_static(name: FromPath[str]) -> Response[bytes]:
    """Send a style, a script or a picture; its address changes with its content."""
    if name not in STATIC_FILES:
        raise NotFoundException
    return Response(
        STATIC_FILES[name],
        media_type=STATIC_TYPES[Path(name).suffix] + "; charset=utf-8",
        headers={"Cache-Control": "public, max-age=31536000, immutable"},
    )


async def add_headers(message: Message, scope: Scope) -> None:
    """Add the security headers to every response, and drop the message once shown."""
    if message["type"] != "http.response.start":
        return
    headers = MutableScopeHeaders.from_message(message)
    for name, value in SECURITY_HEADERS.items():
        headers[name] = value
    headers.setdefault("Cache-Control", "no-store")
    if scope.get("message_shown"):
        headers.add("Set-Cookie", "message=; Path=/; Max-Age=0; HttpOnly; SameSite=lax")


def show_problem(request: AnyRequest, error: Exception) -> Response[str]:
    """Say in plain words what went wrong, and keep the details in the log."""
    status = error.status_code if isinstance(error, HTTPException) else 500
    if status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        logging.getLogger("app").error("%s failed", request.url.path, exc_info=error)
    response = page("problem", status=status)
    response.status_code = status
    if status == HTTPStatus.FORBIDDEN:
        # A token that no longer fits is replaced when the form is opened again.
        response.delete_cookie(csrf_cookie())
    return response


def csrf_cookie() -> str:
    """Name the cookie after the app: other apps on this machine have theirs."""
    return f"csrf-{SLUG}"


def csrf_secret() -> str:
    """Return this installation's secret, made when it first starts."""
    file = files.data_folder() / "secret"
    if not file.exists():
        file.parent.mkdir(parents=True, exist_ok=True)
        file.touch(mode=0o600)
        file.write_text(secrets.token_hex(32))
    return file.read_text()


def template_engine() -> JinjaTemplateEngine:
    """Prepare the templates and what all of them may use."""
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(FOLDER / "templates"),
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
        undefined=jinja2.StrictUndefined,
        auto_reload=False,
    )
    environment.globals.update(
        app_name=NAME, entities=ENTITIES, by_key=BY_KEY, static_version=STATIC_VERSION
    )
    environment.filters["in_sentence"] = in_sentence
    return JinjaTemplateEngine(engine_instance=environment)


def create_app() -> Litestar:
    """Make the app; its tables are there before the first request."""
    store.prepare()
    # One router for all: Litestar 2.25 breaks threaded handlers that share a path
    # when they are registered one by one.
    handlers = [send_static, *list_pages.HANDLERS, *record_pages.HANDLERS]
    return Litestar(
        [Router("/", route_handlers=handlers)],
        before_send=[add_headers],
        csrf_config=CSRFConfig(
            secret=csrf_secret(), cookie_name=csrf_cookie(), cookie_httponly=True
        ),
        dependencies=DEPENDENCIES,
        exception_handlers={HTTPException: show_problem, Exception: show_problem},
        logging_config=None,
        openapi_config=None,
        on_shutdown=[queries.engine().dispose],
        request_max_body_size=LARGEST_REQUEST_BYTES,
        template_config=TemplateConfig(instance=template_engine()),
    )


def main(arguments: list[str]) -> int:
    """Serve on PORT until told to stop."""
    del arguments
    host = os.environ.get("HOST", "127.0.0.1")
    port = int(os.environ.get("PORT", "8000"))
    uvicorn.run(
        create_app(),
        host=host,
        port=port,
        log_level="warning",
        access_log=False,
        server_header=False,
    )
    return 0
