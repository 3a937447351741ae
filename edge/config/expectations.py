"""The operator's own `[[expect]]` cases: read from the conf, and played through the real engine."""

from collections.abc import Collection, Mapping, Sequence

import msgspec

from edge.config.limits import Rules
from edge.config.problem import did_you_mean, shown
from edge.config.schema import EXPECT
from edge.config.section import Report, build, children
from edge.config.tree import Table
from edge.core.account import Account
from edge.core.conf import Conf
from edge.core.submission import Body, Channel, Direction, Operation, Party, Submission
from edge.core.verdict import Verdict
from edge.policy.engine import Ruleset, decide
from edge.policy.signals.numbers import NumberingPlan
from edge.policy.state import PolicyState

# When a case is played: any time will do, nothing came before it.
_NOW = 1_000_000.0


class Expectation(msgspec.Struct, frozen=True):
    """A message and what must come of it; TON and NPI of -1 are guessed from the address."""

    source: str
    destination: str
    verdict: str
    account: str = ""
    text: str = ""
    rule: str = ""
    direction: str = "mt"
    from_ton: int = -1
    from_npi: int = -1
    to_ton: int = -1
    to_npi: int = -1


Case = tuple[Expectation, Table]


def read_expectations(
    root: Table, accounts: Mapping[str, Table], gone: Collection[str], rules: Rules, report: Report
) -> list[Case]:
    """Every `[[expect]]`, with where it stands. Those of an account that was taken out (`gone`) wait for it."""
    cases: list[Case] = []
    for table in children(root, "expect", report):
        case = build(table, EXPECT, Expectation, report)
        account, rule = table.text("account"), table.text("rule").partition("/")[0]
        if account in gone and account not in accounts:
            report.note(table.here, f"[[expect]] is not tried: the account {shown(account)} is taken out")
            continue
        if account and account not in accounts:
            hint = did_you_mean(account, list(accounts))
            report.missing(table.place("account"), f"account: there is no account {shown(account)}{hint}")
        if not account and table.values.get("direction") != "mo":
            report.wrong(table.here, "[[expect]] needs the key account")
        if rule and rule not in rules.specs:
            report.wrong(table.place("rule"), f"rule: {rules.unknown(rule)}")
        spec = rules.specs.get(rule)
        if spec is not None and spec.built is None:
            report.note(table.here, f"[[expect]] is not tried: {rule} is not enforced yet")
        elif case is not None:
            cases.append((case, table))
    return cases


def check_expectations(cases: Sequence[Case], conf: Conf, ruleset: Ruleset, report: Report) -> None:
    """Play every case on a state of its own, and report those that come out otherwise."""
    plan = NumberingPlan(conf.areas, lambda number: bool(conf.inventory.owners(number)))
    for case, table in cases:
        verdict = decide(ruleset, PolicyState(), _submission(case, conf, plan), _NOW)
        as_said = verdict.action.value == case.verdict and (not case.rule or _is(verdict.rule, case.rule))
        if not as_said:
            wanted = case.verdict + (f" by {case.rule}" if case.rule else "")
            report.wrong(table.here, f"[[expect]] wants {wanted}, but the verdict is {_described(verdict)}")


def _is(rule: str, wanted: str) -> bool:
    """Whether `rule` is the one wanted, or one of its sub-rules."""
    return rule == wanted or rule.partition("/")[0] == wanted


def _described(verdict: Verdict) -> str:
    if verdict.hit is None:
        return verdict.action.value
    return f"{verdict.action.value} by {verdict.rule} ({verdict.hit.detail})"


def _submission(case: Expectation, conf: Conf, plan: NumberingPlan) -> Submission:
    inbound = case.direction == "mo"
    account = conf.accounts.get(case.account)
    home = account.home if account else 1
    source = _party(plan, case.source, case.from_ton, case.from_npi, home)
    destination = _party(plan, case.destination, case.to_ton, case.to_npi, home)
    if inbound and account is None:
        account = _owner(conf, destination)
    return Submission(
        channel=Channel.SMPP,
        direction=Direction.MO if inbound else Direction.MT,
        operation=Operation.SUBMIT,
        account=account,
        origin=next(iter(conf.carriers), "") if inbound else case.account,
        end_user="" if inbound or account is None or not account.binds else account.binds[0].system_id,
        source=source,
        destination=destination,
        body=Body(case.text, case.text.encode()),
    )


def _owner(conf: Conf, party: Party) -> Account | None:
    owners = conf.inventory.owners(party.key)
    return owners[0] if owners else None


def _party(plan: NumberingPlan, address: str, ton: int, npi: int, home: int) -> Party:
    """The address with the TON and NPI that people would give it (SMPP 3.4 sections 5.2.5, 5.2.6)."""
    if ton < 0:
        ton = 1 if address.startswith("+") else 5 if any(letter.isalpha() for letter in address) else 0
    if npi < 0:
        npi = 1 if ton == 1 else 0
    return plan.identify(address, ton, npi, home)
