"""Concatenated messages, judged part by part on the text gathered so far (policy.md, decision 2).

Parts come over UDH (8 and 16 bits) or SAR, in any order, twice, or never; what is kept of them is bounded.
"""

from edge.core.submission import Submission
from edge.core.verdict import Verdict
from edge.policy.state import PART_LIVE, PART_SPAN, PART_TEXT, Part, PolicyState


def reference_key(submission: Submission) -> int:
    """What the parts of one message share."""
    body = submission.body
    return hash((submission.origin, submission.source.key, submission.destination.key, body.reference, body.parts))


def known_part(state: PolicyState, submission: Submission, now: float) -> Part | None:
    """What is known of the message that this part belongs to, None if it is the first of it to be seen.

    A part number that was there before belongs to a new message with a reused reference, or is a retry:
    either is judged afresh.
    """
    part = state.parts.get(reference_key(submission))
    if part is None or now - part.at >= PART_SPAN or part.seen >> submission.body.part & 1:
        return None
    return part


def refused_before(state: PolicyState, part: Part | None) -> Verdict | None:
    """The verdict that an earlier part of the message met, if it was not let through and still holds."""
    return part.refused if part is not None and part.epoch == state.epoch else None


def gathered(state: PolicyState, submission: Submission, now: float) -> tuple[str, bool]:
    """The text of all parts so far with this one in its place, and whether this one contradicts a part seen before.

    Parts that follow each other are joined without a seam (a UCS-2 pair cut in two is whole again), others by a
    line break. A part number that comes again with another text contradicts only while the message is incomplete
    and fresh: references are reused, and soon by busy senders.
    """
    body = submission.body
    part = state.parts.get(reference_key(submission))
    if part is None or now - part.at >= PART_LIVE:
        return body.text, False
    texts = dict(part.texts)
    before = texts.get(body.part)
    if before is not None and before != body.text:
        return f"{before}\n{body.text}", True
    texts[body.part] = body.text
    return _joined(texts), False


def _joined(texts: dict[int, str]) -> str:
    pieces: list[str] = []
    last = 0
    for number in sorted(texts):
        if pieces and number != last + 1:
            pieces.append("\n")
        pieces.append(texts[number])
        last = number
    text = "".join(pieces)
    if not text.isascii() and any("\ud800" <= character <= "\udbff" for character in text):
        text = text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
    return text


def remember(state: PolicyState, submission: Submission, verdict: Verdict, now: float) -> None:
    """Note a part that was judged; a throttled one is not noted, it comes again."""
    body = submission.body
    part = known_part(state, submission, now)
    seen, at, texts = (part.seen, part.at, part.texts) if part is not None else (0, now, ())
    seen |= 1 << body.part
    complete = seen.bit_count() == body.parts
    refused = None if verdict.action.passes else verdict
    kept = () if complete else _bounded((*texts, (body.part, body.text)))
    state.parts.put(reference_key(submission), Part(seen, at, refused, state.epoch, kept))


def _bounded(texts: tuple[tuple[int, str], ...]) -> tuple[tuple[int, str], ...]:
    """At most `PART_TEXT` characters of one message: what came first goes first."""
    total = sum(len(text) for _, text in texts)
    while total > PART_TEXT and len(texts) > 1:
        total -= len(texts[0][1])
        texts = texts[1:]
    number, text = texts[-1]
    return (*texts[:-1], (number, text[-PART_TEXT:]))
