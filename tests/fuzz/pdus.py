"""PDUs to throw at a peer: valid ones of every type, and all the ways the field has shown of being wrong.

Everything follows from the Random given, so a run repeats by its seed. Cheap (a few microseconds each): a pool of
valid PDUs that is renewed slowly, and small changes on octets. Opens no socket and expects nothing.
"""

from collections.abc import Callable, Iterator, Sequence
from random import Random
from typing import Any, NamedTuple

from smpp.codec import build
from smpp.consts import HEADER, RESPONSE, CommandId, Status, Tag
from smpp.layout import (
    LAYOUTS,
    Address,
    CString,
    Destinations,
    DistributionList,
    Octet,
    ShortMessage,
    Unsuccessful,
    Unsuccessfuls,
    Value,
)
from smpp.tlv import Tlv, with_length

POOL = 512
RENEW = 16  # one of the pool is replaced after so many PDUs

COMMANDS = tuple(LAYOUTS)
TRAFFIC = (CommandId.SUBMIT_SM, CommandId.DELIVER_SM, CommandId.DATA_SM)
RESPONSES = tuple(command for command in LAYOUTS if command & RESPONSE)
STATUSES = (*Status, 0x401, 0x4FF, 0xFFFFFFFF)
SEQUENCES = (0, 1, 2, 0x7FFFFFFE, 0x7FFFFFFF, 0x80000000, 0xFFFFFFFF)
OCTETS = (0, 0, 0, 1, 2, 3, 4, 5, 8, 0x10, 0x20, 0x40, 0x43, 0x7F, 0x80, 0xC0, 0xF0, 0xF6, 0xFF)
TAGS = (*Tag, 0x1400, 0x1401, 0x1414, 0x3FFF, 0x0000, 0xFFFF)
TEXTS = (
    b"hello",
    b"Your code is 123456",
    b"id:0123456789 sub:001 dlvrd:001 submit date:2401011200 done date:2401011201 stat:DELIVRD err:000 text:hi",
    b"id: sub: stat:",
    "привет".encode("utf-16-be"),
    b"\xd8\x3d\xde",  # half a surrogate
    b"\x05\x00\x03\x07\x02\x01part one",
    b"\x06\x08\x04\xff\xff\x00\x00part of none",
    b"\xff\x00\x03",  # a header longer than the text
    b"ends in an escape\x1b",
    b"\0",
    b"",
)
DIGITS = b"0123456789"
LETTERS = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+*#. -_@\x7f\xe9\xff"


class Valid(NamedTuple):
    """A valid PDU and where its sm_length (0: none) and its TLVs (len(raw): none) begin."""

    raw: bytes
    text_at: int
    tlvs_at: int


Mutation = Callable[[Random, Valid], bytes]


def generate(random: Random, framing_faults: float = 0.01, seeds: Sequence[bytes] = ()) -> Iterator[bytes]:
    """PDUs without end. `framing_faults` is the share after which the stream cannot be read on.

    `seeds` are PDUs of the caller's own (a bind that would succeed, say) that are mixed in and mutated too.
    """
    pool = [valid(random, COMMANDS[n % len(COMMANDS)] if n % 2 else random.choice(TRAFFIC)) for n in range(POOL)]
    pool += [Valid(seed, 0, len(seed)) for seed in seeds]
    fresh = 0
    draw = random.random
    while True:
        pool[fresh % POOL] = valid(random, random.choice(COMMANDS if fresh % 2 else TRAFFIC))
        fresh += 1
        for _ in range(RENEW):
            if draw() < framing_faults:
                table = FRAMING_FAULTS
            else:
                table = MUTATIONS
            yield table[int(draw() * len(table))](random, pool[int(draw() * len(pool))])


def valid(random: Random, command_id: int) -> Valid:
    """A PDU that is right in every octet, with values of all sorts in it."""
    layout = LAYOUTS[command_id]
    fields = {field.name: _VALUES[type(field)](random, field) for field in layout.fields}
    status = random.choice(STATUSES) if command_id & RESPONSE and random.random() < 0.5 else 0
    sequence = random.choice(SEQUENCES) if random.random() < 0.2 else random.getrandbits(31)
    if status and random.random() < 0.5:
        return Valid(build(command_id, status, sequence), 0, HEADER)
    bare = build(command_id, status, sequence, fields)
    text = fields.get("short_message")
    text_at = len(bare) - 1 - len(text) if isinstance(text, bytes) else 0
    tlvs = _tlvs(random) if layout.tlvs else ()
    return Valid(build(command_id, status, sequence, fields, tlvs), text_at, len(bare))


