"""Threats, extortion, hate and encouragement to self-harm: what makes a text worth a closer look.

Candidates only, wide on purpose: `edge.policy.signals.threats` reads the clause around them and decides.
policy.md A.3.
"""

from edge.policy.signals.hate import SLURS
from edge.policy.signals.lexicon.wording import words
from edge.policy.signals.patterns import Pattern

_YOU = words("you | u | ya | yall | y'all | your | ur | yo | yours | you're | youre | yourself | urself")
_HARM = words(
    """kill | killing | murder | murk | merk | shoot | stab | shank | rape | behead | strangle | slaughter | butcher
    assassinate | poison | decapitate | execute | hurt | harm | beat | punch | slap | smack | knock | kick | choke
    torture | cripple | maim | destroy | crush | bury | gut | smash | bash | whip | stomp | attack | break | snap
    rip | bust | carve | gouge | burn | torch | bomb | blow up | slit | hang | drown"""
)
_PUBLIC = words(
    """school | mall | church | mosque | synagogue | temple | office | hospital | airport | courthouse | station
    building | store | clinic | stadium | campus | university | embassy | city hall"""
)
_MORTAL = words("shot | stabbed | killed | raped | jumped | murdered | merked")
_FRENCH = words(
    """tuer | buter | egorger | violer | assassiner | poignarder | descendre | frapper | battre | demolir | defoncer
    planter | saigner | massacrer | eclater | niquer | fumer | casser | peter | briser | bruler | cramer | matar
    violar | asesinar | golpear | lastimar | romper | quemar"""
)

VIOLENCE = tuple(
    Pattern("threat-words", expression)
    for expression in (
        _HARM + r".{0,32}" + _YOU,
        r"\b(?:end|cut|hit|skin|slice|run|put|set|fuck|mess|blow) (?:\w{1,12} ){0,5}"
        + _YOU
        + r".{0,12}"
        + words("up | over | down | life | throat | head | brains | face | open | fire | bullet | house | away"),
        r"\b(?:put|knife|bullet) .{0,24}"
        + _YOU
        + r".{0,12}"
        + words("head | skull | brain | back | chest | throat | face | heart"),
        r"\b(?:end|finish|gut|skin|shank) " + _YOU,
        r"\bput "
        + _YOU
        + r" in (?:the|a) (?:\w{1,8} )?"
        + words("ground | grave | hospital | coffin | hole | wheelchair | morgue"),
        r"\b(?:bomb|blow up|shoot up|burn down)(?: \w{1,8}){0,2} " + _PUBLIC,
        r"\bbomb (?:in|at|under|inside) (?:the|your|ur|this)\b",
        r"\b(?:te|vous|t') ?(?:\w{1,10} ){0,3}" + _FRENCH,
        _FRENCH + r" (?:ta|ton|tes|votre|vos|tus?|sus?)\b",
        r"\bmake " + _YOU + r" (?:suffer|bleed|beg)\b",
        r"\b(?:je|on) (?:te|vous) (?:tue|bute|egorge|viole|demolis|defonce)\b",
        words("te (?:mato|matamos)"),
        words("matarte | matarlos | violarte | asesinarte | matarle"),
    )
)

