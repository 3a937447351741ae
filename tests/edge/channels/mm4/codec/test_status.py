"""How refusals are told."""

from edge.channels.mm4.codec.fields import RequestStatus
from edge.channels.mm4.codec.status import ACCEPTED, REFUSALS, refusal
from edge.core.clause import Clause
from edge.core.verdict import Action, Hit, Reason, Verdict


def verdict(reason: Reason, action: Action = Action.REJECT) -> Verdict:
    return Verdict(action, Hit("rule", next(iter(Clause)), action, reason))


def test_every_reason_has_an_answer() -> None:
    assert set(REFUSALS) == set(Reason)
    for reply, _ in REFUSALS.values():
        assert reply[:3] in ("450", "451", "550", "553")
        assert reply.split()[1][0] == reply[0]


def test_content_is_told_by_a_response_where_one_was_asked_for() -> None:
    assert refusal(verdict(Reason.CONTENT), True) == (ACCEPTED, RequestStatus.CONTENT_NOT_ACCEPTED)
    assert refusal(verdict(Reason.CONTENT), False) == ("550 5.7.1 content not accepted", None)
    for reason in (Reason.OPTED_OUT, Reason.BLOCKED, Reason.SUSPENDED, Reason.NONE):
        assert refusal(verdict(reason), True).status is RequestStatus.SERVICE_DENIED
    for reason in (Reason.EMERGENCY, Reason.DESTINATION):
        assert refusal(verdict(reason), True).status is RequestStatus.ADDRESS_UNRESOLVED
        assert refusal(verdict(reason), False).reply.startswith("550 5.1.1")


def test_the_envelope_and_load_are_told_in_smtp() -> None:
    for reason in (Reason.SENDER, Reason.SENDER_TON, Reason.RECIPIENTS, Reason.INTERNAL, Reason.PACING):
        answer = refusal(verdict(reason), True)
        assert answer.status is None
        assert answer.reply == refusal(verdict(reason), False).reply
    assert refusal(verdict(Reason.CONTENT, Action.THROTTLE), True).reply.startswith("450 4.7.1")


def test_without_a_hit() -> None:
    assert refusal(Verdict(Action.REJECT), True) == (ACCEPTED, RequestStatus.SERVICE_DENIED)
