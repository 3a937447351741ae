"""Whether a message tells the reader that they are watched: where they live, that they are seen, that they cannot hide.

One such element may be a friend at the door or a courier; it takes two, or one that is a menace by itself and nothing
friendly beside it. policy.md A.3, stalking.
"""

from edge.policy.signals.lexicon.wording import words
from edge.policy.signals.patterns import Pattern, PatternSet

_DWELLS = words(
    """lives? | stays? | sleeps? | works? | park | hide | hiding | go | goes | house | home | kids | family | mother
    mom | parents | children"""
)
_KNOWN = (
    r"\b(?:i|we|my (?:boys|guys|brothers|crew|people|friends)) "
    r"(?:already |now |fucking |do |all )?(?:know|found out|found)(?: exactly)? "
    r"(?:where (?:you|u|ya|(?:your|ur|yo) \w+)(?:'?re)? (?:\w+ )?"
    + _DWELLS
    + r"|(?:your|ur) (?:home )?(?:address|location)"
    r"|what time (?:your|ur) (?:kids|daughter|son|wife))"
    r"|\b(?:je|on|nous) (?:sais|sait|savons) ou (?:tu|t'|vous|ta famille|tes enfants|ta mere) ?"
    + words("habites? | habitez | vis | vit | travailles? | dors | vont | va")
    + r"|\b(?:se|sabemos) donde (?:vives|trabajas)"
)
_FLEE = r"(?:hide|run|get away|run or hide|run and hide|hide or run)"
_CANNOT_HIDE = (
    r"\b(?:you|u|ya) (?:can'?t|can ?not|won'?t|will not|could ?n'?t) (?:ever |even )?"
    r"(?:" + _FLEE + r"(?: from (?:me|us)| forever)?|escape(?: from)?(?: me| us))(?: forever)?"
    r"(?:$|[^\w']*$|[^\w ']| (?:bitch|and|i|we|now|anymore|any more|because|cuz|cause|whore))"
    r"|\bnowhere (?:left )?(?:to|for you to) (?:hide|run)"
    r"|\b(?:tu|vous) (?:ne |n' ?)?(?:peux|pouvez|pourras|pourrez) pas (?:te cacher|vous cacher|m' ?echapper|fuir)"
    r"|\bno te (?:puedes|podras) esconder"
)
_FROM_ME = r"(?:hide|run|escape|get away)(?: from)? (?:me|us)|hide forever|m' ?echapper"
_SEEN = (
    r"\b(?:i|we)(?:'m| am|'re| are|m|'ve been| have been| can| could)? "
    r"(?:see|seeing|watch|watching|following|tracking|follow) (?:you|u|ya)\b"
    r"|\bi (?:saw|seen|followed|watched|been watching|been following) (?:you|u)\b"
    r"|\bje (?:te|vous) (?:vois|surveille|regarde|suis)\b|\bte (?:veo|estoy (?:mirando|vigilando))"
)
_ROOM = words(
    """house | home | place | door | windows? | work | job | office | school | apartment | building | gym | driveway
    street | bedroom | car | maison | porte | fenetre | bureau | ecole | appart"""
)
_STREET = words("st | street | ave | avenue | rd | road | blvd | drive | dr | lane | court | ct | way | crescent | rue")
_PLACE = (
    words("outside | in front of | at | near | by | behind | around | under | through | across from | devant | chez")
    + r" (?:(?:your|ur|yo|ta|ton|toi) ?(?:"
    + _ROOM
    + r")?|\d{1,5} \w+(?: \w+)? "
    + _STREET
    + r")|\b(?:i|we) (?:got|have) (?:your|ur) (?:address|location)\b"
    r"|\b(?:your|ur) (?:bedroom |kitchen |front )?window\b|\bhome alone\b"
    r"|\balone (?:tonight|at home|in the house)\b"
)
_FOLLOWED = (
    r"\bi (?:have |'ve )?(?:been )?follow(?:ed|ing) (?:you|u) "
    r"(?:home|to (?:work|school|your)|last night|today|yesterday|all|from)"
    r"|\bi'?ve been (?:following|watching) (?:you|u|your (?:house|home|kids|family))\b"
    r"|\b(?:i|we) (?:have|got) (?:people|someone|guys|eyes) (?:watching|on) (?:you|u|your (?:house|home|kids|family))\b"
    r"|\bi watch (?:you|u) (?:sleep|every|undress|through|when|from)"
)
_COMING = words(
    "(?:coming|come) (?:for|after) (?:you|u) | gonna (?:get|find) (?:you|u) | i(?:'ll| will) find (?:you|u)"
)
# What a friend, a courier, a driver or a child at play says beside it.
_FRIENDLY = (
    words(
        """pick(?:ing)? (?:you|u|up|him|her) | uber | taxi | lyft | ride | driver | deliver\\w* | order | package
        parcel | let me in | open (?:the|up) | come (?:out|down|outside|on in|get|say) | wav(?:e|ing)
        drop(?:ping)? (?:it|this|them|you|off|by) | be there | see (?:you|u|ya) (?:soon|there|then|later|at|in|on)
        see (?:you|u|ya) (?:on )?(?:tomorrow|tonight|(?:mon|tues|wednes|thurs|fri|satur|sun)day)
        hide (?:and|n|&) ?(?:go )?seek | game | halloween | surprise | party | book (?:club|launch|fair) | novel
        theat(?:er|re) | trailer
        birthday | coffee | dinner | lunch | bbq | movie | song | santa | lol | haha\\w* | insta(?:gram)? | twitter
        tiktok | youtube | podcast | blog | facebook | channel | linkedin
        so (?:i'll|ill|i will|i can|we can|we'll) | mom | mum | miss you | love (?:you|u) | hi | hey there | parked
        waiting | here | while | away | all good | trip | vacation | plants | mail | j' ?arrive | je (?:passe|viens)
        a (?:bientot|tantot|plus) | entrez | ouvre | livraison | commande | merci | thanks | thx | please | pls"""
    )
    + r"|[:;]-?[)dp]|<3"
)


