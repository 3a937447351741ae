"""Whether a message extorts: private pictures or a secret, what is to be done for it, and who will see it otherwise.

policy.md A.3, R-EXTORT. A photographer's bill, a landlord's reminder or a debt between friends lack one of the three.
"""

from edge.policy.signals.lexicon.wording import words
from edge.policy.signals.patterns import Pattern, PatternSet

_PRIVATE = """nudes? | naked | sex ?tapes? | intimate | dick ?pics? | private (?:pics?|pictures?|photos?|videos?)
    dirty (?:pics|photos|secret) | photos intimes | photos nues"""
_MOST_PRIVATE = words(_PRIVATE)
_MEDIA = words(
    _PRIVATE
    + """
        pics? | pictures? | photos? | images? | videos? | vids? | clips? | tapes? | recordings? | screenshots? | footage
        tell(?:ing)? (?:\\w+ ){1,3}(?:about us|what (?:you|u) did) | chats? | messages | secrets? | affair | cheating
        browsing history | fotos?"""
)
_AUDIENCE = words(
    """everyone | everybody | every one | online | internet | the (?:world|web|net|police|press|whole school)
    public(?:ly)? | facebook | insta\\w* | twitter | tiktok | youtube | social media | porn\\w*
    all (?:of )?(?:your|ur) | (?:your|ur) (?:\\w+ )?(?:wife|husband|family|boss|parents|mom)
    (?:your|ur) (?:\\w+ )?(?:mum|mother|dad|father|friends|girlfriend|boyfriend)
    (?:your|ur) (?:\\w+ )?(?:employer|work|school|contacts|kids|followers|coworkers|colleagues|fiance\\w?)
    ta (?:femme|famille|mere) | ton (?:mari|patron|boss) | tes (?:amis|parents|contacts|collegues) | tout le monde
    votre (?:femme|mari|famille|employeur) | tu (?:familia|esposa|jefe) | todos | todo el mundo
    tus (?:amigos|contactos|padres|seguidores)"""
)
_SHARE = words(
    """post(?:ing)? | send(?:ing)? | shar(?:e|ing) | leak(?:ing)? | publish(?:ing)? | releas(?:e|ing)
    expos(?:e|ing) | upload(?:ing)? | show(?:ing)? | forward(?:ing)? | spread(?:ing)? | tell(?:ing)?
    distribute | text(?:ing)? | email(?:ing)? | put(?:ting)? | publie | envoie | diffuse | montre | balance | poste
    publier | envoyer | diffuser | montrer | balancer | poster"""
)
# Spanish says who in the ending.
_SPANISH = words(
    r"""publico | mando | envio | subo | difundo | enviare | publicare | mandare | difundire
    (?:voy|vamos) a (?:publicar|mandar|enviar|subir|difundir)"""
)
_SHARER = r"\b(?:i|we|je|on|im|ima|imma)"
# What stands before a French verb: je les envoie, on va tout publier.
_THEM = r"(?:(?:les|la|le|tout) |l')?"
_WILL = r"(?:'ll|'m| am|'re| are)? ?(?:will |'ll |gonna |going to |can |would |vais |va |have to )?"
_LEAKS = (
    r"\bgoes to (?:all (?:of )?)?(?:your|ur|everyone|everybody)\b",
    # Or the video goes on Facebook; they go out to everybody.
    r"\b(?:it|they|all|everything|you|(?:nude|pic|picture|photo|video|tape|screenshot)s?)(?: will| gonna)? "
    r"go(?:es)? (?:live |up |out |straight )?(?:on|to|onto) (?:all |the )?(?:of )?"
    + words(
        "your | ur | everyone | everybody | internet | facebook | insta\\w* | twitter | tiktok | youtube | porn\\w*"
    ),
    words("sent | posted | leaked | published | shared | released | uploaded | forwarded")
    + r"(?: \w{1,8}){0,2} (?:to|on|with|across|over) "
    + _AUDIENCE,
    r"\b(?:je|on) (?:vais |va )?(?:publie|publier|diffuse|diffuser) (?:la|les?|tes|ta|ton|vos|votre|tout)\b",
    r"\b(?:publico|publicare|difundo|(?:publicar|difundir)) (?:tus?|sus|todas?)\b",
    _AUDIENCE
    + r"(?: (?:on|at) \w{1,10})? (?:will |is going to |are going to |gonna |'ll )?"
    + words("gets? | sees? | knows? | finds? out | hears? | recevra | verra | saura"),
    r"\b(?:i|we)" + _WILL + r"(?:post|leak|publish|upload|expose) (?:the|your|ur|that|those|these|all|every|it|them)\b",
)
# What happens otherwise: "or I ...", "unless you pay".
_OTHERWISE = words(
    """or (?:else|i|we|i'll|we'll|ill|i'm|im|your|ur|everyone|everybody|the|it|they|all)
    unless (?:you|u) (?:pay|send|give|do|meet|transfer|answer|come|wire|deposit)
    if (?:you|u) (?:don'?t|do not|refuse|ignore|block|fail|tell|leave|won'?t) | otherwise
    before (?:i|we) (?:post|send|leak|share|publish|release) | sinon | ou (?:je|on|tout|ta|ton|tes|votre)
    si (?:tu|vous) (?:ne|n') | o (?:publico|mando) | si no
    (?:until|by) (?:midnight|tonight|tomorrow|noon|friday|monday) or
    to keep (?:this|it|me|us) (?:quiet|private|between|silent|from)"""
)
_PAYMENT = (
    words(
        """pay(?:ing|ment)? | bitcoins? | btc | crypto\\w* | usdt | ethereum | ransom | gift ?cards? | wire | money
        cash | e-?transfer | interac | western union | moneygram | paypal | cash ?app | venmo | zelle | paie | payez
        paye | paga | argent | dinero | \\d+ ?(?:k|dollars|bucks|euros|pounds|usd|cad|eur)"""
    )
    + r"|[$€£] ?\d|\d ?[$€£]|\b(?:rs|usd|eur|cad|transfer|send|(?:give|send|pay) me)\.? ?\d"
)
_OBEY = words(
    """send (?:me )?(?:more|another|new|nudes|a nude) | more (?:nudes|pics|pictures|photos|videos) | answer me
    reply to me | call me back | meet me | come back | sleep with | have sex | fuck me
    do (?:what|as|everything) i (?:say|tell|want) | drop the (?:case|charges) | keep (?:quiet|your mouth) | shut up
    stop talking | don'?t tell | if (?:you|u) (?:leave|block|tell|break up|ignore)"""
)
_RECORDED = (
    r"\b(?:i|we)(?:'ve| have)? ?"
    + words("recorded | filmed | hacked | infected | (?:got|gained|have) (?:full )?access | installed | captured")
    + r".{0,90}"
    + words(
        r"""webcam | camera | device | computer | account | browser | phone | masturbat\w* | pleasur\w* | porn\w*
        adult | naked | contacts"""
    )
)
_UNTRACEABLE = words("bitcoins? | btc | crypto\\w* | usdt | wallet | monero | gift ?cards?")
_PENALTY = words(
    """shame if (?:something|anything) .{0,30} ?happen\\w*
    (?:your|ur) (?:wife|husband|family|boss|kids) (?:should |would |doesn'?t )?(?:never )?(?:know|find out)"""
)
_GETS = words("wife | husband | family | boss | parents | mom | dad") + r" (?:will )?(?:gets?|sees?)\b"


