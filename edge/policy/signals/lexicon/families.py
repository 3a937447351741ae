"""The words that the families of lures are made of, looked for only in texts that something else made suspect.

A family is several of these together (`edge.policy.signals.lures`). English and French, some Spanish; folded text.
"""

from edge.policy.signals.lexicon.wording import words
from edge.policy.signals.patterns import Pattern


def _says(name: str, text: str) -> Pattern:
    return Pattern(f"says-{name}", words(text))


# What a family offers or threatens with.
SUBJECTS = (
    _says(
        "parcel",
        r"""parcels? | packages? | shipments? | deliver(?:y|ies|ed)? | courier | colis | livraison | livrer | livreur
        paquetes? | envio | entrega | mail item""",
    ),
    _says(
        "parcel-trouble",
        r"""(?:is|are|been|being|was|now) (?:\w+ )?(?:held|on hold|pending|stuck|suspended|withheld|detained|stopped)
        (?:parcel|package|shipment|delivery|item|colis|paquete) (?:held|on hold|stopped|withheld)
        on hold | customs | clearance | redeliver\w* | re-deliver\w* | undeliver\w* | unpaid
        not (?:be )?deliver\w* | n.t (?:be )?deliver\w* | unable to (?:be )?deliver\w* | fail\w* (?:to )?deliver\w*
        deliver\w* (?:attempt )?(?:has |was )?fail\w* | douanes? | aduanas? | retenido
        (?:incomplete|incorrect|invalid|wrong|missing|unclear|insufficient|unreadable) (?:\w+ )?address
        (?:shipping|delivery|customs|redelivery|import|handling|clearance) (?:fee|charge|dut(?:y|ies)|tax)
        (?:address|house number|zip code|details) (?:is |are |was )?(?:incomplete|incorrect|invalid|missing|wrong)
        frais de (?:douane|livraison|port|dedouanement|reexpedition) | (?:est |sont )?(?:retenu|bloque|suspendu)
        n.a pas pu (?:etre )?livr\w* | adresse (?:incomplete|incorrecte|invalide|erronee) | direccion incompleta
        no (?:se )?(?:ha )?pud\w+ | en attente""",
    ),
    _says("new-day", r"reschedul\w+ | reprogramm\w+"),
    # A delivery that goes as agreed may be put off by whoever waits for it.
    _says(
        "agreed",
        r"""(?:is|are|was|been) (?:now )?(?:booked|confirmed|scheduled|set|arriving|coming|due) | out for delivery
        on (?:its|the) way | arriv(?:es|ing|era?) | est (?:prevue?|confirmee?)""",
    ),
    _says("toll", r"tolls? | tollway | peages? | 407 ?etr | e-?z ?pass | fas ?trak | sun ?pass | tx ?tag | peaje"),
    _says(
        "fine",
        r"""(?:parking|traffic|speeding|road|driving|dmv) (?:\w+ )?(?:fines?|tickets?|violations?|offen[cs]es?)
        (?:parking|traffic|speeding|road|driving|dmv) (?:\w+ )?(?:infractions?|citations?|penalt(?:y|ies))
        contraventions? | amendes? | constat d.infraction | multas?""",
    ),
    _says(
        "owed",
        r"""unpaid | outstanding | overdue | past due | you owe | owing | impayee?s? | en souffrance | pendiente
        vencid[ao]s? | (?:is|are|balance|amount|fee|payment|toll) (?:now )?due | sin pagar | final (?:notice|reminder)
        not been paid | late (?:fees?|charges?|penalt\w+) | dernier (?:avis|rappel)""",
    ),
    _says(
        "tax",
        r"""tax(?:es)? | cra | irs | hmrc | ato | impots? | revenus? (?:agency|canada|quebec) | gst | hst | tps | tvq
        revenue (?:agency|canada|quebec|service) | carbon rebate | climate action | stimulus | government | gouvernement
        gouv | grants? | subsid(?:y|ies) | subvention | benefits? | cerb | relief | hacienda | service canada
        allowance | allocation""",
    ),
    _says(
        "refund",
        r"""refunds? | rebates? | remboursements? | rembourse | reembolsos? | devolucion | overpa(?:id|yment)
        (?:payment|credit|deposit|amount|grant|versement|paiement) of | grants? | e-?transfers? | interac | credits?
        compensation | funds | cheque | relief | subsid(?:y|ies) | subvention | payment""",
    ),
    _says("transfer", r"e-?transfers? | interac | zelle | venmo | cash ?app | virement | transferencia | paypal"),
    _says(
        "claim",
        r"""claim(?:ed|ing)? | unclaimed | pending | eligible | entitled | qualif(?:y|ied|ies) | redeem | reclam\w+
        to (?:accept|collect|receive|deposit|get) (?:it|your|the|this|funds|payment|here) | admissible | en attente
        (?:accept|deposit|collect|receive) (?:it|your|the|here|now|at|via|funds|payment) | deposit: | deposez
        apply (?:now|here|at|with|via|today) | waiting | encaiss\w+ | disponible | cobrar | awaits?
        available for you""",
    ),
    _says(
        "account",
        r"""accounts? | acct | cards? | atm | wallet | metamask | coinbase | apple ?id | icloud | profile | access
        online banking | mailbox | e-?mail | comptes? | carte | acces | cuenta | tarjeta | sim(?: ?card)? | visa
        (?:phone|mobile|cell) (?:number|line|service|account) | line | mastercard | debit | user | identifiant""",
    ),
    _says(
        "locked",
        r"""(?:b[il]ock|lock|suspend|restrict|disabl|deactivat|limit|fr[eo]ze|terminat|compromis)(?:ed|en|n|ing|ion)?
        (?:is|be|been|has|was|being) (?:closed|closing|limited) | on hold | suspension | deactivation | closure
        bloquee?s? | suspendue?s? | limitee?s? | gelee?s? | desactivee?s? | bloquead[ao] | suspendid[ao] | unusual
        suspicious | unauthori[sz]ed | unrecogni[sz]ed | inhabituelle?s? | suspecte?s? | non autorisee?s? | inusual
        sospechos[ao] | expir(?:ed|ee?s?|es) | hacked | pirate""",
    ),
    Pattern(
        "says-alert",
        r"\b(?:new|unusual|suspicious|unrecogni[sz]ed|unknown|unauthori[sz]ed|unfamiliar|nouvelle?|suspecte?|"
        r"inhabituelle?) (?:\w+ ){0,2}(?:log-?ins?|sign-?ins?|devices?|activity|payee|transactions?|purchases?|"
        r"charges?|payments?|transfers?|connexion|activite|appareil|beneficiaire|achat)\b",
    ),
    _says(
        "subscription",
        r"""netflix | spotify | disney\+? | prime(?: video)? | subscriptions? | memberships? | abonnements?
        suscripcion | antivirus
        norton | mcafee | geek ?squad | icloud | cloud storage | warranty | domain | auto-?renewal""",
    ),
    # Those that everybody might have: what fraud speaks of.
    _says(
        "service", r"netflix | spotify | disney\+? | prime video | antivirus | norton | mcafee | geek ?squad | icloud"
    ),
    _says(
        "lapsed",
        r"""expired | expiree | (?:est|a) expire | failed | declined | suspend(?:ed|u|ue|ida) | was charged
        (?:will|has|have) be(?:en)? (?:charged|cancell?ed) | cancell?ed | unable to (?:process|charge|renew)
        could not (?:process|charge) | payment (?:issue|problem|method) | refusee? | echoue | rechaz\w+
        billing (?:issue|problem|information)""",
    ),
    # Every honest subscription says so: it takes more to be a lure.
    _says("renews", r"expires? | expiring | expiration | renew(?:al|ed|s)? | renouvel\w+ | renueva"),
    Pattern(
        "says-renews-now", r"\b(?:expir\w+|renew\w*|renouvel\w+)\b.{0,12}\b(?:today|tonight|now|within|aujourd.hui)\b"
    ),
    _says(
        "undo",
        r"""cancel\w* | dispute | refund | didn.?t | did not | not you | (?:not|un)[ -]?authori[sz]ed | annul\w+
        pas vous | no fue""",
    ),
    Pattern(
        "says-utility",
        r"\b(?:electric(?:ity)?|power|hydro|water|gas|internet|meter|heating|electricite|courant|luz)\b.{0,30}"
        r"\b(?:disconnect\w*|cut|shut ?off|turned off|interrupt\w*|coup(?:e|ure)\w*|debranch\w*|cortad?[ao])\b",
    ),
    # Works in the street, of which nothing but patience is asked.
    _says(
        "planned", r"planned | scheduled | maintenance | repairs? | road ?works | construction | prevue?s? | travaux"
    ),
    _says(
        "bill",
        r"""bills? | pay(?:ments?|ing)? | paid | overdue | owed? | owing | dues? | balance | accounts? | updat\w+
        verif\w+ | officer | factures? | pay(?:ez|er) | compte | avoid | eviter""",
    ),
    Pattern(
        "says-kyc",
        r"\b(?:kyc|know your customer|pan card|aadhaa?r)\b.{0,30}"
        r"\b(?:expir\w*|updat\w+|pending|suspend\w*|verif\w*|incomplete|block\w*)\b",
    ),
    Pattern("says-kyc", r"\b(?:update|complete|verify) (?:your |ur )?kyc\b"),
    _says(
        "prize",
        r"""prizes? | gift ?cards? | iphone(?: ?\d+)? | ipad | ipod | lottery | lotto | draw | raffle | rewards?
        vouchers? | cash | giveaway | sweepstakes? | jackpot | awards? | prix | cadeaux? | tirage | loterie | premio
        sorteo | loteria | million | free gift | (?:receive|get|claim) your free \w+ | (?:dyson|airpods|ps5|macbook)
        votre \w+ gratuite? | loyal customer | inheritance | beneficiary | holiday | vacation | cruise | voyage""",
    ),
    Pattern("says-prize", r"\b(?:won|winner of|gagne|ganado|awarded)\W{0,3}(?:\w+ ){0,2}[$£€]? ?\d"),
    _says(
        "voucher",
        r"""vouchers? | reward points | (?:fuel|grocery|energy|food) (?:\w+ )?(?:card|allowance|rebate) | bonus
        (?:loyalty|reward|bonus) points? | points de fidelite | bons? d.achat""",
    ),
    _says(
        "job",
        r"""jobs? | work | hiring | position | part-?time | remote(?:ly)? | employment | vacanc(?:y|ies) | recruit\w*
        hr | earn | income | emplois? | travail\w* | poste | recrut\w* | gagnez | trabaj\w+ | empleo | gana""",
    ),
    Pattern(
        "says-boss",
        r"\b(?:this is|it.?s|here is|c.?est|ici|soy|es|i.?m|i am|je suis)\b \W?(?:[\w.]+,? ){0,4}?"
        r"(?:ceo|cfo|coo|chief executive|director|your boss|the boss|your manager|the manager|general manager|"
        r"president|principal|pastor|dean|superintendent|pdg|patronn?e?|directeur|directrice|jefe|gerente)\b",
    ),
    # Signed so at the end.
    Pattern(
        "says-boss",
        r"[-~,.!?\n] ?(?:[\w.]+,? ){0,3}?(?:ceo|cfo|coo|director|your boss|president|principal|pastor|pdg|directeur|"
        r"directrice|jefe|gerente)\W{0,3}$",
    ),
    _says("virus", r"virus(?:es)? | malware | trojan | spyware | hacked | infected | firewall | infecte | pirate"),
    _says("support", r"(?:technical|tech|microsoft|windows|apple|amazon) support | help ?desk | support technique"),
    _says(
        "kin",
        r"""mum | mom | mommy | mummy | mam | dad | daddy | papa | maman | mama | mami | papi | grandma | grandpa | nan
        nana | auntie | it.?s (?:me|your (?:son|daughter|grandson|granddaughter)) | c.?est moi | soy yo""",
    ),
    _says(
        "rental",
        r"""apartments? | rental | rent | \d ?br | bedrooms?
        condo | (?:room|house) for rent | flat | landlord | lease | logement | appartement
        loyer | alquiler | apartamento | airbnb | listing""",
    ),
    _says(
        "advance-pay",
        r"""deposits? | depots? | caution | western union | moneygram | send | transfer | fees? | pay(?:ment)? | paid
        wire | first month | virement | envo\w+ | mail | courier | keys? | cles? | refundable | e-?transfer | deposito
        pag\w+""",
    ),
    _says("voicemail", r"voice ?mails? | voice message | message vocal | messagerie vocale | mms | mensaje de voz"),
    Pattern(
        "says-is-this-you",
        r"\b(?:is (?:this|that|it) (?:really )?(?:you|u)|(?:this|that).?s you|c.?est (?:bien )?toi|eres tu|"
        r"saw (?:you|this) (?:in|on|about) (?:this|you))\b.{0,30}\b(?:videos?|photos?|pics?|pictures?|article|post)\b",
    ),
    Pattern(
        "says-is-this-you",
        r"\b(?:videos?|photos?|pics?|pictures?)\b.{0,20}\b(?:is (?:this|that) (?:you|u)|of (?:you|u)|c.?est toi)\b",
    ),
    Pattern(
        "says-reopen",
        r"\breply (?:with )?.?(?:y|1|yes|ok)\b.{0,40}\b(?:exit|close|re-?open|open (?:it|the \w+) again|"
        r"copy the (?:link|url)|activate the link|paste)\b",
    ),
    Pattern("says-reopen", r"\b(?:copy|paste) (?:the |this )?(?:link|url|address) (?:\w+ ){0,3}(?:in|into|to)\b"),
)

