"""A capture that another implementation can read: pcap, raw IPv4, TCP that reassembles."""

import struct

import pytest

from smpp.tap import Tap

HERE, THERE = ("192.0.2.2", 2775), ("192.0.2.1", 4000)


class Packet:
    """One record of a capture, taken apart by hand."""

    def __init__(self, raw):
        self.length = len(raw)
        self.version, self.total, self.protocol = raw[0], int.from_bytes(raw[2:4]), raw[9]
        self.source = (".".join(map(str, raw[12:16])), int.from_bytes(raw[20:22]))
        self.target = (".".join(map(str, raw[16:20])), int.from_bytes(raw[22:24]))
        self.sequence = int.from_bytes(raw[24:28])
        self.header = raw[32] >> 4
        self.data = raw[40:]


def packets(path):
    raw = path.read_bytes()
    magic, major, minor, _, _, snap, link = struct.unpack_from("<IHHiIII", raw)
    assert (magic, major, minor, snap, link) == (0xA1B2C3D4, 2, 4, 65535, 101)
    found, at = [], 24
    while at < len(raw):
        seconds, micros, kept, size = struct.unpack_from("<IIII", raw, at)
        assert kept == size
        assert 0 <= micros < 1_000_000 < seconds
        found.append(Packet(raw[at + 16 : at + 16 + size]))
        at += 16 + size
    return found


@pytest.fixture
def tapped(tmp_path):
    """Write blocks, and what then stands in the file."""

    def write(*blocks):
        tap = Tap(tmp_path / "tap.pcap")
        for local, peer, data in blocks:
            tap.write(local, peer, data)
        tap.close()
        return packets(tmp_path / "tap.pcap")

    return write


def test_an_empty_capture_is_a_capture(tapped):
    assert tapped() == []


def test_a_block_is_a_packet_with_its_addresses(tapped):
    (packet,) = tapped((HERE, THERE, b"hello"))
    assert (packet.version, packet.total, packet.protocol, packet.header) == (0x45, 45, 6, 5)
    assert (packet.source, packet.target, packet.data, packet.sequence) == (HERE, THERE, b"hello", 1)


def test_the_octets_of_each_direction_are_numbered_on(tapped):
    other = ("192.0.2.1", 4001)
    found = tapped((HERE, THERE, b"12345"), (HERE, other, b"x"), (HERE, THERE, b"678"), (THERE, HERE, b"y"))
    assert [packet.sequence for packet in found] == [1, 1, 6, 1]


def test_a_large_block_is_cut_where_ipv4_ends(tapped):
    data = bytes(range(256)) * 400
    found = tapped((HERE, THERE, data))
    assert [len(packet.data) for packet in found] == [32_000, 32_000, 32_000, 6_400]
    assert [packet.sequence for packet in found] == [1, 32_001, 64_001, 96_001]
    assert b"".join(packet.data for packet in found) == data
    assert all(packet.total == packet.length for packet in found)


def test_nothing_is_no_packet(tapped):
    assert tapped((HERE, THERE, b"")) == []


@pytest.mark.parametrize("host", ["2001:db8::1", "", "edge.example", "192.0.2", "192.0.2.1.5", "300.1.1.1"])
def test_what_is_no_ipv4_address_stands_as_the_loopback(tapped, host):
    (packet,) = tapped(((host, 1), THERE, b"x"))
    assert packet.source == ("127.0.0.1", 1)


def test_it_is_on_disk_before_it_is_closed(tmp_path):
    tap = Tap(tmp_path / "tap.pcap")
    tap.write(HERE, THERE, b"hello")
    assert len(packets(tmp_path / "tap.pcap")) == 1
    tap.close()


def test_a_place_where_nothing_can_be_written(tmp_path):
    with pytest.raises(OSError):
        Tap(tmp_path / "missing" / "tap.pcap")
