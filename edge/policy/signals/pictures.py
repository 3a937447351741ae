"""What the words of an MMS say of its pictures: that something is for sale, or that they are meant for the reader.

Scanned only where there are pictures; the patterns are no part of the lexicon, which every message pays for.
"""

from edge.policy.signals.flags import flag
from edge.policy.signals.lexicon.wording import words
from edge.policy.signals.patterns import Pattern, PatternSet
from edge.policy.signals.reading import Reading

MEDIA = flag("media")  # the message has parts that were examined
SALE = flag("picture-sale")
AT_READER = flag("picture-at-reader")

# policy.md A.7 (C7.a): drug menus, sales of weapons and of forged documents. A price alone is none: a couch has one.
_SALE = words(
    """for sale | selling | i sell | we sell | sells? (?:it|them|for) | dm (?:me|for|to) | dm 4 | hmu | hit me up | obo
    no papers | no paperwork | (?:no|without) (?:id|licen[cs]e|permit|background check|questions|serial) | cash only
    or best offer | (?:text|msg|message|call|dm|snap)(?: me)? (?:for|to) (?:price\\w*|buy|order|menu|info) | in stock
    (?:taking|place|accepting) orders | order now | buy now | price list | menu | per (?:gram|oz|unit|pill)
    drop ?offs? | same day delivery | discreet(?:ly)? | ships? (?:worldwide|anywhere|same day|discreet\\w*)
    bulk (?:price|deal|order)s? | bitcoin only | a vendre | vends | sans papiers | se vende | vendo | sin papeles"""
)
_BY_WEIGHT = r"(?:\$|usd|cad|eur) ?\d+ ?(?:a|an|per|/) ?(?:g|gram|oz|ounce|pill|piece|each|pop)\b"
_AT_READER = words(
    """you | your | yours | you're | youre | u | ur | y'all | yall | tu | toi | te | t'es | ton | vous | votre | vos
    usted | ustedes | ti | tus | your kind"""
)
_PATTERNS = PatternSet(
    (
        Pattern("picture-sale", _SALE),
        Pattern("picture-sale", _BY_WEIGHT),
        Pattern("picture-at-reader", _AT_READER),
    )
)


def note(reading: Reading) -> None:
    """Set the flags of this file in the reading of an MMS. Nothing to do for one without words."""
    if reading.plain:
        reading.flags |= _PATTERNS.scan(reading.plain)
