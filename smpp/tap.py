"""A tap: writes what a process sends into a pcap file, so that another implementation can dissect it.

For tests and for field work. The file holds raw IPv4 packets (link type 101) with made-up TCP headers:
tshark reassembles PDUs from the sequence numbers. Not for production traffic: bodies are in it.
"""

import time
from pathlib import Path
from struct import pack

_SEGMENT = 32_000  # octets of payload per packet: below IPv4's 65,535 with headers


class Tap:
    """An open capture file. `write` is called with every block of octets that goes out."""

    def __init__(self, path: Path) -> None:
        self._file = path.open("wb", buffering=0)
        self._file.write(pack("<IHHiIII", 0xA1B2C3D4, 2, 4, 0, 0, 65535, 101))
        self._sent: dict[tuple[tuple[str, int], tuple[str, int]], int] = {}

    def write(self, local: tuple[str, int], peer: tuple[str, int], data: bytes) -> None:
        """Append `data` as sent from `local` to `peer` (host, port)."""
        flow = (local, peer)
        for start in range(0, len(data), _SEGMENT):
            chunk = data[start : start + _SEGMENT]
            offset = self._sent.get(flow, 1)
            self._sent[flow] = (offset + len(chunk)) & 0xFFFFFFFF
            packet = _packet(local, peer, offset, chunk)
            now = time.time()
            header = pack("<IIII", int(now), int(now % 1 * 1e6), len(packet), len(packet))
            self._file.write(header + packet)

    def close(self) -> None:
        """Close the file."""
        self._file.close()


def _packet(local: tuple[str, int], peer: tuple[str, int], offset: int, chunk: bytes) -> bytes:
    """IPv4 and TCP headers (no checksums: dissectors do not insist) before `chunk`."""
    tcp = pack(">HHIIBBHHH", local[1], peer[1], offset, 1, 5 << 4, 0x18, 65535, 0, 0)
    total = 20 + len(tcp) + len(chunk)
    addresses = _ipv4(local[0]) + _ipv4(peer[0])
    return pack(">BBHHHBBH", 0x45, 0, total, 0, 0x4000, 64, 6, 0) + addresses + tcp + chunk


def _ipv4(host: str) -> bytes:
    """Four octets; anything that is not dotted IPv4 stands as 127.0.0.1."""
    try:
        octets = bytes(int(part) for part in host.split("."))
    except ValueError:
        return b"\x7f\x00\x00\x01"
    return octets if len(octets) == 4 else b"\x7f\x00\x00\x01"