def _tlvs(random: Random) -> tuple[Tlv, ...]:
    chosen = random.random()
    if chosen < 0.4:
        return ()
    if chosen < 0.5:
        reference, total = random.getrandbits(16).to_bytes(2, "big"), random.choice((1, 2, 3, 255))
        number = bytes((random.randrange(total + 2) & 0xFF,))
        return (
            (Tag.SAR_MSG_REF_NUM, reference),
            (Tag.SAR_TOTAL_SEGMENTS, bytes((total,))),
            (Tag.SAR_SEGMENT_SEQNUM, number),
        )
    if chosen < 0.6:
        octets = 30_000 if random.random() < 0.02 else random.randrange(600)
        payload = ((random.choice(TEXTS) or b"x") * octets)[:octets]
        return ((Tag.MESSAGE_PAYLOAD, payload),) * random.choice((1, 1, 2))
    return tuple((random.choice(TAGS), random.randbytes(random.randrange(12))) for _ in range(random.randrange(1, 5)))


def _octet(random: Random, field: Octet) -> int:
    return random.choice(OCTETS)


def _cstring(random: Random, field: CString) -> bytes:
    if random.random() < 0.3:
        return b""
    alphabet = DIGITS if "addr" in field.name and random.random() < 0.8 else LETTERS
    length = field.size - 1 if random.random() < 0.1 else random.randrange(min(field.size, 14))
    return bytes(random.choices(alphabet, k=length))


def _text(random: Random, field: ShortMessage) -> bytes:
    chosen = random.random()
    if chosen < 0.6:
        return random.choice(TEXTS)
    return random.randbytes(random.choice((1, 140, 160, 254, 255)) if chosen < 0.7 else random.randrange(60))


def _destinations(random: Random, field: Destinations) -> tuple[Address | DistributionList, ...]:
    count = 255 if random.random() < 0.01 else random.randrange(1, 6)
    return tuple(
        Address(1, 1, bytes(random.choices(DIGITS, k=11))) if random.random() < 0.8 else DistributionList(b"friends")
        for _ in range(count)
    )


def _unsuccessfuls(random: Random, field: Unsuccessfuls) -> tuple[Unsuccessful, ...]:
    return tuple(
        Unsuccessful(1, 1, bytes(random.choices(DIGITS, k=11)), random.choice(STATUSES))
        for _ in range(random.randrange(4))
    )


_VALUES: dict[type[Any], Callable[[Random, Any], Value]] = {
    Octet: _octet,
    CString: _cstring,
    ShortMessage: _text,
    Destinations: _destinations,
    Unsuccessfuls: _unsuccessfuls,
}


def as_it_is(random: Random, pdu: Valid) -> bytes:
    """With a sequence of its own."""
    return pdu.raw[:12] + random.getrandbits(31).to_bytes(4, "big") + pdu.raw[16:]


def flipped(random: Random, pdu: Valid) -> bytes:
    """1-3 bits turned, anywhere but in command_length."""
    changed = bytearray(pdu.raw)
    for _ in range(1 + int(random.random() * 3)):
        changed[4 + int(random.random() * (len(changed) - 4))] ^= 1 << int(random.random() * 8)
    return bytes(changed)


def truncated(random: Random, pdu: Valid) -> bytes:
    """Cut in its body, command_length right."""
    return with_length(pdu.raw[: HEADER + int(random.random() * (len(pdu.raw) - HEADER + 1))])


def lying_text_length(random: Random, pdu: Valid) -> bytes:
    """sm_length says anything."""
    return _with_octet(pdu.raw, pdu.text_at, int(random.random() * 256)) if pdu.text_at else flipped(random, pdu)


def lying_tlv_length(random: Random, pdu: Valid) -> bytes:
    """The length of the first TLV says anything."""
    at = pdu.tlvs_at + 2 + int(random.random() * 2)
    return _with_octet(pdu.raw, at, int(random.random() * 256)) if at < len(pdu.raw) else flipped(random, pdu)


