"""Hints that a text has links, numbers to call or names of protected brands, and what it asks of its reader."""

from edge.policy.signals.book import book_of
from edge.policy.signals.patterns import Pattern

_TOPS = "com|org|xyz|icu|sbs|cfd|example|biz"

PATTERNS = (
    Pattern("link-hint", r"[^\s.]\.(?:[a-z]{2}|[a-z][a-z0-9-]|\?|[^\x00-\x7f])"),
    Pattern("link-hint", r"://"),
    Pattern("link-hint", r"\d\.\d{1,3}\.\d{1,3}\.\d{1,3}(?:/|:\d)"),
    # Written so as not to look like a link: see `unhide`.
    Pattern("link-hiding", r"\b(?:hxxps?|h\*\*ps?|hxtps?|htxps?)\b"),
    Pattern("link-hiding", r"\bhttps? ?(?:\[:|: ?/|\[:\]|:\[)"),
    Pattern("link-hint", r"[a-z0-9]\?[a-z]{2}"),  # dots of other scripts are seen as question marks
    Pattern("link-hiding", r"[\[({<] ?(?:\.|dot|d0t|point|punto) ?[\])}>]"),
    Pattern("link-hiding", r"[a-z0-9] {1,3}(?:dot|point|punto) {1,3}[a-z]"),
    Pattern("link-hiding", r"[a-z0-9] {1,2}\. {0,2}[a-z]"),
    Pattern("link-hiding", rf"[a-z0-9]\. {{1,2}}(?:{_TOPS})\b"),
    # Ten digits or more with the signs of phone numbers between them, and French pairs.
    Pattern("phone-hint", r"\d(?:[ ().\-/]{0,3}\d){9}"),
    Pattern(
        "asks",
        r"\b(?:reply|respond|(?:text|give|email|message) (?:us|me) your"
        r"|text (?:us |me )?(?:back|yes|no|stop|help|[a-z]+ to)|press \d|call|dial|phone us|click|tap"
        r"|visit|go to|open|log ?in|log ?on|sign ?in|verify|confirm|validate|update your|pay|claim|deposit|submit"
        r"|provide|enter your|activate|reactivate|unlock|contact|follow (?:the|this)|download|install|schedule"
        r"|reschedule|send (?:us|me|your)|scan|whatsapp|buy)\b",
    ),
    Pattern(
        "asks",
        r"\b(?:repondez|appelez|cliquez|visitez|confirmez|verifiez|validez|payez|reglez|connectez|identifiez"
        r"|mettez a jour|envoyez|reclamez|telechargez|contactez|composez|activez)\b",
    ),
    # Beside a shortened link, any of these makes it a lure (policy.md A.2).
    Pattern(
        "bait",
        r"\b(?:free|win|won|winner|prizes?|gifts?|offers?|deals?|sale|discounts?|promos?|coupons?|vouchers?"
        r"|limited time|exclusive|congrat\w*|earn|cash|bonus|rewards?|loans?|crypto|bitcoin|claim|selected|guaranteed"
        r"|order now|shop now|buy now|act now|hurry|last chance|today only|\d{1,2} ?% ?(?:off|de rabais)|soldes|rabais"
        r"|gratuit\w*|cadeau\w*|gagn\w+)\b",
    ),
    *(Pattern("brand-hint", expression) for expression in book_of().expressions()),
)
