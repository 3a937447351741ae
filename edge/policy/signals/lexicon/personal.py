"""Sensitive data: the words and shapes around somebody's card, account, password, papers or diagnosis.

Flags `sensitive-<kind>` are findings. Flags `<something>-shape` and `-words` only say that there may be one: the
refiner (`edge.policy.signals.sensitive`) checks digits and words, and sets the finding. policy.md A.5, R-DLP.
"""

from edge.policy.signals.lexicon.wording import words
from edge.policy.signals.patterns import Pattern

# What may stand between a word and the number it announces: "no", "number:", "# is", "n°".
_TO = r"(?: ?(?:no|n|num|number|nbr|numero|nr|card|id|is|est|es|:|=|#|-|\.|°|º)){0,4} ?"

# Conditions that a message about somebody must not name beside an outcome (policy.md A.5, health).
CONDITION = words(
    r"""hiv | vih | aids | sida | stds? | stis? | mst | chlamydia | gonorrh\w+ | gonorrhee | syphilis | herpes | hpv
    vph | hepatitis | hepatite | trichomon\w+ | tuberculos[ie]s? | cancer\w* | carcinom\w+ | tumou?rs? | tumeurs?
    leuk[ae]mia | leucemie | lymphom[ae] | melanom[ae] | biops\w+ | pap (?:smear|test) | mammogra\w+ | pregnan\w+
    grossesse | embarazo | miscarriage | fausse couche | abortion | avortement | diabet\w+ | bipolar\w* | bipolaire
    schizophren\w+ | depression | depressive | anxiety disorder | ptsd | psychos[ie]s? | dementia | demence
    alzheimer\w* | parkinson\w* | epilep\w+ | multiple sclerosis | sclerose en plaques | autis\w+ | adhd | tdah
    covid(?:-?19)? | drug (?:test|screen)\w* | depistage | toxicology | paternity | thyroid\w* | cholesterol | a1c
    an[ae]*mia | anemie | blood (?:test|work) | prise de sang | analyses? de sang | opioid\w*
    lupus | crohn.?s? | colitis | colite | c[oe]*eliac | coeliaque | asthma | asthme | arthritis | arthrite | copd
    mpoc | endometrio\w+ | fibromyalgi\w+ | pneumoni\w+ | mononucleos[ie]s | shingles | zona | mpox | monkeypox
    sickle cell | h[ae]*mophili\w+ | infertil\w+ | pcos | anorexi\w+ | bulimi\w+ | eating disorder | addiction
    substance use | (?:kidney|heart|liver|renal) (?:disease|failure) | insuffisance (?:renale|cardiaque|hepatique)
    hypertension"""
)
_DATE = r"(?:\d{1,4}[/.\- ]\d{1,2}[/.\- ]\d{2,4}|\d{1,2}(?:st|nd|rd|th)? [a-z]{3,9},? \d{4}|[a-z]{3,9} \d{1,2},? \d{4})"
_BORN = r"\b(?:date of birth|birth ?date|d\.?o\.?b\.?|born(?: on)?|date de naissance|ddn|fecha de nacimiento)\b"

CARDS = (
    # 13 digits or more in groups: a payment card?
    Pattern("card-shape", r"\d(?:[ .\-/_\n\t|,:·•]{0,3}\d){12}"),
)

PEOPLE = (
    Pattern("nine-shape", r"\b\d{3}[ .\-]?\d{3}[ .\-]?\d{3}\b"),
    Pattern("nine-shape", r"\b\d{3}[ .\-]\d{2}[ .\-]\d{4}\b"),
)

ACCOUNTS = (
    Pattern("iban-shape", r"\b[a-z]{2}\d{2}(?:[ .\-]{0,2}[a-z0-9]){11}"),
    Pattern("iban-shape", r"\biban\b"),
    Pattern("bank-words", r"\b(?:routing|aba|rtn)\b.{0,60}\d{6}"),
    Pattern("bank-words", r"\d{6}.{0,60}\b(?:routing|aba)\b"),
    Pattern("bank-words", r"\btransit\b.{0,24}\d{4}"),
    Pattern("bank-words", r"\bsort ?codes?\b.{0,12}\d{2}"),
)

