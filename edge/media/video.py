"""Frames of a video, taken out by the program ffmpeg where it is installed.

ffmpeg reads the octets from memory, with the demuxer that they name (none that follows links), without a network.
"""

from shutil import which

from edge.core.media import Fault
from edge.media import program
from edge.media.bounds import boxes
from edge.media.picture import MOVING, Picture, of_pixels
from edge.media.trouble import Trouble

EVERY = 2.0
"""Seconds between two frames (policy.md A.7)."""
FRAMES_MAX = 30
_TAKEN_MAX = 300  # frames that ffmpeg gives us, of which `FRAMES_MAX` are looked at: ten minutes
_SIZE = MOVING * MOVING * 3

_DEMUXERS = {
    "video/mp4": "mov",
    "video/3gpp": "mov",
    "video/quicktime": "mov",
    "audio/mp4": "mov",
    "video/webm": "matroska",
    "video/x-msvideo": "avi",
}
_ISO = frozenset(name for name, demuxer in _DEMUXERS.items() if demuxer == "mov")
# Kinds of protected samples (ISO 23001-7).
_PROTECTED = (b"encv", b"enca", b"pssh")


def available() -> str:
    """The program, "" where there is none."""
    return which("ffmpeg") or ""


def check(octets: bytes, type: str) -> None:
    """Whether it is whole and open, as far as its boxes tell. Raises Trouble."""
    if type not in _ISO:
        return
    for kind, begin, end in boxes(octets):
        if kind == b"moov" and any(word in octets[begin:end] for word in _PROTECTED):
            raise Trouble(Fault.ENCRYPTED)


def frames_of(ffmpeg: str, octets: bytes, type: str, pixels: int, seconds: float) -> list[Picture]:
    """One frame every two seconds, of a long video fewer; none of sound alone. Raises Trouble."""
    if type not in _DEMUXERS:
        raise Trouble(Fault.CODEC, type)
    try:
        raw, errors, _ = program.run(_command(ffmpeg, _DEMUXERS[type], pixels), octets, seconds, _TAKEN_MAX * _SIZE)
    except program.TooLong as error:
        raise Trouble(Fault.TIMEOUT, "ffmpeg took too long") from error
    except OSError as error:
        raise Trouble(Fault.CODEC, "ffmpeg cannot be run") from error
    count = len(raw) // _SIZE
    if not count and "matches no streams" in errors:
        return []  # sound in a container for videos, as voice recorders write it
    if not count:
        raise _trouble(errors)
    return [of_pixels(raw[at * _SIZE : at * _SIZE + _SIZE], MOVING, MOVING) for at in _chosen(count)]


def _chosen(count: int) -> list[int]:
    if count <= FRAMES_MAX:
        return list(range(count))
    return sorted({round(step * (count - 1) / (FRAMES_MAX - 1)) for step in range(FRAMES_MAX)})


def _trouble(errors: str) -> Trouble:
    lower = errors.lower()
    if "decoder" in lower and ("not found" in lower or "unknown" in lower):
        return Trouble(Fault.CODEC, "no decoder for its video")
    return Trouble(Fault.CORRUPT, "no frame can be decoded")


def _command(ffmpeg: str, demuxer: str, pixels: int) -> tuple[str, ...]:
    every = f"select='isnan(prev_selected_t)+gte(t-prev_selected_t\\,{EVERY:g})'"
    return (
        *(ffmpeg, "-nostdin", "-hide_banner", "-v", "error", "-threads", "1", "-max_pixels", str(pixels)),
        *("-protocol_whitelist", "file,pipe", "-f", demuxer, "-i", "/proc/self/fd/0"),
        *("-map", "0:v:0", "-an", "-sn", "-dn", "-vf", f"{every},scale={MOVING}:{MOVING}", "-vsync", "vfr"),
        *("-frames:v", str(_TAKEN_MAX), "-pix_fmt", "rgb24", "-f", "rawvideo", "pipe:1"),
    )
