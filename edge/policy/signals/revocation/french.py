"""Taking consent back in French. Accents are gone, and apostrophes are spaces: "arretez de m ecrire"."""

from edge.policy.signals.revocation.wording import wording

SENT = r"(?:messages?|textos?|sms|courriels?|alertes?)"
WRITE = r"(?:envoyer|texter|contacter|ecrire|deranger|achaler|harceler|spammer|solliciter)"
ORDER = r"(?:envoie|envoies|envoyez|texte|textes|textez|contacte|contactes|contactez|ecris|ecrivez|derange|derangez)"

WORDINGS = (
    wording(
        (
            rf"\b(?:arretez?|cessez?|stop)(?: de| d)?(?: m| me| nous)? {WRITE}\b",
            rf"\b(?:arretez?|cessez?|stop)(?: de| d| les| vos| ces| tes| aux)* {SENT}\b",
        ),
        (
            r"\b(?:n|ne)(?: t| vous| nous)? (?:arret|cess)",
            r"\bpas (?:arret|cess)|\bje? (?:arret|cess)|\bj arret|\bil faut\b|\b(?:il|elle|on) (?:arret|cess)",
            rf"\b{WRITE} (?:a|au|aux|lui|leur|et|en|son|sa|ton)\b",
            r"\b(?:bus|prochain|dernier|le|un|au|the|a|next|last|this) (?:stop|arret)\b",
        ),
    ),
    wording(
        (
            rf"^(?:svp |stop |non )*ne (?:m|me|nous) {ORDER}(?: plus| pas| jamais)(?: jamais| rien| de {SENT})*$",
            rf"^(?:svp |stop |non )*(?:m|me|nous) {ORDER} plus(?: jamais| rien| de {SENT})*$",
        ),
        (r"\bpas$(?<!textez pas)(?<!contactez pas)(?<!ecrivez pas)(?<!derangez pas)",),
    ),
    wording(
        (
            # "merci de ne plus m'écrire", without an order to anybody
            rf"^(?:de |stop |svp |veuillez |priere de |je vous prie de )*ne (?:plus|pas|jamais) (?:m|me|nous) {WRITE}"
            rf"(?: de {SENT}| d autres {SENT}| jamais| a nouveau)*$",
            # "je ne veux plus recevoir vos textos"
            rf"\b(?:ne|n) (?:veux|veut|voulons|souhaite|souhaitons|desire|ai) (?:plus|pas)(?: recevoir)?"
            rf"(?: de| d| vos| ces| tes| aucun| autres)* {SENT}(?: de votre part| publicitaires?)?$",
            r"\bne (?:veux|veut|souhaite|desire|voulons) (?:plus|pas) (?:(?:que vous |qu on )?me (?:fassiez )?|etre |"
            rf"recevoir )(?:contactee?s?|textee?s?|derangee?s?|sollicitee?s?|{WRITE})(?: par (?:vous|texto|sms))?$",
        ),
        (r"\b(?:si|pourquoi|parce) (?:je|j|tu|vous)\b|\b(?:pas|plus) m envoyer$|\bai (?:plus|pas)\b",),
    ),
    wording(
        (rf"\bplus (?:de|aucun) {SENT}\b",),
        (
            r"\b(?:ai|as|a|avez|avoir|avons|ont|recu|pourquoi|recois|recoit|beaucoup|bien|un peu|avec|voir|aurai|reste)"
            r"(?: pas)? plus\b",
            r"\bplus de \w+ (?:que|de|pour)\b",
        ),
    ),
    wording(
        (r"\b(?:mauvais|faux) numero\b", r"\bpas le bon numero\b", r"\bmauvaise personne\b", r"\berreur de numero\b"),
        (
            r"\b(?:trompe|compose|fait|envoye|donne|ecrit|facture|commande|dossier|compte|chambre|mon|ton|son)\b",
            r"\best ce\b|\bj ai\b|\b(?:mauvais|faux) numero de\b",
        ),
    ),
    wording((r"\bvous (?:vous )?(?:etes )?tromp\w+ de (?:numero|personne)\b",), (r"\b(?:si|est ce|ne|pas)\b",)),
    wording((r"\b(?:fichez?|foutez?|fous|fiches) (?:moi|nous) la paix\b",)),
    wording((r"\blaissez? (?:moi|nous) (?:\w+ )?(?:tranquille|en paix)\b",), (r"\b(?:ne|pas|toujours|jamais)\b",)),
    wording(
        (
            r"\b(?:desabonnez?|desinscrivez|desinscris|retirez?|enlevez?|supprimez?) (?:moi|nous|mon numero)\b",
            r"\bje (?:veux|voudrais|souhaite|desire) (?:me |m )?(?:desabonner|desinscrire|etre retiree?)\b",
            r"^(?:comment |pour )?(?:puis je |je peux |faire pour )?(?:me|m|se) (?:desabonner|desinscrire)$",
        ),
        (r"\b(?:attente|horaire|rendez|groupe|reunion|ne|pas)\b",),
    ),
)
