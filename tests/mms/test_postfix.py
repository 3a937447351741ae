"""The harness itself: two Postfix between two simulated MMSCs, no edge. What goes in comes out, octet for octet."""

from pathlib import Path

import pytest

from edge.simulate.mmsc import Mmsc, Options, Order
from tests.e2e.rig import free_port
from tests.mms.album import ALBUM
from tests.mms.by_hand import swaks
from tests.mms.postfix import postfix

pytestmark = pytest.mark.e2e

ACME, NORTH = "mms.acme.example", "mms.north.example"


async def test_two_postfix_carry_mm4_and_its_answers_octet_for_octet() -> None:
    async with Mmsc(Options(domain=ACME)) as acme, Mmsc(Options(domain=NORTH)) as north:
        port = free_port()
        with (
            postfix(NORTH, north.port, port, "127.0.0.3") as far,
            postfix(ACME, acme.port, far.port, "127.0.0.2", port=port) as near,
        ):
            acme.options.relay, north.options.relay = ("127.0.0.1", near.port), ("127.0.0.1", far.port)
            recipients = ("+12125550111", "+12125550112")
            order = Order("+14165550100", recipients, list(ALBUM), NORTH, delivery_report=True, read_reply=True)
            entry = await acme.send(order)
            await acme.wait_for(lambda mmsc: mmsc.book.complete, 20.0)
            assert [each.sha256 for each in north.taken if each.kind == "MM4_forward.REQ"] == [entry.sha256]
            assert entry.responses == ["Ok"]
            assert entry.reports == {number: ["Retrieved"] for number in recipients}
            assert entry.read == {number: ["Read"] for number in recipients}
            assert not acme.book.strays


async def test_swaks_speaks_to_the_simulated_mmsc(tmp_path: Path) -> None:
    async with Mmsc(Options(domain=NORTH, keep_content=True)) as mmsc:
        message = tmp_path / "message"
        octets = b"Subject: hi\r\n\r\n..dots\r\n.\r\nand more\r\n"
        message.write_bytes(octets)
        envelope = ("1416/TYPE=PLMN@a.example", f"12125550111/TYPE=PLMN@{NORTH}")
        done = await swaks(f"127.0.0.1:{mmsc.port}", *envelope, message)
        assert done.returncode == 0, done.stdout
        assert mmsc.taken[0].numbers == ("12125550111",)
        assert mmsc.taken[0].content == octets + b"\r\n"  # swaks adds one
