"""What the replies of a relay mean for a message, and our own words where there are none (RFC 5321 4.2, RFC 3463)."""

import re

from edge.channels.mm4.smtp.seam import Reply, Result, Sent

_STATUS = re.compile(r"([245]\.\d{1,3}\.\d{1,3})(?:\s+|$)(.*)", re.DOTALL)
_UNFIT = re.compile(r"[^\x20-\x7e]+")
_LONGEST = 200  # characters of a relay's text that are kept

_SENT = {2: Sent.TAKEN, 4: Sent.LATER, 5: Sent.REFUSED}


def reply_of(code: int, text: str) -> Reply:
    """A relay's reply in one line of ASCII. Without a status of its own it has the class's general one."""
    match = _STATUS.match(text)
    first = str(code)[0]
    if match is not None and match[1][0] == first:
        status, text = match[1], match[2]
    else:
        status = f"{first}.0.0"
    if not (text.isascii() and text.isprintable()):
        text = _UNFIT.sub(" ", text)
    return Reply(code, status, text.strip()[:_LONGEST])


def result_of(code: int, text: str) -> Result | None:
    """What a reply says of a recipient; None for one that has no place here (3xx, garbage)."""
    sent = _SENT.get(code // 100) if 200 <= code < 600 else None
    return Result(sent, reply_of(code, text)) if sent is not None else None


def later(status: str, text: str, code: int = 451) -> Result:
    """In our own words: the relay has nothing; another time may do."""
    return Result(Sent.LATER, Reply(code, status, text))


ADDRESS = Result(Sent.REFUSED, Reply(553, "5.1.3", "an address that SMTP cannot carry"))
NOT_ASCII = Result(Sent.REFUSED, Reply(553, "5.6.7", "the next hop does not take addresses beyond ASCII"))
DOWN = later("4.4.1", "the next hop cannot be reached")
GONE = later("4.4.4", "the conf has no such next hop any more")
BUSY = later("4.4.5", "too many messages wait for the next hop")
SLOW = later("4.4.7", "the next hop took too long")
UNKNOWN = Result(Sent.UNKNOWN, Reply(451, "4.4.2", "no reply after the end of the message"))
