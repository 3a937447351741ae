"""A stage for one row: the shipped conf, the accounts that the row speaks of, an empty state and a clock."""

from collections.abc import Mapping
from datetime import UTC, datetime
from functools import lru_cache
from pathlib import Path

from msgspec.structs import replace

from edge.config.loading import load
from edge.core.account import Account, Endpoint
from edge.core.facts import Fact, Facts
from edge.core.inventory import Inventory
from edge.core.submission import Body, Channel, Direction, Identity, Operation, Party, Submission
from edge.core.verdict import Verdict
from edge.policy.engine import compile_ruleset, decide
from edge.policy.rule import RuleSettings
from edge.policy.signals.numbers import NumberingPlan
from edge.policy.state import PolicyState

from .rows import Row

CONF = Path(__file__).parents[2] / "conf"
CHANNELS = {"smpp": Channel.SMPP, "sip": Channel.SIP, "mm4": Channel.MM4}
NOW = 40 * 86400.0  # the stage's clock when the row's own message comes: history may go back 40 days
NOON = datetime(2026, 3, 3, 17, 0, tzinfo=UTC).timestamp()  # noon in Toronto


@lru_cache(maxsize=1)
def shipped() -> tuple[Mapping[str, RuleSettings], Mapping[str, str]]:
    """The rules as `conf/` tunes them, and its area codes."""
    loaded = load(CONF, {})
    return {rule.id: rule.settings for rule in loaded.ruleset.rules}, loaded.conf.areas


def address_of(written: str) -> str:
    """The address in a SIP URI, or what is written."""
    if written.startswith("sip:"):
        return written.removeprefix("sip:").partition("@")[0]
    return written


