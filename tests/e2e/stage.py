"""An edge as a process and ports for its carriers, which a test opens as it needs them, in its own loop.

One `Stage` serves a whole test file; every test brings its own carriers, so that none sees another's links.
"""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable, Iterator
from pathlib import Path
from typing import Any

from edge.simulate.esme import Esme
from edge.simulate.smsc import Options, Smsc
from tests.e2e.rig import Edge, free_port, write_conf
from tests.e2e.wires import PATIENCE, Handler, Scripted, Wire, dial, until

# Numbers of the shipped account acme, and of the second one.
ACME = "14165550100"
BETA = "14165550200"
SOMEBODY = "14165550301"

PLENTY = """\
[rule.rate-account]
limit = "100000/1s burst 100000"

[rule.rate-sender]
limit = "100000/1s burst 100000"

[rule.volume]
limit = "1000000/1d burst 1000000"

[rule.bomb-pair]
limit = "100000/1s burst 100000"
medium = "1000/1s"
long = "1000/1s"
unanswered = "1000/1s"
identical = "1000/1s"

[rule.bomb-recipient]
limit = "100000/1s burst 100000"
edge = "100000/1s burst 100000"
senders = 50
edge_senders = 50
edge_messages = 60

[rule.sms-pumping]
limit = "100000/1s burst 100000"
international = "100000/1s burst 100000"
"""

# Tests of the wire send one text a thousand times, from one number to many, in a row: that is not their subject.
QUIET = """\
[ladder]
enabled = false
""" + "".join(
    f'[rule.{rule}]\nmode = "off"\n'
    for rule in (
        "bulk",
        "fan-out",
        "no-consent",
        "snowshoe",
        "number-cycling",
        "url-cycling",
        "sequential",
        "imbalance",
        "list-quality",
        "marketing",
        "phishing",
    )
)

ACCOUNT = """\
name = "{name}"
country = "CA"
timezone = "America/Toronto"
numbers = ["{numbers}"]
{keys}

[[bind]]
system_id = "{name}"
password = "secret"
from = ["127.0.0.0/8"]
{bind}

[limits]
{limits}
"""

CARRIER = """\
[[carrier]]
name = "{name}"
tag = "{tag}"
port = {port}
system_id = "sipstack"
password = "secret"
{keys}
"""


def account(name: str, numbers: str, bind: str = "", keys: str = "", limits: str = "") -> str:
    """The file of an account with one bind, its system_id like its name."""
    return ACCOUNT.format(name=name, numbers=numbers, bind=bind, keys=keys, limits=limits)


def carrier(name: str, tag: str, port: int, keys: str = "") -> str:
    """The table of a further carrier; without a word on it, it is near and tried again soon."""
    if "host =" not in keys:
        keys = f'{keys}\nhost = "127.0.0.1"'
    if "reconnect_min" not in keys:
        keys = f'{keys}\nreconnect_min = "0.05s"\nreconnect_max = "0.2s"'
    return CARRIER.format(name=name, tag=tag, port=port, keys=keys)


def write_stage(
    directory: Path,
    *accounts: str,
    north: str = "",
    carriers: dict[str, str] | None = None,
    extra: str = "",
    quiet: bool = True,
) -> tuple[Path, dict[str, int]]:
    """A conf with accounts (see `account`), keys for carrier north, and further carriers: name -> keys.

    Returns its directory and the ports of the carriers by name. The first letter of a carrier's name is its tag.
    """
    ports = {name: free_port() for name in ("north", *(carriers or {}))}
    tables = [carrier(name, name[0], ports[name], keys) for name, keys in (carriers or {}).items()]
    if "message_id" not in north:
        north += '\nmessage_id = { response = "text", receipt = "text" }'
    conf = write_conf(directory, ports["north"], "\n".join([PLENTY, QUIET if quiet else "", *tables, extra]), north)
    test = conf / "local.d" / "test.conf"
    text = test.read_text().replace('reconnect_min = "0.1s"', 'reconnect_min = "0.05s"')
    test.write_text(text.replace('reconnect_max = "0.5s"', 'reconnect_max = "0.2s"'))
    for text in accounts:
        name = text.split('"', 2)[1]
        (conf / "accounts.d" / f"{name}.conf").write_text(text)
    (conf / "local.d" / "acme.conf").write_text('name = "acme"\n[limits]\nrate-account = "100000/1s burst 100000"\n')
    return conf, ports


