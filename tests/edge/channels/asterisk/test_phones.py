"""Subscribers' messages to SIP endpoints, and what they say."""

from edge.app.edge import Edge
from smpp.codec import request
from smpp.consts import CommandId as C
from tests.edge.app.stage import Carrier, until

from .stage import Stage


def mo(text: bytes = b"on my way", to: bytes = b"14165550110", sequence: int = 1, **more: object) -> bytes:
    """A subscriber's message."""
    return request(
        C.DELIVER_SM,
        sequence,
        source_addr_ton=1,
        source_addr_npi=1,
        source_addr=b"14165550301",
        dest_addr_ton=1,
        dest_addr_npi=1,
        destination_addr=to,
        short_message=text,
        **more,  # type: ignore[arg-type]
    )


class Answers:
    """The command_status of each deliver_sm_resp that the carrier gets."""

    def __init__(self, north: Carrier) -> None:
        self.found: list[tuple[int, int]] = []
        answer = north._answer

        def look(pdu, writer) -> None:  # type: ignore[no-untyped-def]
            if pdu.command_id == C.DELIVER_SM_RESP:
                self.found.append((pdu.sequence, pdu.status))
            answer(pdu, writer)

        north._answer = look  # type: ignore[method-assign]

    async def of(self, sequence: int) -> int:
        await until(f"answer {sequence}", lambda: any(number == sequence for number, _ in self.found))
        return next(status for number, status in self.found if number == sequence)


async def test_a_message_goes_to_the_endpoint_of_the_number(stage: Stage, edge: Edge) -> None:
    answers = Answers(stage.north)
    stage.north.sends(mo())
    assert await answers.of(1) == 0
    assert stage.asterisk.sent == [("acme-desk", "+14165550110", b"on my way")]
    [(context, _, given)] = stage.asterisk.orders
    assert (context, given["FROM"]) == ("sms-mo", "+14165550301")
    assert edge.metrics.counters["smsedge_asterisk_texts_total"].values == {("sbc-1", "delivered"): 1}


async def test_a_telephone_gets_it_at_its_contact(stage: Stage, edge: Edge) -> None:
    answers = Answers(stage.north)
    stage.north.sends(mo("Grüße".encode("utf-16-be"), b"14165550120", data_coding=8))
    assert await answers.of(1) == 0
    assert stage.asterisk.sent == [("acme-phone", "", "Grüße".encode())]


async def test_a_long_text_comes_in_pieces(stage: Stage, edge: Edge) -> None:
    from smpp.consts import Tag

    text = ("Grüße " * 600).encode("utf-16-be")
    raw = request(
        C.DELIVER_SM,
        1,
        source_addr_ton=1,
        source_addr=b"14165550301",
        dest_addr_ton=1,
        destination_addr=b"14165550110",
        data_coding=8,
        tlvs=((int(Tag.MESSAGE_PAYLOAD), text),),
    )
    answers = Answers(stage.north)
    stage.north.sends(raw)
    assert await answers.of(1) == 0
    assert len(stage.asterisk.sent) == 3
    assert b"".join(octets for _, _, octets in stage.asterisk.sent).decode() == "Grüße " * 600


async def test_a_number_without_an_endpoint_goes_to_the_binds(stage: Stage, edge: Edge) -> None:
    answers = Answers(stage.north)
    stage.north.sends(mo(to=b"14165550150"))
    assert await answers.of(1) == 0x64
    assert stage.asterisk.orders == []


async def test_the_carrier_keeps_it_while_asterisk_is_away(stage: Stage, edge: Edge) -> None:
    answers = Answers(stage.north)
    await stage.asterisk.close()
    await until("down", lambda: not stage.gateway.up)
    stage.north.sends(mo())
    assert await answers.of(1) == 0x64


async def test_what_asterisk_refuses(stage: Stage, edge: Edge) -> None:
    answers = Answers(stage.north)
    stage.asterisk.answers["sms-mo"] = ["FAILURE", "BADBODY", "BUSY"]
    for sequence in (1, 2, 3):
        stage.north.sends(mo(b"text %d" % sequence, sequence=sequence))
    assert [await answers.of(sequence) for sequence in (1, 2, 3)] == [0x64, 0x65, 0]


async def test_a_delivery_whose_answer_was_lost_is_not_sent_twice(stage: Stage, edge: Edge) -> None:
    answers = Answers(stage.north)
    stage.asterisk.mute = 1
    stage.north.sends(mo())
    await until("sent", lambda: stage.asterisk.sent)
    stage.asterisk.call.cut()
    assert await answers.of(1) == 0x64
    await until("up", lambda: stage.gateway.up)
    stage.north.sends(mo(sequence=2))
    assert await answers.of(2) == 0
    assert len(stage.asterisk.sent) == 1


async def test_a_stop_by_sms_stops_sip_and_smpp(stage: Stage, edge: Edge) -> None:
    answers = Answers(stage.north)
    stage.north.sends(mo(b"STOP"))
    assert await answers.of(1) == 0
    assert edge.ledger.facts.consents.is_out("acme", 14165550301)
    stage.asterisk.submits()
    decision = await stage.settled()
    assert decision.rule == "opt-out"


async def test_a_held_message_is_released_to_its_endpoint(stage: Stage) -> None:
    stage.writes(policy='[rule.phishing]\naction = "quarantine"\n')
    async with stage.runs() as edge:
        answers = Answers(stage.north)
        text = b"Royal Bank: your account is locked. Verify your password and card now at http://royalbank-secure.top/login"
        stage.north.sends(mo(text))
        assert await answers.of(1) == 0
        found = edge.ledger.quarantine.find("", "", None, 10)
        if found:
            assert await edge.service.custody.release(found[0].id, "kim", "fine") == [found[0].id]
        assert stage.asterisk.sent == [("acme-desk", "+14165550110", text)]
        assert found
