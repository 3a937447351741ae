"""Parties as MM4 writes them, on the envelope and in header fields, in every spelling met -> number, code or name.

TS 23.140 8.4.5 has `+14165550100/TYPE=PLMN@mms.example`; without host, without +, without TYPE, in quotes, in angle
brackets behind a name, as `tel:`, for e-mail and IP are met beside it. Nothing here judges: what is odd is ODD, and the
rules refuse it where they need a party.
"""

import re
from collections.abc import Iterator
from enum import Enum
from ipaddress import ip_address
from itertools import islice
from typing import NamedTuple

from edge.channels.mm4.codec.errors import Malformed
from edge.channels.mm4.codec.words import text as human

ADDRESSES_CAP = 1_000
"""Addresses of one header field; the policy refuses a message with more than 20 recipients (R-MULTI)."""


class AddressKind(Enum):
    """What an address is."""

    NUMBER = "number"
    SHORT_CODE = "short-code"
    EMAIL = "e-mail"
    IP = "ip"
    NAME = "name"
    NONE = "none"
    ODD = "odd"


class Address(NamedTuple):
    """One party.

    `text` is the address as it stood, without display name and angle brackets. `party` is what a channel-neutral
    party is made of: digits with their + where there was one (separators taken out), a short code, an e-mail
    address, a name, or an IP address. `domain` is the host in lower case, "" without. `display` is the name before
    the address, decoded.
    """

    text: str
    kind: AddressKind
    party: str
    domain: str = ""
    display: str = ""


NOBODY = Address("", AddressKind.NONE, "")
"""The empty path of a notification, `<>`."""

SHORT_LONGEST = 6  # digits without + or TYPE that are a short code: as the rules read them
_USUAL = re.compile(
    rb"(<)?((\+?[0-9]{1,20})(?:/TYPE=PLMN)?(?:@([A-Za-z0-9](?:[A-Za-z0-9.-]{0,253}[A-Za-z0-9])?))?)(?(1)>)",
    re.IGNORECASE,
)
# A system's address. It begins with a letter, lest a number with separators be taken for mail.
_MAIL = re.compile(rb"(<)?([A-Za-z][A-Za-z0-9_.+-]{0,63}@([A-Za-z0-9](?:[A-Za-z0-9.-]{0,253}[A-Za-z0-9])?))(?(1)>)")
_DIGITS = re.compile(r"\+?[0-9]{1,20}")
_SEPARATORS = str.maketrans("", "", " -.()\u00a0")
_NUMBER, _SHORT = AddressKind.NUMBER, AddressKind.SHORT_CODE


def read(value: bytes | str) -> Address:
    """One address: an SMTP path with or without <>, or a mailbox of a header field. Never raises.

    Several are ODD, since two readers would take two of them; what is left of an empty one is NOBODY.
    """
    octets = value.encode("utf-8", "surrogateescape") if isinstance(value, str) else value
    usual = _USUAL.fullmatch(octets.strip(b" \t"))
    if usual:
        return _of_usual(usual)
    mail = _MAIL.fullmatch(octets)
    if mail:
        text = mail[2].decode("ascii")
        host = mail[3].decode("ascii").lower()
        return Address(text, AddressKind.EMAIL, text[: -len(host)] + host, host)
    found = [*islice(_mailboxes(_text(octets)), 2)]
    if len(found) > 1:
        return _odd(_text(octets))
    return found[0] if found else NOBODY


def read_list(value: bytes) -> tuple[Address, ...]:
    """The addresses of a To or Cc field. Raises Malformed for more than ADDRESSES_CAP."""
    usual = _USUAL.fullmatch(value)
    if usual:
        return (_of_usual(usual),)
    found = []
    for address in _mailboxes(_text(value)):
        found.append(address)
        if len(found) > ADDRESSES_CAP:
            raise Malformed(f"more than {ADDRESSES_CAP} addresses")
    return tuple(found)


def _text(octets: bytes) -> str:
    try:
        return octets.decode("utf-8")
    except UnicodeDecodeError:
        return octets.decode("latin-1")


def _of_usual(found: re.Match[bytes]) -> Address:
    _, text, digits, host = found.groups()
    party = digits.decode("ascii")
    kind = _SHORT if len(party) <= SHORT_LONGEST and party[0] != "+" else _NUMBER
    return Address(text.decode("ascii"), kind, party, host.decode("ascii").lower() if host else "")


_COMMENT = "\1"  # where a comment stood
_TOKEN = re.compile(r'\\.|["(),<>;]|[^\\"(),<>;]+|\\', re.DOTALL)


def _mailboxes(text: str) -> Iterator[Address]:
    """Mailboxes of a list (RFC 5322 3.4): names, comments, groups and source routes taken off. One pass."""
    words: list[str] = []
    angle: list[str] | None = None
    quoted, depth, angled = False, 0, ""
    for token in _TOKEN.findall(text + ","):
        into = words if angle is None else angle
        if quoted:
            into.append(token)
            quoted = token != '"'
        elif depth:
            depth += (token == "(") - (token == ")")
            if not depth:
                into.append(_COMMENT)
        elif token == "(":
            depth = 1
        elif token == '"':
            into.append(token)
            quoted = True
        elif token == "<" and angle is None:
            angle = []
        elif token == ">" and angle is not None:
            angled, angle = "".join(angle).strip(), None
            words.append("\0")  # what follows the address is no part of it
        elif token in ",;" and angle is None:
            yield from _mailbox("".join(words), angled)
            words, angled = [], ""
        else:
            into.append(token)
    left = "".join(words) + ("<" + "".join(angle) if angle is not None else "")
    if quoted or depth or angle is not None:  # never closed: the rest is one odd address
        yield _odd(left.rstrip(", \t"))