class Stage:
    """An edge that runs, and where its carriers are to be."""

    def __init__(self, edge: Edge, ports: dict[str, int]) -> None:
        self.edge = edge
        self.ports = ports

    @contextlib.asynccontextmanager
    async def carrier(
        self, name: str = "north", answer: Handler | None = None, links: int = 1
    ) -> AsyncIterator[Scripted]:
        """A scripted carrier, bound."""
        async with Scripted(self.ports[name], answer) as scripted:
            await until(f"{links} binds", lambda: sum(link.bound for link in scripted.links) >= links)
            await self.metric_is(links, "smsedge_carrier_links", carrier=name, state="bound")
            yield scripted

    @contextlib.asynccontextmanager
    async def simulator(self, name: str = "north", **options: Any) -> AsyncIterator[Smsc]:
        """A simulated carrier, bound; `options` are fields of `Options`."""
        async with Smsc(Options(port=self.ports[name], **options)) as smsc:
            await until("a bind", lambda: smsc.bound)
            await self.metric_is(1, "smsedge_carrier_links", carrier=name, state="bound")
            yield smsc

    async def esme(self, system_id: str = "acme", kind: str = "trx", **options: Any) -> Esme:
        """A customer that is bound."""
        return await Esme.connect("127.0.0.1", self.edge.port, system_id, "secret", kind, **options)

    @contextlib.asynccontextmanager
    async def bound(self, system_id: str = "acme", kind: str = "trx", version: int = 0x34) -> AsyncIterator[Wire]:
        """A customer's bare connection, bound."""
        async with await dial(self.edge.port) as wire:
            answer = await wire.bind(system_id, kind=kind, version=version)
            assert answer.status == 0
            yield wire

    async def metric(self, name: str, **labels: str) -> float:
        """As `Edge.metric`, without holding up the loop."""
        return await asyncio.to_thread(self.edge.metric, name, **labels)

    async def metric_is(self, wanted: float, name: str, within: float = PATIENCE, **labels: str) -> None:
        """Wait until a metric has a value; AssertionError with the last one if it never has."""
        await self.metric_gets(lambda value: value == wanted, f"{wanted:g}", name, within, **labels)

    async def metric_gets(
        self, good: Callable[[float], bool], wanted: str, name: str, within: float = PATIENCE, **labels: str
    ) -> float:
        """Wait until a metric is as wanted, and return it."""
        deadline = asyncio.get_running_loop().time() + within
        while True:
            value = await self.metric(name, **labels)
            if good(value):
                return value
            if asyncio.get_running_loop().time() > deadline:
                raise AssertionError(f"{name}{labels} is {value:g}, not {wanted}; the edge said:\n{self.edge.text}")
            await asyncio.sleep(0.02)

    async def idle(self) -> None:
        """Wait until nothing is on its way: every table of messages in flight is empty."""
        for table in ("carrier-pending:", "carrier-held:", "carrier-accounts:"):
            for name in self.ports:
                await self.metric_is(0, "smsedge_table_entries", table=table + name)
        for table in ("customer-inflight", "customer-deliveries", "delivery-queued", "gate-verifying", "audit-queue"):
            await self.metric_is(0, "smsedge_table_entries", table=table)

    async def ask(self, *arguments: str) -> dict[str, Any]:
        """As `Edge.ask`, without holding up the loop."""
        return await asyncio.to_thread(self.edge.ask, *arguments)


@contextlib.contextmanager
def launched(
    directory: Path,
    *accounts: str,
    north: str = "",
    carriers: dict[str, str] | None = None,
    extra: str = "",
    files: dict[str, str] | None = None,
    quiet: bool = True,
    **environment: str,
) -> Iterator[Stage]:
    """Start an edge that the test may kill or end itself. `files` are further files of the conf: name -> text.

    `quiet`: without the rules that count texts and recipients.
    """
    conf, ports = write_stage(directory, *accounts, north=north, carriers=carriers, extra=extra, quiet=quiet)
    for name, text in (files or {}).items():
        (conf / name).write_text(text)
    edge = Edge(conf, directory, **environment)
    try:
        yield Stage(edge.listening(), ports)
    finally:
        edge.stop()


@contextlib.contextmanager
def staged(
    directory: Path,
    *accounts: str,
    north: str = "",
    carriers: dict[str, str] | None = None,
    extra: str = "",
    files: dict[str, str] | None = None,
) -> Iterator[Stage]:
    """As `launched`, for an edge that must stop as it should and has logged no traceback by then."""
    with launched(directory, *accounts, north=north, carriers=carriers, extra=extra, files=files) as stage:
        yield stage
        status = stage.edge.stop()
    assert status == 0, stage.edge.text
    assert "Traceback" not in stage.edge.text, stage.edge.text
