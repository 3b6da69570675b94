"""The routes of keys, and what any route may ask for by name: `once` and `page`.

`session`, `principal` and `server_secret` come from the app that holds these routes.
"""

from typing import Annotated, Any
from uuid import UUID

from litestar import Controller, Request, Response, delete, get, post
from litestar.di import NamedDependency, Provide
from litestar.params import FromPath, HeaderParameter, JSONBody, QueryParameter
from sqlalchemy.ext.asyncio import AsyncSession

from tenants.auth import Principal
from tenants.idempotency import HEADER, IdempotentRequest, fingerprint
from tenants.pages import DEFAULT_LIMIT, LARGEST_LIMIT, Page, PageRequest
from tenants.schemas import CreateKey, KeyView, NewKeyView
from tenants.service import KeyService
from tenants.signing import ServerSecret

IdempotencyKey = Annotated[
    str | None,
    HeaderParameter(name=HEADER, description="Send the same again, and it happens only once."),
]
Limit = Annotated[int, QueryParameter(ge=1, le=LARGEST_LIMIT)]
Cursor = Annotated[str | None, QueryParameter(description="The `next_cursor` of the page before.")]


async def provide_once(
    request: Request[Any, Any, Any],
    session: NamedDependency[AsyncSession],
    idempotency_key: IdempotencyKey = None,
) -> IdempotentRequest:
    """Give a POST its guard against happening twice."""
    told = fingerprint(request.method, request.url.path, await request.body())
    return IdempotentRequest(session=session, key=idempotency_key, fingerprint=told)


async def provide_page(
    request: Request[Any, Any, Any],
    principal: NamedDependency[Principal],
    server_secret: NamedDependency[ServerSecret],
    limit: Limit = DEFAULT_LIMIT,
    cursor: Cursor = None,
) -> PageRequest:
    """Give a list its page; the cursor is bound to the path and to every other parameter."""
    parameters = request.query_params.multi_items()
    chosen = sorted(item for item in parameters if item[0] not in {"limit", "cursor"})
    return PageRequest(
        tenant_id=principal.tenant_id,
        scope=f"{request.url.path}?{chosen}",
        secret=server_secret,
        limit=limit,
        cursor=cursor,
    )


async def provide_keys(
    session: NamedDependency[AsyncSession],
    principal: NamedDependency[Principal],
    server_secret: NamedDependency[ServerSecret],
) -> KeyService:
    """Give the caller their keys."""
    return KeyService(session, principal, server_secret)


REQUEST_DEPENDENCIES = {"once": Provide(provide_once), "page": Provide(provide_page)}


class Keys(Controller):
    """Make, list and revoke the keys of an organisation."""

    path = "/v1/keys"
    tags = ("keys",)
    dependencies = {"keys": Provide(provide_keys)}  # noqa: RUF012 - Litestar reads it like this

    @post(status_code=201)
    async def create(
        self,
        data: JSONBody[CreateKey],
        once: NamedDependency[IdempotentRequest],
        keys: NamedDependency[KeyService],
    ) -> Response[NewKeyView]:
        """Make another key; the answer is the only place that ever shows its secret."""
        return await once.run(
            lambda: keys.create(data.name), status=201, remember=NewKeyView.without_secret
        )

    @get()
    async def list_all(
        self, page: NamedDependency[PageRequest], keys: NamedDependency[KeyService]
    ) -> Page[KeyView]:
        """Return the live keys, newest first."""
        return await keys.list(page)

    @delete("/{key_id:uuid}")
    async def revoke(self, key_id: FromPath[UUID], keys: NamedDependency[KeyService]) -> None:
        """End a key for good; the last live key is never revoked."""
        await keys.revoke(key_id)