# `undisclosed-recipients:;`, or the first member of a group that has some.
_GROUP = re.compile(r"\A[A-Za-z][A-Za-z .-]*+:(?:[ \t]++|\Z)")


def _mailbox(words: str, angled: str) -> Iterator[Address]:
    bare, bracketed, _ = words.partition("\0")
    bare = bare.strip(_COMMENT + " \t")
    if bracketed:
        display = human(_unquoted(bare.replace(_COMMENT, "")).encode("utf-8", "surrogateescape"))
        spec = angled.strip(_COMMENT + " \t")
        yield _without_comment(spec, display)._replace(display=display) if spec else NOBODY
        return
    bare = _GROUP.sub("", bare)
    if bare:
        yield _without_comment(bare)


def _without_comment(spec: str, display: str = "") -> Address:
    """`+1 (416) 555-0100` has a comment in its midst by RFC 5322, and by its writer an area code: it is odd."""
    return _odd(spec) if _COMMENT in spec else classify(spec, display)


def _odd(text: str, party: str = "", domain: str = "", display: str = "") -> Address:
    text = text.replace(_COMMENT, "()").strip(" \t\0")
    return Address(text, AddressKind.ODD, party or text or "?", domain, display)


def _unquoted(text: str) -> str:
    if len(text) > 1 and text[0] == text[-1] == '"':
        text = text[1:-1]
    return re.sub(r"\\(.)", r"\1", text, flags=re.DOTALL) if "\\" in text else text


def classify(text: str, display: str = "") -> Address:
    """An address without brackets -> what it is. Never raises."""
    spec = text
    if spec.startswith("@") and ":" in spec:  # a source route (RFC 5321 appendix C): ignored, as it says
        spec = spec.rpartition(":")[2]
    local, domain = _halves(spec)
    if local[:4].lower() == "tel:":
        local = local[4:].partition(";")[0]
    value, *options = local.split("/")
    types = {option[5:].strip().upper() for option in options if option[:5].upper() == "TYPE="}
    if not types:
        return _untyped(text, local, domain, display)
    if len(types) > 1:
        return _odd(text, value, domain, display)
    return _typed(text, value.strip(), types.pop(), domain, display)


def _halves(spec: str) -> tuple[str, str]:
    """(local part, domain). Quotes around the local part, or around all of it, are taken off."""
    if spec[:1] == '"':
        closing = spec.rfind('"')
        inner, rest = _unquoted(spec[: closing + 1]), spec[closing + 1 :].strip()
        if rest[:1] == "@":
            return inner, rest[1:].strip().rstrip(".").lower()
        spec = inner if not rest else spec
    local, at, domain = spec.rpartition("@")
    return (local.strip(), domain.strip().rstrip(".").lower()) if at else (spec.strip(), "")


def _digits(value: str) -> tuple[AddressKind, str] | None:
    digits = value.translate(_SEPARATORS)
    if not _DIGITS.fullmatch(digits):
        return None
    return (_SHORT if len(digits) <= SHORT_LONGEST and digits[0] != "+" else _NUMBER), digits


def _untyped(text: str, local: str, domain: str, display: str) -> Address:
    number = _digits(local)
    if number:
        return Address(text, *number, domain, display)
    if domain and local:
        return Address(text, AddressKind.EMAIL, f"{local}@{domain}", domain, display)
    if domain or not local:
        return _odd(text, text, domain, display)
    return Address(text, AddressKind.NAME, local, domain, display)


def _typed(text: str, value: str, kind: str, domain: str, display: str) -> Address:
    if kind == "PLMN":
        number = _digits(value)
        if number:
            return Address(text, *number, domain, display)
        return Address(text, AddressKind.NAME, value, domain, display) if value else _odd(text, "", domain, display)
    if kind in ("IPV4", "IPV6"):
        try:
            if f"IPV{ip_address(value.strip('[]')).version}" == kind:
                return Address(text, AddressKind.IP, value, domain, display)
        except ValueError:
            return _odd(text, value, domain, display)
    return _odd(text, value, domain, display)


def of_number(number: int | str, domain: str = "") -> str:
    """An E.164 number (14165550100, "+14165550100") or short code as MM4 writes it, for a header or an envelope.

    An int gets its +; text keeps what it has. Raises ValueError for anything but digits, or a domain that is none.
    """
    digits = f"+{number}" if isinstance(number, int) else number
    if not _DIGITS.fullmatch(digits):
        raise ValueError("no number")
    if domain and not _DOMAIN.fullmatch(domain):
        raise ValueError("no domain")
    return f"{digits}/TYPE=PLMN@{domain}" if domain else f"{digits}/TYPE=PLMN"


_DOMAIN = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9.-]{0,251}[A-Za-z0-9])?")


def same(one: Address, other: Address) -> bool:
    """Whether two addresses are of one party: numbers without regard to + and host, all others without case.

    What is odd or empty is the same as nothing. A number without + may be national: the rules compare E.164.
    """
    if one.kind in (AddressKind.NONE, AddressKind.ODD) or one.kind is not other.kind:
        return False
    return key(one) == key(other)


def key(address: Address) -> str:
    """What identifies the party in a table of this channel."""
    return address.party.lstrip("+").lower()
