"""The next hop at its worst: nothing that was acknowledged is lost, and nobody gets a message twice."""

import asyncio
import contextlib
from collections import Counter
from collections.abc import AsyncIterator, Iterator
from typing import Any

import pytest

from edge.simulate.mmsc import Mmsc, Options
from tests.e2e.rig import free_port
from tests.mms.stage import NORTH, SUBSCRIBER, Mms, forwards, order, staged

pytestmark = pytest.mark.e2e
SOUTH, SOUTH_HOST = "mms.south.example", "127.0.0.4"
OTHER = "+12125550112"
QUICK = """\
connect_timeout = "1s"
response_timeout = "2s"
send_timeout = "3s"
deadline = "8s"
"""
PEER = """
[[mm4.peer]]
name = "south-mmsc"
from = ["{host}/32"]
relay = "127.0.0.1:{port}"
domains = ["{domain}"]
"""


class Ends:
    """The edge, and the port of a second carrier's MMSC."""

    def __init__(self, mms: Mms, south: int) -> None:
        self.mms = mms
        self._south = south

    @contextlib.asynccontextmanager
    async def south(self, **options: Any) -> AsyncIterator[Mmsc]:
        relay = ("127.0.0.1", self.mms.ports.mm4)
        async with Mmsc(Options(domain=SOUTH, port=self._south, relay=relay, source=SOUTH_HOST, **options)) as mmsc:
            yield mmsc


@pytest.fixture(scope="module")
def ends(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ends]:
    south = free_port()
    extra = PEER.format(host=SOUTH_HOST, port=south, domain=SOUTH)
    with staged(tmp_path_factory.mktemp("faults"), more=QUICK, extra=extra) as mms:
        yield Ends(mms, south)


def got(*mmscs: Mmsc) -> Counter[tuple[str, str]]:
    """How often each message came for each recipient, counted by whoever was not to say that it had not."""
    return Counter(
        (taken.id, number)
        for mmsc in mmscs
        for taken in forwards(mmsc)
        if taken.reply in (250, None)
        for number in taken.numbers
    )


async def test_a_next_hop_that_is_down(ends: Ends) -> None:
    async with ends.mms.acme() as acme:
        entry = await acme.send(order())
        assert entry.sent is not None
        assert entry.sent.code == 451  # nothing was taken: the peer has it, and comes again
        async with ends.mms.north() as north:
            await acme.persist(entry)
            await acme.wait_for(lambda _: entry.complete)
            assert got(north) == {(entry.id, SUBSCRIBER): 1}
            assert (await acme.again(entry)).good  # its transaction is known: it goes nowhere
            await asyncio.sleep(0.2)
            assert got(north) == {(entry.id, SUBSCRIBER): 1}


async def test_a_next_hop_that_closes_within_the_message(ends: Ends) -> None:
    async with ends.mms.peers(close="data") as (acme, north):
        entry = await acme.send(order())
        assert entry.sent is not None
        assert entry.sent.code == 451
        north.options.close = ""
        await acme.persist(entry)
        assert got(north) == {(entry.id, SUBSCRIBER): 1}


@pytest.mark.parametrize("how", ["close", "silent", "slow"])
async def test_a_next_hop_that_says_nothing_at_the_end(ends: Ends, how: str) -> None:
    """It may have the message: who sent it hears 451, and the edge does not send it again.

    The second copy has the same ids: an MMSC that keeps to TS 23.140 knows it by them.
    """
    worst: dict[str, dict[str, Any]] = {"close": {"close": "after"}, "silent": {"silent": True},
                                        "slow": {"delay": (6.0, 6.0)}}  # fmt: skip
    async with ends.mms.peers(**worst[how]) as (acme, north):
        entry = await acme.send(order())
        assert entry.sent is not None
        assert entry.sent.code == 451
        assert not entry.sent.unknown  # the edge did answer, within its deadline
        north.options.close, north.options.silent, north.options.delay = "", False, (0.0, 0.0)
        assert (await acme.deliver(order(OTHER))).sent.good  # type: ignore[union-attr]
        assert got(north)[(entry.id, SUBSCRIBER)] <= 1


async def test_a_next_hop_that_refuses(ends: Ends) -> None:
    async with ends.mms.peers(refuse=451) as (acme, north):
        entry = await acme.send(order())
        assert entry.sent is not None
        assert entry.sent.code // 100 == 4
        north.options.refuse = 554
        assert (await acme.send(order())).sent.code // 100 == 5  # type: ignore[union-attr]
        north.options.refuse = 0
        north.options.refuse_recipients = {SUBSCRIBER: 550}
        entry = await acme.send(order(SUBSCRIBER, OTHER))
        await acme.wait_for(lambda _: len(entry.responses) == 2)
        assert sorted(entry.responses) == ["Error-sending-address-unresolved", "Ok"]
        assert got(north) == {(entry.id, OTHER): 1}


async def test_of_two_carriers_one_is_down_and_nobody_gets_it_twice(ends: Ends) -> None:
    async with ends.mms.peers() as (acme, north):
        there = f"+12125550113/TYPE=PLMN@{SOUTH}"
        entry = await acme.send(order(SUBSCRIBER, there))
        assert entry.sent is not None
        assert entry.sent.good  # one part is delivered, the other on disk
        await north.wait_for(forwards)
        async with ends.south() as south:
            await south.wait_for(forwards, 40.0)
            await acme.wait_for(lambda _: len(entry.responses) == 2)
            assert (await acme.again(entry)).good
            await asyncio.sleep(0.3)
            assert got(north) == {(entry.id, SUBSCRIBER): 1}
            assert got(south) == {(entry.id, "+12125550113"): 1}
            assert forwards(south)[0].sha256 == forwards(north)[0].sha256 == entry.sha256


async def test_a_hundred_messages_to_a_bad_next_hop_come_once(ends: Ends) -> None:
    """4xx and cuts within the message at random: who retries gets every message through, and none comes twice."""
    async with ends.mms.peers(refuse=451, refuse_share=0.3, close="data", close_share=0.2, seed=7) as (acme, north):
        orders = [order(f"+1212555{number:04d}", text=f"Number {number}", ack=False) for number in range(100)]
        entries = await asyncio.gather(*(acme.deliver(each, pause=0.05) for each in orders))
        assert all(entry.sent is not None and entry.sent.good for entry in entries)
        assert sum(entry.tries for entry in entries) > 120
        counted = got(north)
        assert set(counted) == {(entry.id, entry.order.recipients[0]) for entry in entries}
        assert set(counted.values()) == {1}
        assert {taken.sender.partition("@")[2] for taken in forwards(north)} <= {"mms.acme.example", NORTH}
