"""What a verdict is on the wire: SMTP where the envelope is at fault, MM4_forward.RES or 550 where the message is."""

from collections.abc import Iterator
from typing import Any

import pytest

from edge.simulate.mmsc import Mmsc
from edge.simulate.mmsc.book import Entry
from tests.mms.album import CARD, PICTURES
from tests.mms.stage import ACME, NORTH_HOST, SENDER, STRANGER_HOST, SUBSCRIBER, Mms, forwards, order, staged

pytestmark = pytest.mark.e2e

DENIED, CONTENT = "Error-service-denied", "Error-content-not-accepted"
OTHER = "+12125550112"
BAD = "+14165550140"  # a number that is blocked for what it says (policy.md A.9)


@pytest.fixture(scope="module")
def mms(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Mms]:
    with staged(tmp_path_factory.mktemp("verdicts"), quiet=False) as mms:
        yield mms


async def sent(acme: Mmsc, *recipients: str, **values: Any) -> Entry:
    """A message with all that comes back for it."""
    entry = await acme.send(order(*recipients, **values))
    await acme.wait_for(lambda _: entry.complete)
    return entry


def said(entry: Entry) -> tuple[int, str]:
    """The reply of the relay as code and enhanced status."""
    assert entry.sent is not None
    return entry.sent.code, entry.sent.text.partition(" ")[0]


async def heard(mms: Mms, entry: Entry, what: str) -> None:
    """Wait until the edge has a response or a report on a message on record."""
    for _ in range(40):
        found = (await mms.stage.ask("trace", entry.id))["decisions"]
        if any(one.get("direction") == "dlr" and one["detail"] == what for one in found):
            return
    raise AssertionError(f"no {what}: {found}")


async def test_a_sender_that_is_not_the_accounts(mms: Mms) -> None:
    async with mms.peers() as (acme, north):
        entry = await sent(acme, sender="+16465550100")
        assert said(entry) == (550, "5.7.1")
        entry = await sent(acme, envelope="+16465550100")  # headers say one, the envelope another
        assert said(entry) == (550, "5.7.1")
        entry = await sent(acme, sender="+14165550200", envelope=SENDER)  # a number of another account
        assert said(entry) == (550, "5.7.1")
        assert not north.taken


async def test_a_hidden_sender(mms: Mms) -> None:
    async with mms.peers() as (acme, north):
        assert said(await sent(acme, hide=True)) == (550, "5.7.1")
        assert not north.taken


async def test_sixty_recipients(mms: Mms) -> None:
    async with mms.peers() as (acme, north):
        entry = await sent(acme, *(f"+1212555{number:04d}" for number in range(100, 160)))
        assert said(entry) == (550, "5.7.1")
        assert not north.taken


async def test_emergency_numbers_are_not_reachable_and_the_sender_is_told_so(mms: Mms) -> None:
    async with mms.peers() as (acme, north):
        entry = await sent(acme, "911")
        assert said(entry) == (550, "5.1.1")
        await acme.wait_for(forwards)  # nobody of the account is bound by SMPP: it is told by MMS
        told = forwards(acme)[0]
        assert (told.fields["from"].partition("/")[0], told.numbers) == ("911", (SENDER,))
        async with await mms.stage.esme() as esme:
            assert said(await sent(acme, "911")) == (550, "5.1.1")
            assert (await esme.next_delivery()).text.startswith("There is no text to 911")
        entry = await acme.send(order("911", SUBSCRIBER))
        await acme.wait_for(lambda _: entry.complete)
        assert entry.sent is not None
        assert entry.sent.recipients == (550, 250)
        await north.wait_for(forwards)
        assert [taken.numbers for taken in forwards(north)] == [(SUBSCRIBER,)]


async def test_an_advertisement_says_what_it_is(mms: Mms) -> None:
    async with mms.peers() as (acme, north):
        entry = await sent(acme, "+12125550120", message_class="Advertisement", text="Our new arrivals are here")
        assert (said(entry)[0], entry.responses) == (250, [CONTENT])
        entry = await sent(acme, "+12125550120", message_class="Advertisement", text="New arrivals", ack=False)
        assert said(entry) == (550, "5.7.1")
        assert not north.taken


