"""Octets of a charset -> text. Only charsets of this table: the peer never chooses a codec of Python's by name
(`punycode` is quadratic, `unicode_escape` is no charset).
"""

import re
from codecs import getincrementaldecoder

_ISO_8859 = {f"iso-8859-{number}": f"iso8859-{number}" for number in (*range(1, 12), *range(13, 17))}
_WINDOWS = {f"windows-{number}": f"cp{number}" for number in range(1250, 1259)}

CODECS = {
    "": "utf-8",
    "utf-8": "utf-8",
    "utf8": "utf-8",
    "us-ascii": "utf-8",  # what calls itself ASCII and is not is UTF-8 more often than anything else
    "ascii": "utf-8",
    "ansi_x3.4-1968": "utf-8",
    "latin1": "iso8859-1",
    "iso_8859-1": "iso8859-1",
    "utf-16": "utf-16",
    "utf-16be": "utf-16-be",
    "utf-16le": "utf-16-le",
    "iso-10646-ucs-2": "utf-16-be",  # the charset of handsets, in network order
    "ucs-2": "utf-16-be",
    "utf-32": "utf-32",
    "utf-32be": "utf-32-be",
    "utf-32le": "utf-32-le",
    "utf-7": "utf-7",
    "unicode-1-1-utf-7": "utf-7",
    "koi8-r": "koi8-r",
    "koi8-u": "koi8-u",
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "gb18030": "gb18030",
    "hz-gb-2312": "hz",
    "big5": "big5hkscs",
    "shift_jis": "cp932",
    "windows-31j": "cp932",
    "euc-jp": "euc_jp",
    "iso-2022-jp": "iso2022_jp",
    "euc-kr": "cp949",
    "ks_c_5601-1987": "cp949",
    "iso-2022-kr": "iso2022_kr",
    "tis-620": "tis_620",
    **_ISO_8859,
    **_WINDOWS,
}
"""Charset names (IANA, in lower case) -> codecs of Python."""

_BIG_ENDIAN = {"utf-16": "utf-16-be", "utf-32": "utf-32-be"}
_MARKS = re.compile(rb"\xff\xfe|\xfe\xff|\x00\x00\xfe\xff")


def known(charset: str) -> bool:
    """Whether we can read this charset."""
    return charset.lower() in CODECS


def decode(octets: bytes, charset: str, cut: bool = False) -> tuple[str, bool]:
    """(text, whether the octets were good in that charset). Never raises.

    An unknown charset is read as UTF-8. What is not good in it is read as Latin-1 if it was to be UTF-8, and with
    U+FFFD for what does not fit otherwise. `cut` says that the octets may end within a character: it is left out.
    """
    codec = CODECS.get(charset.lower(), "utf-8")
    if codec in _BIG_ENDIAN and not _MARKS.match(octets):
        codec = _BIG_ENDIAN[codec]  # RFC 2781 4.3; Python's own would be the machine's order
    try:
        if cut:
            return getincrementaldecoder(codec)().decode(octets), known(charset)
        return octets.decode(codec), known(charset)
    except UnicodeDecodeError:
        if codec == "utf-8":
            return octets.decode("latin-1"), False
        return octets.decode(codec, "replace"), False
