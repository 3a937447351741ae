"""Bare CR and bare LF, which one mail server takes for the end of a line and the next does not (SMTP smuggling).

We refuse them at the door (RFC 5321 2.3.8: they must not be sent), so that what goes on is octet for octet what came.
"""

import re

_BARE = re.compile(rb"\r(?!\n)|(?<!\r)\n")


def bare(octets: bytes) -> int:
    """Where the first CR without LF, or LF without CR, stands; -1 where there is none.

    Taking the pairs out is the cheapest way to see that nothing is left: of a good message nothing else is done.
    """
    rest = octets.replace(b"\r\n", b"")
    if b"\n" not in rest and b"\r" not in rest:
        return -1
    found = _BARE.search(octets)
    return found.start() if found else -1
