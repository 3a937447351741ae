"""A SIP peer over UDP: customer, carrier, telephone. Sends requests with retransmission, records what it is sent.

As a server it answers OPTIONS, NOTIFY and BYE with 200, MESSAGE with `answer` (None: never), and takes every call.
"""

import asyncio
import contextlib
import secrets
from typing import cast

from tests.asterisk.shipped import ASTERISK_HOST
from tests.asterisk.sip import Dialog, Message, NotSip, authorization, parse, response

T1 = 0.5  # seconds; RFC 3261 17.1.2.1
T2 = 4.0
PATIENCE = 32.0  # 64 * T1
REMEMBERED = 100_000  # transactions, for retransmissions

SDP = (
    "v=0\r\no=- 1 1 IN IP4 {host}\r\ns=-\r\nc=IN IP4 {host}\r\nt=0 0\r\n"
    "m=audio {port} RTP/AVP 0\r\na=rtpmap:0 PCMU/8000\r\n"
)


class Peer(asyncio.DatagramProtocol):
    """One SIP user agent on one UDP port, talking to the Asterisk at `asterisk` (port)."""

    def __init__(self, host: str, port: int, asterisk: int) -> None:
        self.host = host
        self.port = port
        self.asterisk = (ASTERISK_HOST, asterisk)
        self.answer: int | None = 200
        self.messages: list[Message] = []
        """MESSAGEs received outside calls, each transaction once, in their order."""
        self.in_call: list[Message] = []
        """MESSAGEs received inside calls."""
        self.calls: list[Dialog] = []
        """Calls taken."""
        self.retransmissions = 0
        self._seen: dict[str, bytes] = {}
        self._waiting: dict[str, asyncio.Future[Message]] = {}
        self._transport: asyncio.DatagramTransport | None = None

    async def open(self) -> None:
        """Bind the port."""
        loop = asyncio.get_running_loop()
        await loop.create_datagram_endpoint(lambda: self, local_addr=(self.host, self.port))

    def close(self) -> None:
        """Close the port; who waits for an answer has waited in vain."""
        if self._transport is not None:
            self._transport.close()
        for future in self._waiting.values():
            future.cancel()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """The port is bound."""
        self._transport = cast(asyncio.DatagramTransport, transport)

    def datagram_received(self, data: bytes, addr: tuple[str, int]) -> None:
        """A response goes to who waits for it, a request is answered."""
        with contextlib.suppress(NotSip):
            message = parse(data)
            if message.status:
                self._response(message)
            elif message.method != "ACK":
                self._request(message, addr)

    def error_received(self, exc: Exception) -> None:
        """Nobody there: retransmission goes on."""

    def _response(self, message: Message) -> None:
        future = self._waiting.get(message.branch)
        if future is not None and not future.done() and message.status >= 200:
            future.set_result(message)

    def _request(self, message: Message, addr: tuple[str, int]) -> None:
        if message.branch in self._seen:
            self.retransmissions += 1
        else:
            if len(self._seen) >= REMEMBERED:
                del self._seen[next(iter(self._seen))]
            self._seen[message.branch] = self._answer(message)
        if self._seen[message.branch]:
            self._raw(self._seen[message.branch], addr)

    def _answer(self, message: Message) -> bytes:
        if message.method == "MESSAGE":
            (self.in_call if message.to_tag() else self.messages).append(message)
            return response(message, self.answer, "As told").octets() if self.answer else b""
        if message.method == "INVITE":
            return self._take(message)
        return response(message, 200, "OK").octets()

    def _take(self, invite: Message) -> bytes:
        """Take a call; inside one, agree to its media again."""
        answered = response(invite, 200, "OK", [("Contact", self.contact), ("Content-Type", b"application/sdp")])
        answered.body = self._sdp()
        if invite.to_tag():
            return answered.octets()
        target = invite.get("contact").decode("latin-1").strip("<>").partition(">")[0]
        self.calls.append(Dialog(invite.get("call-id"), answered.get("to"), invite.get("from"), target))
        return answered.octets()

    @property
    def contact(self) -> bytes:
        """Where this peer can be reached."""
        return f"<sip:peer@{self.host}:{self.port}>".encode()

    def _sdp(self) -> bytes:
        return SDP.format(host=self.host, port=self.port + 2 if self.port < 65000 else 40000).encode()

    def _raw(self, octets: bytes, addr: tuple[str, int] | None = None) -> None:
        assert self._transport is not None
        self._transport.sendto(octets, addr or self.asterisk)

    def uri(self, user: str) -> str:
        """`user` at the Asterisk."""
        return f"sip:{user}@{self.asterisk[0]}:{self.asterisk[1]}"

    async def send(self, message: Message, patience: float = PATIENCE) -> Message:
        """Send a request, again and again, until the final response; TimeoutError."""
        via = f"SIP/2.0/UDP {self.host}:{self.port};rport;branch=z9hG4bK{secrets.token_hex(8)}"
        message.headers.insert(0, ("Via", via.encode()))
        future: asyncio.Future[Message] = asyncio.get_running_loop().create_future()
        self._waiting[message.branch] = future
        octets = message.octets()
        try:
            async with asyncio.timeout(patience):
                interval = T1
                while True:
                    self._raw(octets)
                    done, _ = await asyncio.wait({future}, timeout=interval)
                    if done:
                        return future.result()
                    interval = min(2 * interval, T2)
        finally:
            del self._waiting[message.branch]

    def request(
        self,
        method: str,
        uri: str,
        sender: str | bytes,
        body: bytes = b"",
        call_id: bytes = b"",
        extra: list[tuple[str, bytes]] | None = None,
    ) -> Message:
        """A request outside calls. `sender`: user of the From, or the whole From value (octets) without tag."""
        if isinstance(sender, str):
            sender = f"<sip:{sender}@{self.host}>".encode()
        headers = [
            ("Max-Forwards", b"70"),
            ("From", sender + b";tag=" + secrets.token_hex(4).encode()),
            ("To", f"<{uri}>".encode("latin-1")),
            ("Call-ID", call_id or secrets.token_hex(8).encode()),
            ("CSeq", f"1 {method}".encode()),
            *(extra or []),
        ]
        if body:
            headers.append(("Content-Type", b"text/plain"))
        return Message(f"{method} {uri} SIP/2.0", headers, body)

    async def text(
        self,
        to: str,
        body: bytes,
        sender: str | bytes = "+14165550110",
        call_id: bytes = b"",
        extra: list[tuple[str, bytes]] | None = None,
    ) -> int:
        """Send a MESSAGE to user `to` (as it is to stand in the URI); the status."""
        return (await self.send(self.request("MESSAGE", self.uri(to), sender, body, call_id, extra))).status

    async def authenticated(self, make: Message, username: str, password: str) -> Message:
        """Send, and again with a digest if that is asked for."""
        first = await self.send(make)
        if first.status != 401:
            return first
        challenge = first.get("www-authenticate").decode("latin-1")
        again = Message(make.start, [pair for pair in make.headers if pair[0] not in ("Via", "CSeq")], make.body)
        count = int(make.get("cseq").split()[0]) + 1
        again.headers.append(("CSeq", f"{count} {make.method}".encode()))
        again.headers.append(("Authorization", authorization(challenge, make.method, make.uri, username, password)))
        return await self.send(again)

    async def call(self, to: str, sender: str = "+14165550110") -> Dialog:
        """Set a call up; AssertionError if it is refused."""
        invite = self.request("INVITE", self.uri(to), sender, self._sdp(), extra=[("Contact", self.contact)])
        invite.headers = [(n, b"application/sdp" if n == "Content-Type" else v) for n, v in invite.headers]
        answered = await self.send(invite)
        assert answered.status == 200, answered.start
        target = answered.get("contact").decode("latin-1").strip("<>").partition(">")[0]
        dialog = Dialog(invite.get("call-id"), invite.get("from"), answered.get("to"), target)
        ack = self._within(dialog, "ACK")
        ack.headers.insert(
            0, ("Via", f"SIP/2.0/UDP {self.host}:{self.port};branch=z9hG4bK{secrets.token_hex(8)}".encode())
        )
        self._raw(ack.octets())
        return dialog

    def _within(self, dialog: Dialog, method: str, body: bytes = b"") -> Message:
        if method != "ACK":
            dialog.sequence += 1
        headers = [
            ("Max-Forwards", b"70"),
            ("From", dialog.local),
            ("To", dialog.remote),
            ("Call-ID", dialog.call_id),
            ("CSeq", f"{dialog.sequence} {method}".encode()),
            ("Contact", self.contact),
        ]
        if body:
            headers.append(("Content-Type", b"text/plain"))
        return Message(f"{method} {dialog.target} SIP/2.0", headers, body)

    async def say(self, dialog: Dialog, body: bytes) -> int:
        """Send a MESSAGE inside a call; the status."""
        return (await self.send(self._within(dialog, "MESSAGE", body))).status

    async def hang_up(self, dialog: Dialog) -> int:
        """End a call; the status."""
        dialog.ended = True
        return (await self.send(self._within(dialog, "BYE"))).status
