"""What becomes of a message: each verdict, with and without a wish for a response, alone and among others."""

import asyncio

import pytest
from msgspec.structs import replace

from edge.channels.mm4.codec.fields import MessageClass, Visibility
from edge.channels.mm4.smtp.seam import Sent
from edge.core.conf import Listen, Mm4Peer
from edge.core.facts import Fact, FactKind
from edge.core.media import Media
from edge.core.quarantine import HeldState
from edge.core.submission import Direction, Submission
from edge.core.verdict import ALLOWED, Action, Reason, Verdict

from ..books import acme, verdict
from .desk import ACME, EAST, MM4, NORTH, SOUTH, THEM, THEM_TOO, US, Desktop, Store, message


@pytest.fixture
def desk() -> Desktop:
    return Desktop()


def against(number: str, said: Verdict):
    """A policy that has something against one recipient."""
    return lambda submission: said if submission.destination.text == number else ALLOWED


async def test_an_allowed_message_goes_on_with_what_a_relay_adds(desk):
    content = message(ack_request=True)
    assert (await desk.sends(content, THEM)).startswith("250 2.0.0 ok ")
    [(peer, sender, to, out)] = desk.hops.sent
    assert (peer, sender, to) == ("north", f"{US}/TYPE=PLMN@mms.acme.example", (f"{THEM}/TYPE=PLMN",))
    assert out.startswith(b"Received: from mmsc.acme.example ([192.0.2.9])\r\n\tby mms.edge.example with ESMTP id ")
    assert b"X-Mms-Forward-Counter: 1\r\n" in out
    received = out.index(b"\r\n", out.index(b";\r\n") + 3) + 2
    assert out[received:].replace(b"X-Mms-Forward-Counter: 1\r\n", b"") == content
    assert desk.outcomes() == {"relayed": 1}
    [record] = desk.desk.records
    assert (record.session, record.message_id, record.reference) == ("acme/t1", "m1", "t1")
    assert (record.channel, record.carrier, record.status, record.account) == ("mm4", "north", 0, "acme")


async def test_what_the_rules_are_shown(desk):
    desk.looker.media = Media(texts=(("subject", "Hi"), ("text", "there"), ("code", "https://a.example")))
    content = message(
        visibility=Visibility.HIDE, message_class=MessageClass.ADVERTISEMENT, delivery_report=True, to=(THEM, THEM_TOO)
    )
    await desk.sends(content, THEM, THEM_TOO)
    first, second = desk.desk.judged
    assert first.body.text == "Hi\nthere\nhttps://a.example"
    assert (first.direction, first.account.name, first.origin, first.end_user) == (Direction.MT, "acme", "acme", "acme")
    assert (first.identity.hidden, first.identity.advertisement, first.receipt) == (True, True, True)
    assert (first.source.number, first.destination.number, second.destination.number) == (
        14165550101, 12125550310, 12125550311,
    )  # fmt: skip
    assert first.destinations == second.destinations == 2
    assert first.media is desk.looker.media
    assert desk.looker.looked == 1


async def test_envelope_and_header_are_compared(desk):
    await desk.sends(message(sender="+14165550155"), THEM)
    [judged] = desk.desk.judged
    assert judged.source.number == 14165550155
    assert set(judged.identity.claimed) == {14165550101, 14165550155}


async def test_an_inbound_message_goes_to_the_owner(desk):
    content = message(sender=THEM_TOO)
    assert (await desk.sends(content, US, sender=THEM_TOO, peer=NORTH)).startswith("250")
    assert desk.forwards("acme") == [(f"{US}/TYPE=PLMN",)]
    [judged] = desk.desk.judged
    assert (judged.direction, judged.account.name, judged.origin, judged.end_user) == (
        Direction.MO,
        "acme",
        "north",
        "",
    )


async def test_inbound_to_an_account_with_two_mmscs_takes_the_second_where_the_first_is_down(desk):
    desk.hops.says["south"] = Sent.LATER
    assert (await desk.sends(message(sender=THEM_TOO), "+12125550101", sender="+13475550100", peer=NORTH)).startswith(
        "250"
    )
    assert desk.forwards("south") == desk.forwards("east") == [("+12125550101/TYPE=PLMN",)]


