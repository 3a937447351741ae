"""Pictures made by hand are what they say, read by their formats' own rules and, where it is there, by Pillow."""

import io
import struct
import zlib

import pytest

from edge.simulate.mmsc import pictures


def test_png_unfolds_to_its_rows() -> None:
    data = pictures.png(20, 10, seed=3)
    assert data[:8] == b"\x89PNG\r\n\x1a\n"
    at, found = 8, {}
    while at < len(data):
        size, name = struct.unpack(">I4s", data[at : at + 8])
        body, crc = data[at + 8 : at + 8 + size], data[at + 8 + size : at + 12 + size]
        assert struct.unpack(">I", crc)[0] == zlib.crc32(name + body)
        found[name] = body
        at += 12 + size
    assert list(found) == [b"IHDR", b"IDAT", b"IEND"]
    assert len(zlib.decompress(found[b"IDAT"])) == 10 * (1 + 20 * 3)


def test_a_bomb_is_small_and_says_how_big_it_is() -> None:
    data = pictures.bomb(40_000, 40_000)
    assert len(data) < 300_000
    assert struct.unpack(">II", data[16:24]) == (40_000, 40_000)


@pytest.mark.parametrize(
    ("data", "size", "frames", "name"),
    [
        (pictures.png(64, 48, 1), (64, 48), 1, "PNG"),
        (pictures.gif(33, 25, 1, 1), (33, 25), 1, "GIF"),
        (pictures.gif(32, 24, 7, 1), (32, 24), 7, "GIF"),
        (pictures.jpeg(61, 47, 1), (61, 47), 1, "JPEG"),
        (pictures.jpeg(64, 48, 1, 62), (64, 48), 1, "JPEG"),
    ],
)
def test_an_imaging_library_reads_them(data: bytes, size: tuple[int, int], frames: int, name: str) -> None:
    image = pytest.importorskip("PIL.Image").open(io.BytesIO(data))
    assert (image.format, image.size, getattr(image, "n_frames", 1)) == (name, size, frames)
    image.seek(frames - 1)
    image.load()
    low, high = image.convert("L").getextrema()
    assert high - low > 50  # not one flat colour


def test_seeds_tell_pictures_apart() -> None:
    for make in (pictures.png, pictures.gif, pictures.jpeg):
        assert len({make(seed=seed) for seed in range(20)}) == 20
        assert make(seed=5) == make(seed=5)
