"""MAIL and RCPT: who may send, to whom, and what is said of it before the message comes."""

import pytest
from msgspec.structs import replace

from edge.channels.deliveries import Taken
from edge.channels.mm4.codec.address import read
from edge.channels.mm4.codec.fields import Kind
from edge.channels.mm4.codec.pdu import parse
from edge.core.verdict import ALLOWED, Action, Reason

from ..books import acme, verdict
from .desk import ACME, EAST, MM4, NORTH, SOUTH, THEM, US, Desktop, message


@pytest.fixture
def desk() -> Desktop:
    return Desktop()


def mail(desk, address, peer=ACME, size=0):
    said = desk.relay.sender(desk.session(peer), address, size)
    return "" if said is None else str(said)


def rcpt(desk, address, sender=f"{US}/TYPE=PLMN", peer=ACME):
    said = desk.relay.recipient(desk.session(peer), sender, [], address)
    return "" if said is None else str(said)


@pytest.mark.parametrize(
    "address", [f"{US}/TYPE=PLMN@mms.acme.example", US, "14165550101/type=plmn", "", "mm4@acme.example"]
)
def test_who_may_send(desk, address):
    assert mail(desk, address) == ""


@pytest.mark.parametrize("address", ["a,b", "ACME/TYPE=PLMN", "10.0.0.1/TYPE=IPv4", "+1/TYPE=PLMN", "+14165/TYPE=PLMN"])
def test_originators_that_nobody_can_read(desk, address):
    assert mail(desk, address) == "553 5.1.7 bad originator address"


def test_a_size_beyond_ours(desk):
    assert mail(desk, US, size=1_500_000) == ""
    assert mail(desk, US, size=1_500_001).startswith("552 5.3.4")


def test_what_the_rules_have_against_the_sender(desk):
    desk.desk.screened = desk.desk.rule = lambda submission: verdict(reason=Reason.SENDER)
    assert mail(desk, US).startswith("550 5.7.1")
    [record] = desk.desk.records
    assert (record.channel, record.verdict, record.account, record.source) == ("mm4", "reject", "acme", US)
    assert desk.service.envelopes.values == {("acme", "mail", "550 5.7.1"): 1}


@pytest.mark.parametrize("reason", [Reason.BLOCKED, Reason.SUSPENDED], ids=lambda reason: reason.value)
def test_who_is_suspended_or_blocked_hears_it_with_the_recipient(desk, reason):
    desk.desk.screened = desk.desk.rule = lambda submission: verdict(reason=reason)
    assert mail(desk, US) == ""
    assert not desk.desk.records
    assert rcpt(desk, f"{THEM}/TYPE=PLMN").startswith("550 5.7.1")
    [record] = desk.desk.records
    assert (record.verdict, record.source, record.destination) == ("reject", US, THEM)
    assert desk.service.envelopes.values == {("acme", "rcpt", "550 5.7.1"): 1}


def test_the_account_is_the_owner_among_those_of_the_peer(desk):
    seen = []
    desk.desk.screened = lambda submission: (seen.append(submission), ALLOWED)[1]
    mail(desk, US)
    mail(desk, "+12125550101", SOUTH)
    mail(desk, "+12125550101", ACME)  # rival's number by acme's MMSC: acme's to answer for
    assert [one.account.name for one in seen] == ["acme", "rival", "acme"]


def test_a_hold_or_a_limit_is_told_later(desk):
    for action in (Action.QUARANTINE, Action.THROTTLE):
        desk.desk.screened = lambda submission, action=action: verdict(action)
        assert mail(desk, US) == ""


def test_subscribers_of_an_upstream_are_not_asked_about(desk):
    desk.desk.screened = lambda submission: verdict(reason=Reason.SENDER)
    assert mail(desk, THEM, NORTH) == ""


@pytest.mark.parametrize(
    ("address", "line"),
    [
        (f"{THEM}/TYPE=PLMN@mms.north.example", ""),
        (f"{THEM}/TYPE=PLMN", ""),
        (f"{THEM}/TYPE=PLMN@mms.edge.example", ""),
        (f"{THEM}/TYPE=PLMN@mms.elsewhere.example", ""),  # to the default
        ("12345/TYPE=PLMN", ""),
        ("", "501 5.1.3 bad recipient address"),
        ("a,b", "501 5.1.3 bad recipient address"),
        ("+1416/TYPE=PLMN", "550 5.1.1 no such recipient"),
        ("+19995550100/TYPE=PLMN", "550 5.1.1 no such recipient"),
        ("joe@mail.example", "550 5.1.1 no such recipient"),
        ("ACME/TYPE=PLMN", "550 5.1.1 no such recipient"),
        ("mm4@mms.edge.example", ""),
        ("mm4@acme.example", ""),
    ],
)
def test_recipients_of_a_customer(desk, address, line):
    assert rcpt(desk, address) == line


@pytest.mark.parametrize(
    ("address", "line"),
    [
        (f"{US}/TYPE=PLMN", ""),
        (f"{US}/TYPE=PLMN@mms.acme.example", ""),
        (f"{THEM}/TYPE=PLMN@mms.elsewhere.example", "550 5.1.1 no such recipient"),
        (f"{THEM}/TYPE=PLMN@mms.south.example", "550 5.7.1 not yours to send"),
    ],
)
def test_recipients_of_an_upstream(desk, address, line):
    assert rcpt(desk, address, "+13475550100/TYPE=PLMN@mms.north.example", NORTH) == line