REFUSALS = [
    (Reason.CONTENT, "550 5.7.1 content not accepted", "Error-content-not-accepted"),
    (Reason.OPTED_OUT, "550 5.7.1 refused by policy", "Error-service-denied"),
    (Reason.BLOCKED, "550 5.7.1 refused by policy", "Error-service-denied"),
    (Reason.DESTINATION, "550 5.1.1 no such recipient", "Error-sending-address-unresolved"),
    (Reason.SENDER, "550 5.7.1 originator not allowed here", None),
]


@pytest.mark.parametrize(("reason", "line", "status"), REFUSALS, ids=lambda value: getattr(value, "value", None))
@pytest.mark.parametrize("ack", [True, False])
async def test_a_refusal_of_all(desk, reason, line, status, ack):
    desk.desk.rule = lambda submission: verdict(Action.REJECT, reason)
    said = await desk.sends(message(ack_request=ack), THEM)
    await desk.settled()
    if ack and status:
        assert said.startswith("250 2.0.0")
        assert desk.responses() == [status]
    else:
        assert said == line
        assert desk.responses() == []
    assert desk.forwards() == []
    assert desk.outcomes() == {"refused": 1}
    [record] = desk.desk.records
    assert record.verdict == "reject"
    assert record.status != 0


@pytest.mark.parametrize(("reason", "line", "status"), REFUSALS, ids=lambda value: getattr(value, "value", None))
@pytest.mark.parametrize("ack", [True, False])
async def test_a_refusal_of_one_of_two(desk, reason, line, status, ack):
    desk.desk.rule = against(THEM_TOO, verdict(Action.REJECT, reason))
    said = await desk.sends(message(ack_request=ack), THEM, THEM_TOO)
    await desk.settled()
    assert said.startswith("250 2.0.0")
    assert desk.forwards() == [(f"{THEM}/TYPE=PLMN",)]
    assert desk.responses() == ([status or "Error-service-denied"] if ack else [])
    assert desk.outcomes() == {"relayed": 1, "refused": 1}


async def test_without_a_response_a_report_tells_of_the_refusal(desk):
    desk.desk.rule = against(THEM_TOO, verdict())
    await desk.sends(message(delivery_report=True), THEM, THEM_TOO)
    await desk.settled()
    assert desk.reported() == ["Rejected"]
    assert [to for peer, _, to, _ in desk.hops.sent if peer == "acme"] == [(f"{US}/TYPE=PLMN@mms.acme.example",)]


async def test_different_refusals_are_told_apart(desk):
    said = {THEM: verdict(reason=Reason.CONTENT), THEM_TOO: verdict(reason=Reason.OPTED_OUT)}
    desk.desk.rule = lambda submission: said[submission.destination.text]
    await desk.sends(message(ack_request=True), THEM, THEM_TOO)
    await desk.settled()
    assert sorted(desk.responses()) == ["Error-content-not-accepted", "Error-service-denied"]


async def test_a_throttle_stops_all_and_what_was_judged_is_not_judged_again(desk):
    desk.desk.rule = against(THEM_TOO, verdict(Action.THROTTLE, Reason.PACING))
    content = message(ack_request=True)
    assert (await desk.sends(content, THEM, THEM_TOO)).startswith("450 4.7.1")
    assert desk.hops.sent == []
    desk.desk.rule = lambda submission: ALLOWED
    assert (await desk.sends(content, THEM, THEM_TOO)).startswith("250")
    assert [one.destination.text for one in desk.desk.judged] == [THEM, THEM_TOO, THEM_TOO]
    assert desk.forwards() == [(f"{THEM}/TYPE=PLMN", f"{THEM_TOO}/TYPE=PLMN")]


async def test_what_comes_again_with_another_body_is_judged_again(desk):
    desk.hops.says["north"] = Sent.LATER
    assert (await desk.sends(message(), THEM)).startswith("451 4.4.1")
    assert (await desk.sends(message(body=b"something else\r\n"), THEM)).startswith("451 4.4.1")
    assert len(desk.desk.judged) == 2


