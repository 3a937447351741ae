"""Taking consent back in Spanish. Accents and the tilde are gone."""

from edge.policy.signals.revocation.wording import wording

SENT = r"(?:mensajes?|textos?|sms|mensajitos)"
I_WANT = r"(?:(?:quiero|deseo|quisiera) )?"
WRITE = r"(?:enviar|mandar|escribir|textear|contactar|molestar)"

WORDINGS = (
    wording(
        (rf"\bno (?:quiero |deseo )?(?:recibir )?mas {SENT}\b",),
        (r"\b(?:tengo|tienes|hay|por que|llegan|llego|recibi|quedan)\b",),
    ),
    wording(
        (
            rf"^(?:ya )?no (?:quiero|deseo|queremos) (?:recibir )?(?:(?:estos|sus|tus|mas|los) )*{SENT}"
            rf"(?: de (?:ustedes|ti|usted|texto|este numero|publicidad)| publicitarios| suyos| tuyos)*$",
            rf"\bbasta (?:ya )?(?:de|con) (?:(?:los|tus|sus|estos|tantos) )?{SENT}$",
        ),
    ),
    wording(
        (rf"\bdejen? (?:ya )?de {WRITE}(?:me|nos)?\b", rf"\bdeja (?:ya )?de {WRITE}(?:me|nos)\b"),
        (r"\b(?:no|nunca) (?:me )?dej", rf"\b{WRITE} (?:a|al|y|mientras)\b"),
    ),
    wording(
        (
            rf"^(?:ya )*no (?:me|nos) (?:escrib|envi|mand|contact|texte|molest)(?:a|as|an|e|es|en)"
            rf"(?: mas| {SENT}| nada mas| nunca mas)*$",
        ),
        (r"^no (?:me|nos) (?:escribe|envia|manda|contacta)[sn]?\b",),  # says what he or she does not do
    ),
    wording(
        (
            r"\bnumero (?:equivocado|incorrecto|errado)\b",
            r"\bpersona equivocada\b",
            r"\bse (?:ha )?equivoc\w+ de numero\b",
        ),
        (r"\b(?:marque|mande|envie|escribi|era|di|puse|factura|pedido|cuenta|tengo|tienes|es)\b",),
    ),
    wording((r"\bdej(?:a|e|en)(?:me|nos) en paz\b",), (r"\b(?:no|nunca) (?:me )?dej",)),
    wording(
        (r"\bdar(?:me)? de baja\b", r"\bdeme de baja\b", r"\bquit(?:e|en)me de\b", r"\bborr(?:e|en)me de\b"),
        (r"\b(?:no|espera|horario|cita)\b",),
    ),
    wording(
        (
            rf"^{I_WANT}(?:cancel|anul)(?:ar|a|en?) (?:(?:mi|la|esta) )?suscripcion(?: a (?:los |sus )?mensajes)?$",
            rf"^{I_WANT}(?:desuscribir(?:me|nos)?|desuscrib[ea](?:me|nos)|desuscripcion)$",
        ),
    ),
)
