"""Who is meant by an address of MM4: the codec's reading of it as a party of the rules."""

from functools import lru_cache

from edge.channels.mm4.codec.address import Address, AddressKind, read
from edge.core.desk import Desk
from edge.core.submission import Party

TON_UNKNOWN, TON_INTERNATIONAL, TON_ALPHANUMERIC = 0, 1, 5
NPI_UNKNOWN, NPI_E164 = 0, 1
OUTSIDE_HOME = 1  # peers write international numbers; a national one is read as NANP
SUBSCRIBERS = frozenset({AddressKind.NUMBER, AddressKind.SHORT_CODE})
"""Kinds of address that a subscriber can have."""


@lru_cache(maxsize=4096)
def path(written: str) -> Address:
    """An address of the envelope: each is asked about several times on its way."""
    return read(written)


def party_of(desk: Desk, address: Address, home: int) -> Party:
    """The party, numbers as `home`'s users write them. What is no number is read as a name, and the rules' business."""
    if address.kind in SUBSCRIBERS:
        ton = TON_INTERNATIONAL if address.party[:1] == "+" else TON_UNKNOWN
        return desk.party(address.party, ton, NPI_E164, home)
    return desk.party(address.party.encode("latin-1", "replace").decode("latin-1"), TON_ALPHANUMERIC, NPI_UNKNOWN, home)


def claim_of(desk: Desk, address: Address, home: int) -> int | str:
    """What an address claims of the sender, as in `Identity.claimed`."""
    return party_of(desk, address, home).key


def is_subscriber(address: Address) -> bool:
    """Whether it is somebody's number or code, and not a system, a mailbox or a name."""
    return address.kind in SUBSCRIBERS
