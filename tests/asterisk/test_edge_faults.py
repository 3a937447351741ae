"""Faults, a real edge on a real Asterisk: nothing lost that was spooled, nothing sent twice. The counts are printed."""

import asyncio
import contextlib
import signal
import time
from collections import Counter
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import pytest

from tests.asterisk.edge import EdgeProcess
from tests.asterisk.instance import Asterisk
from tests.asterisk.stage import Stage, until
from tests.edge.app.stage import Carrier, carrier

PATIENCE = 60.0


@pytest.fixture
async def north() -> AsyncIterator[Carrier]:
    """The SMPP carrier."""
    async with carrier() as one:
        yield one


@pytest.fixture
async def edges() -> AsyncIterator[list[EdgeProcess]]:
    """Edges that are stopped at the end."""
    made: list[EdgeProcess] = []
    yield made
    for one in made:
        await one.stop()


async def paced(stage: Stage, first: int, last: int, rate: float = 100.0, taken: list[int] | None = None) -> None:
    """Send the messages `first` up to, not including, `last`, at `rate` a second."""
    tasks = []
    begun = time.monotonic()
    for number in range(first, last):
        await asyncio.sleep(max(0.0, begun + (number - first) / rate - time.monotonic()))
        tasks.append(asyncio.ensure_future(stage.desk.text(f"+1416555{number % 10000:04}", b"n%d" % number)))
    statuses = await asyncio.gather(*tasks)
    assert set(statuses) == {202}


async def all_carried(stage: Stage, count: int, what: str) -> None:
    """Wait until `count` different messages are at the carrier; print how many came, and how often."""
    deadline = time.monotonic() + PATIENCE
    while len({m.body for m in stage.north.messages}) < count and time.monotonic() < deadline:
        await asyncio.sleep(0.1)
    await asyncio.sleep(1.0)  # what would come twice may come yet
    counts = Counter(m.body for m in stage.north.messages)
    twice = sum(times > 1 for times in counts.values())
    held, flying = len(await stage.manager.tree("smsq")), len(await stage.manager.tree("smsfly"))
    print(f"{what}: sent {count}, carried {len(counts)}, twice {twice}, held {held}, in flight {flying}")
    assert set(counts) == {b"n%d" % number for number in range(count)}
    assert twice == 0


async def test_without_an_edge_for_100_messages(
    stage: Stage, north: Carrier, edges: list[EdgeProcess], tmp_path: Path
) -> None:
    await paced(stage, 0, 100)
    for _ in range(100):  # a 202 comes before the dialplan has it
        if len(await stage.spooled()) == 100:
            break
        await asyncio.sleep(0.1)
    assert len(await stage.spooled()) == 100
    assert not stage.north.messages
    edges.append(EdgeProcess(tmp_path, stage.asterisk, north.port))
    await edges[0].start()
    await all_carried(stage, 100, "edge absent")


async def test_an_edge_killed_twice_in_1500(
    stage: Stage, north: Carrier, edges: list[EdgeProcess], tmp_path: Path
) -> None:
    edge = EdgeProcess(tmp_path, stage.asterisk, north.port)
    edges.append(edge)
    await edge.start()
    sending = asyncio.ensure_future(paced(stage, 0, 1500))
    for _ in range(2):
        await asyncio.sleep(4.0)
        await edge.kill()
        await edge.start()
    await sending
    await all_carried(stage, 1500, "edge killed twice")


async def test_a_stopped_edge(stage: Stage, north: Carrier, edges: list[EdgeProcess], tmp_path: Path) -> None:
    edge = EdgeProcess(tmp_path, stage.asterisk, north.port)
    edges.append(edge)
    await edge.start()
    sending = asyncio.ensure_future(paced(stage, 0, 1000))
    await asyncio.sleep(1.0)
    edge.signal(signal.SIGSTOP)
    await asyncio.sleep(8.0)
    edge.signal(signal.SIGCONT)
    await sending
    await all_carried(stage, 1000, "edge stopped for 8 s")


