"""The words in vCards (RFC 2426, RFC 6350) and calendars (RFC 5545): lines unfolded, values unescaped."""

import re
from binascii import a2b_qp

TEXT_MAX = 20_000
_LINE = re.compile(r"(?:[\w-]+\.)?([A-Za-z][\w-]*)((?:;[^:\r\n]*)?):(.*)", re.DOTALL)
_FOLD = re.compile(r"\r?\n[ \t]")
_SOFT = re.compile(r"=\r?\n[ \t]?")  # quoted-printable of vCard 2.1
_ESCAPED = re.compile(r"\\(.)")
# What is no text: pictures, keys, and the scaffolding.
_SKIPPED = frozenset(
    {
        *("BEGIN", "END", "VERSION", "PRODID", "UID", "REV", "PHOTO", "LOGO", "SOUND", "KEY", "TZ", "GEO", "BDAY"),
        *("DTSTAMP", "DTSTART", "DTEND", "DURATION", "RRULE", "SEQUENCE", "STATUS", "TRANSP", "CLASS", "CREATED"),
        *("LAST-MODIFIED", "METHOD", "CALSCALE", "TRIGGER", "ACTION", "PRIORITY", "TZID", "TZOFFSETFROM", "TZOFFSETTO"),
        "TZNAME",
    }
)


def words(source: str) -> str:
    """The values that a person is shown, one a line."""
    source = source[: 4 * TEXT_MAX]
    if "QUOTED-PRINTABLE" in source.upper():
        source = _SOFT.sub("", source)
    lines = _FOLD.sub("", source).splitlines()
    return "\n".join(filter(None, map(_value, lines)))[:TEXT_MAX]


def _value(line: str) -> str:
    found = _LINE.fullmatch(line)
    if found is None:
        return line.strip()  # not one of its lines, and shown by whoever shows the source
    name, parameters, value = found.groups()
    if name.upper() in _SKIPPED or "ENCODING=B" in parameters.upper():
        return ""
    if "QUOTED-PRINTABLE" in parameters.upper():
        value = a2b_qp(value.encode("utf-8", "replace")).decode("utf-8", "replace")
    value = _ESCAPED.sub(lambda escaped: "\n" if escaped[1] in "nN" else escaped[1], value)
    return re.sub(r";+", " ", value).strip()
