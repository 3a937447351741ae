"""tshark finds no malformed PDU among those that the edges of all end-to-end tests sent."""

import os
from collections import Counter
from pathlib import Path

import pytest

from smpp.codec import build
from smpp.consts import CommandId
from smpp.tap import Tap
from tests.e2e.peers.capture import connections, judge, pdus

pytestmark = pytest.mark.e2e

HERE, THERE = ("127.0.0.1", 2775), ("127.0.0.1", 40000)

GOOD = build(
    CommandId.SUBMIT_SM,
    0,
    7,
    {"source_addr": b"14165550100", "destination_addr": b"14165550301", "short_message": b"See you at nine."},
)
LENGTH_AT = GOOD.index(b"\x10See you")
LONG_SM_LENGTH = GOOD[:LENGTH_AT] + b"\xc8" + GOOD[LENGTH_AT + 1 :]
ENDLESS_ADDRESS = bytes.fromhex("00000024 00000005 00000000 00000001 00 01 01") + b"1" * 17
LONG_TLV = (len(GOOD) + 6).to_bytes(4) + GOOD[4:] + bytes.fromhex("0424 0100 4142")


def capture(path: Path, *blocks: bytes) -> Path:
    """A capture of one connection on which those blocks went out."""
    tap = Tap(path)
    for block in blocks:
        tap.write(HERE, THERE, block)
    tap.close()
    return path


@pytest.mark.parametrize("broken", [LONG_SM_LENGTH, ENDLESS_ADDRESS, LONG_TLV], ids=["sm_length", "no NUL", "TLV"])
def test_a_broken_pdu_is_found_between_good_ones(tmp_path: Path, broken: bytes) -> None:
    sent, judgement = judge([capture(tmp_path / "one.pcap", GOOD + broken, GOOD)], tmp_path)
    assert [(pdu.raw, pdu.times) for pdu in sent] == [(GOOD, 2), (broken, 1)]
    assert [finding.sent.raw for finding in judgement.findings] == [broken]


def test_good_pdus_are_dissected_and_not_objected_to(tmp_path: Path) -> None:
    large = build(CommandId.DATA_SM, 0, 8, {"destination_addr": b"14165550301"}, [(0x0424, b"x" * 65_000)])
    sent, judgement = judge([capture(tmp_path / "one.pcap", GOOD, large + GOOD)], tmp_path)
    assert [pdu.times for pdu in sent] == [2, 1]
    assert (judgement.dissected, judgement.findings) == ({0x00000004: 2, 0x00000103: 1}, [])


def test_a_stream_that_is_not_whole_pdus_is_found(tmp_path: Path) -> None:
    with pytest.raises(AssertionError, match="ends within a PDU"):
        list(pdus(capture(tmp_path / "cut.pcap", GOOD, GOOD[:-1])))
    with pytest.raises(AssertionError, match="command_length"):
        list(pdus(capture(tmp_path / "lost.pcap", b"\0\0\0\x04" + GOOD)))


def test_a_capture_is_read_as_it_was_written(tmp_path: Path) -> None:
    tap = Tap(tmp_path / "two.pcap")
    for peer, block in ((THERE, b"ab"), (HERE, b"xyz"), (THERE, b"cd")):
        tap.write(("127.0.0.1", 9), peer, block)
    tap.close()
    assert connections(tmp_path / "two.pcap") == [b"abcd", b"xyz"]


@pytest.mark.last
@pytest.mark.timeout(300)
def test_no_pdu_that_any_edge_sent_is_malformed(captures: Path, tmp_path: Path) -> None:
    files = sorted(captures.glob("*.pcap"))
    if not files:
        if os.environ.get("SMSEDGE_REQUIRE_PEERS"):
            pytest.fail("no edge has left a capture, and this run requires it")
        pytest.skip("no edge has run before this test")
    sent, judgement = judge(files, tmp_path)
    written: Counter[int] = Counter()
    for pdu in sent:
        written[int.from_bytes(pdu.raw[4:8])] += pdu.times
    print(
        f"\n{written.total()} PDUs of {len(files)} edges:",
        {f"{key:#x}": count for key, count in sorted(written.items())},
    )
    assert sent
    assert judgement.dissected == written
    assert not judgement.findings, "\n".join(map(str, judgement.findings[:20]))