async def test_words_in_every_text_like_part_are_read(mms: Mms) -> None:
    async with mms.peers() as (acme, north):
        card = CARD._replace(
            octets=CARD.octets.replace(b"END:", b"URL:https://cra-refund.top\r\nNOTE:claim now\r\nEND:")
        )
        entry = await sent(acme, "+12125550121", sender=BAD, made=(*PICTURES, card), text="")
        assert entry.responses == [CONTENT]
        entry = await sent(
            acme, "+12125550121", sender=BAD, subject="claim your refund https://cra-refund.top", text=""
        )
        assert entry.responses == [CONTENT]
        assert not north.taken


async def test_a_stop_by_sms_holds_for_mms_and_a_stop_by_mms_for_sms(mms: Mms) -> None:
    first, other = "+12125550131", "+12125550132"
    async with mms.stage.simulator() as smsc, await mms.stage.esme() as esme, mms.peers() as (acme, north):
        assert (await sent(acme, first)).responses == ["Ok"]
        assert await smsc.inject_mo(first, SENDER, "STOP") == [0]
        entry = await sent(acme, first, made=PICTURES)
        assert (said(entry)[0], entry.responses) == (250, [DENIED])
        assert said(await sent(acme, first, ack=False)) == (550, "5.7.1")
        # of two recipients, one has opted out: each gets what is right for it
        entry = await acme.send(order(first, other))
        await acme.wait_for(lambda _: len(entry.responses) == 2)
        assert sorted(entry.responses) == [DENIED, "Ok"]
        assert [taken.numbers for taken in forwards(north)] == [(first,), (other,)]

        assert (await esme.submit(SENDER, other, "See you at two"))[0] == 0
        stop = await north.send(order(SENDER, sender=other, domain=ACME, text="STOP"))
        await north.wait_for(lambda _: stop.complete)
        assert stop.responses == ["Ok"]  # it is delivered, and heard
        assert (await esme.submit(SENDER, other, "See you at three"))[0] == 0x66
        assert (await sent(acme, other)).responses == [DENIED]


async def test_strangers_and_numbers_of_ours_from_outside(mms: Mms) -> None:
    async with mms.acme(source=STRANGER_HOST) as stranger:
        entry = await stranger.send(order())
        assert entry.sent is not None
        assert entry.sent.code in (554, 421)
    async with mms.peers() as (acme, north):
        assert north.options.source == NORTH_HOST
        entry = await north.send(order(SENDER, sender="+14165550200", domain=ACME))  # beta's, from the carrier
        await north.wait_for(lambda _: entry.complete)
        assert said(entry)[0] == 550
        assert not forwards(acme)


async def test_held_shown_released_and_refused(mms: Mms) -> None:
    result = "Your HIV test result: POSITIVE. Please call us."  # held: a diagnosis (policy.md A.5)
    async with mms.peers() as (acme, north):
        first = await sent(acme, SUBSCRIBER, text=result, made=PICTURES)
        second = await acme.send(order(OTHER, text=result + " Dr. Z", delivery_report=True))
        await acme.wait_for(lambda _: second.responses)
        assert (first.responses, second.responses) == (["Ok"], ["Ok"])
        assert not north.taken
        rows = (await mms.stage.ask("quarantine", "list"))["messages"]
        assert [row["rule"] for row in rows] == ["sensitive-data/health"] * 2
        names = {row["destination"]: row["id"] for row in rows}
        told = await mms.stage.ask("quarantine", "release", names[SUBSCRIBER], "--reason", "she asked for it")
        assert told["done"] == [names[SUBSCRIBER]]
        await north.wait_for(forwards)
        assert [(taken.sha256, taken.numbers) for taken in forwards(north)] == [(first.sha256, (SUBSCRIBER,))]
        await mms.stage.ask("quarantine", "refuse", names[OTHER], "--reason", "no")
        await acme.wait_for(lambda _: second.reports)
        assert second.reports == {OTHER: ["Rejected"]}
        await heard(mms, first, "MM4_forward.RES Ok")
        assert first.responses == ["Ok"]  # ours when it was held; the far MMSC's says nothing new
        assert len(forwards(north)) == 1
