"""Goods and services that carriers do not take advertising for: the words, and what sells them.

A flag `goods-<kind>` says that a text names such goods in a way that offers them, or might; `goods-pitch` that it
offers them, `goods-contact` how to come to them, `goods-care` that it is about the harm that they do. A mention is
none: `edge.policy.clauses.bulk.goods` asks for more. policy.md A.2, SHAFT.
"""

from edge.policy.signals.lexicon.wording import words
from edge.policy.signals.patterns import Pattern

CANNABIS = (
    words(
        """cannabis | marijuana | mary ?jane
        cbd (?:oils?|gumm\\w+|products?|cream|vape|flower|store|shop|tincture\\w*|isolate|hemp)
        hemp (?:oil|gumm\\w+|flower) | thc | delta[- ]?[89] | edibles | pre-?rolls?
        (?:weed|thc|pot) (?:gumm\\w+|brownies|delivery|menu|deals?|shop|store)
        (?:oz|ounces?|grams?|eighths?) (?:of )?(?:weed|bud|kush|shatter|flower|hash|shrooms)
        (?:ozs|zips?|pounds?|lbs?) (?:of )?(?:weed|bud|kush|shatter|flower|hash|shrooms) | kush | indica | sativa
        weed (?:for sale|drop|in stock|dispensary|\\$)
        (?:fresh|top shelf|premium|good|loud|cheap) (?:weed|bud|buds|ganja) | ganja | magic mushrooms? | shrooms
        psilocybin | dab pens? | budtender | dispensary (?:deals?|menu|sale|special\\w*|open) | weed dispensary
        cannabis\\w+ | herbe a fumer | pot legal | mota de calidad | marihuana
        420 (?:sale|deals?|specials?|friendly delivery)"""
    ),
)
SEX = (
    words(
        """escorts? | call girls? | hot (?:singles|girls|milfs?|moms|babes|ladies|women)
        sexy (?:singles|girls|babes|ladies|women|chat|pics|video\\w*) | singles (?:near|in your area|nearby)
        (?:horny|naughty|lonely) (?:\\w{1,9} )?(?:girls?|housewives|women|singles|milfs?|wives|moms)
        (?:adult|sex|xxx|erotic|porn|live sex) (?:chat|dating|cams?|videos?|site)
        (?:adult|sex|xxx|erotic|porn|live sex) (?:hookups?|service|entertainment|line|massage|toys?) | phone sex
        live (?:fantasies|girls|cams?) | webcam (?:girls|models|show) | cam (?:girls?|show) | porn | xxx | onlyfans
        strip ?club | lap ?dances? | (?:erotic|sensual|happy ending|nuru) massage
        hook ?ups? (?:near|tonight|now|in your area) | nudes? for (?:sale|\\$) | sugar (?:daddy|baby|babies|mommy)
        sex (?:partners?|tonight|toys?|dates?) | rencontres? (?:coquines?|sexy|chaudes?) | filles? chaudes?
        celibataires? (?:chaudes?|pres de) | chicas (?:calientes|sexy) | viagra girls | txt (?:sexy|xxx|girls)
        girls (?:waiting|want to meet|near you)"""
    ),
)
GAMBLING = (
    words(
        """casinos? | slots? (?:machine|games?|bonus|tournament) | free slots | free spins | bonus spins
        spin (?:&|and|to|n) win | sports ?book | sports ?betting
        bet (?:now|\\$ ?\\d+ get|online|and get|slip|on (?:the|tonight's|today's) (?:game|match|race))
        place your bets? | betting (?:site|app|odds|tips|bonus) | (?:welcome|deposit|no[- ]deposit|sign-?up) bonus
        jackpots? | poker (?:room|tournament|bonus|online|night) | roulette | blackjack
        (?:lottery|lotto) (?:tickets?|jackpot|results?|winner|pool) | scratch ?cards?
        bingo (?:bonus|night|online|room) | wager(?:ing)? | bookmaker | gambling | rummy | teen patti | satta
        fantasy cricket | paris sportifs? | machines a sous | tours gratuits | apuestas? | tragamonedas | free bets?
        odds boost"""
    ),
)
ALCOHOL = (
    words(
        """beers? | wines? | liquors? | vodka | whisk(?:e)?y | tequila | cocktails? | margaritas? | martinis?
        brewery | winery | champagne | prosecco | craft brews? | happy hour | ladies night | drink specials?
        2 for 1 drinks | open bar | bottle service | booze | alcohol | spirits store | bieres? | vins? | cervezas?
        licores? | vinos? | six packs? | shots? (?:for \\$|specials?) | liquor store | wine club"""
    ),
)
TOBACCO = (
    words(
        """vapes? | vape (?:juice|shop|store|pens?|kits?) | vaping | e-?cigs? | e-?cigarettes? | e-?liquids?
        e-?juice | cigarettes? | cigars? | tobacco | nicotine (?:pouches|salts?|vapes?) | hookahs? | shisha | juul
        zyn | elf ?bar | disposables? vapes? | smoke ?shop | cartons? of (?:smokes|cigarettes) | native smokes
        vapoteuses? | vapotage | cigarettes electroniques? | tabac | cigarrillos? | vapeadores?"""
    ),
)
FIREARMS = (
    words(
        """firearms? | handguns? | pistols? | ammo | ammunition | ar-?15s? | ak-?47s? | glocks? | rifles?
        shotguns? | 9 ?mm (?:rounds|ammo|pistol|handgun) | guns? (?:for sale|sale|show|store|shop|deals?)
        silencers? | suppressors? | ghost guns? | bump stocks? | gun ?shop | armes? a feu | munitions
        armas de fuego | concealed carry | smith & wesson | ruger"""
    ),
)
LOANS = (
    words(
        """(?:pay ?day|instant|same[- ]day|quick|fast|cash|title) loans?
        (?:personal|bad credit|no credit check|emergency|online|unsecured|guaranteed|pre-?approved) loans?
        loans? (?:up to|from|approved|available|offer\\w*)
        loans? (?:in minutes|now|same day|without|with bad credit|no credit) | borrow (?:up to )?[$€£]?\\d+
        cash advances? | pre-?(?:approved|qualified) for (?:a |an |up to |\\$)
        need (?:fast |quick |instant |extra )?cash | no credit checks? | bad credit (?:ok|okay|no problem|accepted)
        get (?:up to )?[$€£] ?\\d[\\d,]* (?:today|now|cash|instantly|in minutes|deposited) | merchant cash
        business (?:funding|loan offer|line of credit) | working capital
        prets? (?:rapides?|personnels?|d'argent|sans enquete|instantanes?) | argent rapide | besoin d'argent
        avance de fonds | prestamos? (?:rapidos?|personales?|en linea) | loan @ | loan at (?:lowest|low|just|only)
        0% (?:interest|apr|emi) loan"""
    ),
)
DEBT = (
    words(
        """debt (?:relief|consolidation|settlement|forgiveness|free|reduction|help)
        credit (?:repair|restoration|score boost) | (?:fix|repair|boost|rebuild|clean) (?:your|ur) credit
        (?:eliminate|erase|reduce|cut|lower|consolidate|wipe out) (?:your|ur|all|all your) (?:\\w{1,12} )?debts?
        (?:drowning|buried|deep) in debt | tired of (?:your )?debts?
        tax (?:relief|debt relief) | student loan forgiveness | consolidation de dettes?
        (?:reduisez|eliminez|effacez) vos dettes | redressement de credit | (?:reducir|eliminar) (?:su|tu)s? deudas?"""
    ),
)
INVESTMENT = (
    words(
        """forex (?:signals?|trading|group|course|account)?
        crypto (?:signals?|group|trading|investment|presale|pump|airdrop|bot|expert|opportunit\\w+|wallet bonus)
        (?:bitcoin|btc|eth|ethereum|crypto|usdt|nft) (?:investment|trading|mining|giveaway|doubl\\w+)
        (?:bitcoin|btc|eth|ethereum|crypto|usdt|nft) (?:bonus|profits?|returns?|whitelist|presale)
        guaranteed (?:returns?|profits?|income) | double your (?:money|bitcoin|investment|crypto|btc)
        invest (?:now|today|\\$ ?\\d|just|only|in (?:our|crypto|bitcoin|btc|forex|gold))
        (?:trading|investment|investors?|vip|whatsapp|telegram) (?:signals?|group|webinar|seminar|course)
        (?:trading|investment|investors?) (?:academy|opportunit\\w+|scheme|plan|platform|club)
        (?:vip|whatsapp|telegram) (?:academy|opportunit\\w+|scheme|plan|platform|club)
        (?:stock|trading|market|option) tips | (?:daily|weekly|monthly) (?:returns?|profits?)
        \\d{2,4} ?% (?:returns?|profits?|roi|gains?|in \\d+ days) | passive income | (?:multibagger|penny) stocks?
        investissements? garantis? | rendements? garantis? | doublez votre argent | inversion garantizada
        ganancias garantizadas | pre-?ipo | token sale"""
    ),
    r"\bguaranteed \d+ ?%",
)
JOBS = (
    words(
        """work (?:from|at) home | be your own boss | make money (?:online|from home|fast|now|daily)
        earn (?:up to )?(?:[$€£]|rs\\.?) ?\\d[\\d,.]*k? ?(?:-|to|/|a|per|daily|weekly|every|each|from|in)
        earn (?:extra |serious |big )?(?:cash|money|income) (?:online|from home|daily|fast|now|at home)
        (?:extra|side|second|residual) income | financial freedom | network marketing | mlm
        (?:part[- ]time|online|remote) (?:job|work|tasks?)\\b.{0,40}(?:[$€£]|rs\\.?|usd|cad) ?\\d+
        (?:simple|easy|data entry) (?:job|work|tasks?)\\b.{0,40}(?:[$€£]|rs\\.?|usd|cad) ?\\d+ | mystery shoppers?
        get paid (?:to|daily|for) | home[- ]based (?:business|job|work|income) | unlimited (?:earning|income)
        quit your (?:9|job|day)
        travail a domicile\\b.{0,30}\\$ | gagnez (?:de l'argent|jusqu'?a|\\d+)
        revenus? (?:supplementaires?|passifs?) | trabaj[ao] (?:desde|en) casa | gana dinero | liberte financiere"""
    ),
    r"[$€£] ?\d[\d,]*k? ?(?:a|per|/) ?(?:day|week|month|hour|hr) from home\b",
)
PRESCRIPTION = (
    words(
        """viagra | cialis | levitra | sildenafil | tadalafil | kamagra | xanax | adderall | oxycontin | oxycodone
        percocet | vicodin | valium | tramadol | ozempic | wegovy | phentermine | modafinil
        no (?:prescription|script|rx) (?:needed|required|necessary) | without (?:a )?(?:prescription|script|rx)
        online pharmacy | cheap (?:meds|pills|drugs|viagra) | canadian (?:meds|pharmacy) | buy (?:meds|pills|drugs)
        (?:meds|pills) (?:online|without|delivered|for sale) | sans ordonnance | pharmacie en ligne | sin receta
        steroids? (?:for sale|online)
        (?:weight loss|diet|enlargement|male enhancement) (?:pills?|injections?|drops) | semaglutide"""
    ),
)
LEADS = (
    words(
        """we buy (?:houses?|homes?|land|property) | cash (?:offer )?for your (?:house|home|property|land)
        sell your (?:house|home|property|land|timeshare) (?:fast|for cash|as is|now)
        (?:interested in|considering|thinking of|open to) (?:selling|an offer (?:on|for) your)
        offer (?:on|for) your (?:house|home|property|land)
        solar (?:panels?|quote|program|incentives?|rebates?|savings) | final expense
        medicare (?:advantage|plans?|benefits|part [a-d])| obamacare
        health insurance (?:quotes?|plans?|subsid\\w+)
        (?:car|auto|life|home|health) insurance (?:quotes?|from|rates?|as low|for less|plans?)
        cheap (?:car |auto |health |life |home )?insurance | auto warranty | extended warranty | car'?s warranty
        compare (?:rates|quotes|offers|insurance|mortgage)
        (?:lower|reduce|cut|slash) your (?:mortgage|insurance|energy) (?:rate|bill|payment|premium|cost)s?
        (?:lower|reduce|cut|slash) your (?:electric|hydro) (?:rate|bill|payment|premium|cost)s?
        (?:lower|reduce|cut|slash) your (?:power|car insurance) (?:rate|bill|payment|premium|cost)s?
        refinance (?:your|now|today) | mortgage rates? (?:as low|from|starting)
        you (?:may )?(?:qualify|be eligible|are eligible) for (?:a |up to |free |compensation|\\$)
        entitled to compensation
        (?:accident|injury|class action|camp lejeune|roundup|talcum|ppi) (?:claim|compensation|lawsuit)s?
        (?:fresh|exclusive|qualified|aged|verified|insurance|mortgage|solar|real estate|roofing|debt) leads
        furnace (?:rebate|upgrade) | duct cleaning | heat pump rebate | nettoyage de conduits | panneaux solaires
        achetons (?:maisons|votre maison) | assurance auto moins | soumission gratuite | government grant
        timeshare (?:exit|cancel\\w*|relief)"""
    ),
)
COLLECTIONS = (
    words(
        """attempt to collect a debt | debt collectors? | collection agency
        (?:on behalf of|for) (?:our client|the original creditor|your creditor) | original creditor
        (?:assigned|referred|placed|sold|transferred) (?:to|with) (?:our|a) (?:collections?|office|agency|firm)
        settle your (?:\\w{1,12} )?(?:debt|account|balance) for | settlement offer | agence de recouvrement
        recouvrement (?:de creances|pour) | creancier (?:d'origine|original) | agencia de cobranza
        this communication is from a debt"""
    ),
)
KINDS = {
    "cannabis": CANNABIS,
    "sex": SEX,
    "gambling": GAMBLING,
    "alcohol": ALCOHOL,
    "tobacco": TOBACCO,
    "firearms": FIREARMS,
    "loans": LOANS,
    "debt": DEBT,
    "investment": INVESTMENT,
    "jobs": JOBS,
    "prescription": PRESCRIPTION,
    "lead-generation": LEADS,
    "collections": COLLECTIONS,
}
"""Sub-rule of `restricted-goods` -> expressions of its goods, in the order in which they are told."""

