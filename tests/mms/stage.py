"""An edge that relays MMS, and its two peers: the customer's MMSC (acme) and the carrier's (north), which tests open.

Peers are told by their addresses: acme connects from 127.0.0.2, north from 127.0.0.3, a stranger from anywhere else.
"""

import contextlib
import socket
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from edge.simulate.mmsc import Mmsc, Options, Order, Part, parts
from tests.e2e.rig import Edge, free_port, wait_for
from tests.e2e.stage import Stage, account, write_stage
from tests.mms.postfix import Postfix, postfix

ACME, NORTH, OURS = "mms.acme.example", "mms.north.example", "mms.sipstack.example"
ACME_HOST, NORTH_HOST, STRANGER_HOST = "127.0.0.2", "127.0.0.3", "127.0.0.9"
SENDER = "+14165550100"
SUBSCRIBER = "+12125550111"

CONF = """
[mm4]
listen = "127.0.0.1:{mm4}"
domain = "{ours}"
{more}

[[mm4.peer]]
name = "acme-mmsc"
from = ["{acme_host}/32"]
relay = "127.0.0.1:{acme}"
domains = ["{acme_domain}"]
system_address = "mm4@{acme_domain}"
{acme_more}

[[mm4.peer]]
name = "north-mmsc"
from = ["{north_host}/32"]
relay = "127.0.0.1:{north}"
domains = ["{north_domain}"]
default = true
{north_more}
"""

LIMITS = """\
name = "acme"
mm4_peers = ["acme-mmsc"]

[limits]
rate-account = "100000/1s burst 100000"
"""

MORE = account("beta", "+14165550200..+14165550299")


@dataclass
class Ports:
    """Where who listens: the edge for MM4, and what it hands MMS to. `*_in` are what the MMSCs hand theirs to."""

    mm4: int
    acme: int
    north: int
    acme_mmsc: int
    north_mmsc: int


class Mms:
    """A running edge with the ports of its peers. `stage` has its SMPP side."""

    def __init__(self, stage: Stage, ports: Ports) -> None:
        self.stage = stage
        self.edge: Edge = stage.edge
        self.ports = ports
        self.postfix = ports.acme != ports.acme_mmsc
        self.mtas: dict[str, Postfix] = {}

    @contextlib.asynccontextmanager
    async def acme(self, **options: Any) -> AsyncIterator[Mmsc]:
        """The customer's MMSC."""
        relay = ("127.0.0.1", self.ports.acme if self.postfix else self.ports.mm4)
        source = "127.0.0.1" if self.postfix else ACME_HOST
        values = {"domain": ACME, "port": self.ports.acme_mmsc, "relay": relay, "source": source, **options}
        async with Mmsc(Options(**values)) as mmsc:
            yield mmsc

    @contextlib.asynccontextmanager
    async def north(self, **options: Any) -> AsyncIterator[Mmsc]:
        """The carrier's MMSC."""
        relay = ("127.0.0.1", self.ports.north if self.postfix else self.ports.mm4)
        source = "127.0.0.1" if self.postfix else NORTH_HOST
        values = {"domain": NORTH, "port": self.ports.north_mmsc, "relay": relay, "source": source, **options}
        async with Mmsc(Options(**values)) as mmsc:
            yield mmsc

    @contextlib.asynccontextmanager
    async def peers(self, **north: Any) -> AsyncIterator[tuple[Mmsc, Mmsc]]:
        """Both; the options are north's."""
        async with self.acme() as a, self.north(**north) as n:
            yield a, n


def order(*recipients: str, text: str = "See you at two", made: tuple[Part, ...] = (), **values: Any) -> Order:
    """A message from acme to subscribers."""
    sender = values.pop("sender", SENDER)
    domain = values.pop("domain", NORTH)
    words = [parts.text(text)] if text else []
    return Order(sender, recipients or (SUBSCRIBER,), [*made, *words], domain, **values)


def forwards(mmsc: Mmsc) -> list[Any]:
    """The messages that it was handed, reports and responses left out."""
    return [taken for taken in mmsc.taken if taken.kind == "MM4_forward.REQ"]


def write_mms(
    directory: Path,
    ports: Ports,
    *,
    more: str = "",
    acme: str = "",
    north: str = "",
    extra: str = "",
    quiet: bool = True,
) -> tuple[Path, dict[str, int]]:
    """A conf with [mm4]: keys `more` of it and of its peers, `extra` tables. Returns it and the carriers' ports."""
    table = CONF.format(
        mm4=ports.mm4, ours=OURS, more=more,
        acme_host=ACME_HOST, acme=ports.acme, acme_domain=ACME, acme_more=acme,
        north_host=NORTH_HOST, north=ports.north, north_domain=NORTH, north_more=north,
    )  # fmt: skip
    conf, carriers = write_stage(directory, MORE, extra=table + extra, quiet=quiet)
    (conf / "local.d" / "acme.conf").write_text(LIMITS)
    return conf, carriers


@contextlib.contextmanager
def launched(directory: Path, *, mtas: dict[str, dict[str, Any]] | None = None, **settings: Any) -> Iterator[Mms]:
    """An edge that the test may kill or end itself. `mtas`: with a Postfix before each MMSC; domain -> its settings."""
    acme, north = free_port(), free_port()
    ports = Ports(free_port(), acme, north, acme, north)
    with contextlib.ExitStack() as stack:
        running: dict[str, Postfix] = {}
        if mtas is not None:
            ports.acme_mmsc, ports.north_mmsc = free_port(), free_port()
            for domain, home, port, host in (
                (ACME, ports.acme_mmsc, acme, ACME_HOST),
                (NORTH, ports.north_mmsc, north, NORTH_HOST),
            ):
                made = postfix(domain, home, ports.mm4, host, port=port, **mtas.get(domain, {}))
                running[domain] = stack.enter_context(made)
        conf, carriers = write_mms(directory, ports, **settings)
        edge = Edge(conf, directory)
        stack.callback(edge.stop)
        wait_for("MM4 listening", lambda: edge.lives() and _listens(ports.mm4))
        mms = Mms(Stage(edge.listening(), carriers), ports)
        mms.mtas = running
        yield mms


def _listens(port: int) -> bool:
    with socket.create_connection(("127.0.0.1", port), 1, (ACME_HOST, 0)):
        return True


@contextlib.contextmanager
def staged(directory: Path, **settings: Any) -> Iterator[Mms]:
    """As `launched`, for an edge that must stop as it should, without a traceback in its log."""
    with launched(directory, **settings) as mms:
        yield mms
        status = mms.edge.stop()
    assert status == 0, mms.edge.text
    assert "Traceback" not in mms.edge.text, mms.edge.text[-4000:]
