"""Which of several accounts an answer to a shared number belongs to: the one that wrote there last."""

from collections.abc import Sequence

from edge.core.account import Account
from edge.core.submission import Party

TTL = 7 * 86400.0  # seconds
CAP = 200_000


class SharedSenders:
    """A small map (our number, peer) -> account, for numbers that two accounts may send from."""

    def __init__(self) -> None:
        self._last: dict[tuple[int | str, int | str], tuple[str, float]] = {}

    def wrote(self, number: int | str, peer: int | str, account: str, now: float) -> None:
        """`account` sent from the shared `number` to `peer`."""
        key = (number, peer)
        self._last.pop(key, None)  # so that the order of the dict is the order of last use
        if len(self._last) >= CAP:
            del self._last[next(iter(self._last))]
        self._last[key] = (account, now + TTL)

    def owner(self, number: int | str, peer: int | str, now: float) -> str | None:
        """The account that last wrote from `number` to `peer`, None if nobody is remembered."""
        account, until = self._last.get((number, peer), ("", 0.0))
        return account if until > now else None

    def addressee(self, owners: Sequence[Account], number: Party, peer: Party, now: float) -> Account | None:
        """Of the owners of `number` the one that a message of `peer` is for: who wrote to it last, None if none did."""
        last = self.owner(number.key, peer.key, now)
        return next((owner for owner in owners if owner.name == last), None)

    def __len__(self) -> int:
        return len(self._last)


def lender(owners: Sequence[Account], number: Party) -> Account:
    """Of several owners the one that shares the number with the others."""
    for owner in owners:
        if any(first <= number.number <= last for first, last in owner.shared):
            return owner
    return owners[0]