# Offered beyond doubt: nobody mentions it so who does not sell it.
PITCH = (
    words(
        """borrow (?:up to )?[$€£]?\\d+ | need (?:fast |quick |instant |extra )?cash
        get (?:up to )?[$€£] ?\\d[\\d,]* (?:today|now|cash|instantly|in minutes|deposited)
        (?:eliminate|erase|reduce|cut|lower|consolidate|wipe out) (?:your|ur|all|all your) (?:\\w{1,12} )?debts?
        (?:fix|repair|boost|rebuild) (?:your|ur) credit | earn (?:up to )?(?:[$€£]|rs\\.?) ?\\d+
        earn (?:extra |serious |big )?(?:cash|money|income) | make money (?:online|from home|fast|now|daily)
        get paid (?:to|daily) | attempt to collect a debt | on behalf of (?:our client|the original creditor)
        settle your (?:\\w{1,12} )?(?:debt|account|balance) for | cash (?:offer )?for your (?:house|home|property)
        sell your (?:house|home|property) (?:fast|for cash|as is) | interested in (?:selling|an offer)
        gagnez (?:de l'argent|jusqu'?a|\\d+) | doublez votre argent | gana dinero | argent rapide
        free (?:slots|spins|bets?) | bonus spins | (?:welcome|deposit|no[- ]deposit|sign-?up) bonus
        spin (?:&|and|to|n) win | hot singles | singles (?:near|in your area)
        guaranteed (?:returns?|profits?|income) | double your (?:money|bitcoin|investment|crypto)
        no credit checks? | bad credit (?:ok|okay|no problem|accepted)
        no (?:prescription|script|rx) (?:needed|required|necessary) | without (?:a )?prescription | sans ordonnance
        we buy (?:houses?|homes?) | be your own boss | compare (?:rates|quotes|offers) | loans? up to | for sale
        in stock | menu | delivery to (?:your|the|all) | delivered (?:to your|discreetly|same day)
        (?:same[- ]day|free|discreet|fast) (?:delivery|shipping) | discreet(?:ly)? | hit me up | dm (?:me|us|for|to)
        hmu | text (?:(?:me|us|this number|now) )?(?:to|for) (?:order|menu|prices?|info|details|more|reserve)
        (?:best|good|great|wholesale|low|lowest|our|for) prices? | starting (?:at|from) [$€£]? ?\\d+
        (?:only|just|from) [$€£] ?\\d+ | cheap(?:est)? | affordable | wholesale
        available (?:now|24/7|tonight|today) | open (?:late|now|24)
        come (?:in|down|by) (?:for|to|and|today|tonight) | livraison (?:a domicile|rapide|discrete|gratuite)
        (?:weed|thc|pot|cannabis) (?:delivery|menu|deals?)
        (?:in|near) your (?:area|town|city) (?:tonight|now|today)
        en stock | meilleurs prix | a vendre | a partir de \\d+ | entrega a domicilio | a la venta"""
    ),
    r"[$€£] ?\d[\d,.]*k? (?:guaranteed|gtd|prize ?pool|in prizes)\b",
)
# How to come to them: it sells, unless the text is about the harm that they do.
CONTACT = (
    words(
        """(?:contact|whatsapp|message|text|call|inbox) (?:me |us )?(?:now|today|at|on|for)
        (?:whatsapp|inbox|telegram) (?:me |us )?\\+?\\d+
        join (?:our|my|the|us|this|now) | sign(?: |-)?up | register (?:now|at|here)"""
    ),
    r"\b(?:reply|respond|text|txt|send|repondez|envoyez|responda) (?:with |avec )?['\"]?"
    r"(?:yes|hot|info|now|deal|join|win|more|start|go|play|chat|meet|sex|love|call|cash|loan|quote|menu|oui|y|1|si|girls?|vip|"
    r"pret|fix|debt|apply|bonus|bet)\b",
)
# What speaks of the harm of it: help to stop, a hospital, a school.
CARE = (
    words(
        """quit (?:smoking|vaping|drinking|gambling|tobacco) | stop (?:smoking|vaping|drinking|gambling)
        smoking cessation | smoke[- ]free | helpline | hotline | support group | rehab | recovery | sober | sobriety
        alcoholics anonymous | aa meeting | addiction | overdose | naloxone | counsell?ing
        treatment (?:centre|center|program) | harm reduction | screening | awareness | prevention | by-?law
        workshop | parents | your (?:kids|child|children|teen\\w*|students?) | research | survey
        licen[cs]e hearing | council | police | lockdown | arretez de fumer | cesser de fumer | problem gambling"""
    ),
)

PATTERNS: tuple[Pattern, ...] = (
    *(Pattern(f"goods-{kind}", expression) for kind, expressions in KINDS.items() for expression in expressions),
    *(Pattern("goods-pitch", expression) for expression in PITCH),
    *(Pattern("goods-contact", expression) for expression in CONTACT),
    *(Pattern("goods-care", expression) for expression in CARE),
)
