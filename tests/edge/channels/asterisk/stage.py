"""A whole edge in this process, an Asterisk by script on one side and a carrier on the other."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from edge.app.edge import Edge
from edge.channels.asterisk.gateway import Gateway
from edge.core.decision import Decision
from edge.policy.registry import RULES
from tests.edge.app.stage import Carrier, Conf, running, until

from .dialplan import Dialplan

SIP = """
[[asterisk]]
name = "sbc-1"
host = "127.0.0.1"
port = {port}
username = "smsedge"
secret = "edge-secret"
trunks = ["trunk-a", "trunk-b"]
replay = "1s"
{more}

[[route]]
carriers = [{carriers}]
channel = "sip"
[[route]]
carriers = ["north"]
"""
ENDPOINTS = """
[[endpoint]]
name = "acme-desk"
asterisk = "sbc-1"
numbers = ["+14165550110..+14165550119"]
[[endpoint]]
name = "acme-phone"
asterisk = "sbc-1"
numbers = ["+14165550120"]
phone = true
"""
LAX = "".join(f'[rule.{name}]\nmode = "off"\n' for name, rule in RULES.items() if not rule.enforce_only)
"""A policy that has nothing against many alike."""
RIVAL = """\
name = "rival"
country = "CA"
numbers = ["+16475550100"]
[[bind]]
system_id = "rival"
password = "secret"
from = ["127.0.0.0/8"]
"""


class Stage:
    """`asterisk` is the script, `north` the carrier."""

    def __init__(self, conf: Conf, asterisk: Dialplan, north: Carrier) -> None:
        self.conf = conf
        self.asterisk = asterisk
        self.north = north
        self.edge: Edge | None = None
        self.records: list[Decision] = []

    def writes(self, carriers: str = '"trunk-a", "trunk-b"', more: str = "", policy: str = "") -> None:
        """The conf of the next `runs`."""
        text = SIP.format(port=self.asterisk.port, carriers=carriers, more=more)
        self.conf.write("local.d/sip.conf", text + policy)
        account = Path(self.conf.directory / "accounts.d/acme.conf").read_text(encoding="utf-8")
        if "[[endpoint]]" not in account:
            self.conf.write("accounts.d/acme.conf", account + ENDPOINTS)
        self.conf.write("accounts.d/rival.conf", RIVAL)

    @asynccontextmanager
    async def runs(self) -> AsyncIterator[Edge]:
        """An edge on it, connected."""
        edge = self.edge = self.conf.edge()
        record, durably = edge.desk.record, edge.audit.record_durably
        edge.desk.record = lambda decision: (self.records.append(decision), record(decision))[1]  # type: ignore[assignment,func-returns-value]
        edge.audit.record_durably = lambda decision, done: (  # type: ignore[method-assign]
            self.records.append(decision),
            durably(decision, done),
        )[1]
        async with running(edge):
            await until("connected", lambda: self.gateway.up and self.gateway.looked)
            yield edge

    @property
    def gateway(self) -> Gateway:
        """The edge's side of the Asterisk."""
        assert self.edge is not None
        assert self.edge.sip.service is not None
        return self.edge.sip.service.gateways["sbc-1"]

    def outcomes(self) -> dict[str, int]:
        """How messages of the spool ended."""
        assert self.edge is not None
        counter = self.edge.metrics.counters["smsedge_asterisk_messages_total"]
        return {labels[1]: count for labels, count in counter.values.items()}

    async def settled(self, count: int = 1) -> Decision:
        """Wait until so many messages have ended; the last record of the audit."""
        await until(f"{count} settled", lambda: sum(self.outcomes().values()) >= count)
        return self.records[-1]

    def notices(self) -> list[tuple[str, str, str]]:
        """What senders were told: endpoint, number, text."""
        assert self.edge is not None
        orders = [given for context, _, given in self.asterisk.orders if context == "sms-notice"]
        sent = [one for one in self.asterisk.sent if one[0] not in ("trunk-a", "trunk-b")]
        assert len(sent) >= len(orders)
        return [(endpoint, to, octets.decode()) for endpoint, to, octets in sent]
