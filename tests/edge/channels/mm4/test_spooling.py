"""What waits on disk for its next hop: tried again, sent once, and told of when it comes to nothing."""

import pytest
from msgspec.structs import replace

from edge.channels.mm4.smtp.seam import Sent
from edge.core.mms import What

from ..books import verdict
from .desk import THEM, Desktop, Store, message

SOUTH_TOO = "+12125550101/TYPE=PLMN@mms.south.example"
SOUTH_ALSO = "+12125550102/TYPE=PLMN@mms.south.example"


async def spooled(store=None, *, to=(THEM, SOUTH_TOO), **fields):
    """A relay with a part for south in its spool."""
    desk = Desktop(store)
    desk.hops.says["south"] = Sent.LATER
    assert (await desk.sends(message(**fields), *to)).startswith("250")
    return desk


async def tried(desk, seconds=10.0):
    """So much later, what is due was tried."""
    desk.desk.offset += seconds
    desk.service.spool.tick(desk.service.unix())
    await desk.settled()


def ended(desk):
    """How parcels ended."""
    return {key: count for key, count in desk.service.spool.outcomes.values.items() if key[0] == "message"}


async def test_it_goes_out_when_the_hop_is_back():
    desk = await spooled()
    await tried(desk)
    assert len(desk.store.parcels) == 1
    assert not next(iter(desk.store.slots.values())).sending  # an attempt that came to nothing is no doubt
    desk.hops.says["south"] = Sent.TAKEN
    await tried(desk)
    assert desk.store.parcels == {}
    assert desk.forwards("south") == [(SOUTH_TOO,)] * 3
    record = desk.desk.records[-1]
    assert (record.outcome, record.status, record.carrier) == ("answered", 0, "south")
    assert ended(desk) == {("message", "sent"): 1}


async def test_attempts_come_less_and_less_often():
    desk = await spooled()
    for _ in range(20):
        await tried(desk, 4.0)
    assert len(desk.forwards("south")) in (5, 6)  # at 0, 5, 10, 20, 40, 80 seconds


async def test_reports_on_it_are_matched():
    desk = await spooled()
    desk.hops.says["south"] = Sent.TAKEN
    await tried(desk)
    assert {(passed.hop, passed.recipient) for passed in desk.store.passed} >= {("south", "12125550101")}


@pytest.mark.parametrize(
    ("sent", "status", "report"),
    [(Sent.REFUSED, "Error-unspecified", "Rejected"), (Sent.UNKNOWN, "Error-network-problem", "Indeterminate")],
)
async def test_what_comes_to_nothing_is_told(sent, status, report):
    for fields in ({"ack_request": True}, {"delivery_report": True}, {}):
        desk = await spooled(**fields)
        desk.hops.says["south"] = sent
        await tried(desk)
        await tried(desk, 1000.0)
        assert len(desk.forwards("south")) == 2  # one attempt, and none after it
        assert desk.responses() == ([status] if "ack_request" in fields else [])
        assert desk.reported() == ([report] if "delivery_report" in fields else [])
        assert {id for id, parcel in desk.store.parcels.items() if parcel.what is What.MESSAGE} == set()
        assert desk.desk.records[-1].outcome == ("unknown" if sent is Sent.UNKNOWN else "answered")


async def test_its_time_is_over():
    desk = await spooled(ack_request=True)
    await tried(desk, 1000.0)
    assert desk.responses() == ["Error-network-problem"]
    assert desk.store.parcels == {}
    assert ended(desk) == {("message", "failed"): 1}
    assert len(desk.forwards("south")) == 1


async def test_after_a_crash_it_is_tried_again():
    store = Store()
    await spooled(store)
    later = Desktop(store)
    later.service.spool.tick(later.service.unix())
    await later.settled()
    assert later.forwards("south") == [(SOUTH_TOO,)]
    assert store.parcels == {}


async def test_after_a_crash_in_the_midst_of_sending_nobody_knows():
    store = Store()
    await spooled(store, delivery_report=True)
    next(iter(store.slots.values())).sending = True
    later = Desktop(store)
    later.service.spool.tick(later.service.unix())
    await later.settled()
    assert later.forwards("south") == []
    assert later.reported() == ["Indeterminate"]
    assert ended(later) == {("message", "unknown"): 1}


async def test_recipients_that_fare_differently_part():
    desk = await spooled(to=(THEM, SOUTH_TOO, SOUTH_ALSO))
    desk.hops.says["south"] = lambda address: Sent.TAKEN if address == SOUTH_TOO else Sent.LATER
    await tried(desk)
    [parcel] = desk.store.parcels.values()
    assert parcel.recipients == (SOUTH_ALSO,)
    desk.hops.says["south"] = Sent.TAKEN
    await tried(desk)
    assert desk.forwards("south")[-1] == (SOUTH_ALSO,)
    assert desk.store.parcels == {}


async def test_an_answer_of_ours_is_tried_until_it_is_taken():
    desk = Desktop()
    desk.desk.rule = lambda submission: verdict()
    desk.hops.says["acme"] = Sent.UNKNOWN
    assert (await desk.sends(message(ack_request=True), THEM)).startswith("250")
    await desk.settled()
    assert len(desk.responses()) == 1
    desk.hops.says["acme"] = Sent.TAKEN
    await tried(desk)
    assert len(desk.responses()) == 2
    assert desk.store.parcels == {}
    assert [to for peer, _, to, _ in desk.hops.sent] == [("mm4@acme.example",)] * 2


async def test_the_spool_is_bounded():
    desk = Desktop()
    desk.hops.says["south"] = Sent.LATER
    for number in range(10):
        assert (await desk.sends(message(str(number)), THEM, SOUTH_TOO)).startswith("250")
    assert (await desk.sends(message("x"), THEM, SOUTH_TOO)).startswith("451 4.4.1")
    assert desk.desk.metrics.caps.values["mm4-spool",] == 1
    assert len(desk.store.parcels) == 10


async def test_an_old_spool_is_not_ready():
    desk = await spooled()
    assert desk.service.not_ready() == []
    desk.desk.offset += 1000.0
    [reason] = desk.service.not_ready()
    assert reason.startswith("mm4: a message has waited 1000 s")
    assert desk.service.spool.depth() == {"message": 1, "answer": 0}


async def test_next_hops_that_are_gone_from_the_conf():
    desk = await spooled(delivery_report=True)
    mm4 = replace(desk.service.mm4, peers=tuple(one for one in desk.service.mm4.peers if one.name != "south"))
    desk.service.adopt(replace(desk.conf, mm4=mm4), mm4)
    await tried(desk)
    assert desk.reported() == ["Rejected"]
