"""Concatenated messages, judged part by part on the text gathered so far (policy.md, decision 2).

Parts come over UDH (8 and 16 bits) or SAR, in any order, twice, or never. What is kept of them is in `parts`.
"""

from enum import Enum
from zlib import crc32

from edge.core.submission import Body, Direction, Submission
from edge.core.verdict import Action, Verdict
from edge.policy.parts import PART_LIVE, PART_SPAN, PART_TEXT, REPEATS_MAX, SAID_MAX, SUPERSEDED_MAX, Part, Piece
from edge.policy.state import PolicyState


class Relation(Enum):
    """How a part stands to what was seen of its reference."""

    FIRST = "first"  # of a message: nothing is known, or what came before was complete, or never went on
    MORE = "more"  # another part of the message
    AGAIN = "again"  # a copy of a part
    CONFLICT = "conflict"  # another text for a part that has just come
    REUSED = "reused"  # another text for a part of a message that was left incomplete a while ago: a new one begins


FIRST, MORE, AGAIN, CONFLICT, REUSED = Relation
# Of a longer text (no telephone writes one: 26 parts), what is judged with a part: so many characters at both ends,
# which is what folding sees, and on both sides of the part. What lies between was judged with the parts around it.
WHOLE_MAX = 4000
CONTEXT = 1000


def reference_key(submission: Submission) -> int:
    """What the parts of one message share."""
    body = submission.body
    return hash((submission.origin, submission.source.key, submission.destination.key, body.reference, body.parts))


def known_part(state: PolicyState, submission: Submission, now: float) -> Part | None:
    """What is known of the message that this part belongs to; None where it begins a message, or pays like one.

    Copies of a part belong to their message while it is incomplete (a few of them) or refused; the parts of a message
    that was complete and let through begin a new one with a reused reference.
    """
    part = state.parts.get(reference_key(submission))
    relation = _relation(part, submission.body, now)
    if part is None or relation in (FIRST, REUSED):
        return None
    if relation is AGAIN and part.refused is None and part.repeats >= REPEATS_MAX:
        return None
    return part


def refused_before(state: PolicyState, part: Part | None) -> Verdict | None:
    """The verdict that an earlier part of the message met, if it was not let through and still holds."""
    return part.refused if part is not None and part.epoch == state.epoch else None


def gathered(state: PolicyState, submission: Submission, now: float) -> tuple[str, bool]:
    """The text of all parts so far with this one in its place, and whether this one contradicts a part just seen.

    Of a text of more than `WHOLE_MAX` characters, both ends and what surrounds this part.

    Where a number came with different texts, all ways to read the message are given, one under the other: phones
    keep the first, or the last, or the first since they forgot. So is the second reading of octets that disagree with
    their data coding.
    """
    body = submission.body
    part = state.parts.get(reference_key(submission))
    relation = _relation(part, body, now)
    pieces = part.pieces if part is not None and relation is not FIRST else ()
    if relation is not AGAIN or not pieces:
        pieces = (*pieces, _piece(body))
    last = {piece.number: piece for piece in pieces}
    number = body.part
    readings = [_joined(last, number)]
    for start in (0, *(at + 1 for at in _superseded(pieces))) if len(last) < len(pieces) else ():
        readings.append(_joined({piece.number: piece for piece in reversed(pieces[start:])}, number))
    if any(piece.other for piece in pieces):
        readings.append(_joined({at: _piece_of_other(piece) for at, piece in last.items()}, number))
    return "\n".join(dict.fromkeys(readings)), relation is CONFLICT


def _superseded(pieces: tuple[Piece, ...]) -> list[int]:
    """Where pieces stand whose number comes again."""
    later: set[int] = set()
    places = []
    for at in range(len(pieces) - 1, -1, -1):
        if pieces[at].number in later:
            places.append(at)
        later.add(pieces[at].number)
    return places[::-1]


def remember(state: PolicyState, submission: Submission, verdict: Verdict, now: float) -> None:
    """Note a part that was judged; a throttled one is not noted, it comes again."""
    key = reference_key(submission)
    part = state.parts.get(key)
    relation = _relation(part, submission.body, now)
    said = _said(part, submission.body, now) if submission.direction is Direction.MO else ()
    if part is None or relation is FIRST:
        part = Part(0, 0, now, None, state.epoch)
    elif relation is REUSED:
        # A phone may still put what it has of the old message together with the new.
        part = Part(0, part.seen, now, None, state.epoch, part.pieces)
    state.parts.put(key, _with(part, submission.body, verdict, relation, state.epoch, now, said))


def _said(part: Part | None, body: Body, now: float) -> tuple[Piece, ...]:
    """What was said in parts, with this one.

    A number that comes with another text begins a new message, and so does one that comes again after the last.
    """
    before = part.said if part is not None and now - part.last < PART_SPAN else ()
    piece = _piece(body)
    for known in before:
        if known.number == body.part:
            again = known == piece and (len(before) < body.parts or known is before[-1])
            return before if again else (piece,)
    if sum(map(_size, before)) + _size(piece) > SAID_MAX:
        return ()
    return (*before, piece)


