"""What the edge and a worker say to each other: frames of four octets of length and MessagePack.

The edge reuses the memory beside the pipe only when it has had the answer, or the worker is dead.
"""

import msgspec

from edge.core.media import Media, MediaItem

FRAME_MAX = 256 * 1024 * 1024
LENGTH = 4
BESIDE = 32 * 1024
"""Octets of a request beyond which it lies in memory that both have open, and only its length is sent."""
IN_ROOM = 1 << 31  # marks such a length


class Seen(msgspec.Struct, frozen=True, gc=False):
    """One part, looked at. `texts` as in `Media`; `unscored`: a picture in it that no model scored. `partial`: there
    was no time for all of it, so that another time more may be found.
    """

    item: MediaItem
    texts: tuple[tuple[str, str], ...] = ()
    unscored: bool = False
    partial: bool = False


class Capabilities(msgspec.Struct, frozen=True):
    """What a worker can do here. `models` by name with what they score, `formats` of pictures that can be decoded;
    `ocr`, `codes` and `video` name the tool, "" for none. `problems` are sentences for the operator.
    """

    formats: tuple[str, ...] = ()
    models: tuple[str, ...] = ()
    ocr: str = ""
    codes: str = ""
    video: str = ""
    problems: tuple[str, ...] = ()


class Request(msgspec.Struct, frozen=True):
    """Look at a message; parts whose paths are in `known` need not be looked at. `whole`: the edge did not take it
    apart, and wants all of it.
    """

    message: bytes
    known: tuple[str, ...] = ()
    whole: bool = False


class Reply(msgspec.Struct, frozen=True):
    """The parts that were not known, in their order; or all of a message."""

    seen: tuple[Seen, ...] = ()
    whole: Media | None = None


encode = msgspec.msgpack.Encoder().encode
decode_request = msgspec.msgpack.Decoder(Request).decode
decode_reply = msgspec.msgpack.Decoder(Reply).decode
decode_capabilities = msgspec.msgpack.Decoder(Capabilities).decode


def frame(payload: bytes) -> bytes:
    """With its length before it."""
    return len(payload).to_bytes(LENGTH, "big") + payload