_MEDIA_BIT, _PRIVATE_BIT, _LEAK_BIT, _OTHERWISE_BIT, _PAYMENT_BIT, _OBEY_BIT, _RECORDED_BIT = (
    1 << place for place in range(7)
)
_UNTRACEABLE_BIT, _PENALTY_BIT, _GETS_BIT, _SHARES_BIT, _AUDIENCE_BIT = (1 << place for place in range(7, 12))
_ELEMENTS = (
    (_MEDIA_BIT, _MEDIA),
    (_PRIVATE_BIT, _MOST_PRIVATE),
    (_SHARES_BIT, _SHARER + _WILL + _THEM + _SHARE),
    (_SHARES_BIT, _SPANISH),
    (_AUDIENCE_BIT, _AUDIENCE),
    *((_LEAK_BIT, leak) for leak in _LEAKS),
    (_OTHERWISE_BIT, _OTHERWISE),
    (_PAYMENT_BIT, _PAYMENT),
    (_OBEY_BIT, _OBEY),
    (_RECORDED_BIT, _RECORDED),
    (_UNTRACEABLE_BIT, _UNTRACEABLE),
    (_PENALTY_BIT, _PENALTY),
    (_GETS_BIT, _GETS),
)
_SCANNER = PatternSet([Pattern("extortion", expression) for _, expression in _ELEMENTS], [bit for bit, _ in _ELEMENTS])


def extorted(text: str) -> bool:
    """Whether the folded text extorts its reader."""
    seen = _SCANNER.scan(text)
    if seen & _RECORDED_BIT and seen & _UNTRACEABLE_BIT:
        return True
    if not seen & _MEDIA_BIT or not seen & _OTHERWISE_BIT:
        return False
    paid = seen & _PAYMENT_BIT
    if paid and seen & _PENALTY_BIT:
        return True
    # Without money: more pictures, or obedience, for what is most private ("or your husband gets the video").
    obey = seen & _OBEY_BIT and seen & (_PRIVATE_BIT | _GETS_BIT)
    leak = seen & _LEAK_BIT or (seen & _SHARES_BIT and seen & _AUDIENCE_BIT)
    return bool(leak and (paid or obey))
