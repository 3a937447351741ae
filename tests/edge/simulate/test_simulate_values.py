"""How options are written: what is taken, and that everything else is refused with a word on what to write."""

from argparse import ArgumentParser, ArgumentTypeError
from collections.abc import Callable
from typing import Any

import pytest

from edge.simulate import values
from edge.simulate.arguments import add_parsers

GOOD: list[tuple[Callable[[str], Any], str, Any]] = [
    (values.milliseconds, "250", (0.25, 0.25)),
    (values.milliseconds, "50-200", (0.05, 0.2)),
    (values.milliseconds, "1.5ms", (0.0015, 0.0015)),
    (values.seconds, "30", 30.0),
    (values.seconds, "1.5s", 1.5),
    (values.seconds, "2m", 120.0),
    (values.share, "0.05", 0.05),
    (values.share, "5%", 0.05),
    (values.share, "1", 1.0),
    (values.rate, "50/s", 50.0),
    (values.rate, "0.5", 0.5),
    (values.whole_rate, "100/s", 100),
    (values.whole, "0", 0),
    (values.positive, "7", 7),
    (values.mix, "lawful:80,flood", {"lawful": 80.0, "flood": 1.0}),
    (values.mix, "a:1,a:2", {"a": 3.0}),
    (values.states, "DELIVRD:90,undeliv:10", {2: 90.0, 5: 10.0}),
    (values.status, "0x58", 0x58),
    (values.status, "88", 0x58),
    (values.status, "ESME_RTHROTTLED", 0x58),
    (values.status, "rthrottled", 0x58),
    (values.statuses, "0x08, RSUBMITFAIL", (0x08, 0x45)),
    (values.identifiers, "hex", ("hex", 0, False)),
    (values.identifiers, "hex:8:upper", ("hex", 8, True)),
    (values.identifiers, "decimal:10", ("decimal", 10, False)),
    (values.account, "acme:se:cret", ("acme", "se:cret")),
    (values.account, "acme:", ("acme", "")),
    (values.every, "1000", (1000, 0.0)),
    (values.every, "10s", (0, 10.0)),
    (values.late, "45", (45.0, 1.0)),
    (values.late, "45:10%", (45.0, 0.1)),
    (values.originated, "+1212, +1416,Hi, you", ("+1212", "+1416", "Hi, you")),
    (values.version, "5.0", 0x50),
    (values.number_ranges, "+14165550100", (("+", 14165550100, 14165550100),)),
    (values.number_ranges, "+14165550100..+14165550199,0030..0040", (("+", 14165550100, 14165550199), ("00", 30, 40))),
]

BAD: list[tuple[Callable[[str], Any], str]] = [
    (values.milliseconds, "fast"),
    (values.milliseconds, "200-50"),
    (values.seconds, "-1"),
    (values.share, "101%"),
    (values.share, "2"),
    (values.share, "x"),
    (values.rate, "many"),
    (values.whole_rate, "0.5/s"),
    (values.whole, "-1"),
    (values.whole, "1" * 19),
    (values.whole, "²"),
    (values.positive, "0"),
    (values.port, "65536"),
    (values.mix, "lawful:"),
    (values.mix, ":3"),
    (values.mix, "lawful:0"),
    (values.states, "DELIVERD:1,NONE:1"),
    (values.status, "ESME_RNOTHING"),
    (values.status, "0x123456789"),
    (values.identifiers, "octal"),
    (values.identifiers, "hex:99"),
    (values.identifiers, "hex:8:title"),
    (values.account, "acme"),
    (values.every, "0"),
    (values.every, "often"),
    (values.late, "45:x"),
    (values.originated, "a,b"),
    (values.originated, ",b,c"),
    (values.version, "4"),
    (values.number_ranges, "+14165550199..+14165550100"),
    (values.number_ranges, "+1416..+14165550100"),
    (values.number_ranges, "+100..200"),
    (values.number_ranges, "ACME"),
    (values.number_ranges, ""),
]


@pytest.mark.parametrize(("read", "text", "expected"), GOOD)
def test_it_is_taken(read: Callable[[str], Any], text: str, expected: object) -> None:
    assert read(text) == expected


@pytest.mark.parametrize(("read", "text"), BAD)
def test_it_is_refused(read: Callable[[str], Any], text: str) -> None:
    with pytest.raises(ArgumentTypeError):
        read(text)


def parsed(*words: str) -> Any:
    parser = ArgumentParser()
    add_parsers(parser.add_subparsers())
    return parser.parse_args(["simulate", *words])


def test_both_commands_have_defaults_that_fit_the_shipped_conf() -> None:
    smsc = parsed("smsc")
    assert (smsc.host, smsc.port, smsc.account) == ("127.0.0.1", 12775, [])
    traffic = parsed("traffic")
    assert (traffic.host, traffic.port, traffic.system_id, traffic.password) == ("127.0.0.1", 2775, "acme", "secret")


def test_silent_and_nonsense_mean_all_without_a_word() -> None:
    assert parsed("smsc", "--silent").silent == "all"
    assert parsed("smsc", "--silent", "connect").silent == "connect"
    assert parsed("smsc", "--nonsense").nonsense == 1.0
    assert parsed("smsc", "--nonsense", "5%").nonsense == 0.05


def test_a_wrong_option_says_what_to_write(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        parsed("smsc", "--receipt-states", "DELIVERD")
    assert ended.value.code == 2
    assert "there are ACCEPTD, ACCEPTED, DELETED" in capsys.readouterr().err


def test_help_of_both_commands_can_be_printed(capsys: pytest.CaptureFixture[str]) -> None:
    for command in ("smsc", "traffic"):
        with pytest.raises(SystemExit) as ended:
            parsed(command, "--help")
        assert ended.value.code == 0
        assert "examples:" in capsys.readouterr().out
