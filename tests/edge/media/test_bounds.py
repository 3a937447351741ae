"""Sizes and ends, by headers alone."""

from io import BytesIO

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from edge.core.media import Fault
from edge.media.bounds import bounds, boxes
from edge.media.trouble import Trouble

from .makers import animation, chunk, jpeg, picture, png, saved

STILLS = {
    "image/png": saved(picture(), "PNG"),
    "image/gif": saved(picture(), "GIF"),
    "image/webp": saved(picture(), "WEBP"),
    "image/jpeg": jpeg(),
    "image/bmp": saved(picture(), "BMP"),
    "image/avif": saved(picture(), "AVIF"),
}
PARTLY = [type for type in STILLS if type != "image/bmp"]


@pytest.mark.parametrize("type", STILLS)
def test_stills(type: str) -> None:
    octets = STILLS[type]
    assert bounds(octets + b"more", type) if type != "image/avif" else True
    assert bounds(octets, type) == (640, 480, 1, len(octets))


@pytest.mark.parametrize("options", [{"progressive": True}, {"quality": 5}, {"exif": b"Exif\0\0" + b"\0" * 200}])
def test_jpegs(options: dict[str, object]) -> None:
    octets = saved(picture(), "JPEG", **options)
    assert bounds(octets + b"\xff\xd9", "image/jpeg") == (640, 480, 1, len(octets))


def test_lossless_webp() -> None:
    octets = saved(picture(), "WEBP", lossless=True)
    assert bounds(octets, "image/webp") == (640, 480, 1, len(octets))


@pytest.mark.parametrize("format", ["GIF", "WEBP", "PNG"])
def test_frames_are_counted(format: str) -> None:
    octets = animation(format, range(7))
    assert bounds(octets, f"image/{format.lower()}") == (160, 120, 7, len(octets))


def test_a_gif_is_as_large_as_its_largest_frame() -> None:
    octets = bytearray(saved(Image.new("P", (8, 8)), "GIF"))
    at = octets.index(b"\x2c")
    octets[at + 5 : at + 9] = (60_000).to_bytes(2, "little") * 2
    found = bounds(bytes(octets), "image/gif")
    assert found is not None
    assert (found.width, found.height) == (60_000, 60_000)


def test_more_frames_than_are_told() -> None:
    octets = png(1, 1, chunk(b"acTL", (1).to_bytes(4, "big") + bytes(4)), *[chunk(b"fcTL", bytes(26))] * 300)
    found = bounds(octets, "image/png")
    assert found is not None
    assert found.frames == 300


def test_nothing_is_known_of_other_types() -> None:
    assert bounds(b"II*\0", "image/tiff") is None


@pytest.mark.parametrize("type", PARTLY)
@pytest.mark.parametrize("share", [0.02, 0.3, 0.6, 0.99])
def test_what_ends_too_early(type: str, share: float) -> None:
    octets = STILLS[type]
    with pytest.raises(Trouble) as caught:
        bounds(octets[: max(13, int(len(octets) * share))], type)
    assert caught.value.fault is Fault.CORRUPT


@pytest.mark.parametrize("type", STILLS)
@given(octets=st.binary(max_size=300), at=st.integers(0, 300), whole=st.booleans())
def test_any_octets_are_measured_or_trouble(type: str, octets: bytes, at: int, whole: bool) -> None:
    good = STILLS[type]
    try:
        found = bounds(octets if whole else good[:at] + octets + good[at + len(octets) :], type)
    except Trouble:
        return
    assert found is not None
    assert found.width >= 0 <= found.height


def test_boxes_longer_than_the_file() -> None:
    good = BytesIO()
    for kind in (b"ftyp", b"moov"):
        good.write((16).to_bytes(4, "big") + kind + bytes(8))
    octets = good.getvalue()
    assert [kind for kind, _, _ in boxes(octets)] == [b"ftyp", b"moov"]
    long = (1).to_bytes(4, "big") + b"mdat" + (1 << 62).to_bytes(8, "big")
    for bad in (octets[:-1], octets + b"\0\0\0\x07free", octets + long, octets + b"\0\0"):
        with pytest.raises(Trouble):
            list(boxes(bad))
