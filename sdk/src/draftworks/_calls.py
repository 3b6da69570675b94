"""Each request of the API, built once: where it goes, what it carries, what its answer is."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from types import GenericAlias
from typing import Any, Generic, TypeVar
from uuid import UUID, uuid4

import msgspec

from draftworks._errors import APIResponseValidationError
from draftworks._models import (
    ApiKey,
    Artifact,
    Blueprint,
    Build,
    CheckedBlueprint,
    CreatedApiKey,
    Tenant,
)
from draftworks._response import APIResponse

T = TypeVar("T")
_SAFE_ID = re.compile(r"[A-Za-z0-9_-]{1,200}")


class PageBody(msgspec.Struct, Generic[T], frozen=True):
    """One page of a list as it is on the wire."""

    data: list[T]
    next_cursor: str | None = None


@dataclass(frozen=True, kw_only=True)
class Call(Generic[T]):
    """A request and the type of its answer; all retries of a call share its idempotency key."""

    method: str
    path: str
    answer: type[T] | GenericAlias | None
    query: Mapping[str, str] = field(default_factory=dict)
    body: Mapping[str, Any] | None = None
    idempotency_key: str | None = None

    def parse(self, response: APIResponse) -> T:
        """Return the answer's value, or raise APIResponseValidationError."""
        if self.answer is None:
            return None  # type: ignore[return-value]  # T is None for calls without an answer
        kind = response.headers.get("content-type", "").partition(";")[0].strip().lower()
        if kind != "application/json":
            raise APIResponseValidationError(f"expected JSON, got {kind or 'nothing'}", response)
        try:
            value: T = msgspec.json.decode(response.content, type=self.answer)
        except (msgspec.DecodeError, UnicodeDecodeError) as error:
            raise APIResponseValidationError(f"unreadable answer: {error}", response) from error
        return value


def read_tenant() -> Call[Tenant]:
    """GET the organisation that the key belongs to."""
    return Call(method="GET", path="/v1/tenant", answer=Tenant)


def create_key(name: str, *, idempotency_key: str | None) -> Call[CreatedApiKey]:
    """POST a new key."""
    return _post("/v1/keys", {"name": name}, CreatedApiKey, idempotency_key)


def list_keys(*, limit: int | None, cursor: str | None) -> Call[PageBody[ApiKey]]:
    """GET a page of keys."""
    return _list("/v1/keys", PageBody[ApiKey], limit, cursor)


def revoke_key(key_id: str | UUID) -> Call[None]:
    """DELETE a key."""
    return Call(method="DELETE", path=f"/v1/keys/{_id(key_id)}", answer=None)


def submit_blueprint(text: str, *, file: str, idempotency_key: str | None) -> Call[Blueprint]:
    """POST a blueprint's text."""
    return _post("/v1/blueprints", {"file": file, "text": text}, Blueprint, idempotency_key)


def check_blueprint(text: str, *, file: str) -> Call[CheckedBlueprint]:
    """POST a blueprint's text to be checked and not stored."""
    return _post("/v1/blueprints/check", {"file": file, "text": text}, CheckedBlueprint, None)


def read_blueprint(blueprint_id: str | UUID) -> Call[Blueprint]:
    """GET a blueprint."""
    return Call(method="GET", path=f"/v1/blueprints/{_id(blueprint_id)}", answer=Blueprint)


def list_blueprints(*, limit: int | None, cursor: str | None) -> Call[PageBody[Blueprint]]:
    """GET a page of blueprints."""
    return _list("/v1/blueprints", PageBody[Blueprint], limit, cursor)


def start_build(blueprint_id: str | UUID, *, idempotency_key: str | None) -> Call[Build]:
    """POST an order to build a blueprint."""
    return _post("/v1/builds", {"blueprint_id": _id(blueprint_id)}, Build, idempotency_key)


def read_build(build_id: str | UUID) -> Call[Build]:
    """GET a build."""
    return Call(method="GET", path=f"/v1/builds/{_id(build_id)}", answer=Build)


def list_builds(*, limit: int | None, cursor: str | None) -> Call[PageBody[Build]]:
    """GET a page of builds."""
    return _list("/v1/builds", PageBody[Build], limit, cursor)


def cancel_build(build_id: str | UUID, *, idempotency_key: str | None) -> Call[Build]:
    """POST that a build is to stop."""
    return _post(f"/v1/builds/{_id(build_id)}/cancel", None, Build, idempotency_key)


def decide_build(
    build_id: str | UUID, decision: Mapping[str, Any], *, idempotency_key: str | None
) -> Call[Build]:
    """POST a person's decision at a gate."""
    return _post(f"/v1/builds/{_id(build_id)}/decisions", decision, Build, idempotency_key)


def list_artifacts(
    build_id: str | UUID, *, limit: int | None, cursor: str | None
) -> Call[PageBody[Artifact]]:
    """GET a page of a build's artifacts."""
    return _list(f"/v1/builds/{_id(build_id)}/artifacts", PageBody[Artifact], limit, cursor)


def events_path(build_id: str | UUID) -> str:
    """Return where a build's events are streamed."""
    return f"/v1/builds/{_id(build_id)}/events"


def decision_body(
    *,
    gate: str,
    decision: str,
    criteria: Sequence[str],
    comment: str,
    proof_digest: str | None,
    blanket: bool,
) -> dict[str, Any]:
    """Return the body of a decision; a lone string would be taken for its letters."""
    if isinstance(criteria, str):
        raise TypeError("criteria must be a list of criterion ids, not one string")
    return {
        "gate": str(gate),
        "decision": str(decision),
        "criteria": list(criteria),
        "comment": comment,
        "proof_digest": proof_digest,
        "blanket": blanket,
    }


def _post(
    path: str, body: Mapping[str, Any] | None, answer: type[T], idempotency_key: str | None
) -> Call[T]:
    key = idempotency_key or str(uuid4())
    return Call(method="POST", path=path, answer=answer, body=body, idempotency_key=key)


def _list(
    path: str, answer: type[PageBody[T]], limit: int | None, cursor: str | None
) -> Call[PageBody[T]]:
    query = {} if limit is None else {"limit": str(limit)}
    if cursor is not None:
        query["cursor"] = cursor
    return Call(method="GET", path=path, answer=answer, query=query)


def _id(value: str | UUID) -> str:
    text = str(value)
    if not _SAFE_ID.fullmatch(text):
        raise ValueError(f"{text!r} is no id: ids are letters, digits, '-' and '_'")
    return text
