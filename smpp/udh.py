"""User data headers (3GPP TS 23.040 section 9.2.3.24) and what says that a message is one part of several.

A header stands before the text when esm_class has bit 0x40: an octet with its length, then elements of
identifier, length and data. Walks never leave the octets given. Decodes no text and keeps no parts.
"""

from collections.abc import Iterable
from typing import NamedTuple

from smpp.errors import AnswerAndContinue
from smpp.gsm import fill_bits

CONCAT_8 = 0x00
CONCAT_16 = 0x08
PORTS_8 = 0x04
PORTS_16 = 0x05
SINGLE_SHIFT = 0x24
LOCKING_SHIFT = 0x25

ESME_RINVMSGLEN = 0x01
ESME_RINVESMCLASS = 0x43
ESME_RMISSINGOPTPARAM = 0xC3
ESME_RINVOPTPARAMVAL = 0xC4

Element = tuple[int, bytes]
_concat_new = tuple.__new__  # half the cost of Concat(...), on the path of every part


class Concat(NamedTuple):
    """Which part of which message: `part` counts from 1 of `total`.

    `width` is the size of the reference in bits, 8 or 16: references of both widths are apart. SAR TLVs are 16.
    `repeated` says that the header had more than one such element; the last one counts (TS 23.040 9.2.3.24),
    and no honest sender does that.
    """

    reference: int
    total: int
    part: int
    width: int
    repeated: bool = False


class Header(NamedTuple):
    """A header read whole.

    `locking` and `single` are national language identifiers, 0 for the default. `ports` is (destination,
    source) or None. `fill` is the number of fill bits before packed septets. `octets` is the size of the
    header, its length octet included: the text begins there.
    """

    elements: tuple[Element, ...]
    octets: int
    concat: Concat | None
    locking: int
    single: int
    ports: tuple[int, int] | None

    @property
    def fill(self) -> int:
        """Fill bits between the header and a packed body."""
        return fill_bits(self.octets)


def split(octets: bytes) -> tuple[bytes, bytes]:
    """Octets of a message with UDHI -> (header without its length octet, text).

    Raises AnswerAndContinue (ESME_RINVMSGLEN) when the header does not end inside the octets.
    """
    if not octets or octets[0] >= len(octets):
        raise AnswerAndContinue(ESME_RINVMSGLEN, "the user data header is longer than the message")
    end = octets[0] + 1
    return octets[1:end], octets[end:]


def elements(header: bytes) -> tuple[Element, ...]:
    """Header without its length octet -> ((identifier, data), ...) in order.

    Raises AnswerAndContinue (ESME_RINVMSGLEN) when an element does not end inside the header.
    """
    found = []
    at, end = 0, len(header)
    while at < end:
        if at + 1 == end or at + 2 + header[at + 1] > end:
            raise AnswerAndContinue(ESME_RINVMSGLEN, "an element of the user data header is cut short")
        start = at + 2
        at = start + header[at + 1]
        found.append((header[start - 2], header[start:at]))
    return tuple(found)


def read(octets: bytes) -> Header:
    """Octets of a message with UDHI -> its header. Elements we do not know are kept and mean nothing.

    Raises AnswerAndContinue like `split`, `elements` and `concat_of`.
    """
    concat = _usual(octets)
    if concat is not None:
        return Header(((CONCAT_8, octets[3:6]),), 6, concat, 0, 0, None)
    header, _ = split(octets)
    found = elements(header)
    locking = single = 0
    ports = None
    for identifier, data in found:
        if identifier == LOCKING_SHIFT and len(data) == 1:
            locking = data[0]
        elif identifier == SINGLE_SHIFT and len(data) == 1:
            single = data[0]
        elif identifier == PORTS_16 and len(data) == 4:
            ports = (int.from_bytes(data[:2], "big"), int.from_bytes(data[2:], "big"))
        elif identifier == PORTS_8 and len(data) == 2:
            ports = (data[0], data[1])
    return Header(found, len(header) + 1, _concat(found), locking, single, ports)


def concat_of(octets: bytes) -> Concat | None:
    """Octets of a message with UDHI -> which part it is, None for a message in one piece.

    Raises AnswerAndContinue: ESME_RINVMSGLEN for a header that does not hold together, ESME_RINVESMCLASS for
    numbers that make no sense (no parts, part 0, a part beyond the last). TS 23.040 has receivers take the
    latter for whole messages; we refuse them, since handsets differ and a filter could be led astray.
    """
    return _usual(octets) or _concat(elements(split(octets)[0]))


def _usual(octets: bytes) -> Concat | None:
    """The header that nearly every part has, 05 00 03 reference total part, and nothing else in it."""
    if octets.startswith(b"\x05\x00\x03") and len(octets) >= 6:
        total, part = octets[4], octets[5]
        if 0 < part <= total:
            return _concat_new(Concat, (octets[3], total, part, 8, False))
    return None


def _concat(found: Iterable[Element]) -> Concat | None:
    concat = None
    for identifier, data in found:
        if identifier == CONCAT_8:
            width = 8
        elif identifier == CONCAT_16:
            width = 16
        else:
            continue
        reference = width // 8
        if len(data) != reference + 2:
            raise AnswerAndContinue(ESME_RINVMSGLEN, "a concatenation element has the wrong length")
        total, part = data[reference], data[reference + 1]
        if not 0 < part <= total:
            raise AnswerAndContinue(ESME_RINVESMCLASS, f"part {part} of {total} makes no sense")
        concat = Concat(int.from_bytes(data[:reference], "big"), total, part, width, concat is not None)
    return concat


def sar(reference: int | None, total: int | None, part: int | None) -> Concat | None:
    """Values of the TLVs sar_msg_ref_num, sar_total_segments, sar_segment_seqnum -> which part it is.

    None where all three are absent. Raises AnswerAndContinue: ESME_RMISSINGOPTPARAM when only some are there,
    ESME_RINVOPTPARAMVAL for numbers that make no sense or do not fit (SMPP 3.4 sections 5.3.2.22-24).
    """
    if reference is None and total is None and part is None:
        return None
    if reference is None or total is None or part is None:
        raise AnswerAndContinue(ESME_RMISSINGOPTPARAM, "the three sar TLVs must come together")
    if not 0 < part <= total <= 0xFF or not 0 <= reference <= 0xFFFF:
        raise AnswerAndContinue(ESME_RINVOPTPARAMVAL, f"segment {part} of {total} makes no sense")
    return Concat(reference, total, part, 16)


def build(found: Iterable[Element]) -> bytes:
    """Elements -> a header with its length octet. Raises ValueError when they do not fit in 255 octets."""
    header = b"".join(bytes((identifier, len(data))) + data for identifier, data in found)
    return bytes((len(header),)) + header


def concat_header(reference: int, total: int, part: int, wide: bool = False) -> bytes:
    """The header of one part, with its length octet: 6 octets, or 7 with a 16-bit reference (`wide`).

    The reference is cut to its width. Raises ValueError for a part outside 1..total or a total above 255.
    """
    if not 0 < part <= total <= 0xFF:
        raise ValueError(f"part {part} of {total}")
    if wide:
        return bytes((6, CONCAT_16, 4, reference >> 8 & 0xFF, reference & 0xFF, total, part))
    return bytes((5, CONCAT_8, 3, reference & 0xFF, total, part))
