"""Commands sent ahead (RFC 2920), with Postfix on the other side: ours to its server, its client's to ours."""

import asyncio
import smtplib
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from edge.channels.mm4.smtp.seam import Sent
from edge.channels.mm4.smtp.stream import Stream
from edge.simulate.mmsc import Mmsc, Options, Order, message
from tests.e2e.rig import free_port, wait_for
from tests.edge.channels.mm4.smtp.stage import Stage, to
from tests.mms.postfix import postfix

pytestmark = pytest.mark.e2e

NORTH = "mms.north.example"
GOOD, NOBODY, LATER = (f"{name}@{NORTH}" for name in ("+12125550111", "nobody", "later"))
REFUSALS = f"""\
smtpd_recipient_restrictions =
  check_sender_access inline:{{ {{ bad@a.example = REJECT }} }},
  check_recipient_access inline:{{ {{ {NOBODY} = REJECT }}, {{ {LATER} = 450 4.2.1 not now }} }},
  permit
smtpd_delay_reject = no
smtpd_sender_restrictions = check_sender_access inline:{{ {{ worse@a.example = REJECT }} }}
"""


@pytest_asyncio.fixture
async def stage() -> AsyncIterator[Stage]:
    stage = Stage()
    yield stage
    await stage.close()


def octets(number: int) -> bytes:
    made = Order("+14165550100", ("+12125550111",), domain=NORTH, content=b"\r\n.dots %d\r\n" % number, ack=False)
    return message.forward(made, f"{number}@a.example", "mm4@a.example", 0.0)


async def test_ours_to_postfix(stage: Stage) -> None:
    async with Mmsc(Options(domain=NORTH)) as mmsc:
        with postfix(NORTH, mmsc.port, free_port(), "127.0.0.3", more=REFUSALS) as mta:
            peer = to(mta.port)
            relays = stage.relays(peer)
            for number, (sender, recipients, expected) in enumerate(
                (
                    ("mm4@a.example", (GOOD,), [Sent.TAKEN]),
                    ("mm4@a.example", (NOBODY, GOOD, LATER), [Sent.REFUSED, Sent.TAKEN, Sent.LATER]),
                    ("mm4@a.example", (NOBODY, LATER), [Sent.REFUSED, Sent.LATER]),  # 554: no valid recipients
                    ("bad@a.example", (GOOD, GOOD), [Sent.REFUSED] * 2),  # at RCPT
                    ("worse@a.example", (GOOD, LATER), [Sent.REFUSED] * 2),  # at MAIL
                    ("mm4@a.example", (GOOD,), [Sent.TAKEN]),
                )
            ):
                results = await relays.send(peer, sender, recipients, octets(number))
                assert [result.sent for result in results] == expected, (number, results)
            await mmsc.wait_for(lambda _: len(mmsc.taken) == 3, 20.0)
            assert sorted(taken.id for taken in mmsc.taken) == ["0@a.example", "1@a.example", "5@a.example"]
            assert stage.count("smsedge_mm4_smtp_relay_connections_total", "north", "opened") == 1
            assert relays.pools["north"].relays[0].idle[0]._extensions >= {"pipelining", "size"}
            assert "improper command pipelining" not in mta.log


async def test_postfix_to_ours(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    written: list[int] = []  # replies in each write
    write_out = Stream._write_out

    def note(self: Stream, last: bytes = b"") -> None:
        written.append(len(self._replies) + bool(last))
        write_out(self, last)

    monkeypatch.setattr(Stream, "_write_out", note)
    server = await stage.server()
    with postfix("mms.acme.example", free_port(), server.ports[0], "127.0.0.2") as mta:

        def send() -> None:
            with smtplib.SMTP("127.0.0.1", mta.port) as client:
                for number in range(5):
                    client.sendmail("", [f"x{number}@{NORTH}", NOBODY, f"y@{NORTH}"], octets(number))
                client.sendmail("", [NOBODY], octets(5))

        await asyncio.to_thread(send)
        await asyncio.to_thread(wait_for, "bounces", lambda: mta.log.count("status=bounced") == 6)
        await asyncio.to_thread(wait_for, "an empty queue", lambda: not mta.queued())
        for number, envelope in enumerate(sorted(stage.taken.envelopes, key=lambda each: sorted(each.recipients))):
            assert sorted(envelope.recipients) == [f"x{number}@{NORTH}", f"y@{NORTH}"]
            assert envelope.content.endswith(octets(number).partition(b"\r\n\r\n")[2])
        # MAIL, three RCPT and DATA were answered at once, and nothing said that they should not have come so.
        assert max(written) == 5
        assert mta.log.count("status=sent") == 10
