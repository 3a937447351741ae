"""What nobody hands over to strangers: a code sent to one's phone, the codes of gift cards, crypto-currency.

`HANDS` raise suspicion in any text; `DETAILS` are looked for only then. English, French and Spanish; folded text. What
is seen here is put together by `edge.policy.signals.lures`.
"""

from edge.policy.signals.lexicon.wording import words
from edge.policy.signals.patterns import Pattern

_CODE = (
    r"\b(?:codes?|otp|codigos?|passcodes?|pin|"
    r"(?:\d|four|five|six|eight|quatre|cinq|cuatro|seis)[ -]?(?:digits?|numbers|chiffres|digitos|cifras|numeros))\b"
)
_IT = r"(?:(?:it|that|this|them|the code|le|la|over|out|to|the|a|on|lo|los|el|l)[ -]){0,3}"
# A code on its way to the writer, in the order of each language's words.
_PASS = (
    r"\b(?:forward|send|share|give|tell|text|txt|read|pass|email|screenshot|renvoy\w*|envo\w+|transf\w+|transmet\w*|"
    rf"donne\w*|reenvi\w+|manda\w*|dis)\b[ -]{_IT}"
    r"(?:me|us|back|moi|nous|melo|over|(?:my|this) (?:number|phone|cell|email|whatsapp))\b"
)
_PASS_EARLY = (
    r"\b(?:(?:me|nos) (?:l[oae]s? )?(?:puedes?|podrias?|podria)? ?|(?:me|nous) (?:l[ea]s? |l.)?|m.(?:l[ea] )?)"
    r"(?:re-?envi\w+|envi\w+|mand\w+|pas(?:ar|as|es)|d(?:ar|as|es|ecir|ices|igas)|compart\w+|envo(?:yer|ies?|yez)|"
    r"renvo(?:yer|ies?|yez)|transm\w+|transfer\w+|donne[rsz]?|dire|dis)\b"
)
_PASS_JOINED = r"\b(?:re-?envia|envia|manda|pasa|da|di|dile|comparte|reenvie|envie|mande)(?:me|nos)(?:l[oae]s?)?\b"

# Cards that are bought to be given away, by the names of those who sell them.
_SELLERS = (
    r"gift|e-?gift|itunes|apple|google play|steam|razer|vanilla|prepaid|amazon|ebay|xbox|playstation|psn|walmart|"
    r"target|best buy|sephora|visa gift|nike|nordstrom|roblox"
)
HANDS = (
    *(
        Pattern("hand-code", expression)
        for way in (_PASS, _PASS_EARLY, _PASS_JOINED)
        for expression in (rf"{_CODE}.{{0,60}}{way}", rf"{way}.{{0,40}}{_CODE}")
    ),
    Pattern("hand-code", r"\breply (?:to this (?:text|message) )?with (?:the|your) (?:\w+[ -]){0,2}?(?:code|otp)\b"),
    Pattern("hand-code", r"\b(?:accident\w*|mistake|mistakenly|par erreur|por error)\b.{0,40}\b(?:codes?|codigo)\b"),
    Pattern("hand-code", r"\b(?:codes?|codigo)\b.{0,60}\b(?:accident\w*|mistake|mistakenly|par erreur|por error)\b"),
    Pattern(
        "hand-gift-card",
        rf"\b(?:{_SELLERS})[ -]?(?:gift )?cards?\b|\bcartes?[ -]cadeaux?\b|\btarjetas? (?:de )?regalo\b|"
        rf"\b(?:cartes?|tarjetas?) (?:de |d.)?(?:{_SELLERS})\b",
    ),
    Pattern("hand-crypto", r"\b(?:bc1[a-z0-9]{20}|0x[0-9a-f]{40})"),
    Pattern("hand-crypto", r"\b(?:bitcoin|crypto|btc) (?:atm|machine|kiosk|teller)\b"),
    Pattern("hand-crypto", r"\bsend\b.{0,30}\b(?:btc|bitcoins?|eth|usdt|crypto)\b.{0,40}\b(?:double|twice|2x)\b"),
    Pattern(
        "hand-crypto",
        r"\bsend\b.{0,20}\d ?(?:btc|bitcoins?|eth|usdt|sol|xrp)\b.{0,60}"
        r"\b(?:receive|get|back|return\w*)\b.{0,20}\d ?(?:btc|bitcoins?|eth|usdt|sol|xrp)\b",
    ),
)


def _says(name: str, text: str) -> Pattern:
    return Pattern(f"says-{name}", words(text))