# What makes it a lure: too good, too hurried, or on another way.
TURNS = (
    _says(
        "collect",
        r"""claim(?:ed|ing)? | collect(?:ion)? | redeem | reclam\w+ | cobrar | call | click | tap | reply | confirm
        visit | contact | whats ?app | send | text | txt | appelez | cliquez | repondez | confirmez | llam\w+ | before
        pay | email | processing fee""",
    ),
    _says(
        "easy-work",
        r"""whats ?app | telegram | wechat | no experience | experience (?:is )?not (?:required|needed) | desde casa
        (?:simple|easy|online) (?:\w+ )?tasks? | lik(?:e|ing) (?:videos?|posts?|youtube) | rate (?:hotels?|apps?)
        optimi[sz](?:e|ing|ation) | product boosting | add (?:us|me) on | sans experience | aucune experience
        sin experiencia | work(?:ing)? from home | from home | a domicile | few minutes""",
    ),
    _says(
        "gain",
        r"""guarante\w* | garanti\w* | double (?:your|ur|it) | triple your | risk[ -]?free | no risk | zero risk
        \d{1,4} ?% (?:profits?|returns?|in|per|daily|weekly|monthly|every|roi|gains?|en|par|within) | sans risque
        daily (?:profits?|returns?|income) | profits? | insider | returns? of | \d{1,3}x | turn(?:ed)? \$?\d+ into
        made \d{1,3} ?% (?:with|on|in|this|last|since)
        financial freedom | passive income | rendement | ganancias? | sin riesgo | make \$?\d+""",
    ),
    _says(
        "join",
        r"""whats ?app | telegram | join | vip | groups? | signals? | channel | mentor | discord | groupe | rejoignez
        dm me | add me | grupo | unete | wa\.me | t\.me | register | sign up | inscri\w+ | click | start""",
    ),
    Pattern(
        "says-call-now",
        r"\b(?:call|dial|phone|ring|contact|appelez|telephonez|llame|composez)\b.{0,50}\b(?:immediately|now|asap|"
        r"at once|urgent\w*|right away|within|today|immediatement|sans delai|inmediatamente|if (?:this|you|it)|"
        r"to (?:cancel|dispute|stop|verify|unblock|report|avoid|resolve|secure|activate|reactivate|speak|confirm|claim|"
        r"get a refund|restore))\b",
    ),
    Pattern(
        "says-call-now",
        r"(?:n.t you|\b(?:not you|didn.?t|did not|not authori[sz]ed?|unauthori[sz]ed|dispute|cancel|stop (?:this|the)|"
        r"pas vous|no fue usted|refund|urgent|immediately|block(?:ed)?|locked))\b.{0,50}"
        r"\b(?:call|dial|ring|contact|appelez|telephonez|llame|composez)\b",
    ),
    Pattern(
        "says-charge",
        r"(?:[$£€] ?\d|\d ?[$€£]|\b(?:usd|cad|rs\.?|gbp|eur) ?\d).{0,30}\b(?:charged?|debit\w*|purchase\w*|order\w*|"
        r"renew\w*|paid|payment|transaction|withdraw\w*|transfer\w*|spent|achat|preleve\w*|compra|cargo)\b",
    ),
    Pattern(
        "says-charge",
        r"\b(?:charg\w+|debit\w*|purchase\w*|order\w*|renew\w*|payment|transaction|withdraw\w*|transfer\w*|achat|"
        r"preleve\w*|compra|cargo)\b.{0,30}(?:[$£€] ?\d|\d ?[$€£]|\b(?:usd|cad|rs\.?|gbp|eur) ?\d)",
    ),
    _says(
        "money-need",
        r"""bills? | pay(?:ment)? | paid | invoices? | e-?transfer | transfer | money | rent | virement | argent
        facture | bank(?:ing)? (?:details|account|app|transfer|info\w*|login) | banking | payer | dinero | transferencia
        pag(?:ar|ue|ues|o|os|a|as) | lend | borrow | help me (?:with|out) | urgent(?:ly)? | whats ?app
        need (?:a|your|some|ur) (?:\w+ )?(?:help|favou?r) | ecri(?:s|vez)-moi | funds | bail
        (?:text|message|msg|write) (?:me )?(?:on|at|to) (?:\w+ )?\+?\d""",
    ),
    _says(
        "busy",
        r"""in (?:a|another|an important) (?:\w+ )?(?:meeting|conference|call) | in meetings? | conference call | busy
        (?:back[ -]to[ -]back|between) meetings | meeting (?:now|right now) | stuck in
        can.?t (?:talk|take calls|speak) | cannot (?:talk|take calls|speak) | unable to (?:talk|call) | en reunion
        en conference | je ne peux pas parler | occupee? | reunion | no puedo hablar | tied up | boarding""",
    ),
    _says(
        "errand",
        r"""favou?rs? | errand | (?:a|the|one|this|quick|small|urgent|personal|little) (?:\w+ )?tasks? | une tache
        tarea | wire | (?:make|handle|need|do) (?:\w+ ){0,2}?purchases? | gift ?cards? | cartes?[ -]cadeaux?
        (?:pay\w*|paid|wire|invoice|transfer) (?:\w+ ){0,3}?(?:vendor|supplier) | discreet(?:ly)? | confidential\w*
        urgent(?:ly)? (?:need|request|payment|task)
        need you to (?:\w+ ){0,2}?(?:run|handle|process|purchase|buy|pay|wire|transfer|get me|assist|help|complete)
        discret\w* | service urgent | faveur | besoin de (?:toi|vous|ton aide|votre aide)
        besoin que (?:tu|vous) (?:\w+ ){0,2}?(?:fass\w+|pa[iy]\w+|achet\w+|m.aid\w+|effectu\w+|trait\w+)
        favor | paiement urgent | virement""",
    ),
    # Who orders a payment and wants nobody to know need not be busy.
    _says("payment", r"wire | payments? | transfers? | invoice | beneficiary | virement | paiement | transferencia"),
    _says(
        "secret",
        r"""between (?:us|you and me) | discreet(?:ly)? | discretion | (?:strictly |highly )confidential
        keep (?:this|it) (?:to yourself|quiet|private|confidential) | (?:don.?t|do not) (?:tell|mention|discuss)
        entre nous | discret\w* | confidentiel\w* | n.en parle\w* | entre nosotros | no le digas | confidencial""",
    ),
    _says(
        "easy-loan",
        r"""no credit (?:check|score) | (?:bad|poor) credit | guaranteed | pre-?approved | approved (?:for|up) | garanti
        instant(?:ly)? | same[- ]?day | sans enquete | mauvais credit | within (?:\d+|an?) (?:min\w*|hours?)
        get up to | up to [$£€] ?\d+ | low (?:interest|rates?) | \d(?:\.\d)? ?% (?:interest|apr) | no collateral
        no documents? | sin aval | sin buro | preapprouve | jusqu.a \d+ | approval in""",
    ),
    _says(
        "settle",
        r"""settle | avoid | press \d | (?:in|under|against|on) your (?:name|sin|ssn|social) | immediately | payez
        pay(?:ment)? (?:the|now|your|today|immediately|of|via|at|here) | eviter | evit\w+ | reglez | last chance
        speak (?:to|with) an? (?:officer|agent) | before (?:you are|legal|we) | final notice
        call (?:us |back )?(?:now|immediately|at|before)""",
    ),
    _says(
        "in-person",
        r"""at (?:the |our |your )?(?:front )?(?:desk|counter|reception|check-?in|pick-?up|branch|office|till|clinic)
        at any (?:branch|office|store|polling station) | in person | (?:on|upon) arrival | when you (?:arrive|come in)
        a l.accueil | au comptoir | en personne | a votre arrivee | en succursale | en persona | en la recepcion""",
    ),
    _says("install", r"install\w* | download\w* | listen | play(?:er|back)? | ecout\w+ | telecharg\w+ | descarg\w+"),
    _says("answer", r"reply | respond | answer | text (?:back|yes|me|us) | repondez | responda | press \d"),
)

