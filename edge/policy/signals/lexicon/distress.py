"""Emergencies: what offers to send help, or to be texted in place of a call. What makes a text worth a closer look.

Candidates; `edge.policy.signals.distress` reads the rest of the message and decides. policy.md A.4, R-EMG-SOLICIT.
"""

from edge.policy.signals.lexicon.wording import words
from edge.policy.signals.patterns import Pattern

_WE = (
    r"\b(?:we|we'll|our (?:\w{2,12} )?\w{2,12}|someone|help|crews?|security|nous|on"
    r"|a (?:guard|unit|responder|officer|nurse|medic)"
    r"|notre (?:\w{2,12} )?\w{2,12}|nuestro \w{2,12})"
    r"(?:'ll| will| shall| can| are ready to| va| vont| allons| est pret a)? ?"
    r"(?:immediately |promptly |quickly |then |always )?"
)
_SERVICES = words(
    r"""police | ambulance | paramedics? | firefighters? | fire (?:department|trucks?|brigade|crews?) | pompiers
    help | ambulanciers? | policiers? | assistance | responders? | rescue | security | secours | units? | officers?
    guards? | agents? | someone | somebody | crews? | quelqu'un | de l'aide | patrol | medics?"""
)
HELP = (
    _WE + words(r"dispatch\w* | respond\w* | interviendr\w* | intervenir | repondr\w* | depech\w* | enverr\w*"),
    _WE
    + words(r"send | get | call | alert | contact | bring | rush | deploy | envoyer | appeler | enviar\w*")
    + r".{0,24}"
    + _SERVICES,
    words(
        """dispatch (?:police|help|ambulance|someone|a unit|an officer) | will be dispatched
        help (?:will be|is) on (?:the|its) way"""
    ),
)
_CALLED = (
    r"(?:9[-. ]?1[-. ]?1|112|999|000|emergency services|(?:the )?police|(?:an )?ambulance|the fire department|la police"
    r"|les secours)\b"
)
_CALL = words(
    """call | calling | dial | dialing | phone | phoning | contact | contacting | appelez | appeler | composez
    composer | llame | llamar"""
)
INSTEAD = (
    r"\b(?:do not|don'?t|(?:must|should|need|shall|and|to) not|not to|needn'?t|shouldn'?t|never"
    r"|no need to|not necessary to|stop|avoid|without|rather than|instead of|before|ne|n'|"
    r"sans|plutot que d|au lieu d|no)\W{0,2}(?:\w{1,8} ){0,2}" + _CALL + r"(?: (?:pas|au|le|the|al)){0,2} " + _CALLED,
    r"\b(?:instead of|rather than|au lieu d[eu]|en vez del?|skip|bypass)(?: (?:the|le|al))? " + _CALLED,
    r"\b(?:faster|quicker|better|easier|cheaper) than (?:calling |dialing )?" + _CALLED,
    words(
        """replac(?:es?|ing|ement for) | alternative to | substitute for | in place of | remplace
        a la place d[eu]"""
    )
    + r" (?:le |the )?"
    + _CALLED,
)

PATTERNS: tuple[Pattern, ...] = (
    *(Pattern("solicit-help", expression) for expression in HELP),
    *(Pattern("solicit-instead", expression) for expression in INSTEAD),
)
