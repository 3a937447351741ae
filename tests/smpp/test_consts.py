"""The numbers against smpplib's, and those it lacks against the specification."""

import pytest
from smpplib import consts as theirs
from smpplib.command_codes import commands

from smpp.consts import CommandId, Npi, Status, Tag, Ton, command_name, status_name

# Where smpplib differs from the specification: its name -> the value of the specification.
THEIR_MISTAKES: dict[str, int] = {}

TON_NAMES = {
    "UNK": Ton.UNKNOWN,
    "INTL": Ton.INTERNATIONAL,
    "NATNL": Ton.NATIONAL,
    "NWSPEC": Ton.NETWORK_SPECIFIC,
    "SBSCR": Ton.SUBSCRIBER_NUMBER,
    "ALNUM": Ton.ALPHANUMERIC,
    "ABBREV": Ton.ABBREVIATED,
}
NPI_NAMES = {
    "UNK": Npi.UNKNOWN,
    "ISDN": Npi.ISDN,
    "DATA": Npi.DATA,
    "TELEX": Npi.TELEX,
    "LNDMBL": Npi.LAND_MOBILE,
    "NATNL": Npi.NATIONAL,
    "PRVT": Npi.PRIVATE,
    "ERMES": Npi.ERMES,
    "IP": Npi.INTERNET,
    "WAP": Npi.WAP_CLIENT_ID,
}


def their(prefix: str) -> dict[str, int]:
    return {name.removeprefix(prefix): value for name, value in vars(theirs).items() if name.startswith(prefix)}


def test_statuses_of_3_4_are_those_of_smpplib() -> None:
    ours = {name: int(status) for name, status in Status.__members__.items()}
    expected = {f"ESME_{name}": value for name, value in their("SMPP_ESME_").items()} | THEIR_MISTAKES
    assert {name: ours[name] for name in expected} == expected
    assert len(expected) == 48


def test_every_status_smpplib_lacks_is_of_5_0() -> None:
    have = {f"ESME_{name}" for name in their("SMPP_ESME_")}
    assert sorted({int(Status[name]) for name in Status.__members__ if name not in have}) == [
        *range(0xC0, 0xC5),  # new names of old codes
        *range(0x100, 0x113),
    ]


def test_tags_are_those_of_smpplib() -> None:
    assert {name: Tag[name.upper()] for name in theirs.OPTIONAL_PARAMS} == theirs.OPTIONAL_PARAMS


def test_every_tag_smpplib_lacks_is_of_5_0() -> None:
    lacking = {int(tag) for tag in Tag} - set(theirs.OPTIONAL_PARAMS.values())
    assert sorted(lacking) == [0x0428, *range(0x0600, 0x060C), *range(0x060D, 0x0614)]


def test_commands_are_those_of_smpplib() -> None:
    assert {name: CommandId[name.upper()] for name in commands} == commands


def test_every_command_smpplib_lacks_is_of_5_0() -> None:
    lacking = {int(command) for command in CommandId} - set(commands.values())
    assert sorted(lacking) == [0x111, 0x112, 0x113, 0x80000111, 0x80000112, 0x80000113]


def test_types_and_plans_of_numbers_are_those_of_smpplib() -> None:
    assert their("SMPP_TON_") == TON_NAMES
    assert their("SMPP_NPI_") == NPI_NAMES


@pytest.mark.parametrize(
    ("code", "name"),
    [
        (0, "ESME_ROK"),
        (0x58, "ESME_RTHROTTLED"),
        (0xC2, "ESME_RINVPARLEN"),
        (0x101, "ESME_RPROHIBITED"),
        (0x112, "ESME_RINVBCASTCHANIND"),
        (0x401, "0x00000401"),
        (0xFFFFFFFF, "0xFFFFFFFF"),
    ],
)
def test_status_names(code: int, name: str) -> None:
    assert status_name(code) == name


@pytest.mark.parametrize(
    ("command", "name"),
    [(0x4, "submit_sm"), (0x80000004, "submit_sm_resp"), (0x80000000, "generic_nack"), (0x22, "0x00000022")],
)
def test_command_names(command: int, name: str) -> None:
    assert command_name(command) == name
