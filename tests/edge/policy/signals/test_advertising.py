"""What stands beside advertising: prices, rows of emoji, and notices about the reader's own business."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from edge.policy.signals.advertising import (
    CALL,
    CANDIDATES,
    EMOJI_RUN,
    OFFER,
    OFFER_FLAGS,
    PRICED,
    SUPPORT,
    TRANSACTIONAL,
    refine,
    transactional,
)
from edge.policy.signals.reader import read
from edge.policy.signals.reading import Reading


@pytest.mark.parametrize(
    "text",
    [
        "your order 88213 has shipped",
        "half of your order (50% of items) has shipped; the rest arrives friday",
        "reminder: appointment tomorrow at 9",
        "invoice #4471 is ready",
        "thank you for your payment of $50",
        "rappel: votre rendez-vous est demain",
        "votre commande 4412 est prete",
        "2 items are due friday",
        "it was refunded to your card, $5",
    ],
)
def test_notices(text: str) -> None:
    assert transactional(text)


@pytest.mark.parametrize(
    "text",
    [
        "order now and save 20% today",
        "free delivery over $50, shop today",
        "claim your prize today",
        "new season arrivals, 50% off until friday",
        "your order has shipped",  # which, and when?
        "100 free spins when you deposit 500",
    ],
)
def test_no_notices(text: str) -> None:
    assert not transactional(text)


def test_kinds_of_offers_count_once_each() -> None:
    flags = read("FLASH SALE sale ends today, 50% off, 40% off").flags
    assert sum(1 for bit in OFFER_FLAGS if flags & bit) == 3
    assert read("see you at 2").flags & (OFFER | CALL | SUPPORT) == 0


@pytest.mark.parametrize("text", ["only $5", "5 $", "5€", "20 %", "10 dollars", "rs.500"])
def test_prices(text: str) -> None:
    assert refined(text) & PRICED


def test_a_row_of_emoji() -> None:
    assert refined("sale 🔥🔥🔥") & EMOJI_RUN
    assert refined("sale 🔥 🔥 🔥") & EMOJI_RUN
    assert not refined("sale 🔥🔥") & EMOJI_RUN
    assert not refined("sale !!!") & EMOJI_RUN


@given(st.text(max_size=3000))
def test_any_text_is_read(text: str) -> None:
    assert refined(text) & CANDIDATES == CANDIDATES


def refined(text: str) -> int:
    reading = Reading(text.lower(), text.lower(), CANDIDATES, length=len(text))
    refine(reading, text)
    return reading.flags


def test_a_refined_text_of_our_own() -> None:
    assert refined("your order 88213 has shipped") & TRANSACTIONAL
