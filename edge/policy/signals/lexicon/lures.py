"""Fraud: what makes a text worth a closer look. Requests for what is confidential, and the marks of lures.

English and French, some Spanish. What is seen here is put together, and taken back where it is negated, by
`edge.policy.signals.lures`, which also reads the words of `families`. Weights and sources: policy.md A.5, R-PHISH.
"""

from edge.policy.signals.lexicon.wording import words
from edge.policy.signals.patterns import Pattern

_ASK = words(
    r"""(?:re-?)?(?:verify|verifying|confirm|update|validate|provide|enter|submit|supply|complete|activate|unlock) |
    restore | recover | authenticate | give us | send us | send in | fill in | verifiez | confirmez | validez |
    fournissez | entrez | saisissez | actualisez | renseignez | mettez a jour | mettre a jour | verifier | confirmer |
    verifique | confirme | actualice | ingrese | valide"""
)
_WHOSE = (
    r" (?:with )?(?:(?:us|your|ur|yr|the|these|this|all|votre|vos|ton|ta|tes|su|sus|tu|tus|la|le|les)\b ?)?"
    r"(?:\w{2,14} ){0,2}?"
)
# What nobody honest asks for in a text.
_SECRET = words(
    r"""pin | passwords? | pass ?codes? | passphrase | credentials | ssn | social security | social insurance |
    sin number | cvv | cvc | security codes? | card numbers? | card details | bank details | bank account |
    banking (?:details|info\w*) | bank login | online banking | login details | login info\w* | log-?in details |
    seed phrase | recovery phrase | private key | identity | date of birth | dob | mother.?s maiden | sin | nip | nas |
    mots? de passe | numero de carte | coordonnees bancaires | identite | date de naissance | identifiants |
    contrasena | clave | datos bancarios | numero de tarjeta | identidad"""
)
# What may be asked for on one's own site.
_THING = words(
    r"""accounts? | acct | cards? | payments? | billing | details | information | info | profile | wallet | kyc |
    membership | subscription | login | device | compte | carte | paiement | coordonnees | informations? |
    renseignements | profil | cuenta | tarjeta | datos | pago"""
)
_ANSWER = (
    words(
        r"""repl(?:y|ying) | respond(?:ing)? | answer
        text | txt | send | email | message | whatsapp | provide | repondez | envoyez |
        textez | transmettez | responda | envie | mande"""
    )
    + r"(?:[ -](?:back|us|me|to|this|message|text|number|by|with|avec|con|par|nous|moi|a|ce|the|it))*"
)
_SEVERAL = r" (?:\w{1,12} ){0,3}?(?:your|ur|the|full|votre|ton|vos|su|tu|son|complete)\b (?:\w{1,14}[ ,&]{1,3}){0,6}?"
# Secrets of persons; and what whoever is owed money tells those who are to pay.
_PERSONAL = r"""pin | password | passcode | ssn | sin | social (?:security|insurance) | cvv | cvc | login | credentials
    card (?:number|details) | bank (?:login|password|pin) | account password | security code | seed phrase | nip | nas
    mot de passe | numero de carte | contrasena | clave | numero de tarjeta | date of birth | dob | birth ?date
    date de naissance | fecha de nacimiento"""
_PAYEE = r"""bank (?:details|account|info\w*) | banking (?:details|info\w*) | account (?:number|details) |
    coordonnees bancaires | datos bancarios"""

REQUESTS = (
    Pattern("request-secret", _ASK + _WHOSE + _SECRET),
    Pattern("request-account", _ASK + _WHOSE + _THING),
    Pattern("request-account", r"\b(?:log|sign)[ -]?(?:in|into|on) (?:to |at |here|now|via|below)"),
    Pattern("request-account", words("connectez-vous | identifiez-vous | inicie sesion")),
    Pattern(
        "request-account", r"\b(?:confirmation|verification|validation|update) (?:is )?(?:required|needed|necessary)\b"
    ),
    Pattern(
        "request-account", r"\b(?:account|card|compte) (?:needs|requires) (?:\w+ )?(?:confirm|verif|validat|updat)\w*"
    ),
    Pattern(
        "request-account",
        r"(?:\bnot|n.t|\bpas|\bno fue) (?:you|vous|usted)\b\W{0,3}(?:please )?"
        r"(?:confirm|verify|cancel|click|tap|secure|visit|go to|log ?in|review|cliquez|annulez|verifiez|cancele)",
    ),
    Pattern("request-reply", _ANSWER + _SEVERAL + words(f"{_PERSONAL}\n{_PAYEE}")),
    Pattern("request-personal", _ANSWER + _SEVERAL + words(_PERSONAL)),
    *(
        Pattern(
            name,
            r"\b(?:what.?s|what is|tell (?:me|us)|give (?:me|us)|quel est)\b (?:your|ur|votre) (?:\w+ ){0,2}?"
            r"(?:pin|password|ssn|card number|cvv|mot de passe|nip)\b",
        )
        for name in ("request-reply", "request-personal")
    ),
)

