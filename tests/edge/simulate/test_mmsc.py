"""The simulated MMSC: what it takes, answers, reports and sends, and every way in which it misbehaves."""

import asyncio
import contextlib
import hashlib
import json
import smtplib
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from edge.simulate.mmsc import Mmsc, Options, Order, Part, message, parts, pictures

A, B = "mms.a.example", "mms.b.example"
PICTURE = Part("image/png", pictures.png(), "one.png")


@contextlib.asynccontextmanager
async def pair(**options: Any) -> AsyncIterator[tuple[Mmsc, Mmsc]]:
    """One that sends and one that takes; the options are the taker's."""
    async with Mmsc(Options(domain=A, timeout=5.0)) as a, Mmsc(Options(domain=B, **options)) as b:
        a.options.relay, b.options.relay = ("127.0.0.1", b.port), ("127.0.0.1", a.port)
        yield a, b


def order(*recipients: str, **values: Any) -> Order:
    return Order("+14165550100", recipients or ("+12125550111",), [PICTURE, parts.text("Hi")], B, **values)


async def test_a_message_its_response_and_its_reports() -> None:
    async with pair() as (a, b):
        entry = await a.send(order("+12125550111", "+12125550112", delivery_report=True, read_reply=True, hide=True))
        await a.wait_for(lambda mmsc: mmsc.book.complete)
        assert entry.sent is not None
        assert entry.sent.good
        assert entry.responses == ["Ok"]
        assert entry.reports == {"+12125550111": ["Retrieved"], "+12125550112": ["Retrieved"]}
        assert entry.read == {"+12125550111": ["Read"], "+12125550112": ["Read"]}
        taken = b.taken[0]
        assert (taken.kind, taken.id, taken.transaction) == ("MM4_forward.REQ", entry.id, entry.transaction)
        assert taken.sender == f"+14165550100/TYPE=PLMN@{A}"
        assert taken.numbers == ("+12125550111", "+12125550112")
        assert taken.sha256 == entry.sha256
        assert taken.fields["x-mms-sender-visibility"] == "Hide"
        assert [part.type for part in taken.parts] == ["application/smil", "image/png", "text/plain"]
        assert taken.parts[1].sha256 == hashlib.sha256(PICTURE.octets).hexdigest()


async def test_what_nobody_asked_for_does_not_come() -> None:
    async with pair() as (a, b):
        entry = await a.send(order(ack=False))
        assert entry.complete
        await asyncio.sleep(0.3)
        assert (entry.responses, entry.reports, entry.read) == ([], {}, {})
        assert not a.taken
        assert len(b.taken) == 1


async def test_a_refusing_status_is_followed_by_no_report() -> None:
    async with pair(status="Error-content-not-accepted") as (a, _):
        entry = await a.send(order(delivery_report=True))
        await a.wait_for(lambda mmsc: mmsc.book.complete)
        assert entry.responses == ["Error-content-not-accepted"]
        assert entry.reports == {}


async def test_statuses_by_weight() -> None:
    async with pair(reports={"Rejected": 1.0}, read={"Deleted without being read": 1.0}) as (a, b):
        entry = await a.send(order(delivery_report=True, read_reply=True))
        await a.wait_for(lambda mmsc: mmsc.book.complete)
        assert entry.reports == {"+12125550111": ["Rejected"]}
        assert entry.read == {"+12125550111": ["Deleted without being read"]}
        reports = [taken for taken in a.taken if taken.kind == message.DELIVERY]
        assert reports[0].fields["x-mms-mm-status-extension"] == "Rejection-By-MMS-Recipient"
        assert b.counts["MM4_delivery_report.RES"] == 1


async def test_no_response() -> None:
    async with pair(respond=False) as (a, _):
        entry = await a.send(order())
        await asyncio.sleep(0.1)
        assert not entry.complete


async def test_refusals_at_the_end_and_of_recipients() -> None:
    async with pair(refuse=451) as (a, b):
        entry = await a.send(order())
        assert entry.sent is not None
        assert (entry.sent.code, entry.sent.good, entry.complete) == (451, False, True)
        assert b.taken[0].reply == 451
        b.options.refuse = 0
        b.options.refuse_recipients = {"+12125550111": 550}
        entry = await a.send(order("+12125550111", "+12125550112"))
        assert entry.sent is not None
        assert (entry.sent.code, entry.sent.recipients) == (250, (550, 250))
        assert b.taken[1].numbers == ("+12125550112",)
        entry = await a.send(order("+12125550111"))
        assert entry.sent is not None
        assert (entry.sent.code, entry.sent.recipients) == (550, (550,))
        assert len(b.taken) == 2


@pytest.mark.parametrize(("close", "taken"), [("data", 0), ("after", 1)])
async def test_cuts(close: str, taken: int) -> None:
    async with pair(close=close) as (a, b):
        entry = await a.send(order())
        assert entry.sent is not None
        assert (entry.sent.code, entry.sent.unknown) == (0, True)
        assert [each.reply for each in b.taken] == [None] * taken
        b.options.close = ""
        assert (await a.send(order())).sent.good  # type: ignore[union-attr]  # the connection is made anew


async def test_silence() -> None:
    async with pair(silent=True) as (a, b):
        a.options.timeout = 0.3
        entry = await a.send(order())
        assert entry.sent is not None
        assert (entry.sent.code, entry.sent.unknown) == (0, True)
        assert b.taken[0].reply is None


async def test_a_kept_connection_that_the_peer_has_closed_is_made_anew() -> None:
    async with Mmsc(Options(domain=A, connections=1)) as a:
        async with Mmsc(Options(domain=B)) as b:
            port = b.port
            a.options.relay = ("127.0.0.1", port)
            assert (await a.send(order(ack=False))).sent.good  # type: ignore[union-attr]
        async with Mmsc(Options(domain=B, port=port)):
            assert (await a.send(order(ack=False))).sent.good  # type: ignore[union-attr]
        entry = await a.send(order(ack=False))
        assert entry.sent is not None
        assert (entry.sent.code, entry.sent.unknown) == (0, False)


