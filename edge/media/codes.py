"""QR and bar codes in pictures, with zxing-cpp: the only file that knows it."""

from importlib.util import find_spec

from edge.media.picture import Picture, luminance

CODES_MAX = 8
TEXT_MAX = 4_000


def available() -> bool:
    """Whether codes can be read here."""
    return find_spec("zxingcpp") is not None


def read_codes(picture: Picture) -> list[str]:
    """What the codes in a picture say."""
    import zxingcpp  # loaded in workers alone

    found = zxingcpp.read_barcodes(luminance(picture))
    return [code.text[:TEXT_MAX] for code in found[:CODES_MAX] if code.text]
