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
        (rf"\bplus (?:de|aucun) {SENT}\b",),
        (
            r"\b(?:ai|as|a|avez|avoir|avons|ont|recu|beaucoup|bien|un peu|avec|voir|aurai|reste)(?: pas)? plus\b",
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
    wording((r"\blaissez? (?:moi|nous) (?:\w+ )?(?:tranquille|en paix)\b",), (r"\b(?:ne|pas|toujours|jamais)\b",)),
    wording(
        (
            r"\b(?:desabonnez?|desinscrivez|desinscris|retirez?|enlevez?|supprimez?) (?:moi|nous|mon numero)\b",
            r"\bje (?:veux|voudrais|souhaite|desire) (?:me |m )?(?:desabonner|desinscrire|etre retiree?)\b",
        ),
        (r"\b(?:attente|horaire|rendez|groupe|reunion|ne|pas)\b",),
    ),
)
