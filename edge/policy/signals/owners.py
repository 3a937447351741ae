"""What belongs to an account: its domains, the brands it may speak for, and whether a text names it."""

import re
from functools import lru_cache

from edge.core.account import Account
from edge.policy.signals.book import book_of, compact, expression
from edge.policy.signals.fold import fold
from edge.policy.signals.hosts import decoded
from edge.policy.signals.links import Link
from edge.policy.signals.reading import Reading

# Answers are remembered by what the conf says of an account; there are as many as accounts, times brands.
CACHE = 10_000
# What a company's name may have beside a brand that is an ordinary word too: "Bell Canada Inc." is Bell.
_COMPANY = re.compile(
    r"\b(?:the|inc|ltd|limited|llc|llp|corp|corporation|company|co|plc|sa|sas|ag|gmbh|group|holdings|canada|usa|us|uk|france"
    r"|india|australia|bank|banking|mobile|mobility|wireless|communications|telecom|insurance|financial|services)\b|\W"
)


def owns_link(account: Account | None, link: Link) -> bool:
    """Whether the link leads to one of the account's declared domains, or below one."""
    if account is None or not account.domains:
        return False
    return any(link.host == domain or link.host.endswith("." + domain) for domain in _domains(account.domains))


def speaks_for(account: Account | None, brand: str) -> bool:
    """Whether a protected brand (a name out of `Reading.brands`) is the account's own, by its name or its domains."""
    return account is not None and _speaks_for(account.brand, account.domains, brand)


def names_itself(account: Account | None, reading: Reading) -> bool:
    """Whether the text says who is sending: the account's own brand is in it, or opens it in short ("Finex: ...")."""
    if account is None or not account.brand:
        return False
    named = _itself(account.brand)
    return bool(named.search(reading.plain) or named.search(reading.skeleton))


@lru_cache(maxsize=CACHE)
def _domains(domains: tuple[str, ...]) -> tuple[str, ...]:
    """Domains as links have them: lower case, out of punycode."""
    return tuple(".".join(map(decoded, domain.lower().strip(".").split("."))) for domain in domains)


@lru_cache(maxsize=CACHE)
def _itself(brand: str) -> re.Pattern[str]:
    name = fold(brand).plain
    whole = re.escape(name).replace(r"\ ", r"[\s-]{0,2}")
    first = name.split(" ", 1)[0]
    opening = rf"|^\W{{0,3}}{re.escape(first)}\s?[:–—-]" if len(first) > 3 else ""
    return re.compile(rf"(?<!\w){whole}(?!\w){opening}")


@lru_cache(maxsize=CACHE)
def _speaks_for(name: str, domains: tuple[str, ...], brand: str) -> bool:
    own = fold(name).plain
    if own and compact(own) == compact(brand):
        return True
    known = book_of().by_name.get(brand)
    if known is None:
        return bool(own) and re.search(expression(brand), own) is not None
    if any(
        domain == official or domain.endswith("." + official)
        for domain in _domains(domains)
        for official in known.domains
    ):
        return True
    if not own:
        return False
    bare = _COMPANY.sub("", own)
    if any(bare == compact(word) for word in known.words):
        return True
    return any(re.search(expression(official), own) for official in known.names)
