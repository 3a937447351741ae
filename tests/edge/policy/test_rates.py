"""Rates as text, and as what GCRA computes with."""

import pytest

from edge.policy.rates import Limits, Rate, limit_of, parse_rate


@pytest.mark.parametrize(
    ("text", "rate"),
    [
        ("60/1m burst 10", Rate(60, 60.0, 10)),
        ("60/1m", Rate(60, 60.0, 6)),
        ("10/1m", Rate(10, 60.0, 1)),
        ("3/1s", Rate(3, 1.0, 1)),
        ("10/1s burst 50", Rate(10, 1.0, 50)),
        ("1000/1d", Rate(1000, 86400.0, 100)),
        ("5/2h", Rate(5, 7200.0, 1)),
        ("5/500ms", Rate(5, 0.5, 1)),
        (" 5 / 1s  burst  2 ", Rate(5, 1.0, 2)),
        ("0/1m", Rate(0, 60.0, 0)),
        ("0/1m burst 5", Rate(0, 60.0, 0)),
    ],
)
def test_reads(text: str, rate: Rate) -> None:
    assert parse_rate(text) == rate


@pytest.mark.parametrize(
    ("value", "says"),
    [
        (60, "a rate is text"),
        ("60", "is no rate"),
        ("60/m", "is no rate"),
        ("60/1w", "is no rate"),
        ("-1/1s", "is no rate"),
        ("1.5/1s", "is no rate"),
        ("60/1m burst", "is no rate"),
        ("", "is no rate"),
        ("\u0661/1s", "is no rate"),
        ("60/0s", "period"),
        ("60/400d", "period"),
        ("1000000001/1s", "counts more than"),
        ("1/1s burst 1000000001", "counts more than"),
        ("60/1m burst 0", "burst"),
    ],
)
def test_refuses(value: object, says: str) -> None:
    with pytest.raises(ValueError, match=says):
        parse_rate(value)


@pytest.mark.parametrize(
    "text", ["60/1m burst 10", "1/1d burst 1", "5/1500ms burst 1", "7/90m burst 2", "0/1s burst 0"]
)
def test_writes_as_read(text: str) -> None:
    assert str(parse_rate(text)) == text
    assert parse_rate(str(parse_rate(text))) == parse_rate(text)


def test_divided() -> None:
    assert parse_rate("1000/1d burst 1000").divided(4) == Rate(250, 86400.0, 250)
    assert parse_rate("2/1d burst 1").divided(4) == Rate(1, 86400.0, 1)
    assert parse_rate("0/1d").divided(4) == Rate(0, 86400.0, 0)


def test_limit() -> None:
    limit = limit_of(parse_rate("60/1m burst 10"))
    assert limit.interval == 1.0
    assert limit.tolerance == pytest.approx(9.0, abs=1e-5)
    assert limit.span == 10.0
    assert limit.used(1004.0, 1000.0) == 4.0
    assert limit.used(999.0, 1000.0) == 0.0


def test_limit_of_nothing() -> None:
    limit = limit_of(parse_rate("0/1m"))
    assert limit.tolerance < 0
    assert limit.used(2000.0, 1000.0) == 0.0


def test_own_limits() -> None:
    slow, fast = limit_of(parse_rate("1/1s")), limit_of(parse_rate("1/1h burst 2"))
    limits = Limits(slow, {"acme": fast})
    assert limits.of("acme") is fast
    assert limits.of("rival") is slow
    assert limits.span() == 7200.0
