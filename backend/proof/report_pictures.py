"""Makes the small pictures that the report carries inside itself."""

from base64 import b64encode
from dataclasses import dataclass
from functools import lru_cache
from io import BytesIO
from pathlib import Path
from urllib.parse import quote

from PIL import Image, UnidentifiedImageError

from backend.proof.results import Evidence

THUMBNAIL = (360, 240)
SIDE_BY_SIDE = (640, 1600)
BEFORE_AND_AFTER = (560, 560)
PICTURES = frozenset({"screenshot", "picture"})
_QUALITY = 55
# A report is rendered when a build is proven and again when it is delivered.
_KEPT = 1024


@dataclass(frozen=True, kw_only=True)
class ReportPicture:
    """A picture in the report: the small one inside, the full one beside; empty when it is gone."""

    href: str
    thumbnail: str
    alt: str


def report_picture(
    evidence: Evidence, *, alt: str, folder: Path, size: tuple[int, int] = THUMBNAIL
) -> ReportPicture:
    """Make the small picture of a piece of evidence."""
    return ReportPicture(
        href=quote(evidence.path),
        thumbnail=_thumbnail(folder / evidence.path, evidence.sha256, size),
        alt=alt,
    )


@lru_cache(maxsize=_KEPT)
def _thumbnail(path: Path, _sha256: str, size: tuple[int, int]) -> str:
    """Return a small WebP as a data address; empty when the picture is gone."""
    try:
        with Image.open(path) as picture:
            picture.draft("RGB", size)
            small = picture.convert("RGB")
            small.thumbnail(size)
    except (OSError, UnidentifiedImageError, Image.DecompressionBombError):
        return ""
    drawing = BytesIO()
    small.save(drawing, "WEBP", quality=_QUALITY, method=2)
    return f"data:image/webp;base64,{b64encode(drawing.getvalue()).decode()}"
