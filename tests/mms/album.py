"""Parts of every kind that phones send, small, and made once: pictures, an animation, video, audio, vCard, text."""

import shutil
import subprocess
import tempfile
from functools import lru_cache
from pathlib import Path

from edge.simulate.mmsc import Part, parts, pictures

# An AMR file (RFC 4867 5): its magic and five frames of silence, mode 7.
AMR = b"#!AMR\n" + (b"\x3c" + bytes(31)) * 5


@lru_cache(maxsize=1)
def clip() -> bytes:
    """A second of MP4 by ffmpeg where it is installed, else a file that is nothing but its head (ISO 14496-12)."""
    ffmpeg = shutil.which("ffmpeg")
    if ffmpeg is None:
        return b"\x00\x00\x00\x18ftypmp42\x00\x00\x00\x00mp42isom" + b"\x00\x00\x00\x08free"
    with tempfile.TemporaryDirectory() as directory:
        path = Path(directory) / "clip.mp4"
        source = "testsrc=duration=1:size=64x48:rate=5"
        command = [ffmpeg, "-v", "error", "-f", "lavfi", "-i", source, "-c:v", "mpeg4", "-y", str(path)]
        subprocess.run(command, check=True, timeout=60, stdin=subprocess.DEVNULL)
        return path.read_bytes()


PICTURES = (
    Part("image/png", pictures.png(seed=1), "one.png"),
    Part("image/jpeg", pictures.jpeg(160, 120, 2, 6), "two.jpg"),
    Part("image/gif", pictures.gif(seed=3), "three.gif"),
)
ANIMATION = Part("image/gif", pictures.gif(frames=6, seed=4), "moves.gif")
SOUND = Part("audio/amr", AMR, "sound.amr")
WORDS = parts.text("See you at two.\r\n.\r\n..and dots, é, 你好")
CARD = parts.card("Anna Example", "+14165550123")
ALBUM = (*PICTURES, ANIMATION, SOUND, CARD, WORDS)


def video() -> Part:
    """A short film."""
    return Part("video/mp4", clip(), "clip.mp4")
