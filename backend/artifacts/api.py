"""The route behind the local store's signed links; whoever holds a link needs no key."""

from typing import Annotated

from litestar import Controller, get
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery, HeaderParameter
from litestar.response import Stream
from litestar.status_codes import HTTP_200_OK, HTTP_206_PARTIAL_CONTENT

from backend.artifacts.links import LinkSigner
from backend.artifacts.ranges import requested_range
from backend.artifacts.store import ObjectStore
from backend.artifacts.trace_links import cross_origin_headers

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
    security = ({},)  # the link is the key

    @get("/{token:str}")
    async def download(
        self,
        token: FromPath[str],
        signature: FromQuery[str],
        store: NamedDependency[ObjectStore],
        links: NamedDependency[LinkSigner],
        trace_viewer: NamedDependency[str | None],
        wanted: Annotated[str, HeaderParameter(name="Range")] = "",
    ) -> Stream:
        """Return the object's bytes, or those of one range: a browser asks so to move in a clip.

        403 for a wrong link, 410 for an old one, 416 for a range that is not there.
        """
        link = links.verify(token, signature)
        known = await store.head(link.key)
        asked = requested_range(link.key, known.bytes, wanted)
        start, stop = asked or (0, known.bytes)
        headers = HEADERS | cross_origin_headers(link.key, trace_viewer)
        headers |= {
            "Accept-Ranges": "bytes",
            "Content-Disposition": link.content_disposition,
            "Content-Length": str(stop - start),
        }
        if asked is not None:
            headers["Content-Range"] = f"bytes {start}-{stop - 1}/{known.bytes}"
        return Stream(
            await store.open(link.key, start=start, stop=stop if asked is not None else None),
            media_type=known.content_type,
            headers=headers,
            status_code=HTTP_206_PARTIAL_CONTENT if asked is not None else HTTP_200_OK,
        )
