"""A carrier that answers nonsense, twice, late or never: each message is answered once, and truthfully."""

import asyncio
from collections.abc import Iterator

import pytest

from smpp.codec import build, parse
from smpp.consts import CommandId, Status
from smpp.frame import Frame
from tests.e2e.stage import ACME, SOMEBODY, Stage, staged
from tests.e2e.wires import Wire, answer_pdu, submit_pdu, until

pytestmark = pytest.mark.e2e

SUBMIT_RESP = int(CommandId.SUBMIT_SM_RESP)


@pytest.fixture(scope="module")
def stage(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    north = 'response_timeout = "1s"\nconnect_timeout = "0.5s"'
    with staged(tmp_path_factory.mktemp("answers"), north=north) as stage:
        yield stage


def pdu(command: int, status: int, sequence: int, body: bytes = b"") -> bytes:
    """Any PDU, lawful or not."""
    return b"".join(number.to_bytes(4) for number in (16 + len(body), command, status, sequence)) + body


async def errors(stage: Stage, kind: str) -> float:
    return await stage.metric("smsedge_protocol_errors_total", side="carrier", kind=kind)


@pytest.mark.parametrize(
    ("name", "status", "body", "answered", "said"),
    [
        ("an ordinary one", 0, b"abc\0", 0, b"nabc\0"),
        ("an id without its end", 0, b"abc", 0, b"nabc\0"),
        ("an id of 200 octets", 0, b"x" * 200 + b"\0", 0, None),
        ("an id of binary octets", 0, b"\xff\xfe\x01\0", 0, b"n\xff\xfe\x01\0"),
        ("a TLV behind it", 0, b"abc\0\x14\x00\x00\x02hi", 0, b"nabc\0\x14\x00\x00\x02hi"),
        ("a TLV cut off", 0, b"abc\0\x14\x00\xff\xff\x01", 0, b"nabc\0"),
        ("an error with a body", 0x45, b"abc\0\x04\x24", 0x45, b""),
        ("a vendor's error", 0x4FF, b"", 0x4FF, b""),
        ("an error nobody knows", 0xDEADBEEF, b"", 0xDEADBEEF, b""),
    ],
)
@pytest.mark.parametrize("version", [0x34, 0x50])
async def test_odd_answers(
    stage: Stage, name: str, status: int, body: bytes, answered: int, said: bytes | None, version: int
) -> None:
    async with stage.carrier() as north, stage.bound(version=version) as wire:
        north.answer = lambda link, frame: link.send(pdu(SUBMIT_RESP, status, frame.sequence, body))
        answer = await wire.ask(submit_pdu(ACME, SOMEBODY, b"well?"))
        assert (answer.command_id, answer.status) == (SUBMIT_RESP, answered), name
        if said is None:
            # As long as an id may be, and the same each time.
            message_id = answer.raw[16:]
            again = await wire.ask(submit_pdu(ACME, SOMEBODY, b"well?"))
            assert message_id == again.raw[16:]
            assert message_id[:2] == b"n~"
            assert len(message_id) <= 65
        else:
            assert answer.raw[16:] == said, name


async def test_an_answer_without_an_id_gets_one_of_ours(stage: Stage) -> None:
    async with stage.carrier() as north, stage.bound() as wire:
        north.answer = lambda link, frame: link.send(pdu(SUBMIT_RESP, 0, frame.sequence))
        ids = {parse((await wire.ask(submit_pdu(ACME, SOMEBODY, b"well?"))).raw).fields["message_id"] for _ in range(3)}
        assert len(ids) == 3
        assert b"" not in ids


@pytest.mark.parametrize(("given", "passed"), [(Status.ESME_RINVCMDID, Status.ESME_RINVCMDID), (0, 0x08)])
async def test_a_generic_nack_is_a_refusal_and_never_an_acknowledgement(stage: Stage, given: int, passed: int) -> None:
    async with stage.carrier() as north, stage.bound() as wire:
        north.answer = lambda link, frame: link.send(pdu(CommandId.GENERIC_NACK, given, frame.sequence))
        answer = await wire.ask(submit_pdu(ACME, SOMEBODY, b"well?"))
        assert (answer.command_id, answer.status) == (SUBMIT_RESP, passed)


async def test_an_answer_of_another_type_answers_nothing(stage: Stage) -> None:
    before = await errors(stage, "unmatched-response")
    async with stage.carrier() as north, stage.bound() as wire:

        def answer(link: Wire, frame: Frame) -> None:
            link.send(pdu(CommandId.QUERY_SM_RESP, 0, frame.sequence, b"abc\0\0\0\0"))
            link.send(pdu(CommandId.DELIVER_SM_RESP, 0, frame.sequence, b"\0"))
            link.send(answer_pdu(frame, "7"))

        north.answer = answer
        said = await wire.ask(submit_pdu(ACME, SOMEBODY, b"well?"))
        assert (said.status, said.raw[16:]) == (0, b"n7\0")
    assert await errors(stage, "unmatched-response") == before + 2


async def test_unknown_commands_of_a_carrier_cost_nothing(stage: Stage) -> None:
    async with stage.carrier() as north, stage.bound() as wire:
        link = north.links[0]
        link.send(pdu(0x80000ABC, 0, 1, b"\1\2\3"))
        link.send(pdu(0x00000ABC, 0, 77, b"\1\2\3"))
        assert (await link.next()).raw == pdu(CommandId.GENERIC_NACK, Status.ESME_RINVCMDID, 77)
        # A carrier does not submit to us.
        refused = await link.ask(submit_pdu(SOMEBODY, ACME, b"wrong way"))
        assert refused.status == Status.ESME_RINVBNDSTS
        assert (await wire.ask(submit_pdu(ACME, SOMEBODY, b"well?"))).status == 0


async def test_the_second_of_two_answers_is_counted_and_not_passed_on(stage: Stage) -> None:
    before = await errors(stage, "unmatched-response")
    async with stage.carrier() as north, stage.bound() as wire:
        north.answer = lambda link, frame: link.send(2 * answer_pdu(frame, f"{frame.sequence}"))
        answers = [wire.put(submit_pdu(ACME, SOMEBODY, f"{n}".encode())) for n in range(10)]
        assert [(await answer).status for answer in answers] == [0] * 10
        assert wire.frames.empty()
    assert await errors(stage, "unmatched-response") == before + 10


async def test_a_late_answer_is_counted_and_not_passed_on(stage: Stage) -> None:
    async with stage.carrier() as north, stage.bound() as wire:
        before = await stage.metric("smsedge_late_answers", link="north/1")
        north.answer = north.ignore
        answer = await wire.ask(submit_pdu(ACME, SOMEBODY, b"late"))
        assert (answer.status, answer.raw[16:]) == (Status.ESME_RSYSERR, b"")
        north.links[0].send(answer_pdu(north.requests[0], "5"))
        north.answer = north.accept
        assert (await wire.ask(submit_pdu(ACME, SOMEBODY, b"in time"))).status == 0
        assert wire.frames.empty()
        await stage.metric_is(before + 1, "smsedge_late_answers", link="north/1")
    await stage.idle()


async def test_no_answer_at_all_is_an_unknown_outcome_and_the_retry_is_marked(stage: Stage) -> None:
    source, destination = "14165550150", "14165550302"
    async with stage.carrier() as north, stage.bound() as wire:
        north.answer = north.ignore
        assert (await wire.ask(submit_pdu(source, destination, b"hello?"))).status == Status.ESME_RSYSERR
        north.answer = north.accept
        assert (await wire.ask(submit_pdu(source, destination, b"hello?"))).status == 0
        assert (await wire.ask(submit_pdu(source, destination, b"something else"))).status == 0
    assert len(north.requests) == 3  # what was in doubt went out once: the second is the customer's own
    found = (await stage.ask("trace", "+" + source))["decisions"]
    told = [
        (one.get("outcome", "answered"), one["status_name"], one.get("duplicate", False)) for one in reversed(found)
    ]
    assert told == [
        ("unknown", "ESME_RSYSERR", False),
        ("answered", "ESME_ROK", True),
        ("answered", "ESME_ROK", False),
    ]


@pytest.mark.parametrize(
    ("name", "octets"),
    [
        ("no SMPP", b"HTTP/1.1 502 Bad Gateway\r\n\r\n"),
        ("an impossible length", bytes.fromhex("7fffffff 80000004 00000000 00000002")),
        ("it lost framing", bytes.fromhex("00000010 80000000 00000002 00000000")),
    ],
)
async def test_a_link_that_cannot_be_read_is_bound_anew(stage: Stage, name: str, octets: bytes) -> None:
    async with stage.carrier() as north, stage.bound() as wire:
        north.answer = lambda link, frame: link.send(octets)
        assert (await wire.ask(submit_pdu(ACME, SOMEBODY, b"well?"))).status == Status.ESME_RSYSERR, name
        north.answer = north.accept
        await until("bound again", lambda: len(north.binds) == 2)
        await stage.metric_is(1, "smsedge_carrier_links", carrier="north", state="bound")
        assert (await wire.ask(submit_pdu(ACME, SOMEBODY, b"well?"))).status == 0
        assert len(north.requests) == 2  # nothing was sent again


async def test_a_carrier_that_unbinds_gets_nothing_new_and_its_answers_count(stage: Stage) -> None:
    async with stage.carrier() as north, stage.bound() as wire:
        north.answer = north.ignore
        asked = wire.put(submit_pdu(ACME, SOMEBODY, b"before"))
        await north.read(1)
        link = north.links[0]
        unbound = link.put(build(CommandId.UNBIND, 0, 0))
        await stage.metric_is(0, "smsedge_carrier_links", carrier="north", state="bound")
        refused = await wire.ask(submit_pdu(ACME, SOMEBODY, b"after"))
        assert refused.status == Status.ESME_RSYSERR
        assert len(north.requests) == 1
        link.send(answer_pdu(north.requests[0], "9"))
        assert ((await asked).status, (await asked).raw[16:]) == (0, b"n9\0")
        assert (await unbound).status == 0
        await link.closed()
        await until("bound again", lambda: len(north.binds) == 2)
    await stage.idle()


async def test_queries_are_answered_whatever_the_carrier_says(stage: Stage) -> None:
    query = build(CommandId.QUERY_SM, 0, 0, {"message_id": b"n7", "source_addr": ACME.encode(), "source_addr_ton": 1})
    async with stage.carrier() as north, stage.bound() as wire:
        for body, status in ((b"7\0\0\2\0", 0), (b"7\0\0", 0x67), (b"", 0x67), (b"7", 0x67)):
            answers = bytes(body)
            north.answer = lambda link, frame, answers=answers: link.send(  # type: ignore[misc]
                pdu(CommandId.QUERY_SM_RESP, 0, frame.sequence, answers)
            )
            answer = await wire.ask(query)
            assert (answer.command_id, answer.status) == (CommandId.QUERY_SM_RESP, status), body
            parse(answer.raw)  # what the customer gets can be read
        await asyncio.sleep(0)