DETAILS = (
    # A code that was sent to the reader, and is not the writer's.
    _says(
        "their-code",
        r"""verification | (?:\d|four|five|six|eight|quatre)[ -]?(?:digits?|numbers|chiffres|digitos|cifras)
        whats ?app | accident\w* | mistake | mistakenly | par erreur | por error
        (?:to|on|by) (?:your|ur) (?:phone|number|mobile|cell|sms)
        (?:you|u) (?:will |should |just |must |have |ll |may )*(?:get|got|receive|received) | otp
        (?:vous|tu) (?:vas |allez )?(?:recevoir|recu|recevez|recevras) | sent (?:you|u|to you|it to you)
        (?:they|it|google|whats ?app|facebook|insta\w*|apple|amazon|paypal|the bank) (?:just |will )?texts? (?:you|u)
        recue?s? par (?:texto|sms|message) | (?:avez|as) recue?s?
        (?:security|login|authentication|activation) code | code de (?:verification|securite|confirmation)
        codigo de (?:verificacion|seguridad|confirmacion|acceso|activacion)
        te (?:lleg(?:o|a|ara)|envi(?:e|o|aron|amos)|mand(?:e|o|aron)) | recib(?:iste|io|iras|es)
        (?:votre|ton|tu) (?:telephone|numero|cell|telefono)""",
    ),
    # The code of a door, a network, an order: people do tell each other those ...
    _says(
        "plain-code",
        r"""(?:gate|door|garage|lock ?box|locker|building|entry|entrance|room|alarm|buzzer|wi-?fi|router|pick-?up|order
        booking|reservation|check-?in|promo|discount|coupon|voucher|postal|zip|area|country|dress|source|error|product
        ticket|locker|parking|unit|shed|laundry|pool|mailbox) (?:\w+ )?(?:codes?|pin)
        codes? (?:for|to|of|on) (?:the|my|your|our|ur) (?:\w+ )?(?:gate|door|garage|lock ?box|locker|building|alarm
        room|wi-?fi|router|house|apartment|unit|office|shed|pool|parking|mailbox|ticket|receipt|box|label|fridge)
        code (?:de |du |d.)?(?:la |l.)?(?:porte|portail|garage|immeuble|entree|alarme|wi-?fi|postal|chambre|casier)
        codigo (?:de |del )?(?:la )?(?:puerta|porton|garaje|edificio|alarma|wi-?fi|postal|cuarto)""",
    ),
    # ... unless it opens an account.
    _says(
        "account-code",
        r"""verification | verif\w+ | otp | one[- ]time | whats ?app | google | facebook | insta\w*
        telegram | apple ?id | paypal | log ?in | sign ?in | security | authentication | 2fa | activation | account
        bank | accident\w* | mistake\w* | par erreur | por error | securite | seguridad | compte | cuenta""",
    ),
    Pattern(
        "says-hand-me",
        r"\b(?:send|text|txt|email|forward|share|give|read|snap|reply|envo\w+|texte\w*|mand\w*)\b.{0,20}"
        r"\b(?:me|us|back|moi|nous|this number)\b",
    ),
    Pattern("says-hand-me", r"\b(?:reply|text back|answer) with\b"),
    Pattern("says-hand-me", rf"{_PASS_EARLY}|{_PASS_JOINED}"),
    _says(
        "the-codes",
        r"""codes? | numbers on | pins? | numeros? | codigos? | (?:photos?|pictures?|pics?|images?) of | fotos? de
        photos? d[eu]s?""",
    ),
    Pattern(
        "says-card-codes",
        r"\b(?:send|text|email|forward|share)\b (?:the |all |each |these |those |card |gift |their |both |claim |"
        r"redemption |activation |scratch )*(?:codes?|redemption|pins?|photos? of|pictures? of)\b",
    ),
    Pattern("says-card-codes", r"\b(?:scratch\w*|gratt\w*)\b.{0,40}\b(?:codes?|back|photos?|send|pictures?|pins?)\b"),
    Pattern(
        "says-pay-by-card",
        r"\b(?:pay|paid|payment|payable|payez|payer|settle|fee|bail|fine|taxes|debt)\b.{0,50}"
        r"\b(?:gift|itunes|google play|steam|apple) ?(?:gift )?cards?\b",
    ),
    Pattern(
        "says-pay-by-card",
        r"\b(?:send|envo\w+|transf\w+|pa(?:y|ie|yez))\b.{0,24}\b(?:in|en|with|avec|by|par)\b.{0,12}"
        r"\b(?:gift ?cards?|cartes?[ -]cadeaux?)",
    ),
    Pattern("says-wallet", r"\b(?:[13][a-z0-9]{25,33}|t[a-z0-9]{33})\b"),
    _says("send-coins", r"send | transfer | deposit | pay(?:ment)? | envo\w+ | vire\w* | transfi?er\w* | scan"),
)
