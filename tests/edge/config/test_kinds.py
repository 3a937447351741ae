"""Every kind of value: what it takes, what it makes of it, and what it says of anything else."""

import datetime

import pytest

from edge.config import kinds
from edge.config.problem import Wrong
from edge.core.conf import Listen

GOOD = [
    (kinds.text(), "any text", "any text"),
    (kinds.whole(1, 65535), 65535, 65535),
    (kinds.number(0, 10), 3, 3.0),
    (kinds.number(0, 10), 2.5, 2.5),
    (kinds.one_of("priority", "round-robin"), "priority", "priority"),
    (kinds.coded({"3.4": 0x34, "5.0": 0x50}), "5.0", 0x50),
    (kinds.FLAG, False, False),
    (kinds.duration(0), "10s", 10.0),
    (kinds.duration(0), "250ms", 0.25),
    (kinds.duration(0), "5m", 300.0),
    (kinds.duration(0), "2h", 7200.0),
    (kinds.duration(0), "30d", 2592000.0),
    (kinds.duration(0), "1.5h", 5400.0),
    (kinds.duration(0), 90, 90.0),
    (kinds.size(0, 10**9), "1.5MB", 1_500_000),
    (kinds.size(0, 10**9), "64MiB", 67_108_864),
    (kinds.size(0, 10**9), 512, 512),
    (kinds.LISTEN, "127.0.0.1:2775", Listen("127.0.0.1", 2775)),
    (kinds.LISTEN, "[::1]:0", Listen("::1", 0)),
    (kinds.LISTEN, "edge.example:2775", Listen("edge.example", 2775)),
    (kinds.HOST, "smsc-1.north.example", "smsc-1.north.example"),
    (kinds.HOST, "2001:db8::7", "2001:db8::7"),
    (kinds.NETWORK, "10.0.0.0/8", "10.0.0.0/8"),
    (kinds.NETWORK, "192.0.2.7", "192.0.2.7/32"),
    (kinds.NETWORK, "::/0", "::/0"),
    (kinds.DOMAIN, "Acme.Example", "acme.example"),
    (
        kinds.RANGES,
        ["+18335550120", "+14165550100..+14165550199"],
        ((14165550100, 14165550199), (18335550120, 18335550120)),
    ),
    (kinds.RANGES, ["+14165550100..+14165550150", "+14165550140 .. +14165550199"], ((14165550100, 14165550199),)),
    (kinds.RANGES, [], ()),
    (kinds.PREFIX, "+1416", "1416"),
    (kinds.PREFIX, "44", "44"),
    (kinds.SHORT_CODE, "12345", "12345"),
    (kinds.SENDER_ID, "ACME & CO", "ACME & CO"),
    (kinds.COUNTRY, "CA", "CA"),
    (kinds.CALLING_CODE, 44, 44),
    (kinds.TIMEZONE, "America/Toronto", "America/Toronto"),
    (kinds.DATE, datetime.date(1970, 1, 2), 86400.0),
    (kinds.DATE, datetime.datetime(1970, 1, 1, 1), 3600.0),
    (kinds.DATE, datetime.datetime(1970, 1, 1, 1, tzinfo=datetime.timezone(datetime.timedelta(hours=1))), 0.0),
    (kinds.list_of(kinds.FLAG), [True, False], (True, False)),
]


@pytest.mark.parametrize(("kind", "value", "result"), GOOD)
def test_good_values(kind, value, result):
    assert kind.read(value) == result
    assert type(kind.read(value)) is type(result)


