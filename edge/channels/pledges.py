"""Answers that wait for the disk: what a message lays down is durable before the message is acknowledged."""

from collections.abc import Callable, Sequence

from edge.core.desk import Desk
from edge.core.facts import Fact

Then = Callable[[BaseException | None], None]


def once_durable(desk: Desk, facts: Sequence[Fact], then: Then) -> None:
    """Call `then` once `facts` are on disk, or with the error where they are not; at once where there are none.

    Facts hold in memory already, so nothing of the decision waits: only the answer does (policy.md, decision 9).
    """
    if not facts:
        then(None)
        return
    desk.lay_down(facts, then)
