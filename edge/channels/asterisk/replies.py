"""Texts back to SIP senders, whose MESSAGE had a 202 long ago: why theirs was not sent. Bounded, and few."""

from time import monotonic
from typing import TYPE_CHECKING

from edge.channels.asterisk.intake import from_user, safe, written
from edge.channels.asterisk.item import Item
from edge.channels.notices import Notices
from edge.core.account import Endpoint
from edge.core.clause import Clause
from edge.core.submission import Party
from edge.core.verdict import Action, Hit, Reason

if TYPE_CHECKING:
    from edge.channels.asterisk.gateway import Gateway

NOTICES = Notices("smsedge.asterisk")
SENDERS_CAP = 10_000  # beyond, the one told longest ago is forgotten, and may be told again early
ENDPOINT_SHARE = 10  # times a single sender's share that one endpoint may be told: a trunk has many senders

REASONS = {
    Reason.OPTED_OUT: "the recipient has asked not to be texted",
    Reason.BLOCKED: "the number is blocked",
    Reason.SUSPENDED: "the account is suspended",
    Reason.SENDER: "this number may not be used to send",
    Reason.SENDER_TON: "this number may not be used to send",
    Reason.DESTINATION: "the number cannot be reached",
    Reason.PACING: "sending too fast",
    Reason.INTERNAL: "the service has a fault",
}


def words(hit: Hit | None, to: str, decision: str) -> str:
    """The notice, in one SMS. The clause of the policy is named, never what the detectors saw."""
    reason = hit.reason if hit is not None else Reason.NONE
    why = REASONS.get(reason, "")
    if hit is not None and hit.action is Action.THROTTLE:
        why = REASONS[Reason.PACING]
    if hit is not None and not why:
        why = "it could not be carried" if hit.clause is Clause.CARRIAGE else f'policy "{hit.clause.heading}"'
    return f"Not sent to {to}: {why or 'refused'}. Ref {decision}"


class Replies:
    """The notices of all Asterisks. At most one to a sender in `notice_every`; emergency bounces always go."""

    def __init__(self) -> None:
        self._told: dict[tuple[str, str, str], float] = {}
        self._shares: dict[tuple[str, str], float] = {}

    def __len__(self) -> int:
        return len(self._told)

    def refused(self, gateway: "Gateway", item: Item) -> None:
        """Tell the sender of a refused message."""
        verdict, decision = item.verdict, item.decision
        if item.endpoint is None or verdict is None or decision is None:
            return
        to = item.submission.destination if item.submission is not None else None
        if verdict.action is Action.BOUNCE and verdict.hit is not None and verdict.hit.reply:
            self._send(gateway, item.endpoint, item.record.sender, to, verdict.hit.reply, decision.id)
            return
        text = words(verdict.hit, written(to) if to is not None else "", decision.id)
        self.say(gateway, item.endpoint, item.record.sender, to, text, decision.id)

    def say(
        self, gateway: "Gateway", endpoint: Endpoint, sender: bytes, about: Party | None, text: str, decision: str
    ) -> None:
        """Send a notice, unless its sender was told something a moment ago."""
        every = gateway.conf.notice_every
        if not every:
            return
        now = monotonic()
        key, share = (gateway.conf.name, endpoint.name, from_user(sender)), (gateway.conf.name, endpoint.name)
        if now - self._told.get(key, -every) < every or self._shares.get(share, now) - now > every:
            gateway.service.notices.add((gateway.conf.name, "withheld"))
            return
        self._told.pop(key, None)
        if len(self._told) >= SENDERS_CAP:
            gateway.service.metrics.caps.add(("asterisk-notices",))
            del self._told[next(iter(self._told))]
        self._told[key] = now
        self._shares[share] = max(now, self._shares.get(share, now)) + every / ENDPOINT_SHARE
        self._send(gateway, endpoint, sender, about, text, decision)

    def _send(
        self, gateway: "Gateway", endpoint: Endpoint, sender: bytes, about: Party | None, text: str, decision: str
    ) -> None:
        if not gateway.errand(self._sent(gateway, endpoint, sender, about, text, decision)):
            gateway.service.notices.add((gateway.conf.name, "dropped"))

    async def _sent(
        self, gateway: "Gateway", endpoint: Endpoint, sender: bytes, about: Party | None, text: str, decision: str
    ) -> None:
        """To the sender's number at its endpoint, or to the telephone; from the number that it had written to."""
        source = (written(about) if about is not None else "") or "sms"
        to = "" if endpoint.phone else safe(from_user(sender))
        outcome = "not sent"
        try:
            id = str(int(decision, 16))
            status, _ = await gateway.orders.deliver("notice", id, endpoint.name, source, to, text.encode())
            outcome = "sent" if status == "SUCCESS" else "not sent"
        finally:
            gateway.service.notices.add((gateway.conf.name, outcome))
