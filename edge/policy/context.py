"""What surrounds a message: its reading, the conversation it belongs to, and how far its text has gone.

Made once for a message, when the first rule asks; all rules share it.
"""

from math import inf

import msgspec

from edge.policy.signals.reading import Reading

DAY = 86400.0
NEW = 7 * DAY  # an account is new for a week (policy.md A.9)
CONVERSATION = DAY  # who wrote to the account within a day is in conversation with it (policy.md A.2)


class Spread(msgspec.Struct, frozen=True, gc=False):
    """How far a text (and its near copies) has gone, this message included.

    `recipients` and `senders` are distinct, of the account, in 24 hours; `hour_recipients` and `hour_senders`
    in one hour; `edge_recipients` of all accounts in 24 hours. Counts stop at a cap above every limit.
    `strangers` are the recipients that are not in conversation with the account, `agreed` those with a sign of consent.
    `domains` counts registrable domains of strangers that the text carried in 24 hours. `link_senders` and
    `link_recipients` are of this message's domain in one hour, whatever the text. Of short texts the recipients of
    the same domain or number to call count as the text's. Inbound, all is of the one number outside that sends.
    """

    recipients: int = 1
    senders: int = 1
    hour_recipients: int = 1
    hour_senders: int = 1
    edge_recipients: int = 1
    strangers: int = 1
    agreed: int = 0
    domains: int = 0
    link_senders: int = 0
    link_recipients: int = 0


class Context(msgspec.Struct, gc=False):
    """The surroundings of one message.

    `text` is what is judged: of a concatenated message all parts gathered so far. `conflict` says that a part came
    twice with different texts. `approved` is the traffic class where it is both detected and granted to the
    account, "" otherwise.
    `heard` is how many seconds ago the recipient last wrote to the account (infinite: not within 30 days);
    of an inbound message, how long ago the account last wrote to its sender.
    `flags` are those of the reading and of the history ("spread" ...): what rules' `needs` are held against.
    What the windows count a message under: `sender` and `recipient` as numbers, `index` of the account, `groups` (the
    text, then `linked` domains of strangers, then numbers to call, then `pictured` parts of an MMS), `prints` the
    hashes of those that are pictures, `links` a key of all these domains together.
    `pair` is the key of sender and recipient. `agreed` says that there is a sign of the recipient's consent: it wrote
    within 30 days, or opted in.
    """

    reading: Reading
    text: str = ""
    conflict: bool = False
    consumer: bool = False
    new: bool = False
    approved: str = ""
    heard: float = inf
    spread: Spread = Spread()
    flags: int = 0
    sender: int = 0
    recipient: int = 0
    index: int = 0
    pair: int = 0
    groups: tuple[int, ...] = ()
    linked: int = 0
    links: int = 0
    pictured: int = 0
    prints: tuple[int, ...] = ()
    agreed: bool = False

    @property
    def conversation(self) -> bool:
        """Whether the other side wrote within a day."""
        return self.heard < CONVERSATION


NOTHING = Context(Reading("", ""))