_PASSWORD = (
    r"(?:password|pass ?word|passphrase|pass ?phrase|passwd|pass ?wd|\bpwd\b|\bpw\b|mots? de passe|\bmdp\b|"
    r"contrasen\w+|\bclave\b|passwort|kennwort|login\b.{0,40}\bpass\b|user\w*\b.{0,40}\bpass\b)"
)
SECRETS = (
    Pattern("password-words", _PASSWORD),
    Pattern("pin-words", r"\b(?:pin|nip)\b.{0,60}\d{4}"),
    # Prefixes that the issuers chose so that such keys can be found.
    Pattern("sensitive-key", r"\b[srp]k_live_[a-z0-9]{10}"),
    Pattern("sensitive-key", r"\b(?:akia|asia|abia|acca)[a-z0-9]{16}\b"),
    Pattern("sensitive-key", r"\b(?:gh[opsur]_[a-z0-9]{30}|github_pat_[a-z0-9_]{22}|glpat-[a-z0-9_\-]{20})"),
    Pattern("sensitive-key", r"\bxox[abprs]-[a-z0-9\-]{10}"),
    Pattern("sensitive-key", r"\baiza[a-z0-9_\-]{35}"),
    Pattern("sensitive-key", r"\bsg\.[a-z0-9_\-]{16,32}\.[a-z0-9_\-]{16}"),
    Pattern("sensitive-key", r"\bsk-(?:proj-|ant-)?[a-z0-9_\-]{20}"),
    Pattern("sensitive-key", r"\beyj[a-z0-9_\-]{10,}\.eyj[a-z0-9_\-]{10,}\.[a-z0-9_\-]{10}"),
    Pattern("sensitive-key", r"\bbegin (?:[a-z0-9]{2,12} )?private key\b"),
    Pattern(
        "sensitive-key",
        r"\b(?:private|secret|api|access|auth|cle (?:privee|secrete|api))[ _-]?(?:key|token)?\b.{0,12}\b[0-9a-f]{32}",
    ),
    Pattern(
        "sensitive-key",
        r"\b(?:seed|recovery|backup|mnemonic|secret) (?:phrase|words)\W{0,3}(?:is|are)?\W{1,3}"
        r"(?:[a-z]{3,8}\W{1,2}){11}[a-z]{3,8}\b",
    ),
)

PAPERS = (
    Pattern("sensitive-id", r"\b(?:passport|passeport|pasaporte)s?" + _TO + r"(?:[a-z]{1,2}\d{6,8}|\d{8,9})\b"),
    Pattern(
        "sensitive-id",
        r"\b(?:driv(?:er|ing|ers)[^a-z0-9]{0,2}s? ?licen[cs]e|licen[cs]e number|\bdl|permis de conduire|permis)"
        + _TO
        + r"(?:[a-z]\d{4}[ \-]?\d{5}[ \-]?\d{5}|[a-z]\d{4}[ \-]?\d{6}[ \-]?\d{2}|[a-z]{1,2}-?\d{6,14}|"
        r"\d{3}-\d{3}-\d{3}|\d{6}-\d{3}|\d{7,10})\b",
    ),
    Pattern(
        "sensitive-id",
        r"\b(?:health (?:card|insurance|number|care)|ohip|ramq|nam|phn|carte (?:d.assurance[ \-])?maladie|"
        r"carte soleil|medicare|medicaid|mbi|nhs)"
        + _TO
        + r"(?:\d{4}[ \-]?\d{3}[ \-]?\d{3}|\d{3}[ \-]\d{3}[ \-]\d{4}|[a-z]{4} ?\d{4} ?\d{4}|"
        r"[1-9][a-z][a-z0-9]\d-?[a-z][a-z0-9]\d-?[a-z]{2}\d{2}|\d{9,12})\b",
    ),
    Pattern(
        "sensitive-id", _BORN + r"\W{0,3}(?:is|est|es)?\W{0,3}" + _DATE + r".{0,40}\b(?:address|adresse|direccion)\b"
    ),
    Pattern(
        "sensitive-id", r"\b(?:address|adresse|direccion)\b.{0,60}" + _BORN + r"\W{0,3}(?:is|est|es)?\W{0,3}" + _DATE
    ),
)

HEALTH = (Pattern("condition-words", CONDITION),)

PATTERNS: tuple[Pattern, ...] = (*CARDS, *PEOPLE, *ACCOUNTS, *SECRETS, *PAPERS, *HEALTH)
