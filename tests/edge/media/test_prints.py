"""The perceptual hash."""

import numpy as np
import pytest
from PIL import Image, ImageOps

from edge.media import picture
from edge.media.prints import distance, print_of

from .makers import picture as drawn
from .makers import saved


def hash_of(image: Image.Image, format: str = "PNG", **options: object) -> int:
    octets = saved(image.convert("RGB"), format, **options)
    (frame,) = picture.frames_of(octets, f"image/{format.lower()}", 50_000_000, 200)
    found = print_of(picture.grey(frame))
    assert found is not None
    return found


def cropped(image: Image.Image, share: float) -> Image.Image:
    return ImageOps.crop(image, int(image.width * share))


@pytest.mark.parametrize("seed", range(12))
def test_copies_are_near(seed: int) -> None:
    image = drawn(seed)
    own = hash_of(image)
    copies = [
        hash_of(image, "JPEG", quality=20),
        hash_of(image.resize((213, 160)), "WEBP"),
        hash_of(image.resize((1280, 960)), "JPEG"),
        hash_of(image.convert("L")),
        hash_of(cropped(image, 0.01), "JPEG", quality=60),
    ]
    assert max(distance(own, copy) for copy in copies) <= 10


def test_mirrored_copies_differ_in_known_bits() -> None:
    apart = [
        distance(hash_of(ImageOps.mirror(drawn(seed))), hash_of(drawn(seed)) ^ 0x5555555555555555) for seed in range(12)
    ]
    assert sorted(apart)[10] <= 10


def test_other_pictures_are_far() -> None:
    hashes = [hash_of(drawn(seed)) for seed in range(25)]
    assert min(distance(one, other) for at, one in enumerate(hashes) for other in hashes[:at]) > 10


def test_a_picture_of_one_shade_has_none() -> None:
    assert print_of(np.full((32, 32), 200, np.uint8)) is None
    assert print_of(np.zeros((32, 32), np.uint8)) is None


def test_it_is_that_of_imagehash() -> None:
    """The value is that of ImageHash 4.3.2: `imagehash.phash(Image.fromarray(pixels))`."""
    across, down = np.meshgrid(np.arange(32), np.arange(32))
    pixels = ((across * across * 7 + down * 13 * across + down * down * 5) % 251).astype(np.uint8)
    assert print_of(pixels) == 0xA9CDCC04DF632378
