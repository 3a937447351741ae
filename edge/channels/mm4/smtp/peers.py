"""Which peers an address can be: those of the longest prefix first."""

from collections.abc import Iterable
from ipaddress import ip_address, ip_network

from edge.core.conf import Mm4Peer

KNOWN_CAP = 4096  # addresses whose answer is kept


class Peers:
    """The peers of a conf."""

    def __init__(self, peers: Iterable[Mm4Peer]) -> None:
        self.by_name = {peer.name: peer for peer in peers}
        self._networks = [(ip_network(word), peer) for peer in self.by_name.values() for word in peer.networks]
        # Where two say the same, the one that need not log in is it until the other does.
        self._networks.sort(key=lambda each: (-each[0].prefixlen, bool(each[1].username)))
        self._known: dict[str, tuple[Mm4Peer, ...]] = {}

    def of(self, host: str) -> tuple[Mm4Peer, ...]:
        """The peers that may come from this address, the one it is without a login first. IPv4 in IPv6 is IPv4."""
        found = self._known.get(host)
        if found is None:
            found = self._find(host)
            if len(self._known) >= KNOWN_CAP:
                self._known.clear()
            self._known[host] = found
        return found

    def _find(self, host: str) -> tuple[Mm4Peer, ...]:
        try:
            address = ip_address(host)
        except ValueError:
            return ()
        address = getattr(address, "ipv4_mapped", None) or address
        within = [peer for network, peer in self._networks if network.version == address.version and address in network]
        return tuple({peer.name: peer for peer in within}.values())
