"""Every error as RFC 9457 problem+json, from one table of error classes."""

import re
from typing import Any

import msgspec
import structlog
from litestar import Request, Response
from litestar.exceptions import HTTPException, ValidationException
from psycopg.errors import UntranslatableCharacter
from sqlalchemy.exc import DataError

from backend.artifacts.errors import (
    InvalidLinkError,
    InvalidRangeError,
    LinkExpiredError,
    ObjectNotFoundError,
)
from backend.blueprints.errors import BlueprintNotFoundError, BlueprintTooLargeError
from backend.builds.errors import (
    BlueprintNotOrderableError,
    BuildNotFoundError,
    DecisionRefusedError,
    IllegalTransitionError,
)
from billing.errors import BudgetCapError, OutOfCreditsError
from tenants import errors as tenant_errors

STATUS_OF: dict[type[Exception], int] = {
    BlueprintNotFoundError: 404,
    BlueprintTooLargeError: 413,
    BlueprintNotOrderableError: 422,
    BuildNotFoundError: 404,
    DecisionRefusedError: 409,
    IllegalTransitionError: 409,
    InvalidLinkError: 403,
    InvalidRangeError: 416,
    LinkExpiredError: 410,
    ObjectNotFoundError: 404,
    OutOfCreditsError: 402,
    BudgetCapError: 402,
    tenant_errors.ApiKeyRejectedError: 401,
    tenant_errors.TenantSuspendedError: 403,
    tenant_errors.TenantNotFoundError: 404,
    tenant_errors.ApiKeyNotFoundError: 404,
    tenant_errors.LastApiKeyError: 409,
    tenant_errors.InvalidCursorError: 400,
    tenant_errors.IdempotencyKeyInvalidError: 400,
    tenant_errors.IdempotencyKeyReusedError: 422,
    tenant_errors.RequestInFlightError: 409,
}
CODE_OF: dict[type[Exception], str] = {BlueprintNotOrderableError: "blueprint_rejected"}
MEDIA_TYPE = "application/problem+json"
DOCUMENTATION = "https://draftworks.dev/problems"

log = structlog.get_logger()


class Problem(msgspec.Struct, kw_only=True):
    """What went wrong with a request; `code` is for programs, `detail` for people."""

    type: str
    title: str
    status: int
    code: str
    detail: str = ""
    request_id: str = ""
    errors: list[dict[str, Any]] = []


def render(request: Request[Any, Any, Any], error: Exception) -> Response[Problem]:
    """Answer any exception; what is not in the table is ours and says nothing of the inside."""
    request_id = request.scope.get("state", {}).get("request_id", "")
    status, code, detail, errors = _told(error)
    if status >= 500:  # noqa: PLR2004 - the first status that is our own fault
        log.error("request_failed", request_id=request_id, path=request.url.path, exc_info=error)
    body = Problem(
        type=f"{DOCUMENTATION}/{code}",
        title=code.replace("_", " ").capitalize(),
        status=status,
        code=code,
        detail=detail,
        request_id=request_id,
        errors=errors,
    )
    return Response(
        body,
        status_code=status,
        media_type=MEDIA_TYPE,
        headers=getattr(error, "headers", None) or {},
    )


def _told(error: Exception) -> tuple[int, str, str, list[dict[str, Any]]]:
    if isinstance(error, ValidationException):
        return error.status_code, "invalid_request", _readable(error.detail), _places(error)
    if isinstance(error, HTTPException):
        return error.status_code, f"http_{error.status_code}", error.detail, []
    if _is_unstorable(error):
        return 400, "invalid_request", "Take the character U+0000 out: no text may hold it.", []
    status = STATUS_OF.get(type(error))
    if status is None:
        return 500, "internal", "The works failed; the request id helps us to find out why.", []
    code = CODE_OF.get(type(error)) or _snake(type(error).__name__.removesuffix("Error"))
    return status, code, str(error), _findings(error)


def _is_unstorable(error: Exception) -> bool:
    """Whether PostgreSQL refused a NUL, as a text or inside JSON; nothing else is the caller's."""
    if not isinstance(error, DataError):
        return False
    return isinstance(error.orig, UntranslatableCharacter) or "NUL" in str(error.orig)


def _findings(error: Exception) -> list[dict[str, Any]]:
    if isinstance(error, BlueprintNotOrderableError):
        return [msgspec.to_builtins(finding) for finding in error.findings]
    return []


def _places(error: ValidationException) -> list[dict[str, Any]]:
    extra = error.extra if isinstance(error.extra, list) else []
    return [{str(key): str(value) for key, value in item.items()} for item in extra]


def _readable(detail: str) -> str:
    # Litestar says "Validation failed for POST /path": the places say more.
    return re.sub(r"\s+", " ", detail)


def _snake(name: str) -> str:
    return re.sub(r"(?<!^)(?=[A-Z])", "_", name).lower()