def test_without_a_default_an_unknown_domain_leads_nowhere():
    desk = Desktop(mm4=replace(MM4, peers=(ACME, SOUTH, EAST, replace(NORTH, default=False))))
    assert rcpt(desk, f"{THEM}/TYPE=PLMN@mms.elsewhere.example") == "550 5.1.1 no route to this recipient"
    assert rcpt(desk, f"{THEM}/TYPE=PLMN") == ""


def test_an_account_without_mmsc_gets_no_mms():
    desk = Desktop(account=acme())
    assert rcpt(desk, f"{US}/TYPE=PLMN", "+13475550100/TYPE=PLMN", NORTH).startswith("550 5.1.1 no route")


async def test_an_emergency_number_is_bounced_and_answered_by_mms(desk):
    bounced = verdict(Action.BOUNCE, Reason.EMERGENCY, reply="Call 911 now.")
    desk.desk.rechecked = desk.desk.rule = lambda submission: bounced
    assert await desk.sends(message(to=("911",)), "911") == "RCPT 550 5.1.1 not reachable by MMS"
    await desk.settled()
    [record] = desk.desk.records
    assert (record.verdict, record.destination, record.status) == ("bounce", "911", 0x0B)
    [(peer, sender, to, content)] = desk.hops.sent
    assert (peer, sender, to) == ("acme", "911/TYPE=PLMN@mms.edge.example", (f"{US}/TYPE=PLMN@mms.acme.example",))
    assert parse(content).kind is Kind.FORWARD_REQ
    assert content.endswith(b"\r\n\r\nCall 911 now.\r\n")


async def test_an_emergency_number_is_answered_by_sms_where_a_bind_can_receive(desk):
    sent = []

    class Bind:
        def take(self, delivery, now):
            sent.append(delivery.raw)
            delivery.done(0, now)
            return Taken.SENT

        def notify(self, raw):
            """Nothing."""

    desk.deliveries.join("acme", Bind())
    bounced = verdict(Action.BOUNCE, Reason.EMERGENCY, reply="Call 911 now.")
    desk.desk.rechecked = desk.desk.rule = lambda submission: bounced
    await desk.sends(message(to=("911",)), "911")
    await desk.settled()
    assert len(sent) == 1
    assert b"Call 911 now." in sent[0]
    assert desk.hops.sent == []


async def test_an_emergency_number_among_others_keeps_nobody_from_getting_it(desk):
    bounced = verdict(Action.BOUNCE, Reason.EMERGENCY, reply="Call 911 now.")
    desk.desk.rechecked = lambda submission: bounced if submission.destination.text == "911" else ALLOWED
    desk.desk.rule = desk.desk.rechecked
    assert (await desk.sends(message(), "911", THEM)).startswith("250")
    assert desk.forwards() == [(f"{THEM}/TYPE=PLMN",)]


async def test_a_bounce_that_only_data_brings_out(desk):
    bounced = verdict(Action.BOUNCE, Reason.EMERGENCY, reply="Call 112 now.")
    desk.desk.rule = lambda submission: bounced
    said = await desk.sends(message(ack_request=True), THEM)
    await desk.settled()
    assert said.startswith("250")
    assert desk.responses() == ["Error-sending-address-unresolved"]
    assert [sender for _, sender, _, _ in desk.hops.sent if "TYPE" in sender] == [
        f"{THEM[1:]}/TYPE=PLMN@mms.edge.example"
    ]


async def test_reports_may_come_from_a_system(desk):
    assert mail(desk, "", NORTH) == ""
    assert rcpt(desk, f"{US}/TYPE=PLMN", "", NORTH) == ""
    assert rcpt(desk, "mm4@mms.acme.example", "", NORTH) == ""
    assert rcpt(desk, "answers@nowhere.example", "", NORTH) == "550 5.1.1 no such recipient"


async def test_where_somebody_asked_for_answers_they_may_go(desk):
    await desk.sends(message(originator_system=read("answers@nowhere.example")), THEM)
    assert rcpt(desk, "answers@nowhere.example", "", NORTH) == ""


def test_where_every_peer_is_a_customers_there_is_no_upstream():
    desk = Desktop(mm4=replace(MM4, peers=(ACME, SOUTH, EAST)))
    assert rcpt(desk, f"{THEM}/TYPE=PLMN@mms.elsewhere.example") == "550 5.1.1 no route to this recipient"
    assert rcpt(desk, "+13475550100/TYPE=PLMN") == "550 5.1.1 no route to this recipient"
    assert rcpt(desk, "+12125550101/TYPE=PLMN") == ""  # another customer's


async def test_customers_reach_each_other_without_an_upstream():
    desk = Desktop(mm4=replace(MM4, peers=(ACME, SOUTH, EAST)))
    assert (await desk.sends(message(), "+12125550101")).startswith("250")
    assert desk.forwards("south") == [("+12125550101/TYPE=PLMN",)]


def test_a_single_peer_is_everything():
    desk = Desktop(mm4=replace(MM4, peers=(ACME,)))
    assert rcpt(desk, f"{THEM}/TYPE=PLMN") == ""
    assert mail(desk, "+13475550100") == ""  # its rules are asked: this policy has nothing against it
