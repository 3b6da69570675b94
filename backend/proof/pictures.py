"""Compares pictures pixel by pixel, without any tolerance, and draws where they differ."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import reduce
from io import BytesIO

from PIL import Image, ImageChops, ImageDraw, ImageOps

from backend.proof.results import Mask

_COVER = (255, 0, 255)
_MILD, _STRONG = "#ffb000", "#c80028"
_FADED = 0.8
_REACH = 4


@dataclass(frozen=True, kw_only=True)
class Picture:
    """A picture as PNG, and the parts of it that were covered."""

    content: bytes
    masks: tuple[Mask, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Difference:
    """What differs: how many pixels, in plain words, and drawn as PNG (for display only)."""

    pixels: int
    words: str
    heat_map: bytes


def find_difference(approved: Picture, seen: Picture) -> Difference | None:
    """Return what differs, or None.

    A covered part that lies elsewhere is a difference of its own: it hides other pixels now,
    whatever colour it is covered with.
    """
    if approved == seen:
        return None
    before, after = _decode(approved.content), _decode(seen.content)
    strongest = _strongest(*_on_one_canvas(before, after))
    pixels = strongest.width * strongest.height - strongest.histogram()[0]
    if before.size != after.size:
        words = (
            f"The picture is {_size(after)} pixels now, and {_size(before)} in the approved one."
        )
    elif approved.masks != seen.masks:
        words = _moved(approved.masks, seen.masks)
    elif (box := strongest.getbbox()) is not None:
        words = f"{_pixels(pixels)} than in the approved picture, {_place(box)}."
    else:
        return None
    return Difference(pixels=pixels, words=words, heat_map=_heat_map(before, after, strongest))


def cover(picture: bytes, masks: Sequence[Mask]) -> bytes:
    """Return the picture with these parts covered, to the whole pixel."""
    covered = _decode(picture)
    pen = ImageDraw.Draw(covered)
    for mask in masks:
        right, bottom = mask.left + mask.width - 1, mask.top + mask.height - 1
        pen.rectangle((mask.left, mask.top, right, bottom), fill=_COVER)
    return _encode(covered)


def _decode(content: bytes) -> Image.Image:
    with Image.open(BytesIO(content), formats=("PNG",)) as picture:
        return picture.convert("RGB")


def _encode(picture: Image.Image) -> bytes:
    drawing = BytesIO()
    picture.save(drawing, "PNG", compress_level=1)
    return drawing.getvalue()


def _on_one_canvas(before: Image.Image, after: Image.Image) -> tuple[Image.Image, Image.Image]:
    """Make both the same size; what only one of them has is transparent in the other."""
    if before.size == after.size:
        return before, after
    size = max(before.width, after.width), max(before.height, after.height)
    canvases = Image.new("RGBA", size), Image.new("RGBA", size)
    for canvas, picture in zip(canvases, (before, after), strict=True):
        canvas.paste(picture, (0, 0))
    return canvases


def _strongest(before: Image.Image, after: Image.Image) -> Image.Image:
    """Return the greatest difference of any channel, pixel by pixel."""
    return reduce(ImageChops.lighter, ImageChops.difference(before, after).split())


def _heat_map(before: Image.Image, after: Image.Image, strongest: Image.Image) -> bytes:
    """Draw the new picture faded, and on it what differs: the redder, the more the eye sees."""
    canvases = _on_one_canvas(before, after)
    seen_by_eye = _strongest(*(canvas.convert("RGB").convert("YCbCr") for canvas in canvases))
    heat = ImageOps.colorize(_widened(seen_by_eye), _MILD, _STRONG)
    changed = _widened(strongest.point([0] + [255] * 255))
    faded = Image.new("RGB", strongest.size, "white")
    faded.paste(ImageOps.grayscale(after), (0, 0))
    faded = Image.blend(faded, Image.new("RGB", faded.size, "white"), _FADED)
    return _encode(Image.composite(heat, faded, changed))


def _widened(picture: Image.Image) -> Image.Image:
    """Draw each pixel as a dot: on a thumbnail a single one must still be seen."""
    padded = ImageOps.expand(picture, _REACH)
    for step in (1, 2, 4):
        padded = ImageChops.lighter(padded, ImageChops.offset(padded, step, 0))
        padded = ImageChops.lighter(padded, ImageChops.offset(padded, 0, step))
    return padded.crop((2 * _REACH, 2 * _REACH, padded.width, padded.height))


def _size(picture: Image.Image) -> str:
    return f"{picture.width} by {picture.height}"


def _pixels(number: int) -> str:
    return "1 pixel is different" if number == 1 else f"{number:,} pixels are different"


def _place(box: tuple[int, int, int, int]) -> str:
    left, top, right, bottom = box
    return f"within {right - left} by {bottom - top} at {left}, {top}"


def _moved(approved: Sequence[Mask], seen: Sequence[Mask]) -> str:
    names = dict.fromkeys(
        mask.name for mask in (*approved, *seen) if (mask in approved) != (mask in seen)
    )
    quoted = ", ".join(f'"{name}"' for name in names)
    return (
        f"What is left out of the picture is not the same part, place or size as before: {quoted}."
    )