async def test_too_many_recipients_are_refused_once_for_all(desk):
    desk.desk.rule = lambda submission: verdict(Action.REJECT, Reason.RECIPIENTS)
    assert await desk.sends(message(ack_request=True), THEM, THEM_TOO) == "550 5.7.1 too many recipients"
    await desk.settled()
    assert desk.hops.sent == []
    assert desk.outcomes() == {"refused": 2}


async def test_a_fault_of_ours_is_told_as_one(desk):
    desk.desk.rule = lambda submission: verdict(Action.REJECT, Reason.INTERNAL)
    assert (await desk.sends(message(ack_request=True), THEM)).startswith("451 4.3.0")


@pytest.mark.parametrize("ack", [True, False])
async def test_quarantine_is_acknowledged_and_released_by_a_person(desk, ack):
    desk.desk.rule = lambda submission: verdict(Action.QUARANTINE)
    assert (await desk.sends(message(ack_request=ack), THEM)).startswith("250")
    await desk.settled()
    assert desk.responses() == (["Ok"] if ack else [])
    assert desk.forwards() == []
    [held] = desk.desk.ledger.quarantine.messages.values()
    assert (held.channel, held.account, held.source, held.destination) == ("mm4", "acme", US, THEM)
    assert desk.desk.records[0].message_id == held.id
    await desk.custody.release(held.id, "operator", "fine")
    assert desk.forwards() == [(f"{THEM}/TYPE=PLMN",)]
    assert desk.desk.ledger.quarantine.messages[held.id].state is HeldState.RELEASED


@pytest.mark.parametrize(
    ("sent", "state"),
    [(Sent.LATER, HeldState.HELD), (Sent.REFUSED, HeldState.HELD), (Sent.UNKNOWN, HeldState.RELEASING)],
)
async def test_a_release_that_fails(desk, sent, state):
    desk.desk.rule = lambda submission: verdict(Action.QUARANTINE)
    await desk.sends(message(), THEM)
    [held] = desk.desk.ledger.quarantine.messages.values()
    desk.hops.says["north"] = sent
    with pytest.raises(Exception, match="north"):
        await desk.custody.release(held.id, "operator", "fine")
    assert desk.desk.ledger.quarantine.messages[held.id].state is state


async def test_a_held_message_that_is_refused_is_reported(desk):
    desk.desk.rule = lambda submission: verdict(Action.QUARANTINE)
    await desk.sends(message(delivery_report=True), THEM)
    [held] = desk.desk.ledger.quarantine.messages.values()
    await desk.custody.refuse(held.id, "operator", "no")
    await desk.settled()
    assert desk.reported() == ["Rejected"]
    assert len(desk.deliveries.depths()) == 0


async def test_what_the_disk_does_not_hold_is_not_acknowledged(desk):
    desk.desk.rule = against(THEM_TOO, verdict(Action.QUARANTINE))
    desk.desk.ledger.quarantine.failing = True
    assert (await desk.sends(message(ack_request=True), THEM, THEM_TOO)).startswith("451 4.3.0")
    assert desk.hops.sent == []
    desk.desk.ledger.quarantine.failing = False
    assert (await desk.sends(message(ack_request=True), THEM, THEM_TOO)).startswith("250")
    assert len(desk.desk.judged) == 2


async def test_a_response_that_the_disk_does_not_hold(desk):
    desk.desk.rule = against(THEM_TOO, verdict())
    desk.store.fails = True
    assert (await desk.sends(message(ack_request=True), THEM, THEM_TOO)).startswith("451 4.3.0")
    assert desk.hops.sent == []
    desk.store.fails = False
    assert (await desk.sends(message(ack_request=True), THEM, THEM_TOO)).startswith("250")
    await desk.settled()
    assert desk.responses() == ["Error-content-not-accepted"]


@pytest.mark.parametrize("drop", [True, False])
async def test_drop_is_silent_where_the_account_has_it(drop):
    desk = Desktop(account=acme(mm4_peers=("acme",), drop=drop))
    desk.desk.rule = lambda submission: verdict(Action.DROP)
    said = await desk.sends(message(), THEM)
    assert said.startswith("250" if drop else "550 5.7.1")
    assert desk.hops.sent == []
    assert len(desk.desk.records) == 1


