"""Links that open a trace in the viewer, and which objects the viewer's origin may fetch."""

from urllib.parse import quote, urljoin

_FOLDER = "/proof/traces/"
_SUFFIX = ".zip"


def is_trace(name: str) -> bool:
    """Whether an object's key or path is that of a trace."""
    return _FOLDER in f"/{name}" and name.endswith(_SUFFIX)


def viewer_link(url: str, *, viewer: str | None, api: str | None) -> str | None:
    """Return where the viewer shows the trace behind a signed link; None without a viewer.

    The viewer lies on another origin than the API, so the link has to be a full address.
    """
    if viewer is None or (api is None and url.startswith("/")):
        return None
    full = urljoin(api, url) if api else url
    return f"{viewer.rstrip('/')}/?trace={quote(full, safe='')}"


def cross_origin_headers(key: str, viewer: str | None) -> dict[str, str]:
    """Let the viewer's origin, and no other, read a trace, and nothing but a trace."""
    if viewer is None or not is_trace(key):
        return {}
    return {"Access-Control-Allow-Origin": viewer.rstrip("/"), "Vary": "Origin"}
