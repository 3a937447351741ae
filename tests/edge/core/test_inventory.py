"""Who owns a number: disjoint ranges, overlaps that are shared, names in any case."""

from hypothesis import given
from hypothesis import strategies as st

from edge.core.account import Account
from edge.core.inventory import Inventory


def names(inventory, key):
    return [account.name for account in inventory.owners(key)]


def test_nobody_owns_anything_without_accounts():
    inventory = Inventory(())
    assert inventory.owners(14165550100) == ()
    assert inventory.owners("ACME") == ()
    assert not inventory.any_shared


def test_ranges_are_inclusive_at_both_ends():
    inventory = Inventory([Account("acme", numbers=((100, 199), (300, 300)))])
    assert [names(inventory, number) for number in (99, 100, 199, 200, 299, 300, 301)] == [
        [],
        ["acme"],
        ["acme"],
        [],
        [],
        ["acme"],
        [],
    ]


def test_neighbours_do_not_touch():
    inventory = Inventory([Account("one", numbers=((100, 199),)), Account("two", numbers=((200, 299),))])
    assert names(inventory, 199) == ["one"]
    assert names(inventory, 200) == ["two"]
    assert not inventory.any_shared


def test_an_overlap_has_several_owners_in_the_order_of_their_names():
    inventory = Inventory([Account("two", numbers=((150, 250),)), Account("one", numbers=((100, 199),))])
    assert names(inventory, 149) == ["one"]
    assert names(inventory, 150) == ["one", "two"]
    assert names(inventory, 199) == ["one", "two"]
    assert names(inventory, 200) == ["two"]
    assert inventory.any_shared


def test_short_codes_and_names_in_any_case():
    inventory = Inventory([Account("acme", senders=frozenset({"AcmeDental"}), short_codes=frozenset({"54321"}))])
    assert names(inventory, "ACMEDENTAL") == ["acme"]
    assert names(inventory, "acmedental") == ["acme"]
    assert names(inventory, "54321") == ["acme"]
    assert names(inventory, "5432") == []


def test_a_name_that_two_accounts_have():
    accounts = [Account(name, senders=frozenset({"SHOP"})) for name in ("one", "two")]
    assert names(Inventory(accounts), "SHOP") == ["one", "two"]


RANGES = st.lists(st.tuples(st.integers(0, 60), st.integers(0, 12)).map(lambda pair: (pair[0], sum(pair))), max_size=4)


@given(st.lists(RANGES, max_size=4))
def test_it_agrees_with_asking_everybody(ranges):
    accounts = [Account(f"a{index}", numbers=tuple(own)) for index, own in enumerate(ranges)]
    inventory = Inventory(accounts)
    for number in range(-1, 75):
        owners = [one.name for one in accounts if any(first <= number <= last for first, last in one.numbers)]
        assert names(inventory, number) == owners
    shared = any(len(names(inventory, number)) > 1 for number in range(75))
    assert inventory.any_shared == shared
