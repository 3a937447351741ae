"""The one table of answers, by its literals (policy.md decision 1 and B.1)."""

import pytest

from edge.channels.status import CARRIER, CUSTOMER, MANAGEMENT, carrier_status, customer_status
from edge.core.verdict import Action, Reason, Verdict

from .books import acme, verdict

# reason: (to a 3.3 or 3.4 bind, to a 5.0 bind, to a carrier)
ANSWERS = {
    Reason.NONE: (0x66, 0x103, 0x66),
    Reason.SENDER: (0x0A, 0x0A, 0x65),
    Reason.SENDER_TON: (0x48, 0x48, 0x65),
    Reason.DESTINATION: (0x0B, 0x0B, 0x65),
    Reason.EMERGENCY: (0x0B, 0x0B, 0x66),
    Reason.CONTENT: (0x66, 0x103, 0x66),
    Reason.OPTED_OUT: (0x66, 0x101, 0x66),
    Reason.BLOCKED: (0x66, 0x101, 0x66),
    Reason.SUSPENDED: (0x66, 0x101, 0x66),
    Reason.PACING: (0x58, 0x58, 0x64),
    Reason.RECIPIENTS: (0x33, 0x33, 0x66),
    Reason.INTERNAL: (0x08, 0x08, 0x64),
}
# What common ESMEs and gateways send again, up to twenty times.
RETRIED = {0x08, 0x14, 0x45, 0x58, 0x64, 0x61, 0xFE, 0xFF}


def test_the_table_knows_every_reason():
    assert set(ANSWERS) == set(CUSTOMER) == set(Reason)
    assert set(CARRIER) <= set(Reason)


@pytest.mark.parametrize("reason", list(Reason), ids=lambda reason: reason.value)
def test_every_reason_has_its_answer(reason):
    old, new, carrier = ANSWERS[reason]
    refused = verdict(Action.REJECT, reason)
    assert customer_status(refused, acme(), 0x33) == old
    assert customer_status(refused, acme(), 0x34) == old
    assert customer_status(refused, acme(), 0x50) == new
    assert carrier_status(refused) == carrier


@pytest.mark.parametrize("reason", [reason for reason in Reason if reason not in (Reason.PACING, Reason.INTERNAL)])
def test_no_refusal_is_a_code_that_peers_retry(reason):
    assert {int(status) for status in CUSTOMER[reason]} & RETRIED == set()


@pytest.mark.parametrize("reason", [Reason.CONTENT, Reason.BLOCKED, Reason.NONE])
def test_a_throttle_is_pacing_whatever_its_reason(reason):
    slowed = verdict(Action.THROTTLE, reason)
    assert customer_status(slowed, acme(), 0x34) == 0x58
    assert carrier_status(slowed) == 0x64


@pytest.mark.parametrize("action", [Action.REJECT, Action.DROP, Action.QUARANTINE, Action.BOUNCE])
def test_a_verdict_without_a_hit_is_a_refusal_of_the_message(action):
    assert customer_status(Verdict(action), acme(), 0x34) == 0x66
    assert customer_status(Verdict(action), acme(), 0x50) == 0x103
    assert carrier_status(Verdict(action)) == 0x66


def test_an_account_may_have_answers_of_its_own():
    account = acme(statuses={"content": 0x402, "pacing": 0x14})
    assert customer_status(verdict(Action.REJECT, Reason.CONTENT), account, 0x34) == 0x402
    assert customer_status(verdict(Action.REJECT, Reason.CONTENT), account, 0x50) == 0x402
    assert customer_status(verdict(Action.THROTTLE, Reason.CONTENT), account, 0x34) == 0x14
    assert customer_status(verdict(Action.REJECT, Reason.BLOCKED), account, 0x34) == 0x66


def test_whoever_brought_it_gets_the_answer_of_its_side():
    refused = verdict(Action.REJECT, Reason.SENDER)
    assert customer_status(refused, acme(), 0x34) == 0x0A
    assert carrier_status(refused) == 0x65


def test_management_operations_have_codes_of_their_own():
    assert {command: int(status) for command, status in MANAGEMENT.items()} == {3: 0x67, 8: 0x11, 7: 0x13}
