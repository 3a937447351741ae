"""A held message that a person releases goes out anew: its place in the spool is long gone."""

from time import monotonic
from typing import TYPE_CHECKING

from edge.channels.asterisk.courier import pdus
from edge.channels.asterisk.crossing import DOWN, anew
from edge.channels.outside import Outcome
from edge.channels.records import close_decision
from edge.core.decision import Decision
from edge.core.quarantine import Held
from edge.core.submission import Submission

if TYPE_CHECKING:
    from edge.channels.asterisk.service import Service


async def send_held(service: "Service", held: Held, submission: Submission, decision: Decision, now: float) -> Outcome:
    """By the first carrier or trunk of its route that takes it. Closes the decision."""
    outcome = Outcome(DOWN, words="no route leads to a carrier")
    for name in service.router.names(submission):
        outcome = await _by(service, held, submission, decision, name, now)
        if not outcome.status or not outcome.known:
            break
    decision.detail = outcome.words or decision.detail
    if not outcome.known:
        decision.outcome = "unknown"
    close_decision(service.desk, decision, outcome.status, now, monotonic())
    return outcome


async def _by(
    service: "Service", held: Held, submission: Submission, decision: Decision, name: str, now: float
) -> Outcome:
    gateway, pool = service.gateways.get(held.carrier), service.pools.get(name)
    if pool is not None:
        decision.carrier = name
        raws = pdus(submission, pool.carrier, service.next_reference())
        sent = await service.courier.carry(raws, submission, decision, name, now)
        return Outcome(sent.status, sent.id, sent.known, f"{name}: {sent.words}" if sent.status else "")
    if gateway is None or name not in gateway.conf.trunks:
        return Outcome(DOWN, words=f"{name} is no carrier of this message")
    decision.carrier, decision.link = name, gateway.conf.name
    sent = await anew(gateway, submission, decision, name)
    return Outcome(sent.status, known=sent.known, words=f"{name}: {sent.words}" if sent.status else "")
