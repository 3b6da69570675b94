"""Makes the small files that a scenario uploads without describing them."""

from io import BytesIO
from mimetypes import guess_type
from pathlib import PurePosixPath

from PIL import Image
from playwright.async_api import FilePayload

from backend.proof.errors import StepFailedError
from backend.proof.words import quoted, shorten

_PICTURES = {".jpg": "JPEG", ".jpeg": "JPEG", ".png": "PNG", ".gif": "GIF", ".webp": "WEBP"}
_PICTURE_SIZE = (64, 48)
_PDF = (
    b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n"
    b"2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj\n"
    b"3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 200 200]>>endobj\n"
    b"trailer<</Root 1 0 R>>\n%%EOF\n"
)
_TEXTS = {".txt": b"A sample text.\n", ".csv": b"Name\nSample\n", ".md": b"# Sample\n"}


def upload(name: str, files: dict[str, bytes]) -> FilePayload:
    """Return a file that the scenario wrote, else a sample of its kind."""
    check_file_name(name)
    content = files[name] if name in files else _sample(name)
    return FilePayload(
        name=name, mimeType=guess_type(name)[0] or "application/octet-stream", buffer=content
    )


def check_file_name(name: str) -> str:
    """Return the name; raise StepFailedError when it is a path or nothing."""
    if not name or name != PurePosixPath(name).name or "\\" in name or "\x00" in name:
        raise StepFailedError(f'"{shorten(name)}" is not a plain file name such as "stock.csv".')
    return name


def _sample(name: str) -> bytes:
    suffix = PurePosixPath(name).suffix.lower()
    if suffix in _PICTURES:
        drawing = BytesIO()
        Image.new("RGB", _PICTURE_SIZE, (46, 111, 142)).save(drawing, _PICTURES[suffix])
        return drawing.getvalue()
    if suffix == ".pdf":
        return _PDF
    if suffix in _TEXTS:
        return _TEXTS[suffix]
    known = sorted({*_PICTURES, *_TEXTS, ".pdf"})
    raise StepFailedError(
        f'There is no sample file of the kind "{shorten(suffix or name)}"; there are samples for '
        f'{quoted(known)}. Write its content by: the file "{shorten(name)}" contains:'
    )
