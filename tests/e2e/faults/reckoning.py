"""What customers were told, what the carrier read and what the edge wrote down, held against each other.

The promise (design.md, promise 1): nothing is acknowledged and missing, nothing is sent twice by the edge, and
whatever nobody can know is called unknown.
"""

from collections import Counter
from collections.abc import Iterable
from pathlib import Path
from typing import NamedTuple

from edge.audit.reader import Reader
from edge.core.decision import Decision
from smpp.consts import Status
from tests.e2e.faults.traffic import LOST, Traffic, number_of
from tests.e2e.rig import Carrier

ON_DISK = 2.0  # seconds: decisions are on disk within one, and a machine may be busy


class Reckoning(NamedTuple):
    """Sets of message numbers. `log` counts how often the carrier read each."""

    sent: int
    good: set[int]
    lost: set[int]
    unknown: set[int]
    refused: set[int]
    log: Counter[int]
    recorded: dict[int, Decision]

    def table(self, name: str) -> str:
        """The counts, to be printed."""
        rows = (
            ("messages sent by the customers", self.sent),
            ("acknowledged (ROK)", len(self.good)),
            ("read by the carrier", len(self.log)),
            ("acknowledged, not with the carrier", len(self.good - self.log.keys())),
            ("sent to the carrier more than once", sum(count > 1 for count in self.log.values())),
            ("unknown outcome, by the edge (0x08)", len(self.unknown)),
            ("  of them with the carrier", len(self.unknown & self.log.keys())),
            ("unknown outcome, by the customer (edge gone)", len(self.lost)),
            ("  of them with the carrier", len(self.lost & self.log.keys())),
            ("refused, never sent (0x08, 0x14)", len(self.refused)),
            ("  of them with the carrier", len(self.refused & self.log.keys())),
        )
        return "\n".join([f"\n{name}:", *(f"  {what:<46}{count:>9,}" for what, count in rows)])


def reckon(traffic: Traffic, carriers: list[Carrier], state: Path, account: str) -> Reckoning:
    """Read the carrier's log and the edge's audit. Call it when the edge has written everything."""
    log: Counter[int] = Counter()
    for journal in {carrier.journal: carrier for carrier in carriers}.values():
        log.update(number_of(line["destination"]) for line in journal.messages())
    found = Reader(state / "audit").search(account=account, limit=10_000_000)
    recorded = {number_of(decision.destination): decision for decision in found}
    assert len(recorded) == len(found), "a decision is on record twice"
    named = {number for number, decision in recorded.items() if decision.outcome == "unknown"}
    status = traffic.status
    good = {number for number, given in status.items() if not given}
    lost = {number for number, given in status.items() if given == LOST}
    unknown = named - lost
    return Reckoning(traffic.sent, good, lost, unknown, status.keys() - good - lost - unknown, log, recorded)


def settle(reckoning: Reckoning, traffic: Traffic) -> None:
    """What must hold after every fault."""
    log, good = reckoning.log, reckoning.good
    assert traffic.waiting == 0
    assert traffic.unasked == 0  # no answer came twice, and none late
    assert sorted(good - log.keys()) == []  # acknowledged and missing
    assert [number for number, count in log.items() if count > 1] == []  # sent twice
    # Everything the carrier has read was acknowledged, or is named as unknown by whoever is left to name it.
    assert sorted(log.keys() - good - reckoning.unknown - reckoning.lost) == []
    # What the edge says was never sent, was not.
    assert sorted(reckoning.refused & log.keys()) == []
    # Unknown is answered 0x08, and a refusal by 0x08 or 0x14; nothing else happened here.
    assert {traffic.status[number] for number in reckoning.unknown} <= {int(Status.ESME_RSYSERR)}
    assert {traffic.status[number] for number in reckoning.refused} <= {
        int(Status.ESME_RSYSERR),
        int(Status.ESME_RMSGQFUL),
    }


def settle_audit(reckoning: Reckoning, traffic: Traffic, killed: Iterable[float] = ()) -> set[int]:
    """The audit tells of every message what its customer was told.

    The edge was killed at these monotonic times: what was answered within `ON_DISK` before one may be missing, and
    is returned. (Answers are read a little after a kill, too: they were in the customer's socket.)
    """
    answered = traffic.status.keys() - reckoning.lost
    missing = answered - reckoning.recorded.keys()
    early = [
        number
        for number in missing
        if not any(-ON_DISK <= moment - traffic.answered_at[number] <= ON_DISK for moment in killed)
    ]
    assert early == []
    for number in answered - missing:
        record = reckoning.recorded[number]
        pending = record.outcome == "pending" and number in reckoning.good  # the answer's record died with the edge
        assert pending or record.status == traffic.status[number], record
        assert pending or record.message_id == traffic.ids.get(number, ""), record
    return missing
