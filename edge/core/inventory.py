"""Who owns which number: the one truth behind ownership checks, MO routing and the on-net test."""

from bisect import bisect_right
from collections.abc import Iterable

from edge.core.account import Account


class Inventory:
    """Owners of numbers, short codes and names, looked up in O(log ranges).

    Built once per conf. Ranges of different accounts may overlap only where both say so (`shared`); the
    conf's cross-check has seen to that, so here an overlap simply has several owners. `any_shared` says
    whether there is one at all, and `accounts` are all of them.
    """

    def __init__(self, accounts: Iterable[Account]) -> None:
        by_name = {account.name: account for account in accounts}
        self.accounts = tuple(by_name.values())
        self._starts, self._owners = _sweep(
            [(first, last, account.name) for account in by_name.values() for first, last in account.numbers],
            by_name,
        )
        names: dict[str, list[Account]] = {}
        for account in by_name.values():
            for text in (*account.short_codes, *(sender.upper() for sender in account.senders)):
                names.setdefault(text, []).append(account)
        self.any_shared = any(len(owners) > 1 for owners in self._owners)
        self._names = {text: tuple(owners) for text, owners in names.items()}

    def owners(self, key: int | str) -> tuple[Account, ...]:
        """The accounts that own `key` (`Party.key`): none, one, or several where it is shared."""
        if isinstance(key, int):
            return self._owners[bisect_right(self._starts, key)]
        return self._names.get(key, ()) or self._names.get(key.upper(), ())


def _sweep(
    ranges: list[tuple[int, int, str]], by_name: dict[str, Account]
) -> tuple[list[int], list[tuple[Account, ...]]]:
    """Cut overlapping ranges into disjoint ones: boundaries, and the owners from each boundary on."""
    events: list[tuple[int, int, str]] = []
    for first, last, name in ranges:
        events += [(first, 1, name), (last + 1, -1, name)]
    events.sort()
    starts: list[int] = []
    owners: list[tuple[Account, ...]] = [()]
    depth: dict[str, int] = {}
    for position, (number, step, name) in enumerate(events):
        depth[name] = depth.get(name, 0) + step
        if not depth[name]:
            del depth[name]
        if position + 1 < len(events) and events[position + 1][0] == number:
            continue
        starts.append(number)
        owners.append(tuple(by_name[owner] for owner in sorted(depth)))
    return starts, owners
