"""The listener that peers connect to."""

import asyncio
from time import monotonic
from typing import cast

from edge.channels.mm4.smtp.connection import Connection
from edge.channels.mm4.smtp.house import House
from edge.channels.mm4.smtp.seam import Reply, Taker
from edge.core.conf import Mm4
from edge.core.metrics import Metrics

BACKLOG = 512


class Server:
    """Opens and closes the listener. Raises OSError or ssl.SSLError for a certificate that cannot be used."""

    def __init__(self, conf: Mm4, taker: Taker, metrics: Metrics) -> None:
        self.house = House(conf, taker, metrics)
        self._server: asyncio.Server | None = None

    async def start(self) -> None:
        """Listen. Raises OSError where the address cannot be had."""
        house = self.house
        where = house.conf.listen
        loop = asyncio.get_running_loop()
        self._server = await loop.create_server(
            lambda: Door(house), where.host, where.port, backlog=BACKLOG, reuse_address=True
        )

    @property
    def ports(self) -> list[int]:
        """The ports that are listened on (tests ask for port 0)."""
        return [sock.getsockname()[1] for sock in self._server.sockets] if self._server else []

    def renew(self, conf: Mm4) -> None:
        """Another conf holds; `listen` stays. Peers that are in it still keep their connections.

        Raises OSError or ssl.SSLError where its certificate cannot be used: then nothing has changed.
        """
        self.house.adopt(conf)

    async def stop(self, patience: float) -> None:
        """Take nobody and nothing new; messages that are being sent or worked on get `patience` seconds."""
        house = self.house
        house.draining = True
        if self._server is not None:
            self._server.close()
        for connection in list(house.connections):
            connection.retire()
        deadline = monotonic() + patience
        while (house.connections or house.tasks) and monotonic() < deadline:
            await asyncio.sleep(0.02)
        for connection in list(house.connections):
            connection.cut()
        for task in list(house.tasks):
            task.cancel()
        await asyncio.gather(*house.tasks, return_exceptions=True)
        while house.connections and monotonic() < deadline + 1.0:
            await asyncio.sleep(0.01)
        house.passwords.close()

    def status(self) -> dict[str, int]:
        """How many connections each peer has, for `smsedge status`."""
        return dict(self.house.of_peer)

    def sizes(self) -> dict[str, int]:
        """Entries per table, for metrics and the soak: all 0 when nothing is on its way."""
        house = self.house
        return {
            "connections": len(house.connections),
            "taking": len(house.tasks),
            "octets": house.memory.held,
            "verifying": house.passwords.verifying,
        }


class Door(asyncio.Protocol):
    """Looks at who comes before anything is made for them."""

    def __init__(self, house: House) -> None:
        self._house = house

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Refuse, or hand over to a `Connection`."""
        host = str((transport.get_extra_info("peername") or ("",))[0])
        admitted = self._house.admit(host)
        if isinstance(admitted, Reply):
            transport = cast(asyncio.Transport, transport)
            transport.write(f"{admitted}\r\n".encode())
            transport.close()
            return
        connection = Connection(self._house, admitted, host)
        cast(asyncio.Transport, transport).set_protocol(connection)
        connection.connection_made(transport)
