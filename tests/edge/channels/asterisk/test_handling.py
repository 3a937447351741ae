"""Every verdict, enforced on what an Asterisk holds."""

import pytest

from edge.app.edge import Edge
from edge.core.facts import Fact, FactKind
from tests.edge.app.stage import until

from .stage import Stage

MARKETING = (
    "SALE! 50% off everything this weekend only. Shop now at https://deals.example.com and save big! Limited offer"
)


async def test_an_allowed_message_is_released_to_the_first_trunk(stage: Stage, edge: Edge) -> None:
    sid = stage.asterisk.submits()
    decision = await stage.settled()
    assert stage.asterisk.sent == [("trunk-a", "+14165550301", b"See you at 2.")]
    assert stage.asterisk.family("smsq") == {}
    assert (decision.channel, decision.account, decision.end_user) == ("sip", "acme", "acme-desk")
    assert (decision.verdict, decision.carrier, decision.link) == ("allow", "trunk-a", "sbc-1")
    assert (decision.session, decision.message_id) == (f"sbc-1/{sid}", sid)
    assert stage.outcomes() == {"released": 1}


async def test_what_was_judged_is_what_is_called(stage: Stage, edge: Edge) -> None:
    stage.asterisk.submits(to="4165550301")
    stage.asterisk.submits(to="1-416-555-0302")
    await stage.settled(2)
    assert sorted(number for _, number, _ in stage.asterisk.sent) == ["+14165550301", "+14165550302"]


async def test_a_number_of_another_endpoint_is_refused_and_the_sender_told(stage: Stage, edge: Edge) -> None:
    stage.asterisk.submits(sender="+14165550100")
    decision = await stage.settled()
    await until("notice", lambda: stage.asterisk.sent)
    [(endpoint, to, text)] = stage.notices()
    assert (decision.verdict, decision.rule) == ("reject", "sender-channel/endpoint")
    assert (endpoint, to) == ("acme-desk", "+14165550100")
    assert text == f"Not sent to +14165550301: this number may not be used to send. Ref {decision.id}"
    assert stage.asterisk.family("smsq") == {}


async def test_a_sender_is_told_once_a_minute(stage: Stage, edge: Edge) -> None:
    for turn in range(5):
        stage.asterisk.submits(f"mine {turn}", sender="+14165550100")
    await stage.settled(5)
    await until("notice", lambda: stage.asterisk.sent)
    assert len(stage.notices()) == 1
    assert edge.metrics.counters["smsedge_asterisk_notices_total"].values[("sbc-1", "withheld")] == 4


@pytest.mark.parametrize(("text", "length"), [("", 1100), ("", 0)])
async def test_a_text_that_asterisk_dropped_is_refused(stage: Stage, edge: Edge, text: str, length: int) -> None:
    stage.asterisk.submits(text, length=length)
    decision = await stage.settled()
    await until("notice", lambda: stage.asterisk.sent)
    assert decision.verdict == "reject"
    assert "1,023 octets" in decision.detail
    assert stage.notices()[0][2].startswith("Not sent to +14165550301: it could not be carried.")


async def test_an_opt_out_by_sms_stops_the_sip_message(stage: Stage, edge: Edge) -> None:
    fact = Fact(FactKind.OPT_OUT, "+14165550301", 1.0, "smpp:north", "keyword", account="acme")
    edge.desk.lay_down([fact], lambda error: None)
    stage.asterisk.submits()
    decision = await stage.settled()
    await until("notice", lambda: stage.asterisk.sent)
    assert (decision.verdict, decision.rule) == ("reject", "opt-out")
    assert "has asked not to be texted" in stage.notices()[0][2]


async def test_a_stop_by_sip_to_another_account_counts_at_once(stage: Stage, edge: Edge) -> None:
    stage.asterisk.submits("STOP", to="+16475550100")
    await stage.settled()
    assert edge.ledger.facts.consents.is_out("rival", 14165550110)
    assert not edge.ledger.facts.consents.is_out("acme", 14165550110)


