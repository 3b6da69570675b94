"""The route behind the local store's signed links; whoever holds a link needs no key."""

from litestar import Controller, get
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery
from litestar.response import Stream

from backend.artifacts.links import LinkSigner
from backend.artifacts.store import ObjectStore

# A product's files are hostile: nothing of them may run in the API's origin.
HEADERS = {
    "Content-Security-Policy": "sandbox; default-src 'none'; img-src 'self'; media-src 'self'",
    "X-Content-Type-Options": "nosniff",
    "Cache-Control": "private, no-store",
}


class Downloads(Controller):
    """Serve one object to whoever holds its link."""

    path = "/v1/artifacts"
    tags = ("artifacts",)

    @get("/{token:str}")
    async def download(
        self,
        token: FromPath[str],
        signature: FromQuery[str],
        store: NamedDependency[ObjectStore],
        links: NamedDependency[LinkSigner],
    ) -> Stream:
        """Return the object's bytes, or 403 for a wrong link and 410 for an old one."""
        link = links.verify(token, signature)
        known = await store.head(link.key)
        headers = HEADERS | {
            "Content-Disposition": link.content_disposition,
            "Content-Length": str(known.bytes),
        }
        return Stream(await store.open(link.key), media_type=known.content_type, headers=headers)
