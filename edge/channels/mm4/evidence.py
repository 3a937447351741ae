"""What matches a child-safety list: sealed before anything of it is told, and an alarm (policy.md A.7).

The evidence is on disk before the suspension is: a crash between the two leaves an account that is not suspended, the
peer brings the message again, and it is judged again. The other way round the peer would be refused at RCPT, and the
message never seen again.
"""

from hashlib import sha256
from typing import TYPE_CHECKING, NamedTuple

from edge.channels.alarms import CHILD_SAFETY, Alarm
from edge.core.decision import Decision
from edge.core.evidence import Exhibit, Kept, is_evidence, pieces_of
from edge.core.media import Media
from edge.core.mms import Parcel
from edge.core.quarantine import Held
from edge.core.submission import Submission
from edge.core.verdict import Verdict

if TYPE_CHECKING:
    from edge.channels.mm4.handling import Transaction
    from edge.channels.mm4.service import Service

SAID = {
    Kept.KEPT: "the message is sealed as evidence",
    Kept.FULL: "the message was NOT kept: there is no room for more evidence",
    Kept.NO_KEY: "the message was NOT kept: [mm4] has no evidence_key",
    Kept.FAILED: "the message is NOT on disk yet: the disk fails",
}


class _Came(NamedTuple):
    """How a message came: who brought it, and its envelope. `content` is the message."""

    peer: str
    host: str
    helo: str
    sender: str
    recipients: tuple[str, ...]
    content: bytes


async def seal_off(service: "Service", work: "Transaction", media: Media | None) -> bool:
    """Seal the message if it must be for any of its recipients. False: it must come again, the disk has failed.

    Without a key, or room, it is refused all the same: coming again would not help.
    """
    items = [item for item in work.items if is_evidence(item.verdict)]
    decisions = [item.decision for item in items if item.decision is not None]
    if not decisions:
        return True
    submission, verdict = items[0].submission, items[0].verdict
    assert submission is not None
    assert verdict is not None
    session, envelope = work.session, work.envelope
    came = _Came(session.peer.name, session.host, envelope.helo, envelope.sender, envelope.recipients, envelope.content)
    exhibit = _exhibit(service, decisions, submission, verdict, came, media)
    return await _sealed(service, exhibit) is not Kept.FAILED


async def seal_held(
    service: "Service", held: Held, parcel: Parcel, submission: Submission, decision: Decision, verdict: Verdict
) -> Kept:
    """The same for a message in quarantine that was found on a list when somebody wanted to release it."""
    came = _Came(parcel.origin, "", "", parcel.sender, parcel.recipients, parcel.content)
    exhibit = _exhibit(service, [decision], submission, verdict, came, submission.media)
    return await _sealed(service, exhibit)


async def _sealed(service: "Service", exhibit: Exhibit) -> Kept:
    kept = await service.evidence.keep(exhibit)
    service.alarms.sound(Alarm(CHILD_SAFETY, exhibit.at, exhibit.account, exhibit.id, SAID[kept]))
    return kept


def _exhibit(
    service: "Service",
    decisions: list[Decision],
    submission: Submission,
    verdict: Verdict,
    came: _Came,
    media: Media | None,
) -> Exhibit:
    hit, conf = verdict.hit, service.desk.conf
    return Exhibit(
        decisions[0].id,
        service.unix(),
        conf.node,
        conf.version,
        submission.channel.value,
        submission.direction.value,
        decisions[0].account,
        submission.source.text,
        came.peer,
        came.host,
        came.helo,
        came.sender,
        came.recipients,
        tuple(decision.id for decision in decisions),
        verdict.rule,
        hit.detail if hit is not None else "",
        pieces_of(media),
        sha256(came.content).hexdigest(),
        came.content,
    )
