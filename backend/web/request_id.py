"""Gives every request an id that its response, its log lines and its problems share."""

from litestar.datastructures import MutableScopeHeaders
from litestar.types import ASGIApp, Message, Receive, Scope, Send

from tenants.ids import new_id

HEADER = "Request-Id"


def name_requests(app: ASGIApp) -> ASGIApp:
    """Wrap the app so that each request has `state["request_id"]` and the header."""

    async def named(scope: Scope, receive: Receive, send: Send) -> None:
        request_id = str(new_id())
        scope.setdefault("state", {})["request_id"] = request_id

        async def send_named(message: Message) -> None:
            if message["type"] == "http.response.start":
                MutableScopeHeaders.from_message(message)[HEADER] = request_id
            await send(message)

        await app(scope, receive, send_named)

    return named