MENACES = tuple(
    Pattern("menace-words", expression)
    for expression in (
        r"\bwatch (?:out )?(?:your|ur|yo|yer) back\b",
        r"\b(?:you|u|ya|y'all)(?:'?re| are| r|'ll be| will be| gonna be)? (?:\w{1,9} )?dead\b",
        r"\b(?:youre|ur) (?:\w{1,9} )?dead\b",
        r"\byour dead(?:$|[.!]| (?:when|if|once|meat|bitch)\b)",
        words("(?:you|u) should be dead"),
        r"\bdead (?:man|woman|meat|bitch)\b",
        r"\b(?:you|u|ya|your|ur) .{0,24}(?:going to|gonna|gon|finna|bouta|will|'ll|fixing to|about to)"
        r" (?:die|bleed|burn|suffer)\b",
        r"\b(?:you'll|youll) (?:die|bleed|suffer|burn)\b",
        r"\b(?:you|u|ya)(?:'ll|'re)? (?:\w{1,8} ){0,4}get " + _MORTAL,
        r"\b(?:your|ur) days are numbered\b",
        words("say your prayers | prepare to die | ready to die | one eye open | snitches get stitches"),
        r"\bdeserve to (?:die|be (?:shot|killed|raped|hanged|beaten))\b",
        r"\b(?:should|ought to|needs? to) (?:all )?be (?:shot|killed|hanged|hung|raped|beaten|exterminated|gassed)\b",
        words("regret (?:it|this|that|ever) | or else | see what happens"),
        r"\b(?:make|ruin) (?:your|ur) life\b",
        r"\b(?:your|ur) (?:family|kids|children|wife|husband|son|daughter|mother|parents|house|dog|sister|brother)"
        r" (?:is|are|will|won'?t|gonna)\b",
        r"\b(?:tu|vous) (?:vas|allez) (?:mourir|crever|le payer|le regretter|souffrir)\b",
        r"\b(?:tu |t'? ?)es (?:un homme )?morte?\b",
        words("live to see (?:tomorrow|another) | never walk again | last thing you (?:will )?ever see | see you dead"),
        words("prepare yourself to die | shame if (?:it|something|anything)"),
        r"\b(?:with|bringing) my (?:gun|knife|machete|pistol|rifle)\b",
        r"\b(?:someone|somebody|they) (?:\w{1,8} ){0,2}(?:kills?|shoots?|stabs?|rapes?|murders?|hangs?) (?:you|u|ya)\b",
        r"\b(?:or|and) (?:your|ur) (?:kids|wife|husband|son|daughter|mother|family|dog) (?:dies?|gets?)\b",
        r"\b(?:or|and) (?:you|u) die\b",
        r"\b(?:get|have) (?:your|ur) (?:throat|neck|head|face|skull|brains|jaw|kneecaps) \w{3,8}ed\b",
        words("(?:get|have) (?:your|ur) (?:throat|neck|head|brains) (?:cut|slit|blown)"),
        r"\b(?:have|got) a (?:gun|pistol|rifle|machete|shotgun|strap)\b",
        r"\bhave (?:you|u|ya|(?:your|ur) \w{2,12}) " + _MORTAL,
        r"\bpay (?:\w{1,8} ){0,3}with (?:your|ur) (?:life|lives|blood)\b",
        words("tes jours sont comptes | surveille tes arrieres | vas a morir | estas muert[oa]"),
        r"\bsend(?:ing)? (?:people|someone|some (?:guys|boys|people)|my (?:boys|guys|people)|them) (?:to|over)\b",
        r"\b(?:accidents?|something) (?:\w{1,8} ){0,2}happen(?:s|ed)? to (?:you|your|ur)\b",
    )
)

STALKING = tuple(
    Pattern("stalking-words", expression)
    for expression in (
        r"\b(?:i|we|boys|guys|brothers|crew|people) (?:\w{1,8} )?(?:know|found out|found|got) (?:exactly )?"
        r"(?:where (?:you|u|your|ur)|(?:your|ur) (?:home )?(?:address|location)|what time (?:your|ur))\b",
        r"\b(?:can'?t|can ?not|won'?t|nowhere(?: left)? to) (?:ever |even |hide or |run or )?"
        r"(?:hide|run|escape|get away)\b",
        r"\beyes on (?:you|your)\b",
        r"\b(?:watching|following|tracking|followed) (?:you|u|(?:your|ur) (?:house|home|kids|family))\b",
        r"\bi (?:can see|watch) (?:you|u)\b",
        words("je (?:te|vous) (?:surveille|vois) | pas (?:te|vous) cacher | m' ?echapper | puedes esconder"),
        words("(?:sais|sait|savons) ou (?:tu|t'|vous|ta) ?\\w{2,12} | sabemos donde | se donde vives"),
    )
)

