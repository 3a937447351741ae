"""Evidence read again, with both halves of the key: for the offline command, never for a running edge."""

from collections.abc import Sequence
from hashlib import sha256

import msgspec

from edge.core.evidence import Exhibit
from edge.ledger.evidence.box import opened
from edge.ledger.evidence.halves import joined
from edge.ledger.sealing import Unreadable


def read_exhibit(halves: Sequence[str], octets: bytes) -> Exhibit:
    """What is in a sealed file. Raises Unreadable."""
    try:
        exhibit = msgspec.msgpack.decode(opened(joined(halves), octets), type=Exhibit)
    except msgspec.MsgspecError as error:
        raise Unreadable("what is in it is no message: another version of smsedge wrote it") from error
    if sha256(exhibit.content).hexdigest() != exhibit.sha256:
        raise Unreadable("the message in it is not the one that was sealed")
    return exhibit
