"""An Asterisk and everybody around it: a customer's desk, two carriers, a manager session where the edge would be."""

import asyncio
from collections.abc import Awaitable, Callable

from tests.asterisk.instance import Asterisk
from tests.asterisk.manager import Manager, Record, record
from tests.asterisk.peer import Peer
from tests.asterisk.shipped import DESK_HOST, NORTH_HOST, SOUTH_HOST

FAMILIES = ("smsq", "smsfly", "smsemg", "smsmo", "smsring", "smsctl")
PATIENCE = 20.0  # seconds
TO = "+14165550301"


async def until(what: str, test: Callable[[], bool], again: Callable[[], Awaitable[object]] | None = None) -> None:
    """Wait until `test()`, doing `again` twice a second; AssertionError after PATIENCE."""
    for turn in range(int(PATIENCE / 0.02)):
        if test():
            return
        if again is not None and turn % 25 == 0:
            await again()
        await asyncio.sleep(0.02)
    raise AssertionError(f"{what} did not happen in {PATIENCE:g} s")


class Stage:
    """Peers of one Asterisk, opened and closed together."""

    def __init__(self, asterisk: Asterisk) -> None:
        ports = asterisk.ports
        self.asterisk = asterisk
        self.desk = Peer(DESK_HOST, ports.desk, ports.sip)
        self.north = Peer(NORTH_HOST, ports.north, ports.sip)
        self.south = Peer(SOUTH_HOST, ports.south, ports.sip)
        self.manager = Manager(ports.ami)

    async def open(self) -> None:
        """Bind the ports, log in."""
        for peer in (self.desk, self.north, self.south):
            await peer.open()
        assert await self.manager.login() == "Success"

    async def close(self) -> None:
        """Everybody leaves."""
        await self.manager.close()
        for peer in (self.desk, self.north, self.south):
            peer.close()
        await asyncio.sleep(0.05)  # the loop lets go of the ports in its next turn

    async def submit(
        self,
        body: bytes = b"hello",
        to: str = TO,
        sender: str | bytes = "+14165550110",
        call_id: bytes = b"",
        extra: list[tuple[str, bytes]] | None = None,
    ) -> tuple[str, Record]:
        """The desk sends a message: its id in the spool, and the record as it was announced."""
        since = len(self.manager.blocks)
        assert await self.desk.text(to, body, sender, call_id, extra) == 202
        event = await self.manager.event("SmsSubmit", since)
        return event["Sid"], record(event["Rec"])

    async def heard(self, count: int) -> None:
        """Wait until the desk has been sent `count` messages."""
        await until("delivery", lambda: len(self.desk.messages) == count)

    async def spooled(self) -> dict[str, Record]:
        """What is held."""
        return {sid: record(text) for sid, text in (await self.manager.tree("smsq")).items()}
