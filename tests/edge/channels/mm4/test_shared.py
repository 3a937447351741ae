"""A subscriber's MMS to a number that several accounts have: it is for the account that wrote there last."""

import pytest
from msgspec.structs import replace

from edge.core.account import Account

from ..books import acme
from .desk import ACME, NORTH, SOUTH, THEM, US, Desktop, message

NUMBERS = ((14165550100, 14165550199),)
FRIEND = Account("friend", numbers=NUMBERS, mm4_peers=("south",))
# One that has the numbers too, and no MMSC.
TEXTING = Account("texting", numbers=NUMBERS)


@pytest.fixture
def desk() -> Desktop:
    """acme lends its numbers to the other two."""
    return Desktop(account=acme(mm4_peers=("acme",), shared=NUMBERS), others=(FRIEND, TEXTING))


async def answered(desk: Desktop) -> str:
    """What becomes of a subscriber's MMS."""
    return await desk.sends(message(id="9", sender=THEM, to=(US,)), US, sender=THEM, peer=NORTH)


def judged_for(desk: Desktop) -> str:
    """The account that the last message was for."""
    account = desk.desk.judged[-1].account
    assert account is not None
    return account.name


async def test_where_nobody_wrote_it_is_for_the_one_that_lends_the_number(desk: Desktop) -> None:
    assert (await answered(desk)).startswith("250")
    assert judged_for(desk) == "acme"
    assert desk.forwards("acme") == [(f"{US}/TYPE=PLMN",)]


@pytest.mark.parametrize(("peer", "name"), [(ACME, "acme"), (SOUTH, "friend")])
async def test_it_is_for_whoever_sent_an_mms_last(desk: Desktop, peer, name: str) -> None:
    for id, sender in enumerate((ACME, SOUTH, peer)):
        assert (await desk.sends(message(id=str(id)), THEM, peer=sender)).startswith("250")
    assert (await answered(desk)).startswith("250")
    assert judged_for(desk) == name
    assert desk.forwards(peer.name) == [(f"{US}/TYPE=PLMN",)]


async def test_an_sms_counts_as_well(desk: Desktop) -> None:
    sent = desk.wrote("friend")
    assert (await answered(desk)).startswith("250")
    assert judged_for(desk) == sent


async def test_of_somebody_else_it_says_nothing(desk: Desktop) -> None:
    desk.wrote("friend")
    stranger = "+13475550100"
    content = message(id="8", sender=stranger, to=(US,))
    assert (await desk.sends(content, US, sender=stranger, peer=NORTH)).startswith("250")
    assert judged_for(desk) == "acme"


async def test_an_answer_to_who_has_no_mmsc_is_nobody_elses(desk: Desktop) -> None:
    desk.wrote("texting")
    assert (await answered(desk)).startswith("RCPT 550")
    assert not desk.hops.sent


async def test_who_no_longer_has_the_number_gets_nothing(desk: Desktop) -> None:
    desk.wrote("gone")
    assert (await answered(desk)).startswith("250")
    assert judged_for(desk) == "acme"


async def test_without_a_lender_it_is_for_one_with_an_mmsc() -> None:
    desk = Desktop(account=replace(TEXTING, name="acme"), others=(FRIEND,))
    assert (await answered(desk)).startswith("250")
    assert judged_for(desk) == "friend"