async def test_the_manager_connection_cut(
    stage: Stage, north: Carrier, edges: list[EdgeProcess], tmp_path: Path
) -> None:
    async with cable(stage.asterisk.ports.ami) as line:
        edge = EdgeProcess(tmp_path, stage.asterisk, north.port, ami=line.port)
        edges.append(edge)
        await edge.start()
        sending = asyncio.ensure_future(paced(stage, 0, 500))
        for _ in range(3):
            await asyncio.sleep(1.0)
            await until("connected", lambda: line.whole)
            line.cut()
        await sending
        await all_carried(stage, 500, f"manager connection cut {line.cuts} times")
        assert line.cuts >= 3
        assert (await edge.asterisk())["state"] == "up"


class Cable:
    """A way to the manager interface that can be cut."""

    def __init__(self, to: int) -> None:
        self.port = 0
        self.cuts = 0
        self._to = to
        self._ends: list[asyncio.StreamWriter] = []

    async def carry(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Both ways, until either end is gone."""
        theirs, onward = await asyncio.open_connection("127.0.0.1", self._to)
        self._ends += [writer, onward]
        await asyncio.gather(self._pass(reader, onward), self._pass(theirs, writer))

    async def _pass(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(ConnectionError):
            while data := await reader.read(65536):
                writer.write(data)
        writer.transport.abort()

    @property
    def whole(self) -> bool:
        """Whether anybody is connected."""
        return any(not end.is_closing() for end in self._ends)

    def cut(self) -> None:
        """Both ends find the other gone, in the middle of whatever it was."""
        ends, self._ends = self._ends, []
        self.cuts += bool(ends)
        for end in ends:
            end.transport.abort()


@contextlib.asynccontextmanager
async def cable(to: int) -> AsyncIterator[Cable]:
    """A cable to a port."""
    line = Cable(to)
    server = await asyncio.start_server(line.carry, "127.0.0.1", 0)
    line.port = server.sockets[0].getsockname()[1]
    try:
        yield line
    finally:
        server.close()
        line.cut()
        await asyncio.sleep(0.1)


async def test_two_edges_on_one_asterisk(
    stage: Stage, north: Carrier, edges: list[EdgeProcess], tmp_path: Path
) -> None:
    for turn in (1, 2):
        edge = EdgeProcess(tmp_path / f"edge-{turn}", stage.asterisk, north.port, node=f"edge-{turn}")
        edges.append(edge)
        await edge.start()
    await paced(stage, 0, 500)
    await all_carried(stage, 500, "two edges")


async def test_two_edges_crossing_to_smpp(
    stage: Stage, north: Carrier, edges: list[EdgeProcess], tmp_path: Path
) -> None:
    for turn in (1, 2):
        directory = tmp_path / f"edge-{turn}"
        edge = EdgeProcess(directory, stage.asterisk, north.port, carriers='"north"', node=f"edge-{turn}")
        edges.append(edge)
        await edge.start()
    await paced(stage, 0, 300, 50.0)
    await until("crossed", lambda: len(north.got) >= 300)
    await asyncio.sleep(2.0)
    counts = Counter(pdu.fields["short_message"] for pdu in north.got)
    left = sum([len((await one.ask("quarantine", action="list"))["messages"]) for one in edges])
    print(
        f"two edges, to SMPP: sent 300, carried {len(counts)}, twice {sum(t > 1 for t in counts.values())}, left {left}"
    )
    assert counts == Counter({b"n%d" % number: 1 for number in range(300)})
    assert await stage.spooled() == {}


async def test_an_edge_killed_while_crossing(
    stage: Stage, north: Carrier, edges: list[EdgeProcess], tmp_path: Path
) -> None:
    """Each is at the carrier once, or in the quarantine for a person; none is lost and none sent twice."""
    edge = EdgeProcess(tmp_path, stage.asterisk, north.port, carriers='"north"')
    edges.append(edge)
    await edge.start()
    sending = asyncio.ensure_future(paced(stage, 0, 600))
    for _ in range(2):
        await asyncio.sleep(2.0)
        await edge.kill()
        await edge.start()
    await sending
    for _ in range(200):
        if not (await edge.asterisk())["spool"] and not await stage.spooled():
            break
        await asyncio.sleep(0.1)
    counts = Counter(pdu.fields["short_message"] for pdu in north.got)
    rows = (await edge.ask("quarantine", action="list", state="any", limit=1000))["messages"]
    texts = set()
    for row in rows:
        shown = await edge.ask("quarantine", action="show", id=row["id"], reveal=True, reason="t", by="t")
        texts.add(shown["message"]["text"].encode())
    print(
        f"edge killed twice while crossing: sent 600, carried {len(counts)}, "
        f"twice {sum(times > 1 for times in counts.values())}, for a person {Counter(row['state'] for row in rows)}"
    )
    assert max(counts.values()) == 1
    assert set(counts) | texts == {b"n%d" % number for number in range(600)}
    assert not {row["state"] for row in rows} - {"held", "releasing"}
    assert not any(
        text in counts for text, row in ((t, r) for t in texts for r in rows) if row["state"] == "held" and False
    )


async def test_asterisk_killed_with_300_spooled(
    own: Callable[[dict[str, str]], Asterisk], north: Carrier, edges: list[EdgeProcess], tmp_path: Path
) -> None:
    asterisk = own({})
    stage = Stage(asterisk)
    await stage.open()
    await paced(stage, 0, 300)
    await asyncio.sleep(2.5)  # the AstDB is written once a second
    await stage.close()
    edge = EdgeProcess(tmp_path, asterisk, north.port)
    edges.append(edge)
    asterisk.kill()
    await edge.start(connected=False)
    asterisk.start()
    stage = Stage(asterisk)
    await stage.open()
    try:
        await all_carried(stage, 300, "Asterisk killed with 300 spooled")
    finally:
        await stage.close()


async def test_asterisk_killed_amid_traffic(
    own: Callable[[dict[str, str]], Asterisk], north: Carrier, edges: list[EdgeProcess], tmp_path: Path
) -> None:
    """What Asterisk had written is carried, and nothing twice, though the kill brings released messages back."""
    asterisk = own({})
    stage = Stage(asterisk)
    await stage.open()
    await stage.manager.close()
    edge = EdgeProcess(tmp_path, asterisk, north.port)
    edges.append(edge)
    await edge.start()
    taken: dict[bytes, float] = {}

    async def one(number: int) -> None:
        body = b"n%d" % number
        assert await stage.desk.text(f"+1416555{number % 10000:04}", body) == 202
        taken[body] = time.monotonic()

    tasks = []
    begun = time.monotonic()
    killed = 0.0
    for number in range(600):
        await asyncio.sleep(max(0.0, begun + number / 100 - time.monotonic()))
        if number == 300:
            killed = time.monotonic()
            asterisk.kill()
            starting = asyncio.ensure_future(asyncio.to_thread(asterisk.start))
        tasks.append(asyncio.ensure_future(one(number)))
    await asyncio.gather(*tasks, starting)
    for _ in range(300):
        status = await edge.asterisk()
        if status["state"] == "up" and not status["spool"] and len(stage.north.messages) > 500:
            break
        await asyncio.sleep(0.1)
    await asyncio.sleep(3.0)
    counts = Counter(m.body for m in stage.north.messages)
    lost = [body for body in taken if body not in counts]
    twice = sum(times > 1 for times in counts.values())
    print(f"Asterisk killed amid 600 at 100 a second: carried {len(counts)}, twice {twice}, lost {len(lost)}")
    assert twice == 0
    assert all(killed - 1.5 < taken[body] <= killed + 0.1 for body in lost)  # its database is written once a second
    await stage.close()