HURRY = (
    Pattern(
        "urgency",
        words(
            r"""urgent(?:ly|e)? | immediately | immediate action | asap | at once | right away | before it.?s too late
            final (?:notice|reminder|warning|attempt|demand) | last (?:notice|warning|reminder) | today to avoid
            within \d{1,2} ?(?:h|hrs?|hours?|minutes?|mins?) | in (?:the )?next \d{1,2} ?(?:h|hrs?|hours?|minutes?)
            within (?:twenty[- ]?four|forty[- ]?eight|one|two) (?:hours|hrs|days?) | act (?:now|fast|immediately)
            avoid (?:\w+ ){0,3}(?:suspension|penalt\w+|fees?|charges?|arrest|interruption|disconnection|closure|late)
            avoid (?:\w+ ){0,3}(?:fines?|legal|cancellation|return|being|further) | for your safety
            or (?:it|your account|the parcel|you) (?:will|may) be | sans delai | des maintenant | pour eviter
            will be (?:\w+ )?(?:locked|blocked|suspended|closed|terminated|deactivated|disconnected|returned|cancelled)
            will be (?:\w+ )?(?:deleted|disabled|charged|cut) | dernier (?:avis|rappel) | immediatement | urgence
            sous \d{1,2} ?(?:h|heures) | dans les \d{1,2} ?(?:h|heures|prochaines) | ultimo aviso | evit(?:e|ar)
            sera (?:bloque|suspendu|ferme|retourne|annule|desactive)e? | urgente | inmediatamente
            expires? (?:today|tonight|soon) | expire (?:aujourd.?hui|bientot) | expire ce soir"""
        ),
    ),
    # A loss that has happened already.
    Pattern(
        "urgency",
        r"\b(?:account|card|access|wallet|profile|compte|carte|cuenta|tarjeta|sim|number|service|sin|ssn)\b.{0,24}"
        r"\b(?:locked|blocked|suspended|restricted|disabled|deactivated|limited|frozen|on hold|bloquee?|suspendue?|"
        r"limitee?|gelee?|desactivee?|bloquead[ao]|suspendid[ao])\b",
    ),
    Pattern("urgency", r"(?:card|account)(?:is|hasbeen|wasbeen|hasbeen)?(?:blocked|locked|suspended)"),
)

