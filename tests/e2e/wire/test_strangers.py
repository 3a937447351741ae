"""Octets that are no SMPP, or SMPP out of its place: a clear answer, a count, and nobody else notices."""

import asyncio
import ssl
from collections.abc import Iterator

import pytest

from smpp.codec import parse, request
from smpp.consts import CommandId, Status
from tests.e2e.stage import ACME, SOMEBODY, Stage, staged
from tests.e2e.wires import bind_pdu, dial, submit_pdu

pytestmark = pytest.mark.e2e

ENQUIRE = bytes.fromhex("00000010 00000015 00000000 00000007")
ENQUIRED = bytes.fromhex("00000010 80000015 00000000 00000007")
BAD_LENGTH = bytes.fromhex("00000010 80000000 00000002 00000000")  # generic_nack, ESME_RINVCMDLEN


@pytest.fixture(scope="module")
def stage(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    with staged(tmp_path_factory.mktemp("strangers")) as stage:
        yield stage


async def protocol_errors(stage: Stage, kind: str) -> float:
    return await stage.metric("smsedge_protocol_errors_total", side="customer", kind=kind)


async def still_serves(stage: Stage) -> None:
    """Another customer binds and is answered as ever."""
    async with stage.bound() as good:
        good.send(ENQUIRE)
        assert (await good.next()).raw == ENQUIRED


@pytest.mark.parametrize("text", [b"GET / HTTP/1.1\r\nHost: edge\r\n\r\n", b"POST /sms HTTP/1.0\r\n\r\n"])
async def test_http_on_the_smpp_port_is_closed_without_a_word(stage: Stage, text: bytes) -> None:
    before = await protocol_errors(stage, "not-smpp")
    async with await dial(stage.edge.port) as wire:
        wire.send(text)
        await wire.closed()
        assert bytes(wire.octets) == b""
    assert await protocol_errors(stage, "not-smpp") == before + 1
    await still_serves(stage)


async def test_a_tls_hello_on_the_plain_port_is_closed_without_a_word(stage: Stage) -> None:
    before = await protocol_errors(stage, "not-smpp")
    context = ssl.create_default_context()
    with pytest.raises((ssl.SSLError, ConnectionError)):
        await dial(stage.edge.port, tls=context)
    await stage.metric_is(before + 1, "smsedge_protocol_errors_total", side="customer", kind="not-smpp")
    await still_serves(stage)


@pytest.mark.parametrize("length", [0, 15, 0x7FFFFFFF, 0x80000000, 0xFFFFFFFF, 1025])
async def test_an_impossible_length_before_the_bind_is_answered_and_ends_the_session(stage: Stage, length: int) -> None:
    before = await protocol_errors(stage, "framing")
    async with await dial(stage.edge.port) as wire:
        wire.send(length.to_bytes(4) + bytes.fromhex("00000009 00000000 00000001"))
        await wire.closed()
        assert bytes(wire.octets) == BAD_LENGTH
    assert await protocol_errors(stage, "framing") == before + 1
    await still_serves(stage)


async def test_two_gigabytes_after_the_bind_cost_one_answer_and_the_session(stage: Stage) -> None:
    async with stage.bound() as other, stage.bound() as wire:
        wire.octets.clear()
        wire.send(bytes.fromhex("7fffffff 00000004 00000000 00000009") + b"x" * 1000)
        await wire.closed()
        assert bytes(wire.octets) == BAD_LENGTH
        other.send(ENQUIRE)
        assert (await other.next()).raw == ENQUIRED


async def test_a_whole_session_octet_by_octet(stage: Stage) -> None:
    async with stage.carrier() as north, await dial(stage.edge.port) as wire:
        for octet in bind_pdu("acme")[:12] + (1).to_bytes(4) + bind_pdu("acme")[16:]:
            wire.send(bytes((octet,)))
            await asyncio.sleep(0.001)
        bound = await wire.next()
        assert (bound.command_id, bound.status, bound.sequence) == (CommandId.BIND_TRANSCEIVER_RESP, 0, 1)
        for octet in submit_pdu(ACME, SOMEBODY, b"one by one") + ENQUIRE + request(CommandId.UNBIND, 3):
            wire.send(bytes((octet,)))
            await asyncio.sleep(0.001)
        answers = {frame.command_id: frame for frame in [await wire.next() for _ in range(3)]}
        assert answers[CommandId.ENQUIRE_LINK_RESP].raw == ENQUIRED
        submitted = answers[CommandId.SUBMIT_SM_RESP]
        assert (submitted.status, parse(submitted.raw).fields) == (0, {"message_id": b"n1"})
        assert answers[CommandId.UNBIND_RESP].sequence == 3
        await wire.closed()
        assert parse(north.requests[0].raw).fields["short_message"] == b"one by one"


async def test_several_pdus_in_one_segment_are_answered_in_order(stage: Stage) -> None:
    async with stage.carrier(), await dial(stage.edge.port) as wire:
        bind = bind_pdu("acme")[:12] + (1).to_bytes(4) + bind_pdu("acme")[16:]
        # Octets of a message may come right behind the bind: they are judged by the state it leaves.
        wire.send(bind + ENQUIRE + submit_pdu(ACME, SOMEBODY, b"at once"))
        commands = [(await wire.next()).command_id for _ in range(3)]
        assert commands == [CommandId.BIND_TRANSCEIVER_RESP, CommandId.ENQUIRE_LINK_RESP, CommandId.SUBMIT_SM_RESP]


async def test_a_message_before_the_bind_is_refused_and_the_session_goes_on(stage: Stage) -> None:
    async with stage.carrier() as north, await dial(stage.edge.port) as wire:
        answer = await wire.ask(submit_pdu(ACME, SOMEBODY, b"too early"))
        assert (answer.command_id, answer.status) == (CommandId.SUBMIT_SM_RESP, Status.ESME_RINVBNDSTS)
        assert (await wire.bind("acme")).status == 0
        assert (await wire.ask(submit_pdu(ACME, SOMEBODY, b"in time"))).status == 0
        assert [parse(frame.raw).fields["short_message"] for frame in north.requests] == [b"in time"]


async def test_outbind_is_refused(stage: Stage) -> None:
    async with await dial(stage.edge.port) as wire:
        wire.send(request(CommandId.OUTBIND, 5, system_id=b"acme", password=b"secret"))
        answer = await wire.next()
        assert answer.raw == bytes.fromhex("00000010 80000000 00000004 00000005")
        assert (await wire.bind("acme")).status == 0


@pytest.mark.parametrize(
    ("name", "raw"),
    [
        ("broadcast_sm", request(CommandId.BROADCAST_SM, 8)),
        ("no command at all", bytes.fromhex("00000012 00000abc 00000000 00000008 dead")),
    ],
)
async def test_what_we_do_not_offer_gets_a_generic_nack(stage: Stage, name: str, raw: bytes) -> None:
    before = await protocol_errors(stage, "unknown-command")
    async with stage.bound() as wire:
        wire.send(raw)
        assert (await wire.next()).raw == bytes.fromhex("00000010 80000000 00000003 00000008"), name
        wire.send(ENQUIRE)
        assert (await wire.next()).raw == ENQUIRED
    assert await protocol_errors(stage, "unknown-command") == before + 1


async def test_a_second_bind_on_a_session_is_refused_and_the_first_stands(stage: Stage) -> None:
    async with stage.carrier(), stage.bound() as wire:
        for kind in ("tx", "rx", "trx"):
            again = await wire.ask(bind_pdu("acme", kind=kind))
            assert again.status == Status.ESME_RALYBND
        assert (await wire.ask(submit_pdu(ACME, SOMEBODY, b"still bound"))).status == 0


@pytest.mark.parametrize(
    ("name", "cut", "status"),
    [
        ("a body that ends in its addresses", 24, Status.ESME_RINVSRCADR),
        ("sm_length past the end", -4, Status.ESME_RINVMSGLEN),
    ],
)
async def test_a_broken_body_costs_only_that_message(stage: Stage, name: str, cut: int, status: int) -> None:
    raw = submit_pdu(ACME, SOMEBODY, b"broken")[:cut]
    raw = len(raw).to_bytes(4) + raw[4:]
    async with stage.carrier() as north, stage.bound() as wire:
        assert (await wire.ask(raw)).status == status, name
        assert (await wire.ask(submit_pdu(ACME, SOMEBODY, b"whole"))).status == 0
        assert len(north.requests) == 1


async def test_answers_to_nothing_are_counted_and_ignored(stage: Stage) -> None:
    before = await protocol_errors(stage, "unmatched-response")
    async with stage.bound() as wire:
        wire.send(bytes.fromhex("00000011 80000005 00000000 000000ff 00") + ENQUIRE)
        assert (await wire.next()).raw == ENQUIRED
    assert await protocol_errors(stage, "unmatched-response") == before + 1


async def test_a_session_that_never_binds_is_closed(tmp_path_factory: pytest.TempPathFactory) -> None:
    timer = '[smpp]\nsession_init = "0.5s"\n'
    with staged(tmp_path_factory.mktemp("silent"), files={"local.d/timer.conf": timer}) as stage:
        async with await dial(stage.edge.port) as wire:
            # enquire_link is answered, and keeps nobody in.
            wire.send(ENQUIRE)
            assert (await wire.next()).raw == ENQUIRED
            await wire.closed()
        assert await protocol_errors(stage, "timeout-init-timeout") == 1
        await still_serves(stage)


async def test_nothing_of_all_that_is_left_behind(stage: Stage) -> None:
    await stage.metric_is(0, "smsedge_connections")
    await stage.idle()
