"""Openers of download links, one for each store, that admit what the real door admits."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from hmac import compare_digest
from urllib.parse import parse_qs, parse_qsl, urlsplit

import httpx2
from botocore.auth import S3SigV4QueryAuth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials

from backend.artifacts.errors import InvalidLinkError, LinkExpiredError
from backend.artifacts.links import LINK_PATH
from backend.artifacts.local_store import LocalStore

_S3_TIME = "%Y%m%dT%H%M%SZ"


@dataclass(frozen=True, kw_only=True)
class Opened:
    """What came out of a door."""

    status: int
    body: bytes = b""
    content_disposition: str = ""
    content_type: str = ""


LinkDoor = Callable[[str], Awaitable[Opened]]


def local_door(store: LocalStore) -> LinkDoor:
    """Open a local store's links as the API's route does."""

    async def fetch(link: str) -> Opened:
        parts = urlsplit(link)
        assert parts.path.startswith(LINK_PATH + "/")
        signature = parse_qs(parts.query)["signature"][0]
        try:
            opened = store.verify_link(parts.path.removeprefix(LINK_PATH + "/"), signature)
        except (InvalidLinkError, LinkExpiredError):
            return Opened(status=403)
        return Opened(
            status=200,
            body=await store.get(opened.key),
            content_disposition=opened.content_disposition,
            content_type=(await store.head(opened.key)).content_type,
        )

    return fetch


def s3_door(access_key_id: str, secret_access_key: str, region: str) -> LinkDoor:
    """Open an S3's links after the checks that Amazon makes; the tests' server makes none."""
    auth = S3SigV4QueryAuth(Credentials(access_key_id, secret_access_key), "s3", region)

    async def fetch(link: str) -> Opened:
        if not _is_admitted(auth, link):
            return Opened(status=403)
        async with httpx2.AsyncClient() as client:
            answer = await client.get(link)
        return Opened(
            status=answer.status_code,
            body=answer.content,
            content_disposition=answer.headers.get("content-disposition", ""),
            content_type=answer.headers.get("content-type", ""),
        )

    return fetch


def _is_admitted(auth: S3SigV4QueryAuth, link: str) -> bool:
    unsigned, _, signature = link.partition("&X-Amz-Signature=")
    query = dict(parse_qsl(urlsplit(link).query))
    request = AWSRequest("GET", unsigned)
    request.context["timestamp"] = query["X-Amz-Date"]
    right = auth.signature(auth.string_to_sign(request, auth.canonical_request(request)), request)
    signed_at = datetime.strptime(query["X-Amz-Date"], _S3_TIME).replace(tzinfo=UTC)
    is_young = datetime.now(UTC) < signed_at + timedelta(seconds=int(query["X-Amz-Expires"]))
    return compare_digest(right, signature) and is_young
