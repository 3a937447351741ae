"""Whether a text offers its number to be texted in an emergency, and help in return: instead of a call, even.

Called where help is offered or a call is advised against. Flags that it sets, for the rule to weigh: `solicits` (the
rule is to be asked), `emergency-named`, `emergency-text`, `emergency-number`, `emergency-help`, `emergency-instead`,
`emergency-proper` (it says to call 911), `emergency-trade` (no emergency that an ambulance is sent for). policy.md A.4.
"""

import re

from edge.policy.signals.flags import flag
from edge.policy.signals.lexicon import distress as lexicon
from edge.policy.signals.lexicon.wording import words
from edge.policy.signals.reading import Reading
from edge.policy.signals.speech import ends

HELP, INSTEAD = flag("solicit-help"), flag("solicit-instead")
CANDIDATES = HELP | INSTEAD
SOLICITS = flag("solicits")
NAMED, TEXT, NUMBER = flag("emergency-named"), flag("emergency-text"), flag("emergency-number")
OFFERED, AGAINST = flag("emergency-help"), flag("emergency-instead")
PROPER, TRADE = flag("emergency-proper"), flag("emergency-trade")

_CALLED = r"(?:9[-. ]?1[-. ]?1|112|999|000|emergency services)\b"
_GRAVE = re.compile(
    words(
        """911 | 9-1-1 | police | ambulance(?! (?:bills?|fees?|invoices?)) | paramedics? | medical | intruders?
        break-?in | pompiers | heart attack | overdose | assault | in danger | en danger | sos"""
    )
)
# A fire drill, firewood, an emergency exit and an emergency shelter are no emergency.
_NO_FIRE = (
    r"(?! ?(?:drills?|halls?|pits?|wood|sales?|works|extinguishers?|inspections?|places?|alarm (?:test|inspect)))"
)
_NO_EMERGENCY = (
    r"(?! (?:entrances?|exits?|doors?|stairs?|lights?|brakes?|kits?|funds?|loans?|savings?|food|shelters?|contacts?"
    r"|preparedness|drills?|childcare|housing)\b)"
)
_EMERGENCY = re.compile(
    words("urgences? | emergencias? | incendie | unsafe | distress | panic")
    + rf"|\bemergenc(?:y|ies)\b{_NO_EMERGENCY}|\bfire\b{_NO_FIRE}"
)
_TEXT = re.compile(
    words(
        """text | texts | texting | txt | sms | message | messages | msg | reply | whatsapp | textez | texto
        envoyez | repondez | ecrivez | mensaje | responda"""
    )
)
_NUMBER = re.compile(
    words(
        r"""this (?:number|line|phone|service|thread|message|chat|text)
        (?:text|message|sms|whatsapp|txt) (?:us|here)
        (?:texting|messaging|textez|ecrivez|contact) (?:us|here|nous|our \w+)
        reply (?:here|to this|help|sos|911|yes)
        (?:text|message|sms) (?:our|security|dispatch|the (?:front|security) desk) | (?:ce|le|este) numero
        repondez (?:aide|ici) | our (?:hotline|emergency line|number|text line) | short ?code \d+"""
    )
    + r"|\b(?:text|sms|message|txt|send|textez|envoyez|whatsapp)\b[^.!?\n]{0,40}?"
    r"\b(?:to|at|au|on|a|al) \+?\(?\d[\d() .-]{3,16}\d"
    r"|\b(?:text|sms|txt|message|textez) \+?\(?\d[\d() .-]{5,16}\d"
)
_CALL = r"(?:call|dial|phone|contact|composez(?: le)?|appelez(?: le)?|faites(?: le)?|llame(?: al)?|marque(?: el)?)"
# "If this is an emergency call 911": from the emergency to the call, without a "not" between them.
_PROPER = re.compile(
    r"\b(?:emergenc\w+|danger|urgen\w+|life.threatening)\b(?:(?!\b(?:not|never|don'?t|no|ne|n'|pas|instead)\b)[^.!?\n]){0,60}?\b"
    + _CALL
    + r" "
    + _CALLED
    + r"|\bonly "
    + _CALL
    + r" "
    + _CALLED
    + r"|(?:^|[.!?;:,]\s?|\b(?:please|always|and|or|then|immediately|first)\s)"
    + _CALL
    + r" "
    + _CALLED
    # "Do not call 911 for power outages" knows what it is for, "do not call 911 for an emergency" does not.
    + r"|(?:(?<!not )(?<!never )(?<!n't )"
    + _CALL
    + r" "
    + _CALLED
    + r" for\b|"
    + _CALL
    + r" "
    + _CALLED
    + r" (?:for(?! (?:an? |any |your )?(?:\w+ )?(?:emergenc|medical|fire|police|intruder))|unless"
    r"|to (?:report|ask|check)|about|pour|sauf|except|only)\b)|"
    + words(
        """text[- ](?:to|with)[- ]911
        (?:not|isn't) (?:for|a substitute for|a replacement for|monitored for) emergenc\\w+ | is not monitored
        not monitored 24 | crisis (?:line|text line|counsell?or) | suicide | 988 | 741741 | 686868 | kids help phone"""
    )
)
# "Do not text us instead of calling 911."
_WARNED = re.compile(
    r"\b(?:do not|don'?t|never|not|ne|jamais)\b"
    r"(?P<text> (?:text|message|reply|use|rely|write|contact|textez)\b)?[^.!?,;:\n]{0,48}"
    r"\b(?:instead of|rather than|au lieu|replac\w+)\b[^.!?\n]*"
)
# "Call 311 instead of 911 about noise": a call for a call.
_CALL_FOR_CALL = re.compile(
    r"\b(?:call|dial|phone|composez|appelez|llame)\b(?:(?!\b(?:text|txt|sms|message|reply|textez|mensaje)\b)[^.!?\n]){0,40}"
    r"\b(?:instead of|rather than|au lieu d\w{1,2}|en vez del?)\b[^.!?\n]*"
)
_INSTEAD = re.compile("|".join(lexicon.INSTEAD))
_TRADE = re.compile(
    words(
        """plumb\\w+ | leak\\w* | dental | dentist | tooth | vet | veterinary | pets? | furnace | heating | boiler
        hvac | lock-?out | locksmith | roadside | tow(?:ing)? | maintenance | elevators? | it (?:support|desk)
        server | appliance | electric\\w+ | clogged | drain | sewer | roof\\w* | after[- ]hours | superintendent
        landlord | property manager | plombier | dentaire | chauffage | serrurier | remorquage | shift | coverage
        babysit\\w* | work order | technicians? | spare key | orthodon\\w+ | braces | water damage
        flood(?:ed|ing)? | garage door"""
    )
)


def refine(reading: Reading, text: str) -> None:
    """Set the parts of which the rule makes its score, if there is enough of them to ask."""
    short = ends(reading.skeleton)
    grave = _GRAVE.search(short) is not None
    bits = NAMED if grave or _EMERGENCY.search(short) else 0
    bits |= (TEXT if _TEXT.search(short) else 0) | (NUMBER if _NUMBER.search(short) else 0)
    bits |= OFFERED if reading.flags & HELP else 0
    warned = _WARNED.search(short)
    if reading.flags & INSTEAD and _INSTEAD.search(_CALL_FOR_CALL.sub(" ", _WARNED.sub(" ", short))):
        bits |= AGAINST
    if bits & (NAMED | TEXT) != NAMED | TEXT or not bits & (OFFERED | AGAINST):
        return
    if _PROPER.search(short) or (warned is not None and warned["text"]):
        bits |= PROPER
    if not grave and _TRADE.search(short):
        bits |= TRADE
    reading.flags |= bits | SOLICITS
