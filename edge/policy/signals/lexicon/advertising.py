"""Advertising: offers, calls to action, what asks for support.

English, French, some Spanish. Weights and their source: policy.md A.2, R-MKT. A STOP footer is no sign of anything.
"""

from edge.policy.signals.lexicon.wording import words
from edge.policy.signals.patterns import Pattern

_PER_CENT = r"(?:%|percent|per cent|pct|pour ?cent|por ciento)"

PERCENT = (
    # With the letter for a nought, too: "3O%".
    r"\do? ?"
    + _PER_CENT
    + r" ?"
    + words(
        """off | discount | de rabais | rabais | de reduction | de remise | de descuento | cash ?back | bonus
        savings | less | moins cher"""
    ),
    r"\b(?:save|saving|savings of|discount of|rabais de|reduction de|descuento de|economisez|ahorra)"
    r" (?:up to |an extra |jusqu'?a |hasta )?(?:\d{1,2} ?" + _PER_CENT + r"|[$€£] ?\d|\d+ ?[$€£])",
    words(
        """(?:ten|fifteen|twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety)(?:[ -]five)? (?:percent|per cent) off
        cinquante pour ?cent de (?:rabais|reduction)"""
    ),
    words("half[ -]price | half off | moitie prix | mitad de precio | \\d{1,4} ?[$€£] (?:off|de rabais)"),
    r"\b(?:up to|jusqu'?a|hasta) \d{1,2} ?" + _PER_CENT + r" (?:off|de rabais|de descuento|de reduction)",
    r"[$€£] ?\d{1,4} off\b",
    r"\b(?:only|just|from|now|seulement|a partir de|solo|desde) (?:[$€£]|rs\.? ?)\d",
    r"\b(?:only|seulement|juste) \d+(?:[.,]\d\d)? ?[$€£]",
)
BUNDLE = (
    words(
        """buy (?:one|1|two|2|three|3|any),? (?:and )?get | bogo | kids eat free
        (?:3|three|trois) (?:for|pour) (?:2|two|deux) (?:on|sur|all|tout) | 1 achete | un achete
        achetez(?: en)? (?:un|1|deux|2) | compra (?:uno|1|dos|2)(?: y)? lleva | 2 ?x ?1"""
    ),
    r"\b(?:2|two|3|three|deux) (?:for|pour) (?:1|one|un|the price of)\b"
    r"(?:[!,.]|$| (?:on|deal|special|offer|drinks|pizza|tickets|at|every|all|today|tous|one|sur|les|tonight|any))",
    r"\b(?:get|enjoy|have|profitez du|now|only|our) (?:2|two|deux) (?:for|pour) (?:1|one|un)\b",
    r"\b(?:2|two|deux) (?:for|pour) (?:1|one|un) \w{3,20}s\b",
)
CODE = (
    words(
        """promo(?:tion)?s? codes? | promo | coupons? | coupon codes? | discount codes? | voucher codes? | vouchers?
        code promo | bons? de reduction | codigo (?:promocional|de descuento) | cupon(?:es)?"""
    ),
    r"\b(?:use|with|enter|utilisez|avec le|usa(?: el)?) (?:the )?(?:code|codigo) [a-z]\w{2,}",
    r"\b(?:off|free shipping|rabais|descuento)[,:.!]? (?:with |avec le )?(?:code|codigo) [a-z]\w{2,}",
)
SALE = (
    words(
        """flash (?:sale|deal) | blow-?out | soldes | liquidation | vente (?:flash|d'entrepot|annuelle|de fermeture)
        aubaines? | rebajas | ofertas? | on sale (?:now|today|this)
        sale (?:ends|starts|now on|is on|today|this|price) | sale of the (?:year|season|summer|month) | door ?crashers?
        (?:shop|see) the sale | (?:your|in your|left in your) cart (?:misses|is waiting|expires) | everything must go
        tout doit (?:disparaitre|partir)
        (?:big|huge|mega|summer|spring|winter) (?:sale|deals?|savings)
        (?:fall|holiday|annual|weekend|anniversary|store-?wide|semi-annual) (?:sale|deals?|savings) | black friday
        cyber monday | boxing (?:day|week) (?:sale|deals?) | hot deals? | deals? (?:of the|this|today|end)
        (?:crazy|great|best|amazing|incredible|unbeatable|super|top|big) (?:deals?|offers?|prices?|savings)
        grandes? ofertas? | pre-?sale | price drop | lowest prices? | best price
        prix (?:reduits?|imbattables?|casses) | meilleurs prix | rollback prices"""
    ),
    r"\bclearance(?: (?:sale|event|up to|prices?|items?|now)|[!,]|$)",
    r"\bsale ?!",
)
TIME = (
    words(
        """limited[ -]time | (?:today|tonight|tonite|2day|2nite|weekend) only | last chance
        (?:this|one|two|three|2|3) (?:weekend|week|day|night|month|days)s? only | only today
        ends? (?:tonight|tonite|2nite|2day|today|soon|tomorrow|sunday|monday|friday|saturday|at midnight|midnight)
        final (?:hours|days|day) | while (?:supplies|stocks?|quantities) lasts?
        don'?t miss (?:out|this|it|our|these)
        (?:offer|deal|discount|sale|promo|coupon|savings) .{0,16} ?(?:ends?|expires?) | before midnight
        derniere chance | aujourd'?hui seulement | (?:duree|temps) limitee? | faites vite | depechez-vous
        offre valable | jusqu'?a dimanche | se termine (?:ce soir|bientot|dimanche|demain) | ultima oportunidad
        solo (?:hoy|por hoy) | tiempo limitado | termina (?:hoy|pronto|manana) | act (?:now|fast) | selling fast
        going fast | limited (?:spots|seats|stock|quantit\\w+|availability|supply|offer) | places limitees
        if you order (?:tonight|today|now)"""
    ),
)
EXCLUSIVE = (
    words(
        """exclusive (?:\\w{1,10} )?(?:offers?|deals?|discounts?|savings?|access|price|invite|members?|rewards?)
        vip (?:offers?|deals?|sale|access|event)
        (?:special|introductory|bonus|seasonal|festive) (?:\\w{1,10} )?(?:offers?|deals?|price)
        (?:special|introductory|bonus|seasonal|festive) (?:\\w{1,10} )?(?:discounts?|promotion|savings)
        (?:mega|hot|festive|combo) (?:offers?|deals?|sale) | offres? (?:exclusives?|speciales?|du jour|d'ouverture)
        (?:oferta|precio|promocion) (?:especial|exclusiva) | prix (?:speciaux|special|d'ami) | earn \\d{1,2}x
        \\d{1,2}x (?:the )?points | (?:double|triple|bonus|extra) (?:points|data|rewards|miles|entries)
        points bonis | refer a friend | parrainez | recommend a friend | loyalty (?:offer|reward|bonus)
        reward points | members? only | special promotion | welcome offer"""
    ),
)
FREE = (
    words(
        """free (?:gifts?|trials?|shipping|delivery|quotes?|estimates?|samples?|entry)
        free (?:upgrades?|month|months|sessions?|class|classes|pizza|coffee)
        free (?:drinks?|desserts?|tickets?|bonus|data|minutes|texts?|ringtones?)
        free (?:whitening|install\\w*|demo|webinars?|seminar|checkup|consultation today|when you)
        free (?:gifts?|trials?|shipping|delivery|quotes?|estimates?|samples?|entry)
        free (?:upgrades?|month|months|sessions?|class|classes|pizza|coffee)
        free (?:drinks?|desserts?|tickets?|bonus|data|minutes|texts?|ringtones?)
        free (?:whitening|install\\w*|demo|webinars?|seminar|checkup|consultation now|when you)
        (?:get|claim|win|receive|enjoy) (?:\\w{1,10} ){0,3}free | for free when | free with (?:any|every|purchase)
        cadeaux? gratuits? | (?:livraison|essai|echantillon|estimation|soumission|consultation) gratuite?
        gratuit avec | (?:regalo|envio|prueba) gratis | gratis | absolutely free
        \\d+ free (?:spins|slots|entries|meals|days) | free for (?:the first|\\d+ (?:days|months)) | no obligation"""
    ),
)
SPECIALS = (
    words(
        """specials? (?:this|of the|today|tonight|on)
        (?:today|tonight|week|weekend|daily|lunch|dinner|monday|tuesday|wednesday|thursday|friday)'?s? specials?
        special(?:es|e)? (?:cette semaine|du jour|de la semaine)
        specia(?:l|ux) (?:cette semaine|du jour|de la semaine) | en special | en solde | happy hour | 5 a 7
        menu special | wing night | ladies night"""
    ),
)
NEW = (
    words(
        """new (?:arrivals?|collections?|season|styles|in store) | now in (?:stock|store) | back in stock
        grand opening | now open | nouveautes | nouvelle collection | nouveaux arrivages | nueva coleccion
        nuevos productos | grande ouverture | come (?:see|check out|visit) (?:us|our)
        (?:visit|see|discover|explore|introducing|decouvrez|descubre) (?:our|notre|nos|nuestra|nuestros)
        check out (?:our|the new) | we buy (?:houses|homes|cars|gold|junk) | interested in (?:an offer|selling)
        looking for (?:a new|cheap|affordable) | tired of (?:paying|your) | lowest rates?
        lose (?:up to )?\\d+ ?(?:kg|lbs?|pounds|kilos) | replica (?:watch\\w*|bags?|handbags?|shoes)
        cheap (?:flights?|insurance|car insurance|tickets|data|calls)"""
    ),
)
CALL = (
    words(
        """shop (?:now|nw|today|online|our|the|at|in store|here|all)
        order (?:now|nw|today|online|yours|at|here|tonight|by)
        buy (?:now|nw|today|yours|online|tickets|here|it now) | (?:deposit|bet) (?:now|today)
        book (?:now|today|online|yours|your (?:spot|seat|table|stay))
        get (?:yours|it now|started|a (?:free )?quote|your (?:free )?quote|offer|in touch today)
        claim (?:now|your|yours|it|here|at|by) | redeem | use code | sign up | subscribe (?:now|today|to|here)
        join (?:now|us (?:today|now)|today|free|our) | call (?:now|today|us (?:now|today))
        apply (?:now|today|online|here|at|in minutes) | learn more | click (?:here|to|the link|below|now)
        tap (?:here|to|the link|below|now) | visit us | show this (?:text|message|sms|code) | magasinez | achetez
        commandez | reservez (?:maintenant|votre place|des) | profitez(?:-en)? | inscrivez-vous | cliquez | visitez
        appelez (?:maintenant|aujourd'?hui) | compra (?:ya|ahora|hoy) | ordena (?:ya|ahora) | pide (?:ya|ahora|hoy)
        reserva (?:ya|ahora) | aprovecha | visita | haz clic | enroll (?:now|today)
        reply (?:yes|deal|info|now|join|win|more|y) (?:to|for|now) | unlock (?:your|the|now) | start saving
        don'?t wait | hurry in | grab (?:yours|it|your|a) | stock up | upgrade (?:now|today|to)
        download (?:now|the app|our app) | avail (?:now|the offer|of)? | renew (?:now|today)(?: and save| & save)?
        rsvp (?:now|today|at) | text (?:yes|info|deal|join|win|meet|chat) (?:to|for|now)
        recharge (?:now|with|karein)? | dial \\* | view (?:deals|offers|listing|listings)
        see (?:deals|details at|prices) | shop (?:https?|www)"""
    ),
    r"\b(?:order|shop|buy|join|play|bid) (?:(?:at|on|via|by|@|:|now|here) ?){0,2}"
    r"(?:https?://|www\.|[a-z0-9-]{2,24}\.(?:com|ca|example|net|org|co|shop|store|io|me|eu|in|app)\b)",
)
SUPPORT = (
    words(
        """chip in | pitch in \\$? ?\\d+ | donate (?:now|today|\\$|at|here|to (?:our|the|help|my))
        (?:make|give) a (?:gift|donation|tax.deductible \\w+) | match (?:ends|expires|active|deadline)
        \\d{3}% ?match | \\d+x[- ]match | (?:double|triple|quadruple)[- ]match\\w* | pledge (?:now|today|\\$)
        fundraising (?:goal|deadline|drive|campaign) | rush \\$ | fec deadline | end.of.quarter deadline
        vote (?:for \\w+ for|yes on|no on|conservative|liberal|ndp)
        vote (?:democrat\\w*|republican\\w*|labou?r|red|blue|him out|her out)
        vote (?:for \\w+ in|for \\w+ this|for \\w+ on|for \\w+ as|green party) | on the ballot
        get out (?:and|to|the) vote | (?:re-?)?elect \\w+ (?:for|to|as|mayor|president|in|\\w+ for) | our campaign
        my campaign | support (?:our|my|the) (?:campaign|candidate|cause)
        for (?:mayor|congress|senate|president|governor|city council) | paid for by | newsletters? | infolettre
        bulletin d'information | boletin (?:informativo|de noticias) | sign (?:the|our|this) petition
        signez la petition | faites un don | donnez (?:maintenant|\\d+) | (?:votez|votons) (?:pour|\\w+)
        haz (?:una|tu) donacion | dona (?:ahora|hoy) | vota por | members? (?:news|update)
        campaign (?:volunteer|donation|update)s? | can we count on (?:you|your (?:vote|support))"""
    ),
    # Votes that are cast for an office, or on a day of the year: not the colour of the uniform, not a class's speaker.
    r"\bvote for .{2,40}\b(?:city council|town council|county council|councill?or|council(?:wo)?man|alder(?:wo)?man|"
    r"school board|trustee|sheriff|judge|senator|(?:ward|district|riding) \d|m\.?p\.?p?|mla|party) ?"
    r"(?:[!.,]|$|on (?:election|jan|feb|mar|apr|may|june?|july?|aug|sep|oct|nov|dec))",
    r"\bvote for .{2,40}\b(?:on election day|(?:on|by|before) (?:jan|feb|mar|apr|may|june?|july?|aug|sept?|oct|nov|dec)"
    r"[a-z]{0,6}\.? \d|at the polls|this election|in the (?:election|primary|by-election|runoff))",
)

OFFERS = {
    "offer-percent": PERCENT,
    "offer-bundle": BUNDLE,
    "offer-code": CODE,
    "offer-sale": SALE,
    "offer-time": TIME,
    "offer-exclusive": EXCLUSIVE,
    "offer-free": FREE,
    "offer-specials": SPECIALS,
    "offer-new": NEW,
}
"""Kinds of offers, each counted once, by the flag that it raises."""

PATTERNS: tuple[Pattern, ...] = (
    *(Pattern(name, expression) for name, expressions in OFFERS.items() for expression in expressions),
    *(Pattern("call-to-action", expression) for expression in CALL),
    *(Pattern("asks-support", expression) for expression in SUPPORT),
)