async def test_quarantine_is_on_disk_before_the_spool_lets_go(stage: Stage) -> None:
    stage.writes(policy='[rule.unreadable]\naction = "quarantine"\n')
    async with stage.runs() as edge:
        edge.desk.lay_down([Fact(FactKind.HOLD, "+14165550110", 1.0, "operator", "t")], lambda error: None)
        stage.asterisk.submits("please call me back")
        decision = await stage.settled()
        assert decision.verdict == "quarantine"
        [held] = edge.ledger.quarantine.find("acme", "", None, 10)
        assert (held.id, held.text, held.channel, held.carrier) == (
            decision.message_id,
            "please call me back",
            "sip",
            "sbc-1",
        )
        assert stage.asterisk.sent == []
        assert stage.asterisk.family("smsq") == {}
        edge.desk.lay_down([Fact(FactKind.FREE, "+14165550110", 2.0, "operator", "t")], lambda error: None)
        assert await edge.service.custody.release(held.id, "kim", "fine") == [held.id]
        assert stage.asterisk.sent == [("trunk-a", "+14165550301", b"please call me back")]


async def test_a_refusal_from_quarantine_tells_the_sender(stage: Stage, edge: Edge) -> None:
    edge.desk.lay_down([Fact(FactKind.HOLD, "+14165550110", 1.0, "operator", "t")], lambda error: None)
    stage.asterisk.submits("please call me back")
    decision = await stage.settled()
    assert stage.asterisk.sent == []
    await edge.service.custody.refuse(decision.message_id, "kim", "no")
    await until("notice", lambda: stage.asterisk.sent)
    assert decision.id in stage.notices()[0][2]


async def test_a_throttled_message_is_held_and_goes_later(stage: Stage) -> None:
    stage.writes(policy='[rule.rate-sender]\nlimit = "1/3s burst 1"\n')
    async with stage.runs():
        stage.asterisk.submits("one", to="+14165550301")
        stage.asterisk.submits("two", to="+14165550302")
        await stage.settled(2)
        assert [octets for _, _, octets in stage.asterisk.sent] == [b"one", b"two"]
        assert [one.verdict for one in stage.records] == ["allow", "throttle", "allow"]
        assert [one.outcome for one in stage.records] == ["answered", "pending", "answered"]
        assert stage.records[1].id == stage.records[2].id


async def test_a_throttled_message_is_refused_in_the_end(stage: Stage) -> None:
    stage.writes(more='patience = "1s"', policy='[rule.rate-sender]\nlimit = "1/1h burst 1"\n')
    async with stage.runs():
        stage.asterisk.submits("one", to="+14165550301")
        stage.asterisk.submits("two", to="+14165550302")
        decision = await stage.settled(2)
        await until("notice", lambda: len(stage.asterisk.sent) == 2)
        assert decision.verdict == "throttle"
        assert "sending too fast" in stage.notices()[0][2]
        assert stage.asterisk.family("smsq") == {}


async def test_a_silent_drop(stage: Stage) -> None:
    stage.writes(policy='[rule.sender-toll-free]\naction = "drop"\n')
    account = (stage.conf.directory / "accounts.d/acme.conf").read_text(encoding="utf-8")
    numbers = account.replace('numbers = ["+14165550100..', 'drop = true\nnumbers = ["+18005550100", "+14165550100..')
    stage.conf.write("accounts.d/acme.conf", numbers.replace('["+14165550110..', '["+18005550100", "+14165550110..'))
    async with stage.runs():
        stage.asterisk.submits(sender="+18005550100")
        decision = await stage.settled()
        assert (decision.verdict, decision.status) == ("drop", 0)
        assert stage.outcomes() == {"dropped": 1}
        assert stage.asterisk.sent == []


async def test_an_emergency_is_only_recorded(stage: Stage, edge: Edge) -> None:
    stage.asterisk.calls_911()
    await until("recorded", lambda: stage.outcomes().get("emergency"))
    [decision] = stage.records
    assert (decision.verdict, decision.rule, decision.clause) == ("bounce", "emergency-destination", "emergency")
    assert (decision.account, decision.source, decision.destination) == ("acme", "+14165550110", "9-1-1")
    assert stage.asterisk.family("smsemg") == {}
    assert stage.asterisk.sent == []


