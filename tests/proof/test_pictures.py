"""One pixel is a difference, and so is a size or what is covered; the drawing shows where."""

from io import BytesIO

import pytest
from PIL import Image, ImageDraw

from backend.proof.pictures import Picture, cover, find_difference
from backend.proof.results import Mask

SIZE = (120, 80)


def draw(*dots: tuple[int, int], size: tuple[int, int] = SIZE, ink: str = "black") -> bytes:
    image = Image.new("RGB", size, "#0066cc")
    ImageDraw.Draw(image).point(list(dots), fill=ink)
    return encode(image)


def encode(image: Image.Image) -> bytes:
    content = BytesIO()
    image.save(content, "PNG")
    return content.getvalue()


def decode(content: bytes) -> Image.Image:
    return Image.open(BytesIO(content)).convert("RGB")


def picture(content: bytes, *masks: Mask) -> Picture:
    return Picture(content=content, masks=masks)


def mask(left: int, name: str = "Clock", width: int = 20) -> Mask:
    return Mask(name=name, left=left, top=10, width=width, height=10)


def test_the_same_picture_has_no_difference_however_it_is_packed() -> None:
    packed = BytesIO()
    decode(draw((3, 4))).save(packed, "PNG", compress_level=0)

    assert find_difference(picture(draw((3, 4))), picture(draw((3, 4)))) is None
    assert find_difference(picture(draw((3, 4))), picture(packed.getvalue())) is None


@pytest.mark.parametrize("ink", ["black", "#0067cc", "#0066cd", "#0166cc"])
def test_one_step_of_one_channel_in_one_pixel_is_a_difference(ink: str) -> None:
    found = find_difference(picture(draw()), picture(draw((119, 79), ink=ink)))

    assert found is not None
    assert found.pixels == 1
    assert "1 pixel is different" in found.words
    assert "1 by 1 at 119, 79" in found.words


@pytest.mark.parametrize("size", [(120, 81), (121, 80), (120, 79), (60, 200)])
def test_another_size_is_a_difference(size: tuple[int, int]) -> None:
    found = find_difference(picture(draw()), picture(draw(size=size)))

    assert found is not None
    width, height = max(120, size[0]), max(80, size[1])
    shared = min(120, size[0]) * min(80, size[1])
    assert found.pixels >= width * height - shared - (width - size[0]) * (height - 80 or 0)
    assert f"{size[0]} by {size[1]}" in found.words
    assert decode(found.heat_map).size == (width, height)


def test_what_is_covered_may_look_as_it_likes() -> None:
    masks = (mask(30),)
    before, after = cover(draw(), masks), cover(draw((30, 10), (49, 19)), masks)

    assert find_difference(picture(before, *masks), picture(after, *masks)) is None
    assert decode(before).getpixel((29, 10)) == decode(before).getpixel((50, 19)) == (0, 102, 204)
    assert decode(before).getpixel((30, 10)) == decode(before).getpixel((49, 19)) == (255, 0, 255)


@pytest.mark.parametrize(
    "moved", [(mask(31),), (mask(30, width=21),), (mask(30, "Banner"),), (), (mask(30), mask(80))]
)
def test_a_covered_part_that_moved_is_a_difference_on_a_page_of_the_same_colour(
    moved: tuple[Mask, ...],
) -> None:
    pink = encode(Image.new("RGB", SIZE, (255, 0, 255)))

    found = find_difference(picture(pink, mask(30)), picture(pink, *moved))

    assert found is not None
    assert "left out" in found.words


def test_the_heat_map_is_coloured_where_the_pictures_differ_and_only_there() -> None:
    found = find_difference(picture(draw()), picture(draw((0, 0), (60, 40))))

    assert found is not None
    heat = decode(found.heat_map)
    coloured = {
        (x, y)
        for x in range(heat.width)
        for y in range(heat.height)
        if len(set(heat.getpixel((x, y)))) > 1
    }
    assert {(0, 0), (60, 40), (57, 37), (63, 43)} <= coloured
    assert all((x < 5 and y < 5) or (abs(x - 60) < 6 and abs(y - 40) < 6) for x, y in coloured)


def test_the_heat_map_is_redder_where_the_eye_sees_more() -> None:
    found = find_difference(
        picture(draw()), picture(encode(_two_dots("#0066cd", (20, 40), "white", (90, 40))))
    )

    assert found is not None
    heat = decode(found.heat_map)
    assert heat.getpixel((90, 40))[1] < heat.getpixel((20, 40))[1]


def _two_dots(
    faint: str, where: tuple[int, int], strong: str, there: tuple[int, int]
) -> Image.Image:
    image = decode(draw())
    pen = ImageDraw.Draw(image)
    pen.point([where], fill=faint)
    pen.point([there], fill=strong)
    return image