async def test_a_kept_connection_that_the_peer_has_closed_with_a_word_is_made_anew() -> None:
    greeted = 0

    async def tired(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Takes one message, then has waited too long."""
        nonlocal greeted
        greeted += 1
        writer.write(b"220 b\r\n")
        for reply in (b"250 b", b"250 OK", b"250 OK", b"354 go on", b"250 taken"):
            until = b"\r\n.\r\n" if reply == b"250 taken" else b"\r\n"
            await reader.readuntil(until)
            writer.write(reply + b"\r\n")
        writer.write(b"421 4.4.2 too slow\r\n")
        writer.close()

    server = await asyncio.start_server(tired, "127.0.0.1", 0)
    async with server, Mmsc(Options(domain=A, connections=1, timeout=5.0)) as a:
        a.options.relay = server.sockets[0].getsockname()
        for _ in range(2):
            entry = await a.send(order(ack=False))
            assert entry.sent is not None
            assert entry.sent.text == "taken"
            await asyncio.sleep(0.1)
    assert greeted == 2


async def test_what_a_relay_says_instead_of_a_greeting_is_told_as_it_was_said() -> None:
    async def rude(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"554 5.7.1 not you\r\n")
        writer.close()

    server = await asyncio.start_server(rude, "127.0.0.1", 0)
    async with server, Mmsc(Options(domain=A, timeout=5.0)) as a:
        a.options.relay = server.sockets[0].getsockname()
        entry = await a.send(order())
    assert entry.sent is not None
    assert (entry.sent.code, entry.sent.text) == (554, "5.7.1 not you")


async def test_an_answer_to_nothing_is_a_stray() -> None:
    async with pair() as (a, b):
        entry = await a.send(order(ack=False))
        taken = b.taken[0]
        wrong = message.response(taken, "Ok", b.options.address, 0.0).replace(entry.transaction.encode(), b"other")
        await b.send_raw(b.options.address, (a.options.address,), wrong)
        assert a.book.strays == {"MM4_forward.RES": 1}
        assert entry.responses == []


@pytest.mark.parametrize("octets", [b"", b".\r\n", b"..\r\n.\r\n", b"a\r\n.b\r\n\r\n.\r\n", b"\x00\xff\r\n" * 30_000])
async def test_octets_are_taken_as_they_are(octets: bytes) -> None:
    async with pair(keep_content=True) as (a, b):
        assert (await a.send_raw("a@a.example", ("b@b.example",), octets)).good
        assert b.taken[0].content == (octets or b"\r\n")


async def test_commands_out_of_order_and_out_of_bounds() -> None:
    async with pair(max_size=1000) as (_, b):

        def talk() -> list[int]:
            with smtplib.SMTP("127.0.0.1", b.port, timeout=5) as smtp:
                said = [
                    smtp.docmd(line)[0] for line in ("DATA", "RCPT TO:<a@b>", "MAIL FROM:a", "MAIL FROM:<>", "WHAT")
                ]
                said += [smtp.docmd(line)[0] for line in ("MAIL FROM:<x@y>", "RCPT TO:<a@b>", "STARTTLS", "NOOP")]
                return [*said, smtp.data(b"x" * 70_000)[0]]

        said = await asyncio.to_thread(talk)
        assert said == [503, 503, 501, 250, 500, 503, 250, 502, 250, 552]


async def test_the_log_comes_before_the_reply_and_without_it_nothing_is_acknowledged(tmp_path: Path) -> None:
    async with pair(log=tmp_path / "log.jsonl") as (a, b):
        entry = await a.send(order())
        line = json.loads((tmp_path / "log.jsonl").read_text().splitlines()[0])
        assert (line["id"], line["sha256"], line["reply"]) == (entry.id, entry.sha256, 250)
        assert line["recipients"] == [f"+12125550111/TYPE=PLMN@{B}"]
        assert b._journal is not None
        b._journal.flush = _no_room  # type: ignore[method-assign]
        entry = await a.send(order())
        assert entry.sent is not None
        assert entry.sent.code == 451
        assert b.failed == "the log cannot be written: No space left on device"
        b._journal.flush = lambda: None  # type: ignore[method-assign]


def _no_room() -> None:
    raise OSError(28, "No space left on device")


@pytest.mark.parametrize(
    "options", [{"close": "later"}, {"status": "Fine"}, {"reports": {"Eaten": 1.0}}, {"refuse": 250}, {"remember": 0}]
)
def test_options_that_cannot_be_meant(options: dict[str, Any]) -> None:
    with pytest.raises(ValueError):
        Mmsc(Options(**options))


@given(octets=st.binary(max_size=600) | st.text(max_size=300).map(str.encode))
@example(b"Content-Type: multipart/mixed; boundary=\r\n\r\n--\r\n\r\n----\r\n")
@example(b"Content-Type: message/rfc822\r\n\r\nContent-Transfer-Encoding: base64\r\n\r\n=")
@example(b"Content-Transfer-Encoding: uuencode\r\n\r\nbegin 666 x\r\n\xff\xff\r\nend\r\n")
def test_any_octets_are_a_message(octets: bytes) -> None:
    taken = message.read(octets, ("a", ("b",)), ("127.0.0.1", ""), 0.0, 250)
    assert taken.octets == len(octets)
    assert taken.numbers == ("b",)
    assert isinstance(message.answered_at(taken), str)
    assert message.response(taken, "Ok", "mm4@a.example", 0.0).endswith(b"\r\n\r\n")
