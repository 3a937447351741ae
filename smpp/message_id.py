"""Message ids computed, not remembered: what we call a message is the carrier's tag and the carrier's own id.

Carriers spell one id differently in submit_sm_resp and in receipts (hex and decimal, padding, case). Each spelling
is brought to one normal form, so both lead to the same id of ours and no table is kept. Pure functions, no state.
"""

from collections.abc import Callable
from hashlib import blake2b

MAX_LENGTH = 64
"""Characters of a message_id: 65 octets with its NUL (SMPP 3.4 section 5.2.23)."""

MAX_TAG = 31
"""Characters of a tag, so that a hashed id still fits."""

_HASHED = "~"
_AS_IT_IS = "="
_HASH_OCTETS = 16
_PLAIN = 32  # characters of an id that cannot make ours too long, as number or as text
_MAX_DIGITS = 128  # nothing on the wire is longer; keeps int() cheap whoever calls


def normal(carrier_id: str, kind: str) -> str:
    """One spelling for every spelling of a carrier's id. Never raises.

    `kind` says how this spelling is meant: "hex" and "decimal" become decimal without leading zeros; "text" (and
    any other word) is compared as it is. An id that is no such number is text too, marked with a leading "=",
    which no number has. Text that itself begins with "=" or "~" is marked as well, so marks stay unambiguous.
    """
    if kind == "decimal":
        if carrier_id.isascii() and carrier_id.isdecimal():
            return carrier_id.lstrip("0") or "0"
        return _AS_IT_IS + carrier_id
    if kind == "hex":
        number = _hex(carrier_id)
        return _AS_IT_IS + carrier_id if number is None else str(number)
    return _AS_IT_IS + carrier_id if carrier_id.startswith((_AS_IT_IS, _HASHED)) else carrier_id


def _hex(text: str) -> int | None:
    """Hex digits only: int() alone would take signs, spaces, underscores and 0x, which could not be told back."""
    if len(text) > _MAX_DIGITS or not text.isalnum() or not text.isascii() or text[:2] in ("0x", "0X"):
        return None
    try:
        return int(text, 16)
    except ValueError:
        return None


def public_id(tag: str, carrier_id: str, kind: str) -> str:
    """The id we hand out for a carrier's id: `tag` and its normal form. Never raises.

    Give `kind` as that place writes ids (submit_sm_resp or receipt): both give the same id. Where the whole is
    longer than 64 characters it is `tag`, "~" and a hash instead: receipts still match, but it cannot be turned
    back. Two rules are for the caller to keep: no tag may begin with another tag, nor exceed 31 characters.
    """
    public = tag + normal(carrier_id, kind)
    return public if len(public) <= MAX_LENGTH else _hashed(tag, public)


def publisher(tag: str, kind: str) -> Callable[[str], str]:
    """`public_id` for one carrier: the same answers, a third of the cost for the ids that carriers really send."""
    if kind == "decimal":

        def decimal(carrier_id: str) -> str:
            if carrier_id.isdecimal() and carrier_id.isascii() and len(carrier_id) <= _PLAIN and carrier_id[0] != "0":
                return tag + carrier_id
            return public_id(tag, carrier_id, kind)

        return decimal
    if kind == "hex":

        def hexadecimal(carrier_id: str) -> str:
            # isalnum leaves out signs, spaces and underscores; what int() takes then is hex, but for "0x".
            if (
                carrier_id.isalnum()
                and carrier_id.isascii()
                and len(carrier_id) <= _PLAIN
                and carrier_id[1:2] not in "xX"
            ):
                try:
                    return tag + str(int(carrier_id, 16))
                except ValueError:
                    pass  # a letter past f: not the number it was declared to be
            return public_id(tag, carrier_id, kind)

        return hexadecimal

    def text(carrier_id: str) -> str:
        return public_id(tag, carrier_id, kind)

    return text


def _hashed(tag: str, public: str) -> str:
    digest = blake2b(public.encode("utf-8", "surrogatepass"), digest_size=_HASH_OCTETS)
    return tag + _HASHED + digest.hexdigest()


def carrier_spelling(tag: str, public: str, kind: str, width: int = 0, case: str = "") -> str | None:
    """Our id -> the carrier's id as its query_sm, cancel_sm and replace_sm want it: the one of submit_sm_resp.

    `kind`, `width` (digits it pads to with zeros, 0 for none) and `case` ("upper" or "lower", for hex; "" is
    taken for lower) say how the carrier writes there. None for an id that is hashed, is not of this tag, or
    that we cannot have handed out. Never raises.
    """
    if not public.startswith(tag) or len(public) > MAX_LENGTH:
        return None
    form = public[len(tag) :]
    if form.startswith(_HASHED):
        return None
    if form.startswith(_AS_IT_IS):
        return form[1:]
    if kind not in ("hex", "decimal"):
        return form
    if not (form.isascii() and form.isdecimal()):
        return None
    if kind == "decimal":
        return form.rjust(width, "0")
    return format(int(form), "X" if case == "upper" else "x").rjust(width, "0")