async def test_reroute_goes_to_the_named_peer_and_what_names_none_is_looked_at(desk):
    desk.desk.rule = lambda submission: verdict(Action.REROUTE, carrier="east")
    assert (await desk.sends(message(), THEM)).startswith("250")
    assert desk.forwards("east") == [(f"{THEM}/TYPE=PLMN",)]
    desk.desk.rule = lambda submission: verdict(Action.REROUTE, carrier="review")
    assert (await desk.sends(message("2"), THEM)).startswith("250")
    assert len(desk.desk.ledger.quarantine.messages) == 1


async def test_facts_are_on_disk_before_the_answer(desk):
    fact = Fact(FactKind.OPT_OUT, THEM_TOO, 0.0, account="acme")
    desk.desk.rule = lambda submission: Verdict(Action.ALLOW, facts=(fact,))
    desk.desk.waits = True
    task = asyncio.ensure_future(desk.sends(message(sender=THEM_TOO), US, sender=THEM_TOO, peer=NORTH))
    await asyncio.sleep(0.01)
    assert not task.done()
    assert desk.hops.sent == []
    desk.desk.facts_to_disk.pop()(None)
    assert (await task).startswith("250")
    assert desk.desk.laid_down == [fact]


async def test_facts_that_the_disk_does_not_take(desk):
    fact = Fact(FactKind.OPT_OUT, THEM_TOO, 0.0, account="acme")
    desk.desk.rule = lambda submission: Verdict(Action.ALLOW, facts=(fact,))
    desk.desk.waits = True
    task = asyncio.ensure_future(desk.sends(message(sender=THEM_TOO), US, sender=THEM_TOO, peer=NORTH))
    await asyncio.sleep(0.01)
    desk.desk.facts_to_disk.pop()(OSError("full"))
    assert (await task).startswith("451 4.3.0")
    assert desk.hops.sent == []


async def test_a_stop_between_customers_is_heard(desk):
    def rule(submission: Submission) -> Verdict:
        if submission.direction is Direction.MO:
            return Verdict(Action.ALLOW, facts=(Fact(FactKind.OPT_OUT, US, 0.0, account="rival"),))
        return ALLOWED

    desk.desk.rule = rule
    assert (await desk.sends(message(to=("+12125550101",)), "+12125550101")).startswith("250")
    assert [fact.account for fact in desk.desk.laid_down] == ["rival"]


async def test_busy_workers_mean_later(desk):
    desk.looker.busy = True
    assert (await desk.sends(message(), THEM)).startswith("452 4.3.1")
    desk.looker.busy = False
    assert (await desk.sends(message(), THEM)).startswith("250")


async def test_a_repetition_is_answered_and_goes_nowhere_twice(desk):
    await desk.sends(message(), THEM)
    assert (await desk.sends(message(), THEM)).startswith("250 2.0.0")
    assert len(desk.hops.sent) == 1
    assert desk.outcomes() == {"relayed": 1, "repeated": 1}
    desk.desk.rule = lambda submission: verdict()
    assert (await desk.sends(message("2"), THEM)).startswith("550 5.7.1")
    desk.desk.rule = lambda submission: ALLOWED
    assert (await desk.sends(message("2"), THEM)).startswith("550 5.7.1")


async def test_a_repetition_is_known_after_a_restart():
    store = Store()
    await Desktop(store).sends(message(), THEM)
    later = Desktop(store)
    assert (await later.sends(message(), THEM, THEM_TOO)).startswith("250 2.0.0")
    assert later.forwards() == [(f"{THEM_TOO}/TYPE=PLMN",)]


async def test_the_same_at_the_same_time_waits(desk):
    desk.hops.gate = asyncio.Event()
    first = asyncio.ensure_future(desk.sends(message(), THEM))
    await asyncio.sleep(0.01)
    assert (await desk.sends(message(), THEM)).startswith("451 4.3.0")
    desk.hops.gate.set()
    assert (await first).startswith("250")
    assert len(desk.hops.sent) == 1


async def test_one_recipient_in_two_spellings_gets_it_once(desk):
    await desk.sends(message(), THEM, THEM.lstrip("+"), f"{THEM}/TYPE=PLMN@mms.edge.example")
    assert desk.forwards() == [(f"{THEM}/TYPE=PLMN",)]


