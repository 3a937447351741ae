"""Carriers that refuse, fall silent, ask for less or are not there; pace, failover, round robin and pairs of binds."""

import asyncio
import time
from collections.abc import Iterator

import pytest

from smpp.codec import build, parse
from smpp.consts import CommandId, Status
from smpp.frame import Frame
from tests.e2e.stage import ACME, SOMEBODY, Stage, account, staged
from tests.e2e.wires import Scripted, Wire, answer_pdu, deliver_pdu, submit_pdu, until

pytestmark = pytest.mark.e2e

ROUTES = """\
[[route]]
account = "turns"
carriers = ["east", "west"]
strategy = "round-robin"

[[route]]
account = "first"
carriers = ["north", "east"]

[[route]]
account = "pairs"
carriers = ["pair"]

[[route]]
prefix = "1647"
carriers = ["west"]

[[route]]
carriers = ["north"]
"""

TURNS, FIRST, PAIRS = "14165550300", "14165550400", "14165550500"
ACCOUNTS = (account("turns", "+" + TURNS), account("first", "+" + FIRST), account("pairs", "+" + PAIRS))
SLOW = """\
connect_timeout = "0.3s"
throttle_pause = "0.4s"
window = 5
"""


@pytest.fixture(scope="module")
def stage(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    carriers = {"east": "", "west": "rate = 25\nwindow = 50", "pair": 'mode = "tx+rx"\nlinks = 2'}
    directory = tmp_path_factory.mktemp("carriers")
    with staged(directory, *ACCOUNTS, north=SLOW, carriers=carriers, extra=ROUTES) as stage:
        yield stage


def said(frame: Frame) -> str:
    """The text of a message."""
    text = parse(frame.raw).fields["short_message"]
    assert isinstance(text, bytes)
    return text.decode()


# -- no carrier, or none that wants us -------------------------------------------------------------


async def test_no_carrier_is_a_temporary_error_at_once(stage: Stage) -> None:
    async with stage.bound() as wire:
        answer = await wire.ask(submit_pdu(ACME, SOMEBODY, b"anybody?"))
        assert (answer.command_id, answer.status, len(answer.raw)) == (
            CommandId.SUBMIT_SM_RESP,
            Status.ESME_RSYSERR,
            16,
        )
    found = (await stage.ask("trace", "+" + ACME))["decisions"][0]
    assert (found["detail"], found.get("outcome", "answered")) == ("no carrier is bound", "answered")


@pytest.mark.parametrize("status", [Status.ESME_RBINDFAIL, Status.ESME_RALYBND, None])
async def test_a_carrier_that_does_not_let_us_bind_is_asked_again_one_attempt_at_a_time(
    stage: Stage, status: int | None
) -> None:
    async with Scripted(stage.ports["pair"], bind_status=status) as pair:
        begun = time.monotonic()
        wanted = 4 if status is not None else 1
        await until("attempts", lambda: pair.attempts >= wanted, 30)
        # Four binds are wanted, and never is a second one tried beside the first. No more than one every 25 ms
        # (half of reconnect_min) for each of the four links.
        assert pair.crowd == 1
        assert pair.attempts <= 4 + 4 * (time.monotonic() - begun) / 0.025
        if status is None:
            return
        pair.bind_status = 0
        await until("bound at last", lambda: sum(link.bound for link in pair.links) == 4)


async def test_the_pauses_between_attempts_grow(tmp_path_factory: pytest.TempPathFactory) -> None:
    slow = 'reconnect_min = "0.1s"\nreconnect_max = "20s"'
    with staged(tmp_path_factory.mktemp("growing"), carriers={"far": slow}) as stage:
        async with Scripted(stage.ports["far"], bind_status=Status.ESME_RBINDFAIL) as far:
            times: list[float] = []
            for attempt in range(1, 5):
                await until("another attempt", lambda attempt=attempt: far.attempts >= attempt)  # type: ignore[misc]
                times.append(time.monotonic())
        # The pause before attempt n is at least half of 0.1 s times 2 to the power of n - 1: no attempt comes sooner.
        assert far.crowd == 1
        assert far.attempts == 4
        assert times[3] - times[2] >= 0.2
        assert "bind refused" in stage.edge.text


async def test_a_carrier_that_is_silent_at_the_bind_is_left_after_the_timeout(stage: Stage) -> None:
    async with Scripted(stage.ports["north"], bind_status=None) as north:
        await until("a second attempt", lambda: north.attempts >= 2)
        assert north.crowd == 1
        async with stage.bound() as wire:
            assert (await wire.ask(submit_pdu(ACME, SOMEBODY, b"anybody?"))).status == Status.ESME_RSYSERR
        assert north.requests == []


# -- a carrier that asks for less ------------------------------------------------------------------


@pytest.mark.parametrize("status", [Status.ESME_RTHROTTLED, Status.ESME_RMSGQFUL])
async def test_a_throttle_answer_pauses_the_link_and_keeps_the_order(stage: Stage, status: int) -> None:
    async with stage.carrier() as north, stage.bound() as wire:
        paused: list[float] = []

        def answer(link: Wire, frame: Frame) -> None:
            if len(north.requests) == 5:
                paused.append(time.monotonic())
                link.send(answer_pdu(frame, status=status))
            else:
                north.accept(link, frame)

        arrivals: list[float] = []

        def noted(link: Wire, frame: Frame) -> None:
            arrivals.append(time.monotonic())
            answer(link, frame)

        north.answer = noted
        before = await stage.metric("smsedge_cap_hits_total", cap="carrier-throttle")
        answers = [wire.put(submit_pdu(ACME, SOMEBODY, f"{n}".encode())) for n in range(30)]
        statuses = [(await answer).status for answer in answers]
        # One message was refused, and the customer hears it; it is not sent again by us.
        assert statuses == [0] * 4 + [status] + [0] * 25
        assert [said(frame) for frame in north.requests] == [f"{n}" for n in range(30)]
        # Those that had gone out with it (the window is 5) were answered; then there was a pause of 0.4 s.
        later = [at for at in arrivals if at > paused[0]]
        gaps = [after - before for before, after in zip([paused[0], *later], later, strict=False)]
        assert max(gaps) >= 0.35
        assert await stage.metric("smsedge_cap_hits_total", cap="carrier-throttle") == before + 1
    await stage.idle()


async def test_a_carriers_pace_is_kept_and_so_is_the_order(stage: Stage) -> None:
    async with stage.carrier("west") as west, stage.bound() as wire:
        begun = time.monotonic()
        answers = [wire.put(submit_pdu(ACME, "16475550301", f"{n}".encode())) for n in range(40)]
        assert [(await answer).status for answer in answers] == [0] * 40
        # 25 a second: 40 messages cannot be through in less than 39/25 s, but for the 50 ms that a timer may catch up.
        assert time.monotonic() - begun >= 39 / 25 - 0.06
        assert [said(frame) for frame in west.requests] == [f"{n}" for n in range(40)]
    await stage.idle()


# -- which carrier ---------------------------------------------------------------------------------


async def test_the_second_carrier_takes_over_and_hands_back(stage: Stage) -> None:
    async with stage.carrier("east") as east, stage.bound("first") as wire:
        async with stage.carrier("north") as north:
            assert (await wire.ask(submit_pdu(FIRST, SOMEBODY, b"1"))).raw[16:] == b"n1\0"
        await stage.metric_is(0, "smsedge_carrier_links", carrier="north", state="bound")
        assert (await wire.ask(submit_pdu(FIRST, SOMEBODY, b"2"))).raw[16:] == b"e1\0"
        async with stage.carrier("north") as again:
            assert (await wire.ask(submit_pdu(FIRST, SOMEBODY, b"3"))).raw[16:] == b"n1\0"
            assert [said(frame) for frame in again.requests] == ["3"]
        assert [said(frame) for frame in north.requests] == ["1"]
        assert [said(frame) for frame in east.requests] == ["2"]


async def test_what_was_on_its_way_is_not_sent_to_the_second_carrier(stage: Stage) -> None:
    async with stage.carrier("east") as east, stage.bound("first") as wire:
        async with stage.carrier("north") as north:
            north.answer = north.ignore
            answers = [wire.put(submit_pdu(FIRST, SOMEBODY, f"{n}".encode())) for n in range(10)]
            await north.read(5)
            await stage.metric_is(5, "smsedge_held", carrier="north")
        # Five were sent: nobody knows. Five were held, and have not left us: the other carrier gets them.
        statuses = [(await answer).status for answer in answers]
        assert statuses == [Status.ESME_RSYSERR] * 5 + [0] * 5
        assert [said(frame) for frame in east.requests] == [f"{n}" for n in range(5, 10)]
    await stage.idle()


async def test_carriers_in_turn_and_only_those_that_are_bound(stage: Stage) -> None:
    async with stage.carrier("east") as east, stage.bound("turns") as wire:
        async with stage.carrier("west") as west:
            for n in range(10):
                assert (await wire.ask(submit_pdu(TURNS, SOMEBODY, f"{n}".encode()))).status == 0
            assert (len(east.requests), len(west.requests)) == (5, 5)
        await stage.metric_is(0, "smsedge_carrier_links", carrier="west", state="bound")
        for n in range(10, 16):
            assert (await wire.ask(submit_pdu(TURNS, SOMEBODY, f"{n}".encode()))).status == 0
        assert len(east.requests) == 11


async def test_the_parts_of_a_message_go_the_same_way(stage: Stage) -> None:
    async with stage.carrier("east") as east, stage.carrier("west") as west, stage.bound("turns") as wire:
        for reference in range(6):
            for part in (1, 2, 3):
                text = bytes((5, 0, 3, reference, 3, part)) + b"part"
                answer = await wire.ask(submit_pdu(TURNS, SOMEBODY, text, esm_class=0x40))
                assert answer.status == 0
        ways = {
            name: {parse(frame.raw).fields["short_message"][3] for frame in carrier.requests}  # type: ignore[index]
            for name, carrier in (("east", east), ("west", west))
        }
        assert len(east.requests) == len(west.requests) == 9
        assert ways["east"] & ways["west"] == set()


async def test_a_pair_of_binds_sends_on_one_and_receives_on_the_other(stage: Stage) -> None:
    async with stage.carrier("pair", links=4) as pair, stage.bound("pairs") as wire:
        kinds = sorted(frame.command_id for frame in pair.binds)
        assert kinds == [CommandId.BIND_RECEIVER] * 2 + [CommandId.BIND_TRANSMITTER] * 2
        for n in range(4):
            assert (await wire.ask(submit_pdu(PAIRS, SOMEBODY, f"{n}".encode()))).status == 0
        assert len(pair.requests) == 4
        receivers = [
            link
            for link, bind in zip(pair.links, pair.binds, strict=True)
            if bind.command_id == CommandId.BIND_RECEIVER
        ]
        asked = asyncio.ensure_future(receivers[0].ask(deliver_pdu(SOMEBODY, PAIRS, b"in")))
        delivery = await wire.next()
        wire.send(answer_pdu(delivery))
        assert (await asked).status == 0
        # A transmitter delivers nothing: that is out of its state.
        transmitter = next(link for link in pair.links if link not in receivers)
        assert (await transmitter.ask(deliver_pdu(SOMEBODY, PAIRS, b"in"))).status == Status.ESME_RINVBNDSTS


async def test_the_edge_asks_a_quiet_link_and_leaves_it_when_it_does_not_answer(
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    north = 'enquire_link = "1s"\nresponse_timeout = "0.5s"'
    with staged(tmp_path_factory.mktemp("quiet"), north=north) as stage:
        async with stage.carrier() as scripted:
            read = scripted.links[0].handler
            asked: list[Frame] = []

            def deaf(wire: Wire, frame: Frame) -> None:
                if frame.command_id == CommandId.ENQUIRE_LINK:
                    asked.append(frame)
                elif read is not None:
                    read(wire, frame)

            first = scripted.links[0]
            first.handler = deaf
            await first.closed()
            assert len(asked) == 1
            await until("bound again", lambda: len(scripted.binds) == 2)
    assert build(CommandId.ENQUIRE_LINK, 0, asked[0].sequence) == asked[0].raw
