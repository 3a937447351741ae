"""Which of several accounts an answer to a shared number belongs to: the one that wrote there last."""

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

    def __len__(self) -> int:
        return len(self._last)