# -- next hops -------------------------------------------------------------------------------------


async def test_a_next_hop_that_is_down_leaves_it_with_the_peer(desk):
    desk.hops.says["north"] = Sent.LATER
    assert (await desk.sends(message(), THEM)).startswith("451 4.4.1")
    assert desk.store.parcels == {}
    desk.hops.says["north"] = Sent.TAKEN
    assert (await desk.sends(message(), THEM)).startswith("250")
    assert len(desk.desk.judged) == 1  # retries are not counted again
    assert {record.id for record in desk.desk.records} == {desk.desk.records[0].id}


async def test_somebody_may_opt_out_before_the_retry(desk, monkeypatch):
    monkeypatch.setattr("edge.channels.mm4.handling.STALE", -1.0)
    desk.hops.says["north"] = Sent.LATER
    await desk.sends(message(), THEM)
    desk.hops.says["north"] = Sent.TAKEN
    desk.desk.rechecked = lambda submission: verdict(reason=Reason.OPTED_OUT)
    assert (await desk.sends(message(), THEM)).startswith("550 5.7.1")
    assert desk.forwards() == [(f"{THEM}/TYPE=PLMN",)]


async def test_a_refusal_of_the_next_hop_goes_back_in_its_words(desk):
    desk.hops.says["north"] = Sent.REFUSED
    assert await desk.sends(message(ack_request=True), THEM) == "550 5.1.1 nobody of that name"
    assert desk.outcomes() == {"undeliverable": 1}


async def test_a_refusal_of_the_next_hop_for_one_of_two_is_told_by_response(desk):
    desk.hops.says["north"] = lambda address: Sent.REFUSED if THEM_TOO in address else Sent.TAKEN
    assert (await desk.sends(message(ack_request=True), THEM, THEM_TOO)).startswith("250")
    await desk.settled()
    assert desk.responses() == ["Error-sending-address-unresolved"]


async def test_nobody_knows_means_that_the_peer_decides(desk):
    desk.hops.says["north"] = Sent.UNKNOWN
    assert (await desk.sends(message(), THEM)).startswith("451 4.4.2")
    assert desk.desk.records[-1].outcome == "unknown"
    assert desk.store.parcels == {}
    desk.hops.says["north"] = Sent.TAKEN
    assert (await desk.sends(message(), THEM)).startswith("250")
    assert desk.desk.records[-1].duplicate


async def test_nobody_knows_of_one_of_two(desk):
    desk.hops.says["south"] = Sent.UNKNOWN
    recipients = (THEM, "+12125550101/TYPE=PLMN@mms.south.example")
    assert (await desk.sends(message(), *recipients)).startswith("451 4.4.2")
    desk.hops.says["south"] = Sent.TAKEN
    assert (await desk.sends(message(), *recipients)).startswith("250")
    assert desk.forwards("north") == [(f"{THEM}/TYPE=PLMN",)]  # and no second time
    assert len(desk.forwards("south")) == 2


async def test_a_part_that_cannot_go_is_spooled_where_another_went(desk):
    desk.hops.says["south"] = Sent.LATER
    recipients = (THEM, "+12125550101/TYPE=PLMN@mms.south.example")
    assert (await desk.sends(message(), *recipients)).startswith("250")
    [parcel] = desk.store.parcels.values()
    assert (parcel.recipients, parcel.hops, parcel.origin) == ((recipients[1],), ("south",), "acme")
    assert desk.outcomes() == {"relayed": 1, "spooled": 1}
    assert desk.desk.records[-1].outcome == "pending"


async def test_a_part_that_can_neither_go_nor_be_kept_comes_again(desk):
    desk.hops.says["south"] = Sent.LATER
    desk.store.fails = True
    recipients = (THEM, "+12125550101/TYPE=PLMN@mms.south.example")
    assert (await desk.sends(message(), *recipients)).startswith("451 4.4.1")
    desk.hops.says["south"] = Sent.TAKEN
    assert (await desk.sends(message(), *recipients)).startswith("250")
    assert len(desk.forwards("north")) == 1


