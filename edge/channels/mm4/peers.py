"""Whose a peer is, and which peers take a message: read from the conf once, asked for each message."""

from edge.channels.mm4.codec.address import Address, AddressKind
from edge.channels.shared import SharedSenders, lender
from edge.core.account import Account
from edge.core.conf import Conf, Mm4, Mm4Peer
from edge.core.inventory import Inventory
from edge.core.submission import Party


class Peers:
    """The peers of one conf. `domain` is our own MMS domain, in lower case."""

    def __init__(self, conf: Conf, mm4: Mm4) -> None:
        self.domain = mm4.domain.lower()
        self.by_name = {peer.name: peer for peer in mm4.peers}
        self._inventory: Inventory = conf.inventory
        self._accounts: dict[str, list[Account]] = {}
        for account in conf.accounts.values():
            for name in account.mm4_peers:
                self._accounts.setdefault(name, []).append(account)
        self._by_domain: dict[str, list[Mm4Peer]] = {}
        for peer in mm4.peers:
            for domain in peer.domains:
                self._by_domain.setdefault(domain.lower(), []).append(peer)
        self.upstreams = self._upstreams(mm4)

    def _upstreams(self, mm4: Mm4) -> tuple[Mm4Peer, ...]:
        marked = tuple(peer for peer in mm4.peers if peer.default)
        unnamed = tuple(peer for peer in mm4.peers if peer.name not in self._accounts)
        return marked or unnamed or (mm4.peers if len(mm4.peers) == 1 else ())

    # -- who brings it -------------------------------------------------------------------------

    def accounts(self, peer: str) -> list[Account]:
        """The accounts whose messages a peer may hand us."""
        return self._accounts.get(peer, [])

    def sender_of(self, peer: str, key: int | str) -> Account | None:
        """The account of `peer` that has the number `key`."""
        accounts = self.accounts(peer)
        owners = {owner.name for owner in self._inventory.owners(key)} if accounts else ()
        return next((account for account in accounts if account.name in owners), None)

    def brings_inbound(self, peer: Mm4Peer) -> bool:
        """Whether a peer may bring what subscribers send to our customers."""
        return peer.default or peer.name not in self._accounts

    def owner_of(self, key: int | str) -> Account | None:
        """The account that has the number `key`; of several, one with an MMSC."""
        owners = self._inventory.owners(key)
        return next((owner for owner in owners if owner.mm4_peers), owners[0] if owners else None)

    def addressee(self, number: Party, subscriber: Party, shared: SharedSenders, now: float) -> Account | None:
        """The account that a subscriber's message to `number` is for: of several, who wrote to the subscriber last, be
        it by SMS; where nobody is remembered, of those with an MMSC the one that lends the number to the others.
        """
        owners = self._inventory.owners(number.key)
        if len(owners) < 2:
            return owners[0] if owners else None
        able = [owner for owner in owners if owner.mm4_peers] or owners
        return shared.addressee(owners, number, subscriber, now) or lender(able, number)

    # -- where it goes -------------------------------------------------------------------------

    def at(self, domain: str) -> tuple[Mm4Peer, ...]:
        """The peers that serve a domain, the first that is named first."""
        return tuple(self._by_domain.get(domain.lower(), ()))

    def of_account(self, account: Account) -> tuple[Mm4Peer, ...]:
        """The peers of an account."""
        return tuple(self.by_name[name] for name in account.mm4_peers if name in self.by_name)

    def hops_out(self, address: Address) -> tuple[Mm4Peer, ...]:
        """Where a customer's message to `address` goes: by domain, else to the upstream. () is no route."""
        if address.domain and address.domain != self.domain:
            found = self.at(address.domain)
            if found or not any(peer.default for peer in self.upstreams):
                return found
        return self.upstreams if address.kind in (AddressKind.NUMBER, AddressKind.SHORT_CODE) else ()

    def hops_in(self, owner: Account) -> tuple[Mm4Peer, ...]:
        """Where a subscriber's message to a number of `owner` goes."""
        return self.of_account(owner)

    def system(self, address: Address) -> tuple[Mm4Peer, ...]:
        """The peers that a system address (of a response, of a report) leads to."""
        named = tuple(peer for peer in self.by_name.values() if peer.system_address.lower() == address.text.lower())
        return named or self.at(address.domain)
