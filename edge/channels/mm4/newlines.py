"""Bare CR and bare LF, which one mail server takes for the end of a line and the next does not (SMTP smuggling).

We refuse them at the door (RFC 5321 2.3.8: they must not be sent), so that what goes on is octet for octet what came.
"""

import re

_BARE = re.compile(rb"\r(?!\n)|(?<!\r)\n")


def bare(octets: bytes) -> int:
    """Where the first CR without LF, or LF without CR, stands; -1 where there is none.

    Counting is ten times cheaper than looking for it: of a good message nothing else is done.
    """
    pairs = octets.count(b"\r\n")
    if octets.count(b"\n") == pairs and octets.count(b"\r") == pairs:
        return -1
    found = _BARE.search(octets)
    return found.start() if found else -1