async def test_all_parts_down_and_nothing_is_kept(desk):
    desk.hops.says |= {"south": Sent.LATER, "north": Sent.LATER}
    recipients = (THEM, "+12125550101/TYPE=PLMN@mms.south.example")
    assert (await desk.sends(message(), *recipients)).startswith("451 4.4.1")
    assert desk.store.parcels == {}


async def test_a_held_part_counts_as_taken(desk):
    desk.desk.rule = against(THEM_TOO, verdict(Action.QUARANTINE))
    desk.hops.says["north"] = Sent.LATER
    assert (await desk.sends(message(), THEM, THEM_TOO)).startswith("250")
    assert len(desk.store.parcels) == 1


# -- what is no message ----------------------------------------------------------------------------


async def test_a_message_that_goes_round_is_refused(desk):
    assert (await desk.sends(message(forward_counter=11), THEM)).startswith("554 5.4.6")
    been = b"Received: from a by mms.edge.example id 1; x\r\n" * 3 + message("2")
    assert (await desk.sends(been, THEM)).startswith("554 5.4.6")
    assert desk.outcomes() == {"looping": 2}


@pytest.mark.parametrize("content", [b"", b"\x00", b"Subject: hi\r\n\r\nhello", b"no header\r\n\r\n"])
async def test_what_is_no_mm4_is_refused(desk, content):
    assert (await desk.sends(content, THEM)).startswith("554 5.6.")


async def test_what_is_too_big_is_refused(desk):
    desk.service.mm4 = replace(MM4, max_size=100)
    assert (await desk.sends(message(body=b"x" * 200), THEM)).startswith("MAIL 552 5.3.4")


async def test_a_fault_of_our_own_costs_one_message(desk):
    def broken(submission: Submission) -> Verdict:
        raise RuntimeError("a bug")

    desk.desk.rule = broken
    assert (await desk.sends(message(), THEM)).startswith("451 4.3.0")
    desk.desk.rule = lambda submission: ALLOWED
    assert (await desk.sends(message(), THEM)).startswith("250")


async def test_stopping_takes_nothing_new(desk):
    await desk.service.stop(0.1)
    assert (await desk.sends(message(), THEM)).startswith("MAIL 421")


async def test_a_peer_of_no_account_and_no_default_is_an_upstream():
    peer = Mm4Peer("west", (), Listen("192.0.2.1", 25))
    desk = Desktop(mm4=replace(MM4, peers=(replace(ACME), peer, SOUTH, EAST)))
    assert (await desk.sends(message(), THEM)).startswith("250")
    assert desk.forwards("west") == [(f"{THEM}/TYPE=PLMN",)]


async def test_what_takes_too_long_is_cut_off_and_what_was_taken_stays_taken(desk):
    slow = asyncio.Event()
    send = desk.hops.send

    async def sends(peer, *rest):
        if peer.name == "south":
            await slow.wait()
        return await send(peer, *rest)

    desk.hops.send = sends
    recipients = (THEM, "+12125550101/TYPE=PLMN@mms.south.example")
    task = asyncio.ensure_future(desk.sends(message(), *recipients))
    await asyncio.sleep(0.02)
    task.cancel()  # as the SMTP side does at its deadline
    await asyncio.gather(task, return_exceptions=True)
    slow.set()
    assert desk.service.work == set()
    assert (await desk.sends(message(), *recipients)).startswith("250")
    assert (len(desk.forwards("north")), len(desk.forwards("south"))) == (1, 1)


async def test_a_decision_without_an_answer_is_on_record_as_pending(desk, monkeypatch):
    monkeypatch.setattr("edge.channels.mm4.service.PENDING_AFTER", 0.0)
    desk.hops.gate = asyncio.Event()
    task = asyncio.ensure_future(desk.sends(message(), THEM))
    await asyncio.sleep(0.01)
    for _ in range(3):
        desk.service.tick(asyncio.get_running_loop().time())
    assert [record.outcome for record in desk.desk.records] == ["pending"]
    desk.hops.gate.set()
    await task
    assert [record.outcome for record in desk.desk.records] == ["pending", "answered"]
    assert desk.service.sizes()["mm4-work"] == 0
