"""Rows of channel mm4: the message that the row describes is made, taken apart by the edge's codec and examiner, and
judged as the relay has it judged. A stub in the place of the models gives the scores that the row says.
"""

import io
import re
from collections.abc import Sequence
from time import monotonic
from typing import Any, NamedTuple
from zlib import crc32

from msgspec.structs import replace

from edge.channels.mm4.codec.header import read_head
from edge.channels.mm4.codec.pdu import Forward, ReadReport, of_head
from edge.channels.mm4.intake import body_of, identity_of, source_of, submission_of
from edge.channels.mm4.parties import party_of
from edge.core.account import Account
from edge.core.examination import Examination
from edge.core.media import Fault, Media, MediaItem, MediaKind
from edge.core.submission import Direction, Party, Submission
from edge.core.verdict import ALLOWED, Verdict
from edge.media.looking import Look
from edge.media.message import put_together, take_apart
from edge.media.tools import Tools
from edge.simulate.mmsc import Order, Part, message, parts, pictures

from .rows import Row, Unplayable
from .stage import NOON, Stage, address_of

_KEYS = """
X-Mms-Sender-Visibility hdr_to msg_type peer mailfrom nsfw nsfw_max gore hate_symbol skin_ratio hash_match phash_near
distance ocr decode width height frames bytes video
"""
READ_HERE = frozenset(_KEYS.split())
"""Keys of rows of this channel alone."""

SCORES = {"nsfw": "nsfw", "nsfw_max": "nsfw", "gore": "gore", "hate_symbol": "hate"}
"""Keys that give a score -> the label it is of."""

LABELS = ("gore", "hate", "illegal", "nsfw")
CAPTION = "I know who you people are, this one is for you"
"""What `a caption targeting recipient` says where the row does not."""

ISO_HEAD = b"\x00\x00\x00\x18ftypmp42\x00\x00\x00\x00mp42isom"
HEIC_HEAD = b"\x00\x00\x00\x1cftypheic\x00\x00\x00\x00mif1heicmiaf" + b"\x00\x00\x10\x00meta"


def own_message(stage: Stage) -> Verdict:
    """The verdict on the row's message."""
    row = stage.row
    octets = octets_of(row)
    head = read_head(octets)
    pdu = of_head(head)
    if isinstance(pdu, ReadReport):
        return ALLOWED  # reports are matched and passed on; nobody judges them
    if not isinstance(pdu, Forward):
        raise Unplayable(f"no message to judge: {pdu!r}")
    return stage.judge(submission_for(stage, head, pdu, examined(row, octets)))


# -- the message -----------------------------------------------------------------------------------


def octets_of(row: Row) -> bytes:
    """The message as it comes over the wire."""
    sender, recipient = address_of(row.sender), address_of(row.recipient)
    recipients = tuple(f"+1212555{number:04d}" for number in range(100, 100 + (row.count("nrcpt") or 1)))
    if not recipient.startswith("*"):
        recipients = (row.context.get("hdr_to") or recipient,)
    order = Order(
        sender,
        recipients,
        _parts(row),
        hide=row.context.get("X-Mms-Sender-Visibility") == "Hide",
        smil="smil" in row.text,
    )
    octets = message.forward(order, "1.1@mms.a.example", "mm4@mms.a.example", NOON)
    kind = row.context.get("msg_type")
    if kind == message.READ_REPLY:
        taken = message.read(octets, ("", ()), ("", ""), 0.0, None)
        return message.read_reply(taken, sender, "Read", "r-1", "mm4@mms.a.example", NOON)
    if kind not in (None, message.FORWARD):
        raise Unplayable(f"no message of type {kind} can be made")
    return octets


def _parts(row: Row) -> list[Part]:
    """What the text of the row describes: `MMS: image/jpeg ...`, words in quotes are a text that goes with it."""
    described = row.text.removeprefix("MMS:").strip()
    found = [_made(row, kind, described) for kind in re.findall(r"\b(?:image|video|audio)/[\w.+-]+", described)]
    if "text/x-vcard" in described:
        found.append(_card(described))
    words = [text for before, text in re.findall(r'(OCR )?"([^"]+)"', described) if not before]
    guess = re.fullmatch(r"text (.+)", described)
    words += [guess[1]] if guess else []
    words += [CAPTION] if "caption targeting" in described else []
    found += [parts.text(text) for text in words]
    if not found and row.context.get("msg_type") != message.READ_REPLY:
        raise Unplayable("nothing is described that could be sent")
    return found


def _made(row: Row, kind: str, described: str) -> Part:
    code = re.search(r"QR code to (\S+)", described)
    if code:
        return Part("image/png", qr(code[1]), "code.png")
    seed = crc32(row.id.encode())
    if "width" in row.context:
        return Part(kind, pictures.bomb(row.count("width"), row.count("height")), "big.png")
    if kind == "image/heic":
        return Part(kind, HEIC_HEAD, "cut.heic")
    makers = {
        "image/jpeg": lambda: pictures.jpeg(160, 120, seed, 3),
        "image/png": lambda: pictures.png(64, 48, seed),
        "image/gif": lambda: pictures.gif(32, 24, row.count("frames") or 1, seed),
        "video/mp4": lambda: _film(row.count("bytes")),
    }
    if kind not in makers:
        raise Unplayable(f"no {kind} can be made")
    return Part(kind, makers[kind](), "media." + kind.partition("/")[2])