async def test_a_bounce_that_the_dialplan_did_not_give(stage: Stage, edge: Edge) -> None:
    stage.asterisk.submits("help", to="911")
    decision = await stage.settled()
    await until("bounce", lambda: stage.asterisk.sent)
    assert decision.verdict == "bounce"
    assert "911" in stage.notices()[0][2]
    assert stage.asterisk.family("smsq") == {}


async def test_a_reroute_goes_to_the_trunk_it_names(stage: Stage) -> None:
    stage.writes(policy='[rule.shortener]\naction = "reroute:trunk-b"\n')
    async with stage.runs():
        stage.asterisk.submits("look at https://bit.ly/3xYzAb2")
        decision = await stage.settled()
        assert (decision.verdict, decision.carrier) == ("reroute", "trunk-b")
        assert stage.asterisk.sent[0][0] == "trunk-b"


async def test_the_next_trunk_where_the_first_does_not_take_it(stage: Stage, edge: Edge) -> None:
    stage.asterisk.answers["sms-release"] = ["NOROUTE"]
    stage.asterisk.submits()
    await stage.settled()
    assert stage.asterisk.sent[0][0] == "trunk-b"


async def test_what_no_trunk_takes_is_held_and_refused_in_the_end(stage: Stage) -> None:
    stage.writes(carriers='"trunk-a"', more='hold = "1s"')
    async with stage.runs():
        stage.asterisk.answers["sms-release"] = ["FAILURE"] * 9
        stage.asterisk.submits()
        decision = await stage.settled()
        await until("notice", lambda: stage.asterisk.sent)
        assert decision.detail == "not sent: trunk-a: failure"
        assert decision.status == 8
        assert stage.notices()[0][2].startswith("Not sent to +14165550301: it could not be carried.")


async def test_an_address_that_asterisk_will_not_send_with(stage: Stage, edge: Edge) -> None:
    stage.asterisk.answers["sms-release"] = ["BADFROM"]
    stage.asterisk.submits()
    decision = await stage.settled()
    assert (decision.verdict, decision.status) == ("reject", 0x0A)
    assert stage.asterisk.family("smsq") == {}


async def test_an_endpoint_that_nobody_has_is_held_and_refused_in_the_end(stage: Stage) -> None:
    stage.writes(more='hold = "1s"')
    async with stage.runs():
        stage.asterisk.submits(endpoint="nobody")
        decision = await stage.settled()
        assert (decision.verdict, decision.detail) == ("reject", "no account has this endpoint")
        assert stage.asterisk.sent == []


async def test_busy_is_tried_again(stage: Stage, edge: Edge) -> None:
    stage.asterisk.answers["sms-release"] = ["BUSY", "UNKNOWN"]
    stage.asterisk.submits()
    await stage.settled()
    assert stage.outcomes() == {"released": 1}
    assert len(stage.asterisk.sent) == 1


async def test_what_is_in_flight_elsewhere_is_a_persons(stage: Stage, edge: Edge) -> None:
    sid = stage.asterisk.submits()
    await stage.settled()
    stage.asterisk.db[f"/smsfly/{sid}"] = "1|acme-desk|MQ==||||"
    await until("seen", lambda: stage.gateway.doubtful)
    assert edge.sip.status()[0]["doubtful"] == [sid]
    assert len(stage.asterisk.sent) == 1


async def test_a_telephone_that_calls_itself_by_its_name_has_its_number(stage: Stage, edge: Edge) -> None:
    """A release would show its name to the carrier, so it goes out anew."""
    stage.asterisk.submits(endpoint="acme-phone", sender="acme-phone")
    decision = await stage.settled()
    assert (decision.verdict, decision.source, decision.carrier) == ("allow", "+14165550120", "trunk-a")
    assert stage.asterisk.sent == [("trunk-a", "+14165550301", b"See you at 2.")]
    contexts = [(context, given.get("FROM")) for context, _, given in stage.asterisk.orders]
    assert contexts == [("sms-discard", None), ("sms-mo", "+14165550120")]
    await until("row deleted", lambda: not edge.ledger.quarantine.keyed())


async def test_its_name_is_no_number_where_it_has_many(stage: Stage, edge: Edge) -> None:
    stage.asterisk.submits(sender="acme-desk")
    decision = await stage.settled()
    assert decision.verdict == "reject"
    assert not [one for one in stage.asterisk.sent if one[0] == "trunk-a"]
