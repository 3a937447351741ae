"""Over to SMPP: out of Asterisk once, to the carrier once, and never lost between."""

import pytest

from edge.app.edge import Edge
from edge.channels.asterisk import crossing
from edge.core.quarantine import HeldState
from tests.edge.app.stage import until

from .stage import Stage


@pytest.fixture
async def edge(stage: Stage):
    stage.writes(carriers='"north"')
    async with stage.runs() as edge:
        yield edge


async def test_a_message_goes_out_as_submit_sm(stage: Stage, edge: Edge) -> None:
    sid = stage.asterisk.submits("Grüße 😀")
    decision = await stage.settled()
    [pdu] = stage.north.got
    fields = pdu.fields
    assert (fields["source_addr"], fields["source_addr_ton"], fields["source_addr_npi"]) == (b"14165550110", 1, 1)
    assert (fields["destination_addr"], fields["dest_addr_ton"]) == (b"14165550301", 1)
    assert fields["short_message"] == "Grüße 😀".encode("utf-16-be")
    assert fields["data_coding"] == 8
    assert fields["registered_delivery"] == 0
    assert (decision.carrier, decision.message_id, decision.session) == ("north", "nm1", f"sbc-1/{sid}")
    assert stage.asterisk.family("smsq") == {}
    await until("row deleted", lambda: not edge.ledger.quarantine.keyed())
    assert edge.ledger.quarantine.find("", "", None, 10) == []


async def test_a_long_one_in_parts(stage: Stage, edge: Edge) -> None:
    stage.asterisk.submits("a" * 400)
    await stage.settled()
    assert len(stage.north.got) == 3
    assert all(pdu.fields["esm_class"] == 0x40 for pdu in stage.north.got)


async def test_without_a_bound_carrier_it_stays_in_asterisk(stage: Stage, edge: Edge) -> None:
    pool = edge.pools["north"]
    senders, pool._senders = pool._senders, []
    sid = stage.asterisk.submits()
    await until("tried", lambda: stage.gateway.items and next(iter(stage.gateway.items.values())).tries)
    assert sid in stage.asterisk.family("smsq")
    pool._senders = senders
    await stage.settled()
    assert len(stage.north.got) == 1


async def test_another_edge_had_it_first(stage: Stage, edge: Edge) -> None:
    stage.asterisk.answers["sms-discard"] = ["GONE"]
    stage.asterisk.submits()
    decision = await stage.settled()
    assert decision.detail == "settled by another edge"
    assert stage.north.got == []
    assert edge.ledger.quarantine.find("", "", None, 10) == []


async def test_a_discard_whose_answer_was_lost_is_a_persons(stage: Stage, edge: Edge) -> None:
    stage.asterisk.mute = 1
    stage.asterisk.submits("hello there")
    await until("discarded", lambda: not stage.asterisk.family("smsq"))
    stage.asterisk.call.cut()
    decision = await stage.settled()
    assert stage.outcomes() == {"unsent": 1}
    assert stage.north.got == []
    [held] = edge.ledger.quarantine.find("", "", None, 10)
    assert (held.id, held.state, held.text) == (decision.message_id, HeldState.HELD, "hello there")
    assert "was not sent" in held.detail
    assert await edge.service.custody.release(held.id, "kim", "not sent") == [held.id]
    assert len(stage.north.got) == 1


async def test_a_row_of_a_message_that_is_still_spooled_goes(stage: Stage) -> None:
    """Killed between the row and the discard: the message is in Asterisk, so the row is worth nothing."""
    stage.writes(carriers='"north"')
    sid = stage.asterisk.submits(quiet=True)
    stage.asterisk.deaf_to = {"sms-discard"}
    async with stage.runs() as edge:
        await until("row", edge.ledger.quarantine.keyed)
        await until("discard", lambda: stage.asterisk.orders)
    stage.asterisk.deaf_to = set()
    async with stage.runs() as edge:
        assert edge.sip.service is not None
        await stage.settled()
        await until("row deleted", lambda: not edge.ledger.quarantine.keyed())
        assert len(stage.north.got) == 1
        assert sid not in stage.asterisk.family("smsq")


async def test_a_row_that_a_crash_left_is_never_sent_by_itself(stage: Stage) -> None:
    """Killed between the discard and the carrier: the message is in the ledger alone."""
    stage.writes(carriers='"north"')
    stage.asterisk.mute = 1
    stage.asterisk.submits(quiet=True)
    async with stage.runs() as edge:
        await until("discarded", lambda: not stage.asterisk.family("smsq"))
    async with stage.runs() as edge:
        await until("looked", lambda: stage.gateway.looked)
        [held] = edge.ledger.quarantine.find("", "", HeldState.HELD, 10)
        assert stage.north.got == []
        assert "was not sent" in held.detail


async def test_no_answer_is_an_unknown_outcome(stage: Stage, edge: Edge, monkeypatch: pytest.MonkeyPatch) -> None:
    stage.north.silent = True
    stage.asterisk.submits()
    await until("sent", lambda: stage.north.got)
    for writer in list(stage.north.writers):
        writer.close()
    decision = await stage.settled()
    assert (decision.outcome, decision.verdict) == ("unknown", "allow")
    [held] = edge.ledger.quarantine.find("", "", None, 10)
    assert held.state is HeldState.RELEASING
    assert await edge.service.custody.refuse(held.id, "kim", "it arrived") == [held.id]


async def test_operators_keep_off_what_is_on_its_way(stage: Stage, edge: Edge) -> None:
    stage.north.silent = True
    stage.asterisk.submits()
    await until("sent", lambda: stage.north.got)
    [held] = edge.ledger.quarantine.find("", "", None, 10)
    for work in (edge.service.custody.release, edge.service.custody.refuse):
        with pytest.raises(Exception, match=r"releasing|on its way"):
            await work(held.id, "kim", "now")


async def test_a_carrier_that_never_has_room(stage: Stage, edge: Edge, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(crossing, "ATTEMPTS", 2)
    pool = edge.pools["north"]
    stage.asterisk.mute = 0
    sid = stage.asterisk.submits(quiet=True)
    monkeypatch.setattr(type(pool), "offer", lambda self, transit, now: crossing_full())
    await stage.settled()
    assert sid not in stage.asterisk.family("smsq")
    assert stage.outcomes() == {"unsent": 1}
    [held] = edge.ledger.quarantine.find("", "", None, 10)
    assert held.state is HeldState.HELD
    monkeypatch.undo()
    assert await edge.service.custody.release(held.id, "kim", "room now") == [held.id]
    assert len(stage.north.got) == 1


def crossing_full():
    from edge.channels.carriers.pool import Offer

    return Offer.FULL