def _film(size: int) -> bytes:
    """An MP4 of `size` octets, all of them free space: nobody decodes it here."""
    rest = max(8, size - len(ISO_HEAD))
    return ISO_HEAD + rest.to_bytes(4, "big") + b"free" + bytes(rest - 8)


def _card(described: str) -> Part:
    """A vCard with the properties that the row names (`URL:https://... and NOTE:claim now`)."""
    lines = [pair.strip() for pair in re.split(r" and (?=[A-Z]+:)", described.partition("with ")[2])]
    card = "\r\n".join(["BEGIN:VCARD", "VERSION:3.0", "FN:Somebody", *lines, "END:VCARD", ""])
    return Part("text/x-vcard; charset=utf-8", card.encode("utf-8"), "card.vcf")


def qr(text: str) -> bytes:
    """A QR code as PNG."""
    import zxingcpp
    from PIL import Image

    code = zxingcpp.create_barcode(text, zxingcpp.BarcodeFormat.QRCode)
    pixels = memoryview(zxingcpp.write_barcode_to_image(code, scale=4))
    out = io.BytesIO()
    Image.frombytes("L", (pixels.shape[1], pixels.shape[0]), pixels.tobytes()).save(out, "PNG")
    return out.getvalue()


# -- what is found in it ---------------------------------------------------------------------------


class Scores(NamedTuple):
    """Stands for the models: the same scores for every picture."""

    scores: dict[str, float]

    def score(self, frames: Sequence[object]) -> dict[str, float]:
        """As `edge.media.model.Classifier.score`."""
        return self.scores


def scores_of(row: Row) -> dict[str, float]:
    """The scores that the row gives; of what it does not name, none to speak of."""
    given = {label: row.number(key) for key, label in SCORES.items() if key in row.context}
    if row.context.get("ocr") == "sale":  # of goods that may not be sold, says the picture
        given["illegal"] = 0.9
    return dict.fromkeys(LABELS, 0.02) | given


def examined(row: Row, octets: bytes) -> Media:
    """What the examiner finds, with the row's scores; the words that OCR would read are the row's too."""
    # OCR and ffmpeg may be missing where this runs; what they would find is the row's to say.
    tools: Any = Tools(Examination(ocr=False, video=False, deadline=60.0))
    tools.classifiers = [Scores(scores_of(row))]
    look = Look(tools, monotonic())
    apart = take_apart(octets)
    media = put_together(apart, [look.part(part) for part in apart.parts])
    seen = tuple(("seen", text) for text in re.findall(r'OCR "([^"]+)"', row.text))
    items = tuple(_filmed(row, item) for item in media.items)
    unscored = media.unscored and not any(item.kind is MediaKind.VIDEO for item in items)
    return replace(media, items=items, texts=media.texts + seen, unscored=unscored)


def _filmed(row: Row, item: MediaItem) -> MediaItem:
    """A video with the scores of its frames."""
    if item.kind is not MediaKind.VIDEO or item.fault is not None:
        return item
    return replace(item, scores=tuple(sorted(scores_of(row).items())), detail="")


def check(row: Row, media: Media) -> None:
    """Whether the examiner found what the row is about. Raises Unplayable: else a row could pass for a wrong reason."""
    faults = {item.fault for item in media.items} | {media.fault}
    wanted = {"decode": {Fault.CORRUPT, Fault.CODEC}, "width": {Fault.BOMB}}
    for key, some in wanted.items():
        if key in row.context and not faults & some:
            raise Unplayable(f"the examiner found {faults}, not what {key} says")
    if not set(row.context) & set(wanted) and faults - {None}:
        raise Unplayable(f"the examiner found {faults} in what is made for the row")


def listed(row: Row) -> dict[str, frozenset[str]]:
    """The lists of picture hashes that the row speaks of, as `image-hash` takes them."""
    if not {"hash_match", "phash_near"} & set(row.context):
        return {}
    media = examined(row, octets_of(row))
    picture = next((item for item in media.items if item.kind is MediaKind.IMAGE and item.hashes), None)
    if picture is None:
        raise Unplayable("no picture that a hash could be of")
    if "phash_near" in row.context:
        return {"blocked": frozenset({f"{picture.hashes[0] ^ (1 << row.count('distance')) - 1:016x}"})}
    if row.context["hash_match"] != "child_safety_list":
        raise Unplayable(f"nothing is known of the list {row.context['hash_match']}")
    return {"child_safety": frozenset({picture.sha256.hex()})}


# -- as the relay has it judged --------------------------------------------------------------------


class _Reading:
    """What `edge.channels.mm4.intake` asks a desk for."""

    def __init__(self, stage: Stage) -> None:
        self._stage = stage

    def party(self, address: str, ton: int, npi: int, home: int) -> Party:
        return self._stage.plan.identify(address, ton, npi, home)


def submission_for(stage: Stage, head: Any, forward: Forward, media: Media) -> Submission:
    """The message for the (first) recipient."""
    row = stage.row
    check(row, media)
    desk: Any = _Reading(stage)
    account: Account = stage.account
    inbound = row.direction == "inbound"
    home = 1 if inbound else account.home
    envelope = message.plmn(row.context.get("mailfrom") or stage.sender, "mms.a.example")
    return submission_of(
        account,
        Direction.MO if inbound else Direction.MT,
        "carrier" if inbound else account.name,
        party_of(desk, source_of(forward, envelope), home),
        party_of(desk, forward.to[0], home),
        body_of(head, media),
        max(1, len(forward.recipients)),
        forward,
        identity_of(desk, forward, envelope, home),
        media,
    )
