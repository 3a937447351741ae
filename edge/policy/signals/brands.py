"""Protected brands: which of them a text names, and whether it speaks in the name of one.

Flags of a reading: `brand-named` (one of `Reading.brands` at least), `brand-claimed` (the text speaks as
`Reading.brands[0]`: "NorthBank: ...", "this is CRA", "votre Desjardins"), `brand-government` (one of those named is a
public body), `asks` (the reader is to do something: reply, press, call, click, pay, verify, log in).
`Reading.brands` has the names of the shipped list in lower case ("northbank", "canada post"), a claimed one first.
Whether the account may speak for a brand is for the rules to ask (`edge.policy.signals.owners`).
"""

from edge.policy.signals.flags import flag

NAMED = flag("brand-named")
CLAIMED = flag("brand-claimed")
GOVERNMENT = flag("brand-government")
ASKS = flag("asks")
