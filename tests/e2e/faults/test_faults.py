"""Faults at full rate: nothing acknowledged and missing, nothing sent twice, every doubt called by its name."""

import asyncio
import signal
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from tests.e2e.faults.reckoning import Reckoning, reckon, settle, settle_audit
from tests.e2e.faults.relay import Relay
from tests.e2e.faults.traffic import Traffic
from tests.e2e.rig import Carrier, Edge, free_port
from tests.e2e.stage import Stage, account, write_stage
from tests.e2e.wires import until

pytestmark = [pytest.mark.e2e, pytest.mark.slow, pytest.mark.timeout(120)]

SOURCE = "14165550900"
OTHER = "14165550901"
BURST = 'rate-account = "1000000/1s burst 1000000"'
ACCOUNTS = (
    account("busy", "+" + SOURCE, bind="window = 100", limits=BURST),
    account("other", "+" + OTHER, bind="window = 100", limits=BURST),
)
DELAY = ("--delay", "1-5", "--quiet")  # so that some are always on their way
Say = Callable[[str], None]


@pytest.fixture
def say(capsys: pytest.CaptureFixture[str]) -> Say:
    """Print, whatever pytest does with what tests print."""

    def printed(text: str) -> None:
        with capsys.disabled():
            print(text)

    return printed


class Theatre:
    """A carrier and an edge as processes, and traffic through them; what is killed can be started again."""

    def __init__(self, directory: Path, conf: Path, ports: dict[str, int], target: int) -> None:
        self.directory = directory
        self.conf = conf
        self.ports = ports
        self.carrier = Carrier(directory, *DELAY, port=target)
        self.carriers = [self.carrier]
        self.edge = Edge(conf, directory)
        self.traffic = Traffic(self.edge.port, "busy", SOURCE)

    @property
    def stage(self) -> Stage:
        return Stage(self.edge, self.ports)

    async def restart_carrier(self) -> None:
        self.carrier = await asyncio.to_thread(Carrier, self.directory, *DELAY, port=self.carrier.port)
        self.carriers.append(self.carrier)

    async def flows(self, messages: int = 500) -> None:
        """Wait until so many more messages have been acknowledged."""
        wanted = self.traffic.good + messages
        for _ in range(1500):
            if self.traffic.good >= wanted:
                return
            await asyncio.sleep(0.02)
        raise AssertionError(f"no traffic: {self.traffic.good} of {wanted}\n{self.edge.text[-3000:]}")

    async def reckon(self, name: str, say: Say) -> Reckoning:
        """End the traffic, wait until every table is empty, and count."""
        await self.traffic.stop()
        await self.stage.idle()
        assert await asyncio.to_thread(self.edge.stop) == 0, self.edge.text
        assert "Traceback" not in self.edge.text
        reckoning = await asyncio.to_thread(reckon, self.traffic, self.carriers, self.directory / "state", "busy")
        say(reckoning.table(name))
        return reckoning


@asynccontextmanager
async def theatre(directory: Path, north: str = "", relay: Relay | None = None) -> AsyncIterator[Theatre]:
    """Everything up, the edge bound, traffic flowing."""
    conf, ports = write_stage(directory, *ACCOUNTS, north="window = 150\n" + north)
    target = ports["north"]
    if relay is not None:
        test = conf / "local.d" / "test.conf"
        test.write_text(test.read_text().replace(f"port = {target}\n", f"port = {relay.port}\n"))
        target = relay.target
    scene = await asyncio.to_thread(Theatre, directory, conf, ports, target)
    try:
        await asyncio.to_thread(scene.edge.ready)
        scene.traffic.start()
        await scene.flows()
        yield scene
    finally:
        scene.traffic.running = False
        for process in (scene.edge, *scene.carriers):
            process.signal(signal.SIGCONT) if process.child.poll() is None else None
            await asyncio.to_thread(process.stop)


async def test_the_carrier_is_killed(tmp_path: Path, say: Say) -> None:
    async with theatre(tmp_path) as scene:
        for _ in range(3):
            await scene.flows(3000)
            scene.carrier.kill()
            await asyncio.sleep(0.3)
            await scene.restart_carrier()
        await scene.flows(3000)
        reckoning = await scene.reckon("kill -9 of the carrier, three times", say)
        settle(reckoning, scene.traffic)
        assert settle_audit(reckoning, scene.traffic) == set()
        assert reckoning.unknown
        assert reckoning.refused  # while there was no carrier
        assert not reckoning.lost