def said_so_far(state: PolicyState, submission: Submission) -> tuple[str, str, bool]:
    """What a subscriber has said with the parts up to this one, which was remembered: (the text, its other reading or
    "", whether that is all of it). Empty where parts before the last one are missing, where it is too long for a
    revocation, and for a copy of any part but the one that came last.
    """
    body = submission.body
    part = state.parts.get(reference_key(submission))
    said = part.said if part is not None else ()
    pieces = sorted(said, key=lambda piece: piece.number)
    if not said or said[-1].number != body.part or pieces[-1].number != len(pieces):
        return "", "", False
    other = _run([_piece_of_other(piece) for piece in pieces]) if any(piece.other for piece in pieces) else ""
    return _run(pieces), other, len(pieces) == body.parts


def _relation(part: Part | None, body: Body, now: float) -> Relation:
    if part is None or now - part.last >= PART_SPAN:
        return FIRST
    complete = part.seen.bit_count() == body.parts
    if not part.tried >> body.part & 1:
        return FIRST if complete else MORE  # complete without it: with a part of the message that was left before
    if _print(body) == part.prints[4 * body.part - 4 : 4 * body.part]:
        return FIRST if complete and part.refused is None else AGAIN
    # What never went on contradicts nothing: its sender tries again, or goes on to another message.
    if complete or not part.seen:
        return FIRST
    return CONFLICT if now - part.last < PART_LIVE else REUSED


def _with(
    part: Part,
    body: Body,
    verdict: Verdict,
    relation: Relation,
    epoch: int,
    now: float,
    said: tuple[Piece, ...],
) -> Part:
    """What is known of the message once this part was judged."""
    prints = part.prints if relation is CONFLICT else _printed(part.prints, body)
    seen, pieces, size = part.seen, part.pieces, part.size - len(part.prints) - sum(map(_size, part.said))
    if verdict.action not in (Action.REJECT, Action.BOUNCE):
        seen |= 1 << body.part
        if relation is not AGAIN:
            pieces, size = _bounded((*pieces, _piece(body)), size, seen == part.seen)
    if seen.bit_count() == body.parts:
        pieces, size = (), 0
    return Part(
        part.tried | 1 << body.part,
        seen,
        now,
        None if verdict.action.passes else verdict,
        epoch,
        pieces,
        prints,
        part.repeats + (relation is AGAIN),
        size + len(prints) + sum(map(_size, said)),
        said,
    )


def _print(body: Body) -> bytes:
    return crc32(body.text.encode("utf-8", "surrogatepass")).to_bytes(4, "big")


def _printed(prints: bytes, body: Body) -> bytes:
    """`prints` with this part's, as long as the parts need that were seen so far."""
    at = 4 * body.part
    prints = prints.ljust(at, b"\0")
    return prints[: at - 4] + _print(body) + prints[at:]


def _piece(body: Body) -> Piece:
    return Piece(body.part, body.text, body.other, body.raw)


def _piece_of_other(piece: Piece) -> Piece:
    return Piece(piece.number, piece.other or piece.text)


def _bounded(pieces: tuple[Piece, ...], size: int, superseding: bool) -> tuple[tuple[Piece, ...], int]:
    """At most `PART_TEXT` characters of one message, and a few texts for one number: what came first goes first.

    The last piece is new: it does not count in `size` yet. Returns the pieces and their size.
    """
    last = pieces[-1]
    if _size(last) > PART_TEXT:
        last = Piece(last.number, last.text[-PART_TEXT // 2 :], last.other[-PART_TEXT // 2 :])
        pieces = (*pieces[:-1], last)
    size += _size(last)
    gone = _superseded(pieces)[:-SUPERSEDED_MAX] if superseding else []
    for place in gone:
        size -= _size(pieces[place])
        pieces = pieces[:place] + pieces[place + 1 :]
    while size > PART_TEXT:
        size -= _size(pieces[0])
        pieces = pieces[1:]
    return pieces, size


def _size(piece: Piece) -> int:
    return len(piece.text) + len(piece.other) + len(piece.raw)


def _joined(pieces: dict[int, Piece], part: int) -> str:
    """Parts that follow each other without a seam, others with a line break between; of many, those that count."""
    runs: list[list[Piece]] = []
    before = -1
    for number in sorted(pieces):
        if number != before + 1:
            runs.append([])
        runs[-1].append(pieces[number])
        before = number
    text = "\n".join(map(_run, runs))
    if len(text) <= WHOLE_MAX:
        return text
    start = sum([len(piece.text) for number, piece in pieces.items() if number < part])
    end = start + (len(pieces[part].text) if part in pieces else 0)
    low, high = start - CONTEXT, end + CONTEXT
    if low <= CONTEXT:
        return f"{text[: max(high, CONTEXT)]}\n{text[-CONTEXT:]}"
    if high >= len(text) - CONTEXT:
        return f"{text[:CONTEXT]}\n{text[min(low, len(text) - CONTEXT) :]}"
    return f"{text[:CONTEXT]}\n{text[low:high]}\n{text[-CONTEXT:]}"


def _run(pieces: list[Piece]) -> str:
    """One text; where a character was cut in two, its octets are put together first (policy.md B.2)."""
    if not any(piece.raw for piece in pieces):
        return "".join(piece.text for piece in pieces)
    octets = (piece.raw or piece.text.encode("utf-16-be", "surrogatepass") for piece in pieces)
    return b"".join(octets).decode("utf-16-be", "replace")
