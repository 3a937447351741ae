"""Pictures decoded, with Pillow: small copies in RGB of every frame that is looked at. The only file that knows Pillow.

Sizes are checked by the headers first (`bounds`), so that nothing is decoded that is too large.
"""

from collections.abc import Iterator
from importlib.util import find_spec
from io import BytesIO
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageFile, ImageOps, features

from edge.core.media import Fault
from edge.media import foreign
from edge.media.bounds import bounds
from edge.media.prints import SIDE
from edge.media.trouble import Trouble

STILL = 1024
"""Pixels of the longer side that stills are looked at with: enough for a QR code, and for text that can be read."""
MOVING = 384
SPREAD = 8  # frames of an animation, evenly spread (policy.md A.7)
CHANGES = 4  # those that differ most from the one before
# Of all frames of an animation together, as many pixels as so many of the largest stills.
ANIMATED = 8

Image.MAX_IMAGE_PIXELS = None  # `bounds` and `_opened` look for themselves, and refuse instead of warning
ImageFile.LOAD_TRUNCATED_IMAGES = False

_FORMATS = {
    "image/jpeg": ("JPEG", "MPO"),
    "image/png": ("PNG",),
    "image/gif": ("GIF",),
    "image/webp": ("WEBP",),
    "image/bmp": ("BMP",),
    "image/heic": ("HEIF",),
    "image/avif": ("AVIF",),
}
Picture = Image.Image


def prepare() -> tuple[str, ...]:
    """Load the decoders; the media types that can be decoded."""
    Image.preinit()
    if find_spec("pillow_heif") is not None:
        from pillow_heif import register_heif_opener  # of the extra `heic`

        register_heif_opener()
    have = {
        "image/webp": features.check("webp"),
        "image/avif": features.check("avif"),
        "image/heic": "HEIF" in Image.OPEN,
    }
    return tuple(type for type in _FORMATS if have.get(type, True))


def frames_of(octets: bytes, type: str, pixels: int, frames: int) -> list[Picture]:
    """The frames to look at, in RGB. Raises Trouble."""
    found = bounds(octets, type)
    if found is not None:
        if found.width * found.height > pixels:
            raise Trouble(Fault.BOMB, f"{found.width} x {found.height} pixels")
        if found.frames > frames or found.width * found.height * found.frames > ANIMATED * pixels:
            raise Trouble(Fault.BOMB, f"{found.frames} frames of {found.width} x {found.height} pixels")
        foreign.check(octets, type, found.end)
    if type not in _FORMATS or (type == "image/heic" and "HEIF" not in Image.OPEN):
        raise Trouble(Fault.CODEC, type)
    try:
        return _decoded(octets, type, pixels, frames)
    except Trouble:
        raise
    except (MemoryError, Image.DecompressionBombError) as error:
        raise Trouble(Fault.BOMB, "it unfolds to more than the memory") from error
    except Exception as error:  # Pillow raises whatever its decoders raise
        bomb = isinstance(error, ValueError) and "too large" in str(error).lower()
        bomb |= "too much memory" in str(error).lower()
        raise Trouble(Fault.BOMB if bomb else Fault.CORRUPT, error.__class__.__name__) from error


def _decoded(octets: bytes, type: str, pixels: int, frames: int) -> list[Picture]:
    with Image.open(BytesIO(octets), formats=_FORMATS[type]) as picture:
        if picture.width * picture.height > pixels:
            raise Trouble(Fault.BOMB, f"{picture.width} x {picture.height} pixels")
        count = getattr(picture, "n_frames", 1)
        if count > frames:
            raise Trouble(Fault.BOMB, f"{count} frames")
        if count > 1:
            return _chosen(list(_moving(picture, count)))
        picture.draft("RGB", (STILL, STILL))
        return [_shown(picture, STILL)]


def _moving(picture: Any, count: int) -> Iterator[Picture]:
    for number in range(count):
        picture.seek(number)
        yield _shown(picture, MOVING)


def _shown(picture: Picture, side: int) -> Picture:
    """As a person sees it, not longer than `side`: turned as it says, its transparent parts white."""
    picture.load()
    factor = max(picture.size) // (2 * side)
    if factor > 1 and picture.mode in ("L", "LA", "RGB", "RGBA", "CMYK"):
        picture = picture.reduce(factor)
    if picture.has_transparency_data:
        clear = picture.convert("RGBA")
        clear.thumbnail((side, side))
        shown = Image.new("RGB", clear.size, "white")
        shown.paste(clear, mask=clear.getchannel("A"))
    elif picture.mode.startswith("I;16"):
        shown = Image.fromarray((np.asarray(picture) >> 8).astype(np.uint8)).convert("RGB")
    else:
        shown = picture.convert("RGB")
    shown.thumbnail((side, side))
    exif = picture.getexif() if picture.format in ("JPEG", "MPO", "PNG", "WEBP") else None
    if exif:
        shown.getexif().update(exif)
        ImageOps.exif_transpose(shown, in_place=True)
    return shown


def _chosen(frames: list[Picture]) -> list[Picture]:
    """Some spread evenly, and those where most changes."""
    last = len(frames) - 1
    spread = {round(step * last / (SPREAD - 1)) for step in range(SPREAD)}
    small = [np.asarray(frame.convert("L").resize((16, 16)), np.int16) for frame in frames]
    change = [0.0, *(float(np.abs(small[at] - small[at - 1]).mean()) for at in range(1, len(small)))]
    others = sorted((at for at in range(len(frames)) if at not in spread), key=lambda at: -change[at])
    return [frames[at] for at in sorted(spread | set(others[:CHANGES]))]


def of_pixels(octets: bytes, width: int, height: int) -> Picture:
    """A frame of a video: RGB, row by row."""
    return Image.frombytes("RGB", (width, height), octets)


def grey(picture: Picture) -> NDArray[np.uint8]:
    """What `prints` hashes."""
    return np.asarray(picture.convert("L").resize((SIDE, SIDE), Image.Resampling.LANCZOS))


def luminance(picture: Picture) -> NDArray[np.uint8]:
    """All of it in grey."""
    return np.asarray(picture.convert("L"))


def scaled(picture: Picture, width: int, height: int, crop: bool) -> NDArray[np.uint8]:
    """RGB of exactly that size, rows by columns by channels."""
    size = (width, height)
    fitted = ImageOps.fit(picture, size) if crop else picture.resize(size, Image.Resampling.BILINEAR)
    return np.asarray(fitted)


def portable(picture: Picture) -> bytes:
    """As a PGM file, for programs."""
    output = BytesIO()
    picture.convert("L").save(output, "PPM")
    return output.getvalue()