_SHARE = words(
    r"""post(?:ed|ing)? | sen(?:d|t|ding) | shar(?:e|ed|ing) | leak(?:ed|ing)? | publish(?:ed|ing)?
    releas(?:e|ed|ing) | expos(?:e|ed|ing) | upload(?:ed|ing)? | show | forward(?:ed|ing)? | tell | email | publie
    envoie | envoyer | diffuse | montre | balance | mando | envio | mandar | enviar | enviare | mandare"""
)
_NEAREST = r"(?:wife|husband|family|boss|parents|mom|dad|friends|girlfriend|boyfriend)"
EXTORTION = tuple(
    Pattern("extortion-words", expression)
    for expression in (
        _SHARE
        + r".{0,60}"
        + words(
            "everyone | everybody | online | internet | facebook | insta\\w* | twitter | tiktok | youtube |"
            "(?:your|ur) (?:\\w{1,10} )?"
            "(?:wife|husband|family|boss|parents|mom|dad|friends|contacts|employer|followers|coworkers|school|work|"
            "girlfriend|boyfriend) | tout le monde | ta famille | ta femme | ton patron | tes (?:amis|contacts|parents)"
            " | todos | todo el mundo | tu (?:familia|esposa|jefe) | tus (?:amigos|contactos)"
        ),
        r"\b(?:everyone|everybody|the world|your "
        + _NEAREST
        + r") (?:(?:on|at) \w{1,10} )?(?:will |'ll |is going to |gonna )?"
        + words("gets? | sees? | knows? | finds? out"),
        r"\b(?:post|leak|publish|upload|expose|release) (?:the|your|ur|those|these|all|them) (?:\w{1,10} ){0,2}"
        + words("nudes | pics | pictures | photos | videos? | tape | chats | screenshots"),
        r"\bgo(?:es)? (?:live |up |out |straight )?(?:on|to|onto) (?:all |the )?(?:of )?"
        + words("your | ur | everyone | everybody | internet | facebook | insta\\w* | twitter | tiktok | youtube"),
        r"\b(?:sinon|ou) (?:je|on) (?:vais |va )?(?:publi|diffus)",
        words("(?:publico|publicare|difundo|publicar|difundir) (?:tus?|sus|todas?)"),
        r"\bor (?:i|we)(?:'ll| will)? (?:post|leak|publish|upload|expose|release)\b",
        r"\b(?:recorded|filmed|hacked|infected|access to|captured)\b.{0,90}"
        + words("webcam | camera | device | browser | masturbat\\w* | porn | naked | contacts"),
        r"\b" + _NEAREST + r" (?:should |would |doesn'?t )?(?:never )?(?:know|find out)\b",
    )
)

SELF_HARM = tuple(
    Pattern("self-harm-words", expression)
    for expression in (
        r"\b(?:kill|hang|neck|drown|shoot|stab|unalive|off) (?:yourself|urself|yourselves|(?:ur|your) self)\b",
        r"\bend (?:your|ur) (?:own |pathetic |miserable |worthless )?life\b",
        words("matate | suicidate | (?:just|go|please|should) overdose"),
        words("kys | drink (?:bleach|poison) | (?:slit|cut) (?:your|ur) wrists | jump off (?:a|the)"),
        r"\b(?:go|just|should|please|hope (?:you|u)|deserve to|now|and) (?:\w{1,8} )?die\b",
        r"\bhope (?:you|u) .{0,30}\bdie\b",
        words("die in a (?:fire|hole|ditch) | (?:just|please|and) end it"),
        r"\bdie (?:bitch|whore|slut|already|cunt|trash|scum|you)\b",
        r"\b(?:nobody|no one|noone) (?:would|will|'d) (?:even )?miss (?:you|u)\b",
        r"\b(?:better|happier) (?:off |place )?(?:if you were dead|without (?:you|u)|if (?:you|u) (?:were|was) dead)\b",
        r"\b(?:tue|suicide|pends)[ -]toi\b|\b(?:tuez|suicidez)[ -]vous\b",
        r"\bva (?:te (?:tuer|pendre|suicider)|crever|mourir)\b",
    )
)

HATE = tuple(Pattern("slur", r"\b" + slur + r"s?\b") for slur in sorted(SLURS))

PATTERNS: tuple[Pattern, ...] = (*VIOLENCE, *MENACES, *STALKING, *EXTORTION, *SELF_HARM, *HATE)