_KNOWN_BIT, _ASKED_BIT, _HIDE_BIT, _FROM_ME_BIT, _SEEN_BIT, _PLACE_BIT, _FOLLOWED_BIT, _COMING_BIT, _FRIENDLY_BIT = (
    1 << place for place in range(9)
)
_ELEMENTS = (
    (_KNOWN_BIT, _KNOWN),
    (_ASKED_BIT, r"\b(?:do|did|if|does|how would|how do|should) (?:i|we) know where\b"),
    (_HIDE_BIT, _CANNOT_HIDE),
    (_FROM_ME_BIT, _FROM_ME),
    (_SEEN_BIT, _SEEN),
    (_PLACE_BIT, _PLACE),
    (_FOLLOWED_BIT, _FOLLOWED),
    (_COMING_BIT, _COMING),
    (_FRIENDLY_BIT, _FRIENDLY),
)
_SCANNER = PatternSet([Pattern("stalking", expression) for _, expression in _ELEMENTS], [bit for bit, _ in _ELEMENTS])


def stalked(text: str, threatened: bool = False) -> bool:
    """Whether the folded text is a menace of this kind; `threatened` says that it threatens otherwise too."""
    seen = _SCANNER.scan(text)
    if seen & _ASKED_BIT:
        seen &= ~_KNOWN_BIT
    watched, hide = seen & (_KNOWN_BIT | _FOLLOWED_BIT), seen & _HIDE_BIT
    if hide and (watched or seen & (_SEEN_BIT | _PLACE_BIT)):
        return True
    if threatened and (watched or hide):
        return True
    alarming = watched or seen & (_SEEN_BIT | _PLACE_BIT) == _SEEN_BIT | _PLACE_BIT or (hide and seen & _FROM_ME_BIT)
    return bool(alarming) and not seen & _FRIENDLY_BIT