BAD = [
    (kinds.whole(1, 65535), "abc", 'expected a whole number from 1 to 65535, got "abc"'),
    (kinds.whole(1, 65535), 0, "expected a whole number from 1 to 65535, got 0"),
    (kinds.whole(1, 65535), True, "expected a whole number from 1 to 65535, got true"),
    (kinds.whole(1, 65535), 2.0, "expected a whole number from 1 to 65535, got 2.0"),
    (kinds.whole(1, 9), 10**40, "expected a whole number from 1 to 9, got a huge number"),
    (kinds.number(0, 10), float("nan"), "expected a number from 0 to 10, got a huge number"),
    (kinds.number(0, 10), False, "expected a number from 0 to 10, got false"),
    (kinds.text(), 3, "expected text, got 3"),
    (kinds.text(), "a\nb", 'expected text, got "a\\nb"'),
    (kinds.text(longest=3), "x" * 70, f'expected text, got "{"x" * 60}..."'),
    (kinds.FLAG, "yes", 'expected true or false, got "yes"'),
    (kinds.one_of("trx", "tx+rx"), "trxx", 'expected "trx" or "tx+rx", got "trxx" (did you mean "trx"?)'),
    (kinds.one_of("a", "bb", "ccc"), 1, 'expected "a", "bb" or "ccc", got 1'),
    (kinds.duration(1, 60), "2m", 'expected a time from 1s to 1m, like "10s", "5m", "2h" or "30d", got "2m"'),
    (kinds.duration(1, 60), "soon", 'expected a time from 1s to 1m, like "10s", "5m", "2h" or "30d", got "soon"'),
    (kinds.duration(1, 60), [], 'expected a time from 1s to 1m, like "10s", "5m", "2h" or "30d", got a list'),
    (kinds.size(1, 1024), "2MB", 'expected a size from 1B to 1KiB, like "1.5MB" or "64MiB", got "2MB"'),
    (kinds.size(1, 1024), 1.5, 'expected a size from 1B to 1KiB, like "1.5MB" or "64MiB", got 1.5'),
    (kinds.LISTEN, "127.0.0.1", 'expected an address and port, like "127.0.0.1:2775" or "[::1]:2775", got "127.0.0.1"'),
    (kinds.LISTEN, "h:70000", 'expected an address and port, like "127.0.0.1:2775" or "[::1]:2775", got "h:70000"'),
    (kinds.LISTEN, "1.2.3:80", 'expected an address and port, like "127.0.0.1:2775" or "[::1]:2775", got "1.2.3:80"'),
    (kinds.HOST, "no host", 'expected a host name or an IP address, got "no host"'),
    (
        kinds.NETWORK,
        "10.0.0.1/8",
        'expected a network, got "10.0.0.1/8": it has bits behind the mask (did you mean "10.0.0.0/8"?)',
    ),
    (kinds.NETWORK, "here", 'expected a network, like "192.0.2.0/24" or "192.0.2.7", got "here"'),
    (kinds.DOMAIN, "acme", 'expected a domain, like "acme.example", got "acme"'),
    (kinds.RANGE, "4165550100", 'expected "+14165550100" or a range "+14165550100..+14165550199", got "4165550100"'),
    (kinds.RANGE, 4165550100, 'expected "+14165550100" or a range "+14165550100..+14165550199", got 4165550100'),
    (
        kinds.RANGE,
        "+14165550199..+14165550100",
        'the range "+14165550199..+14165550100" is reversed: it ends before it begins',
    ),
    (
        kinds.RANGE,
        "+14160000000..+14169999999..+1",
        'expected "+14165550100" or a range "+14165550100..+14165550199", got "+14160000000..+14169999999..+1"',
    ),
    (
        kinds.RANGE,
        "+14160000000..+14170000000",
        'the range "+14160000000..+14170000000" has 10000001 numbers, more than the 10000000 allowed',
    ),
    (kinds.RANGE, "+9999999..+10000001", 'the ends of the range "+9999999..+10000001" differ in length'),
    (kinds.PREFIX, "0", 'expected the first digits of a number, like "1416" or "+44", got "0"'),
    (kinds.COUNTRY, "ca", 'expected a country as two capital letters, like "CA", got "ca" (did you mean "CA"?)'),
    (kinds.COUNTRY, "UK", 'expected a country as two capital letters, like "CA", got "UK" (did you mean "GB"?)'),
    (kinds.COUNTRY, "Canada", 'expected a country as two capital letters, like "CA", got "Canada"'),
    (kinds.CALLING_CODE, 2, "expected a country calling code, like 1 or 44, got 2"),
    (
        kinds.TIMEZONE,
        "America/Toronot",
        'expected a time zone, like "America/Toronto", got "America/Toronot" (did you mean "America/Toronto"?)',
    ),
    (kinds.TIMEZONE, "../secret", 'expected a time zone, like "America/Toronto", got "../secret"'),
    (kinds.DATE, "2026-01-15", 'expected a date, like 2026-01-15 (no quotes), got "2026-01-15"'),
    (kinds.DATE, datetime.time(1), "expected a date, like 2026-01-15 (no quotes), got a date or time"),
    (kinds.SECRET, 1234567, "expected text, got a number"),
    (kinds.list_of(kinds.FLAG), True, "expected a list, got true"),
    (kinds.list_of(kinds.FLAG, most=1), [True, True], "the list has 2 entries, more than the 1 allowed"),
]


@pytest.mark.parametrize(("kind", "value", "message"), BAD)
def test_bad_values(kind, value, message):
    with pytest.raises(Wrong) as caught:
        kind.read(value)
    assert str(caught.value) == message


def test_every_faulty_element_of_a_list_is_named():
    with pytest.raises(Wrong) as caught:
        kinds.list_of(kinds.FLAG).read([True, 1, False, "x"])
    assert caught.value.faults == [
        ((1,), "expected true or false, got 1"),
        ((3,), 'expected true or false, got "x"'),
    ]


def test_a_machine_without_time_zones_is_told_apart(monkeypatch):
    monkeypatch.setattr(kinds.zoneinfo, "available_timezones", set)
    with pytest.raises(Wrong, match="this machine has no time zone database"):
        kinds.TIMEZONE.read("Nowhere/Land")


@pytest.mark.parametrize(
    ("seconds", "text"), [(90.0, "90s"), (120.0, "2m"), (7200.0, "2h"), (2592000.0, "30d"), (0.5, "0.5s"), (0.0, "0s")]
)
def test_durations_are_shown_as_written(seconds, text):
    assert kinds.show_duration(seconds) == text


@pytest.mark.parametrize(
    ("octets", "text"), [(67_108_864, "64MiB"), (1_500_000, "1.5MB"), (2048, "2KiB"), (1500, "1.5kB"), (7, "7B")]
)
def test_sizes_are_shown_as_written(octets, text):
    assert kinds.show_size(octets) == text
