"""Occasions: the words of one-time codes, appointments, notices and alerts, from which a message's class is told.

Candidates; `edge.policy.signals.traffic` looks at the rest of the message. English, French, some Spanish. policy.md A.2
(false-positive control), A.4 (C4.c), A.5 (OTP class).
"""

from edge.policy.signals.lexicon.wording import words
from edge.policy.signals.patterns import Pattern

CODES = (
    words(
        r"""codes? | otp | passcodes? | one[- ]time (?:code|pass\w*|pin) | verification | 2fa | tan | pin | nip
        usage unique | codigo | clave de (?:acceso|verificacion) | authenticator | log ?in pin | single[- ]use"""
    ),
)
# Codes of doors, discounts and the like.
OTHER_CODES = (
    words(
        r"""(?:door|gate|postal|zip|area|promo|discount|coupon|lock ?box|entry|buzzer|qr|dress|error|country) codes?
        (?:source|voucher|referral|sort|bar|lock|garage|wi-?fi|alarm) codes?
        codes? (?:postal|promo|de porte|d'entree|red|blue|words?|names?|of|review|base)"""
    ),
)
APPOINTMENTS = (
    words(
        r"""appointments? | appts? | reservations? | your booking | rendez-vous | rdv | citas? | reserva
        table for \d+ | (?:your|upcoming|next) (?:\w{2,12} ){0,2}(?:visit|class|lesson|session|cleaning)
        (?:scheduled|votre|ton|prochaine?) (?:\w{2,12} ){0,2}(?:visit|class|lesson|session|cleaning)
        (?:your|upcoming|next|scheduled) (?:\w{2,12} ){0,2}(?:viewing|showing|haircut)
        (?:your|upcoming|next|scheduled) (?:\w{2,12} ){0,2}(?:service|inspection|interview)
        (?:your|upcoming|next|scheduled) (?:\w{2,12} ){0,2}(?:tour|tasting|consultation)
        (?:your|upcoming|next|scheduled) (?:\w{2,12} ){0,2}(?:check-?up|tee time|test drive)
        (?:votre|ton|prochaine?) (?:\w{2,12} ){0,2}(?:visite|cours|seance|nettoyage|consultation|examen)
        blood test | vaccination | flu shot | (?:dental|teeth) cleaning | we look forward to seeing you"""
    ),
)
_EVENT = (
    r"(?:schools?|class(?:es)?|concerts?|games?|practices?|events?|meetings?|services?|roads?|bridges?|librar(?:y|ies)|"
    r"offices?|transit|trains?|bus(?:es)?|ferr(?:y|ies)|flights?|camps?|festivals?|parades?|pools?|rinks?|clinics?|centres?|"
    r"centers?|parks?|programs?|rehearsals?|matches|tournaments?|worship|mass|routes?|lines?|stores?|branch(?:es)?|campus|"
    r"ecoles?|cours|match|spectacles?|activites?|evenements?|bibliotheques?|bureaux?|autobus|trains|ponts?|piscines?|"
    r"garderies?|cpe|escuelas?|clases|eventos?|trips?|outings?|picnics?|recitals?|ceremon(?:y|ies)|workshops?|lessons?|"
    r"assembl(?:y|ies)|open houses?|shuttles?|sorties?|reunions?|repetitions?|entrainements?|tournois?|ateliers?|"
    r"portes ouvertes|journee pedagogique|messes?|conferences?|assemblees?|fetes?|defiles?|navettes?|traversiers?)"
)
_CHANGED = (
    r"(?:closed|closes|closing|closure|cancell?ed|cancell?ation|postponed|delayed|relocated|moved (?:to|online|indoors|"
    r"inside|outdoors|outside)|called off|running (?:\w+ ){0,5}late|(?:minutes?|mins?|hours?) late|reopens?|reopened|"
    r"resum(?:es?|ed)|reschedul\w+|dismissed|ferme[es]{0,2}|fermeture|annule[es]{0,2}|annulation|reporte[es]{0,2}|"
    r"retarde[es]{0,2}|(?:en|de) retard|deplace[es]{0,2}|devance[es]{0,2}|remise?s? (?:au|a)|"
    r"suspendue?s?|rouvr\w+|cerrad[oa]s?|cancelad[oa]s?|aplazad[oa]s?)"
)
NOTICES = (
    r"\b" + _EVENT + r"\b.{0,40}\b" + _CHANGED + r"\b",
    r"\b" + _CHANGED + r"\b.{0,24}\b" + _EVENT + r"\b",
    words(
        r"""(?:thunder)?storm (?:warning|watch)
        (?:weather|air quality|amber|tsunami) (?:alert|advisory|warning|watch|statement)
        (?:rip current|smog|wildfire|severe weather|travel) (?:alert|advisory|warning|watch|statement)
        (?:tornado|flood|flash flood|hurricane|blizzard|snowfall) (?:warning|watch|advisory|alert)
        (?:wind|heat|frost|freeze|winter storm|ice storm) (?:warning|watch|advisory|alert) | boil[- ]water
        water (?:main|advisory|outage|shut-?off) | do not (?:drink|use) the (?:tap )?water
        evacuation (?:order|alert|notice|centre|center) | evacuate | shelter in place | take shelter | stay indoors
        power (?:outage|failure|interruption|restored) | road (?:closure|closed|works?) | detours?
        snow (?:day|removal|emergency|ban|route) | parking ban | street (?:cleaning|sweeping) | all clear
        lockdown (?:lifted|drill) | planned (?:maintenance|outage|interruption)
        scheduled (?:maintenance|outage|interruption) | service (?:disruption|interruption|alert|may be interrupted)
        garbage (?:collection|pick-?up) | recycling (?:collection|pick-?up) | waste collection
        warming cent(?:re|er)s? | cooling cent(?:re|er)s? | (?:polls|polling) (?:open|station|location|place)
        jury (?:duty|service) | school notice | early dismissal | classes end
        avis (?:d'ebullition|de (?:tempete|tornade|coupure|fermeture))
        (?:alerte|avertissement|veille) (?:meteo|de (?:tempete|tornade|neige|chaleur|verglas|crue))
        panne (?:d'electricite|de courant|d'hydro)
        (?:collecte|ramassage) (?:des ordures|du recyclage|des matieres|des feuilles|speciale)
        stationnement interdit | deneigement | interruption (?:de service|planifiee) | evacuation
        restez (?:a l'interieur|chez vous) | aviso de (?:tormenta|hervir) | corte de (?:luz|agua)"""
    ),
    words(
        r"""(?:has|have|is|been|just|a ete|est) (?:shipped|dispatched|delivered|expediee?|livree?)
        out for delivery | on its way | stops away
        (?:is|are|est|sont) (?:now )?(?:ready|prete?s?|available) (?:for|to|a|pour|at|chez) pick ?up
        (?:is|are|est|sont) (?:now )?ready (?:for|to|a|pour|at|chez) (?:collect\w*|pickup)
        (?:is|are|est|sont) (?:now )?(?:prete?s?|available) (?:for|to|a|pour|at|chez) (?:collect\w*|pickup)
        (?:is|are|est|sont) (?:now )?ready (?:for|to|a|pour|at|chez) (?:view\w*|download|etre)
        (?:is|are|est|sont) (?:now )?(?:prete?s?|available) (?:for|to|a|pour|at|chez) (?:view\w*|download|etre)
        ready (?:for|to) (?:pick ?up|collect\w*|be picked) | ready to collect | en route | will arrive
        arriving (?:today|tomorrow|between|soon) | is arriving
        (?:items?|books?|loans?|holds?|rent) (?:is|are|of|for) .{0,24} ?(?:due|ready|available|overdue)
        (?:payment|bill|invoice) (?:is|are|of|for) .{0,24} ?(?:due|ready|available|overdue)
        (?:balance|statement|fees?) (?:is|are|of|for) .{0,24} ?(?:due|ready|available|overdue)
        (?:was|has been) (?:received|processed|approved|posted|refunded)
        (?:was|has been) (?:updated|renewed|changed|cancelled|successful)
        payment of .{0,24} ?(?:received|processed|successful|due)
        thank(?:s| you) for your (?:order|payment|purchase|visit|donation|application)
        order (?:no\.? ?|number |# ?)?\d{3,} | invoice (?:no\.? ?|number |# ?)?\d{3,}
        tracking (?:no\.?|number|#|:) | votre (?:commande|colis|facture|ordonnance)
        your (?:order|parcel|package|prescription|shipment|delivery|driver|ride)
        your (?:bill|statement|refund|return|repair|vehicle|claim|application|flight)
        (?:flight|train|gate) \w{1,6} .{0,24} ?(?:departs|boarding|delayed|gate|now) | due (?:back|date)
        mailed today | credited | debited | withdrawn | tu (?:pedido|paquete) | su (?:pedido|paquete|factura)"""
    ),
)
_MACHINE = (
    r"(?:host|server|node|db|database|service|disk|cpu|memory|queue|pod|cluster|replica\w*|latency|api|site|url|router|"
    r"switch|link|vpn|backup|cron|job|instance|container|serveur|disque)"
)
_FAULT = (
    r"(?:down|up again|back up|recovered|lag|critical|unreachable|timed? ?out|failed|failing|offline|online|full|high|"
    r"exceeded|hors ligne|en panne|retabli|5\d\d)"
)
ALERTS = (
    r"\[(?:p[0-5]|sev-?\d|s[0-5]|critical|crit|warn(?:ing)?|alert|ok|resolved|firing|problem|recovery|down|up|incident)"
    r"[\] :|-]",
    r"\back\?",
    r"\b" + _MACHINE + r"[\w./:-]* .{0,40}\b" + _FAULT + r"\b",
    words(
        r"""(?:problem|recovery|acknowledgement) (?:service|host) alert | is (?:critical|unreachable)
        (?:critical|warning|ok) - \w+
        (?:motion|movement|smoke|water|leak|glass break|co|gas|intrusion|person) (?:was )?detected
        mouvement detecte | intrusion detectee | fumee detectee
        alarm (?:triggered|activated|armed|disarmed|cleared|condition) | alarme (?:declenchee|armee|desarmee)
        panic button | door (?:was )?(?:opened|forced|left open|ajar|unlocked) | (?:low|weak) battery
        battery (?:low|at \d+) | batterie faible | (?:power|mains) (?:lost|fail\w*)
        temp(?:erature)? (?:is )?(?:above|below|high|low|out of range|alert|\d+) | sensor | capteur
        (?:on-?call|pager|escalation|incident|inc|ticket)[ :#-]{1,3}\d+ | reply (?:ack|1 to ack) | uptime
        geofence | speed(?:ing)? alert | (?:tank|fuel|water|level) (?:is )?(?:low|below|above|high) | failover
        heartbeat"""
    ),
)

# How people talk to each other.
TALK = (
    r"\b(?:i|i'?m|i'?ll|me|my|u|you|we|us|he|she|lol|haha|hey|hi|ok|okay|yes|no|yeah|thanks|thx|pls|je|j'|tu|moi|toi|"
    r"on|nous|merci|salut|yo|mi)\b",
    r"\?",
)

PATTERNS: tuple[Pattern, ...] = (
    *(Pattern("talk", expression) for expression in TALK),
    *(Pattern("code-words", expression) for expression in CODES),
    *(Pattern("other-code", expression) for expression in OTHER_CODES),
    *(Pattern("appointment-words", expression) for expression in APPOINTMENTS),
    *(Pattern("notice-words", expression) for expression in NOTICES),
    *(Pattern("alert-words", expression) for expression in ALERTS),
)
