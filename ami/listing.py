"""A list that Asterisk answers as events, one a row, until one that says Complete."""

from ami.errors import Malformed
from ami.packet import Packet


class Listing:
    """Collects the headers `names` of each row, at most `entries` rows and `octets` characters.

    `left_out` counts rows beyond, which are read and dropped; `malformed` rows that repeat a header.
    """

    __slots__ = ("_complete", "_entries", "_names", "_octets", "_row", "_seen", "left_out", "malformed", "rows")

    def __init__(self, row: str, complete: str, names: tuple[str, ...], entries: int, octets: int) -> None:
        self._row = row
        self._complete = complete
        self._names = names
        self._entries = entries
        self._octets = octets
        self._seen = 0
        self.rows: list[tuple[str, ...]] = []
        self.left_out = 0
        self.malformed = 0

    def begins(self, packet: Packet) -> bool:
        """Whether a response announces the list; any other is the whole answer."""
        return packet.get("Response") == "Success" and packet.get("EventList").lower() == "start"

    def owns(self, packet: Packet) -> bool:
        """Whether an event under the list's ActionID is a row of it or its end."""
        return packet.get("Event") in (self._row, self._complete)

    def take(self, packet: Packet) -> bool:
        """A row, or the end: then True."""
        if packet.get("Event") == self._complete:
            return True
        self._seen += 1
        if len(self.rows) >= self._entries or self._octets <= 0:
            self.left_out += 1
            return False
        try:
            row = tuple(packet.get(name) for name in self._names)
        except Malformed:
            self.malformed += 1
            return False
        self._octets -= sum(map(len, row))
        self.rows.append(row)
        return False

    def check(self, packet: Packet) -> None:
        """Raises Malformed when the end does not count as many rows as came: some were lost."""
        said = packet.get("ListItems")
        # Asterisk 16 says 1 at the end of every DBGetTree, of an empty one too (seen on 16.28.0).
        if said != str(self._seen) and (self._complete, said) != ("DBGetTreeComplete", "1"):
            raise Malformed(f"a list of {self._seen} rows whose end says {said[:20]!r}")
