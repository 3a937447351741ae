"""The listeners customers connect to, plain and TLS, and the tick of all their sessions."""

import asyncio
import math
import ssl
from time import monotonic

from edge.channels.smpp.customer import Customer
from edge.channels.smpp.service import Service
from edge.channels.smpp.submit import judge_pieces
from edge.core.conf import Conf, Listen, Smpp
from smpp.transport import Line

BACKLOG = 512
POLITE = 2.0  # seconds for customers to answer an unbind


class Server:
    """Opens and closes the listeners; `service` is what the sessions share."""

    def __init__(self, service: Service) -> None:
        self.service = service
        self._servers: list[asyncio.Server] = []

    async def start(self, conf: Smpp) -> None:
        """Listen. Raises OSError where an address cannot be had, ssl.SSLError for an unusable certificate."""
        if conf.listen is not None:
            await self._listen(conf.listen, None)
        if conf.tls_listen is not None:
            await self._listen(conf.tls_listen, server_context(conf))

    async def _listen(self, where: Listen, context: ssl.SSLContext | None) -> None:
        loop = asyncio.get_running_loop()
        service = self.service

        def accept() -> Line:
            return Line(Customer(service, monotonic(), context is not None), service.outbox, throttle_reads=True)

        server = await loop.create_server(
            accept,
            where.host,
            where.port,
            ssl=context,
            backlog=BACKLOG,
            reuse_address=True,
            ssl_handshake_timeout=service.desk.conf.smpp.session_init if context else None,
        )
        self._servers.append(server)

    @property
    def ports(self) -> list[int]:
        """The ports that are listened on (tests ask for port 0)."""
        return [sock.getsockname()[1] for server in self._servers for sock in server.sockets]

    def tick(self, now: float) -> None:
        """Time for all sessions and tables."""
        service = self.service
        for customer in list(service.connections):
            customer.tick(now)
        service.deliveries.tick(now)
        service.gate.sweep(now)
        service.doubts.sweep(now)
        judge_pieces(service.assembly.overdue(math.inf if service.draining else now), False, now)

    def renew(self, conf: Conf) -> None:
        """A new conf holds: sessions keep their bind with its new settings, or end if it is gone."""
        service = self.service
        service.gate.conf = conf.smpp
        now = monotonic()
        for sessions in list(service.sessions.values()):
            for customer in list(sessions):
                found = conf.binds.get(customer.bind.system_id)
                if found is None or found[0].name != customer.account.name:
                    customer.send_off(now)
                else:
                    customer.account, customer.bind = found

    async def drain(self, patience: float) -> None:
        """Take nobody and nothing new, and give answers that are owed, to either side, up to `patience` seconds.

        Whoever is owed nothing (any more) hears an unbind.
        """
        service = self.service
        service.draining = True
        for server in self._servers:
            server.close()
        for customer in list(service.connections):
            customer.send_off(monotonic())
        deadline = monotonic() + patience
        while monotonic() < deadline and any(customer.inflight for customer in service.connections):
            await asyncio.sleep(0.02)
        # What was delivered is answered before the unbind is.
        polite = monotonic() + min(POLITE, patience)
        while monotonic() < polite and any(not customer.inflight for customer in service.connections):
            await asyncio.sleep(0.02)

    async def stop(self, patience: float) -> None:
        """`drain`, unbind whoever still waits for an answer, close."""
        await self.drain(patience)
        service = self.service
        for customer in list(service.connections):
            customer.finish()
        polite = monotonic() + min(POLITE, patience)
        while service.connections and monotonic() < polite:
            await asyncio.sleep(0.02)
        for customer in list(service.connections):
            if customer.line is not None:
                customer.line.abort()
        service.gate.close()


def server_context(conf: Smpp) -> ssl.SSLContext:
    """TLS 1.2 at least; client certificates are asked for when there is a `client_ca`, and checked at the bind."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    context.load_cert_chain(conf.certificate, conf.key or None)
    if conf.client_ca:
        context.load_verify_locations(conf.client_ca)
        context.verify_mode = ssl.CERT_OPTIONAL
    return context