# The rarest words of the families that need neither a link nor a number to call.
MARKS = (
    Pattern(
        "mark-boss",
        words(
            r"""ceo | cfo | coo | chief executive | director | boss | manager | president | principal | pastor | dean
            superintendent | pdg | patronn?e? | directeur | directrice | jefe | gerente"""
        ),
    ),
    Pattern(
        "mark-new-number",
        words(
            r"""new (?:\w+ )?(?:number|phone|mobile|cell) |
            (?:changed|lost|broke|dropped|smashed|cracked) (?:my|the) (?:\w+ )?(?:phone|number|mobile|cell) |
            (?:phone|mobile|cell)(?: is| was| has| got| fell| just)* (?:\w+ )?(?:broke|broken|lost|stolen|smashed) |
            (?:phone|mobile|cell) (?:fell|went|dropped|got dropped) (?:in|into|down) |
            number (?:for now|for the moment) |
            (?:borrowed|borrowing|using) (?:a|another|this) (?:\w+ ){0,2}?(?:phone|mobile|cell|number) |
            nouveau (?:numero|telephone|cell) | nouvel? (?:numero|portable) |
            telephone (?:est )?(?:casse|perdu|vole|brise) | (?:perdu|casse) mon (?:telephone|cell|portable) |
            nuevo (?:numero|telefono|celular|movil) | numero nuevo | (?:guarda|anota|agenda) este numero |
            se me (?:rompio|perdio|cayo|dano|descompuso|jodio) (?:el|mi) (?:celular|telefono|movil|cel) |
            (?:perdi|rompi|me robaron) (?:el|mi) (?:celular|telefono|movil|cel) |
            temporary number | friend.?s phone | numero temporaire"""
        ),
    ),
    Pattern(
        "mark-pay-rate",
        r"[$£€] ?\d[\d,.]*(?: ?(?:-|to|a) ?[$£€]? ?\d[\d,.]*)? ?(?:/|per|a|an|each|every|par|por|al)? ?"
        r"(?:day|week|jour|semaine|dia|semana|daily|weekly)\b",
    ),
    Pattern(
        "mark-pay-rate",
        r"\d ?(?:[$€£]|dollars|euros|usd|cad) ?(?:/|per|par|por|al|a) ?(?:jour|semaine|day|week|dia)\b",
    ),
    Pattern(
        "mark-pay-rate",
        r"\b(?:earn|make|gagne[rz]?|gana)\b.{0,16}\d ?(?:/|per|a|par|al) ?(?:day|week|jour|semaine|dia|semana)\b",
    ),
    Pattern("mark-pay-rate", r"\b(?:daily|weekly) (?:pay\w*|income|salary|earnings|wage)\b"),
    Pattern(
        "mark-invest",
        words(
            r"""crypto\w* | bitcoins? | btc | eth(?:ereum)? | usdt | forex | trading | trader | invest\w* | bourse
            placements? | inversion\w* | stocks?"""
        ),
    ),
    Pattern("mark-loan", words("loans? | cash advance | payday | prets? | credit rapide | prestamos?")),
    Pattern(
        "mark-fee",
        words(
            r"""(?:processing|release|activation|handling|admin\w*|upfront|insurance) fees?
            frais de (?:dossier|traitement)
            (?:fee|[$£€] ?\d+) to (?:receive|release|claim|unlock) | pour (?:recevoir|debloquer) les fonds"""
        ),
    ),
    Pattern(
        "mark-advance",
        words(
            r"""before (?:the |a |any )?viewing
            (?:out of|outside|left) (?:the )?(?:country|state|province) | moneygram
            keys? (?:\w+ ){0,3}(?:by|via|per) (?:mail|courier|fedex|ups|dhl) | mail (?:you )?the keys?
            western union
            a l.etranger | avant (?:la )?visite | envoyer les cles | en el extranjero
            owner (?:is )?(?:abroad|overseas)"""
        ),
    ),
    Pattern(
        "mark-authority",
        words(
            r"""warrant | arrest(?:ed)? | lawsuit | summons | subpoena | legal action | prosecut\w+ | deport\w*
            criminal (?:charges?|case|activity) | mandat d.arret\w* | poursuites? (?:judiciaires?|legales?)
            orden de arresto
            (?:sin|ssn|nas|social (?:insurance|security)(?: number)?) (?:has been |is |was )?(?:suspended|blocked)"""
        ),
    ),
    Pattern(
        "mark-won",
        words(
            r"""won | winners? | gagnee? | gagnante? | ganad[oa]r? | ganaste | awarded | congrat\w* | felicitations
            (?:been |are |were )(?:\w+ )?(?:selected|chosen|drawn|awarded|picked) | felicidades"""
        ),
    ),
)

PATTERNS: tuple[Pattern, ...] = (*REQUESTS, *MARKS)
