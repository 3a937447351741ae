"""What only several accounts together can get wrong: the same number or name in two of them."""

from collections.abc import Sequence

from edge.config.accounts import Draft, subtract
from edge.config.kinds import RANGE, show_range
from edge.config.problem import shown
from edge.config.section import Report
from edge.config.tree import Place

# A range of one account: its ends, the account's place in the list, and where the conf says it.
_Claim = tuple[int, int, int]


def check_ownership(drafts: Sequence[Draft], report: Report) -> None:
    """Report every number, short code and sender id that two accounts claim."""
    _check_numbers(drafts, report)
    _check_names(drafts, report)


def _check_numbers(drafts: Sequence[Draft], report: Report) -> None:
    """Numbers that an account does not share must be no other's unshared ones: one sweep over sorted ranges."""
    claims: list[_Claim] = sorted(
        (first, last, index)
        for index, draft in enumerate(drafts)
        for first, last in subtract(draft.account.numbers, draft.account.shared)
    )
    said: set[tuple[int, int]] = set()
    reach = (-1, -1, -1)
    for claim in claims:
        first, last, index = claim
        if first <= reach[1]:  # another account's: those of one account never overlap
            pair = (min(index, reach[2]), max(index, reach[2]))
            if pair not in said:
                said.add(pair)
                _number_problem(drafts[pair[0]], drafts[pair[1]], (first, min(last, reach[1])), report)
        if last > reach[1]:
            reach = claim


def _number_problem(one: Draft, other: Draft, both: tuple[int, int], report: Report) -> None:
    owner = _owner(one, "numbers")
    report.wrong(_range_place(other, both), f"numbers: {show_range(*both)} belongs to {owner}")


def _range_place(draft: Draft, part: tuple[int, int]) -> Place:
    """The element of `numbers` that holds the first number of `part`."""
    place = draft.table.place("numbers")
    ranges = [RANGE.read(word) for word in draft.table.values["numbers"]]
    return place.below(next(index for index, (first, last) in enumerate(ranges) if first <= part[0] <= last))


def _check_names(drafts: Sequence[Draft], report: Report) -> None:
    """Short codes and sender ids, the latter whatever their case."""
    owners: dict[str, Draft] = {}
    for draft in drafts:
        account = draft.account
        shared = {name.upper() for name in draft.shared_names}
        for key, names in (("short_codes", account.short_codes), ("senders", account.senders)):
            for name in sorted({name.upper() for name in names} - shared):
                first = owners.setdefault(name, draft)
                if first is not draft:
                    report.wrong(draft.table.place(key), f"{key}: {shown(name)} belongs to {_owner(first, key)}")


def _owner(draft: Draft, key: str) -> str:
    where = f"account {shown(draft.account.name)} ({draft.table.place(key)})"
    return f"{where} too; list it in shared of one of them if that is meant"
