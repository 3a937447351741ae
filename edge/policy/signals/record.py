"""A reading without its text, compact enough to be kept of every message: what `smsedge replay` judges by.

Names stand for flags, whose bits differ from process to process. Of links the host is kept and what is wrong with
it, not the path, which may be somebody's alone.
"""

import msgspec

from edge.policy.signals.flags import flags_of, names
from edge.policy.signals.fold import NONE, Evasion
from edge.policy.signals.links import Link
from edge.policy.signals.profile import Profile
from edge.policy.signals.reading import Reading


class RecordedLink(msgspec.Struct, frozen=True, omit_defaults=True):
    """What is kept of a `Link`."""

    host: str
    domain: str
    scheme: str = ""
    faults: tuple[str, ...] = ()
    hidden: bool = False


class Recorded(msgspec.Struct, frozen=True, omit_defaults=True):
    """What is kept of a `Reading`. `exact` to `violating` are those of its `Profile`."""

    flags: tuple[str, ...] = ()
    evasion: Evasion = NONE
    links: tuple[RecordedLink, ...] = ()
    brands: tuple[str, ...] = ()
    phones: tuple[str, ...] = ()
    traffic: str = ""
    length: int = 0
    exact: int = 0
    tokens: int = 0
    sketch: bytes = b""
    marketing: float = 0.0
    phishing: float = 0.0
    harassment: float = 0.0
    violating: float = 0.0


def record_of(reading: Reading) -> Recorded:
    """What to keep of `reading`."""
    profile = reading.profile
    return Recorded(
        names(reading.flags),
        reading.evasion,
        tuple(RecordedLink(link.host, link.domain, link.scheme, link.faults, link.hidden) for link in reading.links),
        reading.brands,
        reading.phones,
        reading.traffic,
        reading.length,
        profile.exact,
        profile.tokens,
        profile.sketch,
        profile.marketing,
        profile.phishing,
        profile.harassment,
        profile.violating,
    )


def reading_of(recorded: Recorded) -> Reading:
    """The reading again. Its text is a mark that differs where the texts did, digits aside."""
    mark = f"\0{recorded.exact:016x}"
    return Reading(
        mark,
        mark,
        flags_of(recorded.flags),
        recorded.evasion,
        tuple(Link("", link.host, link.domain, link.scheme, "", link.faults, link.hidden) for link in recorded.links),
        recorded.brands,
        recorded.phones,
        Profile(
            recorded.marketing,
            recorded.phishing,
            recorded.harassment,
            recorded.sketch,
            recorded.exact,
            recorded.tokens,
            recorded.violating,
        ),
        recorded.traffic,
        recorded.length,
    )