def without_nul(random: Random, pdu: Valid) -> bytes:
    """One or all of the NULs in the body are letters."""
    if random.random() < 0.2:
        return pdu.raw[:HEADER] + pdu.raw[HEADER:].replace(b"\0", b"A")
    at = pdu.raw.find(0, HEADER + int(random.random() * (len(pdu.raw) - HEADER + 1)))
    return _with_octet(pdu.raw, at, 0x41) if at >= 0 else flipped(random, pdu)


def over_long(random: Random, pdu: Valid) -> bytes:
    """Octets pushed into some field."""
    at = HEADER + int(random.random() * (len(pdu.raw) - HEADER + 1))
    return with_length(pdu.raw[:at] + b"7" * (1 + int(random.random() * 90)) + pdu.raw[at:])


def surplus(random: Random, pdu: Valid) -> bytes:
    """Octets behind the end: a NUL, half a TLV, anything."""
    tail = (b"\0", b"\0\0", b"\x04", b"\x04\x24\xff", b"\x04\x24\xff\xffcut", b"\x14\x00\x00\x00", b"\xff" * 9)
    return with_length(pdu.raw + tail[int(random.random() * len(tail))])


def unknown_command(random: Random, pdu: Valid) -> bytes:
    """A command_id that may be any, with this body."""
    return pdu.raw[:4] + random.randbytes(4) + pdu.raw[8:]


def another_command(random: Random, pdu: Valid) -> bytes:
    """The body of one PDU under the command_id of another."""
    return pdu.raw[:4] + COMMANDS[int(random.random() * len(COMMANDS))].to_bytes(4, "big") + pdu.raw[8:]


def random_body(random: Random, pdu: Valid) -> bytes:
    """A header, then noise."""
    return with_length(pdu.raw[:HEADER] + random.randbytes(int(random.random() * 120)))


def unasked_response(random: Random, pdu: Valid) -> bytes:
    """A response to a request that was perhaps never made."""
    command = RESPONSES[int(random.random() * len(RESPONSES))].to_bytes(4, "big")
    status = STATUSES[int(random.random() * len(STATUSES))].to_bytes(4, "big")
    sequence = int(random.random() * 40) if random.random() < 0.5 else random.getrandbits(32)
    return with_length(b"\0\0\0\0" + command + status + sequence.to_bytes(4, "big") + b"0123456789\0"[:sequence])


def lying_command_length(random: Random, pdu: Valid) -> bytes:
    """command_length is too small, too big, negative, or off by a little."""
    size = len(pdu.raw)
    lengths = (0, 1, 15, size - 1, size + 1, size + 40, 70_001, 0x7FFFFFFF, 0x80000000, 0xFFFFFFFF)
    return lengths[int(random.random() * len(lengths))].to_bytes(4, "big") + pdu.raw[4:]


def noise(random: Random, pdu: Valid) -> bytes:
    """Not SMPP at all."""
    return random.randbytes(1 + int(random.random() * 64))


def stranger(random: Random, pdu: Valid) -> bytes:
    """Who took the port for another's."""
    hellos = (
        b"GET / HTTP/1.1\r\n\r\n",
        b"POST /x HTTP/1.0\r\n",
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03",
        b"\n",
    )
    return hellos[int(random.random() * len(hellos))]


def half(random: Random, pdu: Valid) -> bytes:
    """Cut short of its command_length: the next PDU is taken for its rest."""
    return pdu.raw[: 1 + int(random.random() * (len(pdu.raw) - 1))]


def _with_octet(raw: bytes, at: int, octet: int) -> bytes:
    return raw[:at] + bytes((octet,)) + raw[at + 1 :]


MUTATIONS: tuple[Mutation, ...] = (
    as_it_is,
    as_it_is,
    as_it_is,
    as_it_is,
    flipped,
    flipped,
    truncated,
    lying_text_length,
    lying_tlv_length,
    without_nul,
    over_long,
    surplus,
    unknown_command,
    another_command,
    random_body,
    unasked_response,
)
"""Each leaves the stream readable: command_length is the octets there are."""

FRAMING_FAULTS: tuple[Mutation, ...] = (lying_command_length, noise, stranger, half)
