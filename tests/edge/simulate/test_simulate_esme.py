"""The ESME as a library: what it gives back, and how it fails."""

import asyncio

import pytest

from edge.simulate.esme import Binding, Client, Esme
from edge.simulate.esme import esme as esme_file
from edge.simulate.esme.compose import Extras, submit_pdus
from edge.simulate.smsc import Options, Smsc
from edge.simulate.smsc.deliveries import Delivery
from smpp.codec import build, parse
from smpp.consts import CommandId
from smpp.fast import decode_sm
from smpp.session import HEADER

ACME, RECIPIENT = "+14165550100", "+12125550111"


def test_a_submission_says_what_it_was_told() -> None:
    extras = Extras(
        receipt=True,
        esm_class=0x03,
        protocol_id=0x40,
        data_coding=0xF0,
        service_type="CMT",
        validity="000001000000000R",
        priority=2,
        replace_if_present=1,
        octets=b"\x01\x02",
        tlvs=[(0x1400, b"pe")],
    )
    (raw,) = submit_pdus("ACME", "911", "ignored", extras)
    message = decode_sm(raw)
    assert (message.source_ton, message.source, message.dest_ton, message.dest) == (5, b"ACME", 0, b"911")
    assert (message.esm_class, message.protocol_id, message.data_coding) == (0x03, 0x40, 0xF0)
    assert (message.service_type, message.validity, message.priority) == (b"CMT", b"000001000000000R", 2)
    assert (message.registered_delivery, message.replace_if_present) == (1, 1)
    assert (message.short_message, parse(raw).tlvs) == (b"\x01\x02", ((0x1400, b"pe"),))


def test_a_long_submission_has_a_header_in_each_part() -> None:
    parts = submit_pdus(ACME, RECIPIENT, "z" * 200, Extras(reference=0x1F))
    messages = [decode_sm(part) for part in parts]
    assert [message.short_message[:6].hex() for message in messages] == ["0500031f0201", "0500031f0202"]
    assert [message.esm_class for message in messages] == [0x40, 0x40]


def test_what_does_not_fit_is_said() -> None:
    with pytest.raises(ValueError, match="source_addr holds 20 octets"):
        submit_pdus("+" + "1" * 22, RECIPIENT, "Hello")
    with pytest.raises(ValueError, match="parts are needed"):
        submit_pdus(ACME, RECIPIENT, "z" * 50_000)
    with pytest.raises(ValueError, match="a bind is one of tx, rx, trx"):
        Client(Binding("127.0.0.1", 1, "a", "b", "both"))


async def test_requests_are_pipelined_and_answered_in_any_order() -> None:
    options = Options(delay=(0.0, 0.03), seed=4)
    async with Smsc(options) as smsc, await Esme.connect("127.0.0.1", smsc.port, "acme", "secret") as esme:
        futures = [esme.send_raw(submit_pdus(ACME, RECIPIENT, str(number))[0]) for number in range(100)]
        frames = await asyncio.gather(*futures)
        assert [frame.sequence for frame in frames] == list(range(2, 102))
        assert [message.text for message in smsc.messages] == [str(number) for number in range(100)]


async def test_octets_can_be_sent_as_they_are() -> None:
    async with Smsc() as smsc, await Esme.connect("127.0.0.1", smsc.port, "acme", "secret") as esme:
        for octet in build(CommandId.SUBMIT_SM, 0, 0xFFFFFFFF, {"source_addr": b"1", "destination_addr": b"2"}):
            esme.write(bytes((octet,)))
            await asyncio.sleep(0)
        await smsc.wait_for(lambda it: len(it.messages) == 1)
        assert smsc.messages[0].sequence == 0xFFFFFFFF
        assert (await esme.request(HEADER.pack(16, 0x0ABC, 0, 0))).command_id == CommandId.GENERIC_NACK
        with pytest.raises(ValueError, match="enquire"):
            esme.send_raw(HEADER.pack(16, CommandId.ENQUIRE_LINK, 0, 0))


async def test_nobody_listens() -> None:
    async with Smsc() as smsc:
        port = smsc.port
    with pytest.raises(ConnectionRefusedError):
        await Esme.connect("127.0.0.1", port, "acme", "secret")


async def test_a_peer_that_hangs_up_before_the_bind_is_answered() -> None:
    async def hang_up(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read(1)
        writer.close()

    server = await asyncio.start_server(hang_up, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    with pytest.raises(ConnectionError, match="before the bind was answered"):
        await Esme.connect("127.0.0.1", port, "acme", "secret")
    server.close()
    await server.wait_closed()


async def test_keep_alive_finds_a_peer_that_went_silent() -> None:
    async with Smsc(Options()) as smsc:
        esme = await Esme.connect("127.0.0.1", smsc.port, "acme", "secret", enquire_link=0.2, response_timeout=0.3)
        await asyncio.sleep(0.8)
        assert esme.bound
        smsc.options.silent = "all"
        await asyncio.wait_for(esme.wait_gone(), 5)
        assert esme.lost_by == "enquire_link was not answered"


async def test_more_deliveries_than_anybody_reads_are_turned_away(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(esme_file, "DELIVERIES", 2)
    async with Smsc() as smsc, await Esme.connect("127.0.0.1", smsc.port, "acme", "secret"):
        answers = [await smsc.inject_mo(RECIPIENT, ACME, str(number)) for number in range(3)]
        assert answers == [[0], [0], [0x14]]


async def test_alerts_and_broken_deliveries() -> None:
    async with Smsc() as smsc, await Esme.connect("127.0.0.1", smsc.port, "acme", "secret") as esme:
        (peer,) = smsc.peers
        peer.session.notify(build(CommandId.ALERT_NOTIFICATION, 0, 0, {"source_addr": b"1", "esme_addr": b"2"}))
        deliver = build(CommandId.DELIVER_SM, 0, 0, {"short_message": b"hello"})[:-3]
        broken = Delivery(len(deliver).to_bytes(4) + deliver[4:], retry=False)
        smsc.centre.deliveries.offer("acme", broken, 0.0)
        assert await smsc.inject_mo(RECIPIENT, ACME, "hi") == [0]
        assert (esme.alerts, esme.faults) == (1, {"bad-pdu": 1})


async def test_closing_without_a_word() -> None:
    async with Smsc() as smsc:
        esme = await Esme.connect("127.0.0.1", smsc.port, "acme", "secret")
        await esme.close()
        await esme.close()
        await esme.unbind()
        await smsc.wait_for(lambda it: not it.bound)
        with pytest.raises(ConnectionError, match="closed"):
            esme.write(b"x")
