"""What belongs to an account: its domains, the brands it may speak for, and whether a text names it."""

from edge.core.account import Account
from edge.policy.signals.links import Link
from edge.policy.signals.reading import Reading


def owns_link(account: Account | None, link: Link) -> bool:
    """Whether the link leads to one of the account's declared domains, or below one."""
    if account is None:
        return False
    return any(link.host == domain or link.host.endswith("." + domain) for domain in account.domains)


def speaks_for(account: Account | None, brand: str) -> bool:
    """Whether a protected brand (a name out of `Reading.brands`) is the account's own, by its name or its domains."""
    return account is not None and bool(account.brand) and account.brand.lower() == brand


def names_itself(account: Account | None, reading: Reading) -> bool:
    """Whether the text says who is sending: the account's own brand is in it."""
    return account is not None and bool(account.brand) and account.brand.lower() in reading.skeleton
