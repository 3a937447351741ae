"""Captures of what edges sent, read back and given to tshark, whose SMPP dissector is not ours.

The PDUs are found here by command_length alone, and copied one to a packet: so each verdict of tshark's belongs to
one PDU, though ports were dynamic and may have been used twice. What differs in its sequence number alone is copied
once, and counts as often as it was sent.
"""

import subprocess
from collections.abc import Iterable, Iterator
from pathlib import Path
from struct import unpack_from

import msgspec

from smpp.frame import BOUND_LIMIT, Framer
from smpp.tap import Tap
from tests.e2e.rig import require

PORT = 2775  # of every copied connection
_FIELDS = ("smpp.command_id", "_ws.malformed", "_ws.expert.severity", "_ws.expert.message")
_ERROR = 0x800000  # _ws.expert.severity
_FILE_HEADER, _PACKET_HEADER, _HEADERS = 24, 16, 40
_SEGMENT = 32_000  # the tap's

Flow = tuple[bytes, bytes]


class Sent(msgspec.Struct):
    """A PDU that an edge sent, `times` times but for the sequence number; where first, and its octets."""

    capture: str
    raw: bytes
    times: int = 0

    def __str__(self) -> str:
        """For the report: the PDU, up to a page of it."""
        return f"{self.capture}, {self.times} times: {self.raw[:400].hex()}{'...' if len(self.raw) > 400 else ''}"


class Finding(msgspec.Struct):
    """A PDU that tshark objects to, and why."""

    sent: Sent
    why: str

    def __str__(self) -> str:
        return f"{self.why}: {self.sent}"


class Judgement(msgspec.Struct):
    """What tshark makes of PDUs: how many it dissected of each command_id, and its objections."""

    dissected: dict[int, int]
    findings: list[Finding]


def connections(path: Path) -> list[bytes]:
    """The octets of each connection in a capture of the tap's. AssertionError where packets are missing."""
    data = path.read_bytes()
    flows: dict[Flow, bytearray] = {}
    at = _FILE_HEADER
    while at + _PACKET_HEADER <= len(data):
        length = unpack_from("<I", data, at + 8)[0]
        packet = data[at + _PACKET_HEADER : at + _PACKET_HEADER + length]
        at += _PACKET_HEADER + length
        if len(packet) < length:
            break  # the edge was killed while it wrote this one
        stream = flows.setdefault((packet[12:20], packet[20:24]), bytearray())
        assert unpack_from(">I", packet, 24)[0] == (len(stream) + 1) & 0xFFFFFFFF, f"{path.name}: a packet is missing"
        stream += packet[_HEADERS:]
    return [bytes(stream) for stream in flows.values()]


def pdus(path: Path) -> Iterator[list[bytes]]:
    """The PDUs of each connection. AssertionError where an edge sent something that is not a row of whole PDUs."""
    for number, stream in enumerate(connections(path)):
        framer = Framer(BOUND_LIMIT)
        frames = framer.feed(stream)
        assert framer.error is None, f"{path.name}, connection {number}: {framer.error}"
        assert framer.pending == 0, f"{path.name}, connection {number}: ends within a PDU"
        yield [frame.raw for frame in frames]


def judge(captures: Iterable[Path], workspace: Path) -> tuple[list[Sent], Judgement]:
    """Everything that was sent, and tshark's opinion of it. Skips (in CI fails) without tshark."""
    sent: dict[bytes, Sent] = {}
    for path in captures:
        for stream in pdus(path):
            for raw in stream:
                key = raw[:12] + raw[16:]
                if key not in sent:
                    sent[key] = Sent(path.name, raw)
                sent[key].times += 1
    return list(sent.values()), _dissect(list(sent.values()), workspace / "all.pcap")


def _copy(sent: list[Sent], path: Path) -> dict[int, Sent]:
    """Write the PDUs as one connection, and say which packet completes which."""
    tap = Tap(path)
    packets: dict[int, Sent] = {}
    number = 0
    for pdu in sent:
        tap.write(("127.0.0.1", PORT), ("127.0.0.1", PORT + 1), pdu.raw)
        number += -(-len(pdu.raw) // _SEGMENT)
        packets[number] = pdu
    tap.close()
    return packets


def _dissect(sent: list[Sent], copy: Path) -> Judgement:
    packets = _copy(sent, copy)
    command = [require("tshark"), "-n", "-r", str(copy), "-d", f"tcp.port=={PORT},smpp", "-T", "fields"]
    command += ["-o", "tcp.analyze_sequence_numbers:FALSE"]  # most of its time, and of no interest here
    for field in ("frame.number", *_FIELDS):
        command += ["-e", field]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    judgement = Judgement({}, [])
    for line in done.stdout.splitlines():
        number, commands, malformed, severities, messages = line.split("\t")
        for command_id in filter(None, commands.split(",")):
            value = int(command_id, 16)
            judgement.dissected[value] = judgement.dissected.get(value, 0) + packets[int(number)].times
        if malformed or any(int(severity) >= _ERROR for severity in filter(None, severities.split(","))):
            judgement.findings.append(Finding(packets[int(number)], messages or "malformed"))
    return judgement
