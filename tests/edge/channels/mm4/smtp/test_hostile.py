"""Whatever octets: replies that are replies, then an end; nothing held, no fault of ours."""

import asyncio
import contextlib
import re

from hypothesis import given, settings
from hypothesis import strategies as st

from .stage import Stage

REPLY = re.compile(rb"(\d{3}[ -][^\r\n]*\r\n)*")

words = st.sampled_from(
    [
        b"EHLO a.example\r\n",
        b"HELO a\r\n",
        b"MAIL FROM:<a@b.example>\r\n",
        b"MAIL FROM:<> SIZE=10 BODY=8BITMIME SMTPUTF8\r\n",
        b"MAIL FROM:<a@b.example> SIZE=\xc2\xb2\r\n",
        b"RCPT TO:<c@d.example>\r\n",
        b"RCPT TO:<>\r\n",
        b"DATA\r\n",
        b"RSET\r\n",
        b"VRFY\r\n",
        b"NOOP \xff\r\n",
        b"AUTH LOGIN\r\n",
        b"STARTTLS\r\n",
        b"STARTTLS x\r\n",
        b"\r\n",
        b"\n",
        b"\r",
        b".\r\n",
        b"\r\n.\r\n",
        b"\0",
        b"x" * 5000,
    ]
)


async def _say(pieces: list[bytes]) -> None:
    stage = Stage()
    try:
        server = await stage.server(max_size=4000, memory=6000)
        wire = await stage.wire(server)
        said = b""
        with contextlib.suppress(OSError):  # it may be cut with octets of ours unread
            for piece in pieces:
                wire.send(piece)
                await asyncio.sleep(0)
            wire.writer.write_eof()
            said = await asyncio.wait_for(wire.reader.read(), 10)
        assert REPLY.fullmatch(said)
        while server.sizes()["connections"]:
            await asyncio.sleep(0.001)
        assert set(server.sizes().values()) == {0}
        assert server.house.of_peer == {}
        assert stage.count("smsedge_protocol_errors_total", "mm4", "fault") == 0
        assert server.house.memory.peak <= 6000
    finally:
        await stage.close()


@settings(max_examples=60)
@given(st.lists(st.one_of(words, st.binary(max_size=20)), max_size=25))
def test_any_octets(pieces):
    asyncio.run(_say(pieces))