NEGATION = (
    Pattern(
        "negated",
        r"\b(?:never|won.?t|wont|will not|would not|wouldn.?t|do not|don.?t|dont|does not|doesn.?t|not to|must not|"
        r"should not|shouldn.?t|no one|nobody|ne|n.\w+|jamais|nunca|no)\b",
    ),
)

# What takes the edge off: a question whether it is one, a warning, or one's own affair told.
GUARDS = (
    Pattern(
        "asks-if-scam",
        r"\b(?:is (?:this|that|it)|does (?:this|that)|looks? like|seems? like|sounds? like|think (?:this|it|that)|"
        r"probably|might be|could be|est-ce(?: que)?|c.?est|ca a l.air|es esto|esto es)\b[^.!?\n]{0,30}"
        r"\b(?:scams?|spam|fraud\w*|phish\w*|fake|legit\w*|real|hoax|arnaques?|hameconnage|faux|fraude|estafas?|"
        r"scammy|sketchy|louche)\b",
    ),
    Pattern(
        "asks-if-scam",
        r"\b(?:this is|that.?s|it.?s|its|they.?re|are) (?:\w+ ){0,3}?(?:scams?|spam|fake|phishing|sketchy|hoax)\b",
    ),
    Pattern(
        "asks-if-scam",
        r"\b(?:i|i.ve|i have|we|just|he|she|mum|mom|dad|j.ai|on a|keep|keeps) (?:\w+ ){0,2}?"
        r"(?:got|get|getting|received|recu|recibi) (?:\w+ ){0,3}?(?:text|sms|message|texto|mensaje|email|courriel)s?\b",
    ),
    Pattern(
        "asks-if-scam",
        words(
            r"""beware | watch out | be careful | don.?t click | do not click | scam (?:alert|warning|going around)
            fell for | mefie\w* | ne cliquez? pas | cuidado con | did you (?:send|text) (?:me )?this
            (?:it|that|this)(?: is|.s) not (?:me|him|her|them|us) | (?:please |just )?ignore (?:it|them|any|those)
            (?:pretend(?:s|ed|ing)? to be|posing as|impersonat\w+) (?:me|us|him|her|our|the|a|an|pastor|father)
            (?:is|was) (?:this|it|that) (?:really |actually )?(?:from|by) you(?:rs?|r (?:office|bank|store))?
            is (?:this|it|that) (?:really|actually) you"""
        ),
    ),
    Pattern(
        "own-affair",
        r"\b(?:my|mon|ma|mes|mi|mis|our|notre|nos) (?:\w+ ){0,2}?"
        r"(?:accounts?|cards?|parcels?|packages?|orders?|delivery|shipment|refund|taxes|tax return|subscription|"
        r"membership|bank|compte|carte|colis|commande|livraison|abonnement|cuenta|tarjeta|paquete|pedido|password|"
        r"landlord|boss)\b",
    ),
)

PATTERNS: tuple[Pattern, ...] = (*SUBJECTS, *TURNS, *HURRY, *NEGATION, *GUARDS)
