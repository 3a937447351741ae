"""Consent: words that may take it back or give it (looked at closely in `signals.consent`), and what we write of it."""

from edge.policy.signals.patterns import Pattern

_KEYWORDS = (
    r"(?:stop|stopall|unstop|cancel|end|quit|revoke|remove|arret|alto|parar|td|start|help|aide|info|ayuda|"
    r"yes|y|oui|si)\b"
)
_STEMS = r"(?:unsu|unsc|opt|arret|desabon|desinscri|subscri|resubscri|abonn|s.?abonn|reabonn|suscri|desuscri)"
_OWN_WORDS = (
    r"stop|quit|cease|halt|discontinue|never|don.?t|do not|must not|no more|no longer|enough|remov|delet|unsub|"
    r"take (?:me|us|my|this)|(?:block|drop|scratch|strike|cut|get) (?:me|us|my|this)|(?:want|get|like|be) off|"
    r"opt|revok|withdraw|wrong|leave (?:me|us)|lose|forget|erase|"
    r"mauvais|faux num|bon num|erreur de|arr.t|cess|plus|jamais|laisse|d.sabon|d.sinscri|d.sinscr|retire|enlev|supprim|"
    r"ne (?:pas|veu|voulons|souhait|desir)|tromp|fiche|fou[st]|no (?:quiero|deseo|queremos|recibir|m.s|me|nos)|dej|"
    r"equivoc|incorrect|errad|basta|quiten?me|baja|borr|(?:cancel|anul)(?:ar|en?|a) (?:mi|la|esta|su)?"
)
_TELL = r"(?:reply|text|respond|send|txt|answer|type|repondez|repondre|textez|envoyez|responda|envie|responde)"
_WORD = r"\W{1,4}(?:with |the word |par )?\W{0,2}"
_TO_WHAT = (
    r"subscri|re-?subscri|opt(?:ing)?[ -]?(?:in|back)|join|sign up|enroll|resum|continu|rejoin|receiv|"
    r"get (?:our|more|text|message|alert)|abonn|inscri|recevoir|reprendre|suscri|recibir|reactiv"
)
_SENT = r"(?:texts?|messages?|msgs?|sms|alerts?|notifications?)"

PATTERNS = (
    # A short text that is nothing but one of the words, give or take a "please" and a signature.
    Pattern("consent-word", rf"^\W{{0,9}}(?:(?:please|pls|hi|hello|svp)\W{{1,3}})?(?:{_KEYWORDS}|{_STEMS})"),
    Pattern("consent-word", r"^\W{0,9}s\W?t\W?o\W?p\b"),
    Pattern("consent-word", rf"\b(?:{_OWN_WORDS})"),
    # What a confirmation says (47 CFR 64.1200(a)(12)): that it is done.
    Pattern(
        "confirms-stop",
        r"\b(?:have|has|ve|are|were|been|now|successfully|is)(?: been| now| successfully)*"
        r" (?:unsubscribed|opted[ -]?out|removed|taken off|stopped)\b",
    ),
    # What carriers answer themselves on toll-free numbers: "STOP ... which blocks all texts sent from this number".
    Pattern("confirms-stop", rf"\bblock(?:s|ed|ing)? (?:all |any )?{_SENT} (?:sent )?from\b"),
    Pattern("confirms-stop", r"\bopt(?:ed)?[ -]?out (?:is |was |request )?(?:confirmed|received|complete|successful)"),
    Pattern("confirms-stop", r"\bunsubscri(?:bed|be confirmed|ption confirmed)|\bopted[ -]out\b"),
    Pattern(
        "confirms-stop",
        r"\b(?:will (?:not|no longer|stop)|won.?t|ll (?:not|no longer|stop)) (?:be )?"
        r"(?:receiv|get|send|text|messag|contact|hear)",
    ),
    Pattern("confirms-stop", rf"\bno (?:more|further|longer) (?:{_SENT}|be sent|receive)\b"),
    Pattern(
        "confirms-stop", r"\bd.sabonn.e?s?\b|\bd.sinscrite?s?\b|\bne recevrez plus\b|\bplus aucun (?:message|texto)"
    ),
    Pattern("confirms-stop", r"\bne vous (?:enverrons|ecrirons|contacterons|texterons) plus\b"),
    Pattern("confirms-stop", r"\bd.s(?:abonnement|inscription) (?:est |a .t. )?(?:confirm|effectu|enregistr|compl)"),
    Pattern("confirms-stop", r"\bdad[oa] de baja\b|\bcancelado su suscripcion\b|\bno recibir. mas\b"),
    # And what has no place in one.
    Pattern("confirm-sells", r"\d ?% (?:off|de rabais|de descuento)|\d ?(?:\$|dollars|eur) (?:off|de rabais)"),
    Pattern("confirm-sells", "[$\u20ac\u00a3] ?\\d+ off\\b"),
    Pattern("confirm-sells", r"\b(?:use|with|enter) code\b|\b(?:promo|coupon|discount|voucher) code\b"),
    Pattern("confirm-sells", r"\b(?:shop|order|buy|book) (?:now|today|online|again)\b|\bnew arrivals\b"),
    Pattern(
        "confirm-sells",
        r"\b(?:sale|offer|deal|clearance|promo|promotion|event|special|bogo)s? "
        r"(?:ends?|starts?|begins?|is on|are on|is here|expires?)\b|\bsoldes? (?:jusqu|de|commenc)",
    ),
    # Nor is it one that asks again instead of doing it.
    Pattern(
        "confirm-sells",
        rf"\b{_TELL}\b{_WORD}(?:yes|y|oui|si|1)\b (?:again )?(?:to|if|pour|si) (?:(?:you|vous|really|want|wish|to) )*"
        r"(?:confirm|finali[sz]e|complete|finish|be removed|unsub|opt[ -]?out|vous d.sab)",
    ),
    Pattern(
        "confirm-sells",
        r"\b(?:limited time|before you go|miss out|last chance|one more thing|meanwhile|did you|"
        r"check out|special (?:just )?for you|exclusive offer for)\b",
    ),
    Pattern("confirm-sells", r"\b(?:save|earn|win|claim|redeem|enjoy) (?:up to |an? |your |our )?[$\d]"),
    # What asks for consent: START always, YES only where it says to what.
    Pattern("asks-consent", rf"\b{_TELL}\b{_WORD}(?:start|unstop|subscribe|resubscribe)\b"),
    Pattern("asks-consent", rf"\b{_TELL}\b{_WORD}(?:yes|y|oui|si|join|abonner)\b.{{0,40}}\b(?:{_TO_WHAT})"),
    # "Reply YES to stop receiving texts": who agrees to that agrees to nothing else.
    Pattern(
        "asks-end",
        rf"\b{_TELL}\b{_WORD}(?:yes|y|oui|si)\b\W{{0,2}} ?(?:to|if you|pour|si vous|para) "
        r"(?:(?:confirm|that|you|vous|want|wish|would|like|to|voulez|souhaitez) )*"
        r"(?:stop|no longer|not (?:get|receive)|unsub|opt[ -]?out|cancel|end|quit|be removed|(?:vous )?d.sab|ne plus|"
        r"arr.ter|no recibir|cancelar|dejar)",
    ),
)