class Stage:
    """`send` and `receive` are what happened before, at `ago` seconds before the row's own message."""

    def __init__(self, row: Row, tuned: Mapping[str, Mapping[str, object]] | None = None) -> None:
        self.row = row
        self.sender, self.recipient = address_of(row.sender), address_of(row.recipient)
        hour = row.number("local_hour_rcpt", -1.0)
        noon = NOON if hour < 0 else NOON + (hour - 12) * 3600.0
        self.unix = noon - NOW
        self.accounts: dict[str, Account] = {}
        self.account = self._own_account()
        self.accounts[self.account.name] = self.account
        self._neighbours()
        settings, self.areas = shipped()
        self.settings = dict(settings)
        for rule, values in (tuned or {}).items():
            own = self.settings[rule]
            self.settings[rule] = replace(own, values={**own.values, **values})
        inventory = Inventory(self.accounts.values())
        self.ruleset = compile_ruleset(self.settings, "scenario", inventory)
        self.plan = NumberingPlan(self.areas, lambda number: bool(inventory.owners(number)))
        self.state = PolicyState(Facts(), self.unix)
        self.refused_before = 0

    # -- who is there --------------------------------------------------------------------------

    def _own_account(self) -> Account:
        row = self.row
        ours = self.recipient if row.direction == "inbound" else self.sender
        digits = ours.removeprefix("+")
        number = int(digits) if digits.isdigit() and len(digits) > 7 else 0
        number = number + 10_000_000_000 if 2_000_000_000 <= number <= 9_999_999_999 else number
        names = [row.context[key] for key in ("class", "class_approved") if key in row.context]
        owned = row.direction == "inbound" or row.context.get("owned", "yes") == "yes"
        caller = row.context.get("endpoint_caller_id", "")
        if caller:
            number = int(caller.removeprefix("+"))
            self.sender = caller
        ranges = ((number, number),) if number and owned else ()
        toll_free = ranges if row.says("tf_verified") else ()
        endpoint = row.context.get("endpoint_auth", "")
        brand, domains = row.context.get("brand", ""), row.context.get("domains", "")
        country = row.context.get("country") or ("CA" if str(number).startswith("1") or not number else "")
        return Account(
            row.context.get("acct", "somebody"),
            kind=row.context.get("type", "business"),
            brand="" if brand == "none" else brand,
            domains=() if domains in ("", "none") else tuple(domains.split(",")),
            country=country or "CA",
            home=1 if country in ("CA", "US") or not number else int(str(number)[:2]),
            opened=NOON - row.number("age_d", 400.0) * 86400.0,
            numbers=ranges,
            verified_toll_free=toll_free,
            senders=frozenset({self.sender}) if row.says("alpha_registered") else frozenset(),
            short_codes=frozenset({self.sender}) if row.says("sc_leased") else frozenset(),
            classes=frozenset(names),
            endpoints=(Endpoint(endpoint, "sbc", ranges),) if endpoint else (),
        )

    def _neighbours(self) -> None:
        owner = self.row.context.get("owner")
        if owner:
            number = int(self.sender.removeprefix("+"))
            self.accounts[owner] = Account(owner, country="US", numbers=((number, number),))

    def grow(self, numbers: list[str]) -> None:
        """The account owns these numbers too."""
        more = tuple((int(number.removeprefix("+")),) * 2 for number in numbers)
        ranges = tuple(sorted({*self.account.numbers, *more}))
        self.join(replace(self.account, numbers=ranges))

    def join(self, account: Account) -> None:
        """An account is there, as it is now."""
        self.accounts[account.name] = account
        self.account = self.accounts[self.account.name]
        inventory = Inventory(self.accounts.values())
        self.ruleset = compile_ruleset(self.settings, "scenario", inventory)
        self.plan = NumberingPlan(self.areas, lambda number: bool(inventory.owners(number)))

    # -- what happens --------------------------------------------------------------------------

    def party(self, address: str, ton: int | None = None, npi: int | None = None) -> Party:
        """An address as the account's users write it."""
        if ton is None:
            ton = 1 if address.startswith("+") else 5 if any(c.isalpha() for c in address) else 0
        return self.plan.identify(address, ton, 1 if npi is None else npi, self.account.home)

    def message(
        self,
        source: str,
        destination: str,
        text: str,
        *,
        inbound: bool = False,
        account: Account | None = None,
        end_user: str = "",
        channel: Channel | None = None,
        **fields: object,
    ) -> Submission:
        """A submission; `fields` are those of `Submission`, and `body`."""
        owner = account or self.account
        body = fields.pop("body", None) or Body(text, text.encode("utf-8", "surrogatepass"))
        sides = {
            "source": fields.pop("from_party", None) or self.party(source),
            "destination": fields.pop("to_party", None) or self.party(destination),
        }
        if "identity" not in fields and "content_type" in self.row.context:
            fields["identity"] = Identity(content_type=self.row.context["content_type"])
        return Submission(
            channel or CHANNELS[self.row.channel],
            Direction.MO if inbound else Direction.MT,
            Operation.SUBMIT,
            owner,
            "carrier" if inbound else owner.name,
            end_user or ("" if inbound else owner.name),
            body=body,
            **sides,  # type: ignore[arg-type]
            **fields,  # type: ignore[arg-type]
        )

    def judge(self, submission: Submission, ago: float = 0.0) -> Verdict:
        """The verdict on a message that came `ago` seconds before the row's own."""
        verdict = decide(self.ruleset, self.state, submission, NOW - ago)
        if ago and not verdict.action.passes:
            self.refused_before += 1
        return verdict

    def send(self, destination: str, text: str, ago: float, source: str = "", **fields: object) -> Verdict:
        """The account wrote to somebody."""
        return self.judge(self.message(source or self.sender, destination, text, **fields), ago)  # type: ignore[arg-type]

    def receive(self, source: str, text: str, ago: float, destination: str = "") -> Verdict:
        """Somebody wrote to the account."""
        return self.judge(self.message(source, destination or self.sender, text, inbound=True), ago)

    def lay_down(self, fact: Fact) -> None:
        """A fact came in by the ledger's own door: an import, an operator, another carrier's report."""
        self.state.facts.apply(fact)
        self.state.forget_refusals()

    def unix_time(self, ago: float) -> float:
        """The Unix time `ago` seconds before the row's own message."""
        return self.unix + NOW - ago
