"""Links in a text, found though they are hidden, and what their hosts are. Offline: nothing is ever fetched.

Flags of a reading: `link` (there is one), `link-<fault>` for each of `FAULTS` that one of its links has (`link-ip`,
`link-look-alike`, `link-shortener` ...), `link-hidden` (written so as not to look like a link), `link-quoted` (inside
quotation marks). Faults know no account: who owns the domain is for the rules to ask (`edge.policy.signals.owners`).
"""

import msgspec


class Link(msgspec.Struct, frozen=True, gc=False):
    """One link.

    `host` is lower case, decoded from punycode where it can be; `domain` the registrable domain (public suffix list),
    the host itself for IP literals. `path` without the query. `faults` are names from `FAULTS`. `hidden`
    says that it was written so as not to look like a link (hxxp, "dot", spaces, odd dots).
    """

    text: str
    host: str
    domain: str
    scheme: str = ""
    path: str = ""
    faults: tuple[str, ...] = ()
    hidden: bool = False


FAULTS = (
    "ip",  # an IP address for a host
    "ip-odd",  # written as one number or in hexadecimal
    "userinfo",  # https://bank.example@evil.example
    "look-alike",  # one edit, or a homoglyph, from a protected brand; or a brand inside a stranger's domain
    "mixed-script",  # an internationalised label that mixes scripts
    "executable",  # .apk, .exe ...
    "abused-tld",
    "deep",  # three or more sub-labels, or longer than 40 characters
    "shortener",  # public
    "own-shortener",  # first-party (youtu.be)
    "adult",
    "messenger",  # wa.me, t.me
)


def find(text: str, plain: str) -> tuple[Link, ...]:
    """The links of a message: `text` as it came, `plain` folded. At most 32."""
    return ()
