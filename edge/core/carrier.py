"""Carriers and the routes to them. Built by `edge.config`."""

import msgspec


class MessageIdFormat(msgspec.Struct, frozen=True):
    """How a carrier writes a message id in submit_sm_resp and in its receipts.

    Each of `response` and `receipt` is "text", "hex" or "decimal"; `width` is the number of digits it pads
    to (0: none), `case` "upper", "lower" or "" (as it comes), both for hex in its submit_sm_resp.
    """

    response: str = "text"
    receipt: str = "text"
    width: int = 0
    case: str = ""


class Carrier(msgspec.Struct, frozen=True):
    """A carrier we bind to.

    `tag` begins every message id handed out for it. `mode` is "trx" or "tx+rx" (a link is then a pair of
    binds). `rate` is messages (parts) per second over all links, 0 for no limit. Times are in seconds.
    `tls` is "off", "on" (verified against `ca`, or the system's store) or "unverified".
    `text_receipts` says that a deliver_sm may be a receipt by its text alone, esm_class and TLVs notwithstanding.
    `share` is the largest part of the window (0 < share <= 1) that one account may use while others send.
    """

    name: str
    tag: str
    host: str
    port: int
    system_id: str
    password: str
    system_type: str = ""
    mode: str = "trx"
    links: int = 1
    window: int = 10
    rate: float = 0.0
    share: float = 0.8
    version: int = 0x34
    alphabet: str = "gsm"
    message_id: MessageIdFormat = MessageIdFormat()
    address_range: str = ""
    text_receipts: bool = True
    tls: str = "off"
    ca: str = ""
    certificate: str = ""
    key: str = ""
    connect_timeout: float = 10.0
    response_timeout: float = 60.0
    enquire_link: float = 30.0
    reconnect_min: float = 1.0
    reconnect_max: float = 60.0
    throttle_pause: float = 1.0
    unknown_outcome_status: int = 0x08

    def __repr__(self) -> str:
        """Without the password: a carrier may end up in a log or an error."""
        return f"Carrier({self.name!r})"


class Route(msgspec.Struct, frozen=True):
    """One line of the route list: every key that is set must match, "" matches all.

    `prefix` is the leading digits of the E.164 destination, `sender` a `PartyKind` value,
    `traffic_class` a class detected on the message, `channel` the door it came in by ("smpp", "sip").
    `strategy` is "priority" or "round-robin". `carriers` may name trunks of an Asterisk, for what came in there.
    """

    carriers: tuple[str, ...]
    account: str = ""
    country: str = ""
    prefix: str = ""
    sender: str = ""
    traffic_class: str = ""
    strategy: str = "priority"
    channel: str = ""

    @property
    def catches_all(self) -> bool:
        """Whether nothing but the list's order decides."""
        return not (self.account or self.country or self.prefix or self.sender or self.traffic_class or self.channel)
