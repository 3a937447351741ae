"""What a channel beside SMPP does for it: endpoints that subscribers' messages go to, and held messages of its own."""

import asyncio
from collections.abc import Callable
from typing import NamedTuple, Protocol

from edge.core.account import Account
from edge.core.decision import Decision
from edge.core.quarantine import Held, HeldState
from edge.core.submission import Submission
from edge.core.verdict import Verdict

Done = Callable[[int, float], None]


class Outcome(NamedTuple):
    """What became of a released message: the answer's status, the id its receipts will have, whether anybody knows."""

    status: int
    alias: str = ""
    known: bool = True
    words: str = ""


class Outside(Protocol):
    """A channel beside SMPP. All calls are on the loop and return at once."""

    def take(self, owner: Account, submission: Submission, done: Done, now: float) -> bool:
        """Deliver a subscriber's message to an endpoint of `owner`; `done` is called once, with the command_status for
        the carrier. False where no endpoint serves the number: it goes to the account's binds.
        """

    async def read(self, held: Held, account: Account) -> Submission:
        """A held message of this channel again, looked at again. Raises CustodyError."""

    def send(self, held: Held, submission: Submission, decision: Decision, now: float) -> "asyncio.Future[Outcome]":
        """Let a held message of this channel go out."""

    async def barred(self, held: Held, submission: Submission, verdict: Verdict) -> bool:
        """A held message may not go, by this verdict. True: it was taken out of quarantine."""

    def refused(self, held: Held, state: HeldState) -> None:
        """A held message of this channel was refused, or its time is over."""