async def test_the_edge_is_killed(tmp_path: Path, say: Say) -> None:
    killed: list[float] = []
    async with theatre(tmp_path) as scene:
        for _ in range(3):
            await scene.flows(8000)
            scene.edge.child.kill()
            killed.append(time.monotonic())
            await asyncio.to_thread(scene.edge.kill)
            scene.edge = await asyncio.to_thread(lambda: Edge(scene.conf, tmp_path).ready())
        await scene.flows(3000)
        reckoning = await scene.reckon("kill -9 of the edge, three times", say)
        settle(reckoning, scene.traffic)
        missing = settle_audit(reckoning, scene.traffic, killed)
        say(f"  {'answered, and not in the audit: the last second':<46}{len(missing):>9,}")
        assert reckoning.lost


async def test_the_link_is_cut(tmp_path: Path, say: Say) -> None:
    timers = 'response_timeout = "1.5s"\nenquire_link = "1s"\nconnect_timeout = "1s"'
    async with Relay(free_port()) as relay, theatre(tmp_path, timers, relay) as scene:
        for mode in ("reset", "silent", "reset", "silent"):
            await scene.flows(3000)
            relay.cut(mode)
            if mode == "silent":
                # Nobody tells the edge; it finds out by the answers that do not come, and lets the link go.
                await scene.stage.metric_is(0, "smsedge_carrier_links", carrier="north", state="bound", within=30)
            else:
                await asyncio.sleep(0.3)
            relay.restore()
        await scene.flows(3000)
        reckoning = await scene.reckon("the link cut, twice with a reset and twice in silence", say)
        settle(reckoning, scene.traffic)
        assert settle_audit(reckoning, scene.traffic) == set()
        assert reckoning.unknown
        assert reckoning.unknown - reckoning.log.keys()  # what vanished on the way there
        assert not reckoning.lost


STOPPED = 20.0
ROUTES = """\
[[route]]
account = "other"
carriers = ["west"]

[[route]]
carriers = ["north"]
"""


async def test_the_carrier_is_stopped_for_20_seconds(tmp_path: Path, say: Say) -> None:
    """Two carriers at once: one whose answers are awaited for 5 s, one for 40."""
    conf, ports = write_stage(
        tmp_path,
        *ACCOUNTS,
        north='window = 150\nresponse_timeout = "5s"\nenquire_link = "30s"',
        carriers={"west": 'window = 150\nresponse_timeout = "40s"\nenquire_link = "30s"'},
        extra=ROUTES,
    )
    impatient = await asyncio.to_thread(Carrier, tmp_path, *DELAY, port=ports["north"], name="impatient")
    patient = await asyncio.to_thread(Carrier, tmp_path, *DELAY, port=ports["west"], name="patient")
    edge = await asyncio.to_thread(lambda: Edge(conf, tmp_path).ready())
    stage = Stage(edge, ports)
    short, long = Traffic(edge.port, "busy", SOURCE), Traffic(edge.port, "other", OTHER)
    try:
        for name in ports:
            await stage.metric_is(1, "smsedge_carrier_links", carrier=name, state="bound")
        for traffic in (short, long):
            traffic.start()
        await until("traffic", lambda: min(short.good, long.good) >= 3000, 30)
        for carrier in (impatient, patient):
            carrier.signal(signal.SIGSTOP)
        await asyncio.sleep(STOPPED)
        for carrier in (impatient, patient):
            carrier.signal(signal.SIGCONT)
        goods = short.good, long.good
        await until("traffic again", lambda: short.good > goods[0] + 3000 and long.good > goods[1] + 3000, 30)
        await short.stop()
        await long.stop()
        await stage.idle()
        late = {name: await stage.metric("smsedge_late_answers", link=f"{name}/1") for name in ports}
        assert await asyncio.to_thread(edge.stop) == 0
    finally:
        for process in (edge, impatient, patient):
            if process.child.poll() is None:
                process.signal(signal.SIGCONT)
            await asyncio.to_thread(process.stop)
    first = reckon(short, [impatient], tmp_path / "state", "busy")
    second = reckon(long, [patient], tmp_path / "state", "other")
    say(first.table("the carrier stopped for 20 s, its answers awaited for 5 s"))
    say(f"  {'late answers, counted and not passed on':<46}{late['north']:>9,.0f}")
    say(second.table("the carrier stopped for 20 s, its answers awaited for 40 s"))
    for reckoning, traffic in ((first, short), (second, long)):
        settle(reckoning, traffic)
        assert settle_audit(reckoning, traffic) == set()
    # Every doubtful one was answered late, and no customer saw it (`settle` has looked for answers to nothing).
    assert late == {"north": len(first.unknown), "west": 0}
    assert first.unknown
    assert first.unknown <= first.log.keys()
    assert not second.unknown
    assert len(second.log) == len(second.good)
