"""The audit record of a message, and the counters that go with it."""

from collections.abc import Callable

from edge.core.account import Account
from edge.core.decision import Decision
from edge.core.desk import Desk
from edge.core.submission import Submission
from edge.core.verdict import ALLOWED, Hit, Verdict

OnDisk = Callable[[BaseException | None], None]


def open_decision(
    desk: Desk,
    submission: Submission,
    verdict: Verdict,
    account: Account | None,
    session: str,
    sequence: int,
    now: float,
) -> Decision:
    """A record with everything that is known once the verdict is."""
    body = submission.body
    name = account.name if account is not None else ""
    decision = Decision(
        desk.next_decision(),
        desk.unix_time(now),
        submission.channel._value_,  # `value` is a descriptor in Python: three of them cost half a microsecond
        submission.direction._value_,
        submission.operation._value_,
        name,
        submission.end_user,
        session,
        submission.source.text,
        submission.destination.text,
        len(body.text),
        body.part,
        body.parts,
    )
    decision.conf = desk.conf.version
    decision.sequence = sequence
    if verdict is not ALLOWED:
        fill_verdict(desk, decision, verdict, name)
    if desk.recording:
        decision.features = desk.features(submission, now)
    counts = desk.metrics.messages.values
    key = (name, decision.direction, decision.verdict, decision.rule)
    counts[key] = counts.get(key, 0) + 1
    return decision


def fill_verdict(desk: Desk, decision: Decision, verdict: Verdict, account: str) -> None:
    """What was decided and why; monitor hits and flags are counted beside it."""
    decision.verdict = verdict.action.value
    hit = verdict.hit
    if hit is not None:
        decision.rule = hit.rule
        decision.clause = hit.clause.value
        decision.detail = hit.detail
        decision.value = hit.value
        decision.limit = hit.limit
    if verdict.would_have:
        decision.would_have = tuple(_would(desk, extra, account) for extra in verdict.would_have)


def _would(desk: Desk, hit: Hit, account: str) -> str:
    desk.metrics.would_have.add((account, hit.rule, hit.action.value))
    return f"{hit.rule}={hit.action.value}"


def close_decision(
    desk: Desk, decision: Decision, status: int, arrived: float, now: float, on_disk: OnDisk | None = None
) -> None:
    """The answer goes out: fill it in, count it, hand the record to the audit.

    With `on_disk` the answer waits for the record: it is called on the loop once the record is on disk.
    """
    decision.status = status
    decision.latency = latency = now - arrived
    metrics = desk.metrics
    key = (decision.account, decision.carrier, _LABELS.get(status) or status_label(status))
    counts = metrics.answers.values
    counts[key] = counts.get(key, 0) + 1
    metrics.latency.observe(latency)
    if on_disk is None:
        desk.record(decision)
    else:
        desk.record_durably(decision, on_disk)


_LABELS: dict[int, str] = {}
_LABELS_CAP = 2048


def status_label(status: int) -> str:
    """`0x00000058` for metrics; vendor codes are kept, an absurd variety of them is not."""
    label = _LABELS.get(status)
    if label is None:
        if len(_LABELS) >= _LABELS_CAP:
            return "other"
        label = _LABELS[status] = f"0x{status:08x}"
    return label
