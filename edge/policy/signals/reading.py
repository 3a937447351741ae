"""A text, read once: everything that a rule can know of it. Rules look here and never at the text itself.

That keeps `replay` honest (a recorded reading gives the same verdict without the body) and the path cheap: one fold,
one scan, and the profile from memory for texts that differ in digits only.
"""

import msgspec

from edge.policy.signals.flags import flag
from edge.policy.signals.fold import NONE, Evasion
from edge.policy.signals.links import Link
from edge.policy.signals.profile import Profile

LINK = flag("link")
PHONE = flag("phone-number")
EVASION = flag("evasion")
COMBINING = flag("combining-marks")  # more than ordinary writing has
LONG = flag("too-long-to-read")  # only its beginning and its end were read
# Longer texts are held by the rule `unreadable`: fifty parts, or a payload that no telephone shows. Of them so many
# characters at both ends are read, for what is to be refused at once.
READ_MAX = 8_000
END = 500
CODE = flag("one-time-code")


class Reading(msgspec.Struct, gc=False):
    """What was seen in a text.

    `flags` has a bit for everything seen (`edge.policy.signals.flags`): patterns, links, sensitive data, tricks.
    `plain` and `skeleton` are the folded text (see `fold`), "" where only a record of the reading is left.
    `brands` are protected brands named, and `phones` numbers to call (digits only).
    `traffic` is the class of the message ("otp" ...), "" for none.
    """

    plain: str
    skeleton: str
    flags: int = 0
    evasion: Evasion = NONE
    links: tuple[Link, ...] = ()
    brands: tuple[str, ...] = ()
    phones: tuple[str, ...] = ()
    profile: Profile = Profile()
    traffic: str = ""
    length: int = 0


EMPTY = Reading("", "")
