"""Writes a conf directory for the edge under test: every rule on, no limit near. Literals only, no other I/O."""

import json
from dataclasses import dataclass
from pathlib import Path

from .workload import Population

DAY = 86_400
# The edge's rate rules: table, key, and the seconds that a key matters for under the limit it ships with
# (burst x period / count). The limits here let everything pass, and must not change how long keys are kept:
# "1000000/1s burst 1000000" would have every table forget after a second, and cost and memory would flatter.
SHIPPED = {
    "rate-account": {"limit": 5},
    "rate-sender": {"limit": 10, "toll_free": 3},
    "volume": {"limit": DAY},
    "bomb-pair": {"limit": 60},
    "bomb-recipient": {"limit": 60, "edge": 60},
    "sms-pumping": {"limit": 30, "international": 60},
}


# Counts of the rules that look at many messages together, as high as they go: everything is counted, all passes.
HIGH = """\
[ladder]
enabled = false

[rule.bulk]
action = "flag"
recipients = 100000
consumer = 100000

[rule.no-consent]
action = "flag"
recipients = 100000
new_recipients = 100000

[rule.fan-out]
action = "flag"
hour = 100000
day = 100000

[rule.snowshoe]
action = "flag"
recipients = 100000

[rule.sequential]
action = "flag"
recipients = 100
among = 100

[rule.url-cycling]
action = "flag"
recipients = 100000
short_recipients = 100000
"""
HIGH_PAIR = [f'{key} = "1000/1s"' for key in ("medium", "long", "unanswered", "identical")]
FLAGGED = "".join(
    f'[rule.{rule}]\naction = "flag"\n' for rule in ("marketing", "phishing", "restricted-goods", "shortener")
)
HIGH_BOMB = ["senders = 50", "edge_senders = 50", "edge_messages = 60", "share = 60"]


def plenty(seconds: int) -> str:
    """A rate that no run reaches, whose keys matter for `seconds`."""
    count = min(1_000_000_000, 1_000_000 * seconds)
    return f"{count}/{seconds}s burst {count}"


@dataclass(frozen=True)
class EdgePlan:
    """What the conf under test is made for. Every account has one bind, allowed `max_binds` times.

    `window` is that of a customer's session, `links` and `link_window` are the carrier's. `first_sequence`
    > 0 is where the edge's own sequence numbers towards the carrier start (a soak crosses the wrap).
    Every rule keeps its keys for a day, so that whatever was ever active still is; with `shipped_horizons` as
    long as under the limits that the edge ships with.
    """

    people: Population
    links: int = 1
    link_window: int = 10_000
    window: int = 1000
    max_binds: int = 8
    first_sequence: int = 0
    shipped_horizons: bool = False


@dataclass(frozen=True)
class Ports:
    """Where the edge listens, for customers and for its console, and where the carrier is."""

    smpp: int
    console: int
    carrier: int


def write(directory: Path, plan: EdgePlan, ports: Ports) -> None:
    """The whole conf into `directory` (made here); the state goes to a folder beside it."""
    accounts = directory / "accounts.d"
    accounts.mkdir(parents=True)
    state = directory.parent / "state"
    state.mkdir()
    (directory / "edge.conf").write_text(edge_conf(plan, ports, state))
    (directory / "policy.conf").write_text(policy_conf(plan))
    for index in range(plan.people.accounts):
        name = plan.people.system_id(index)
        (accounts / f"{name}.conf").write_text(account_conf(plan, index, name))


def edge_conf(plan: EdgePlan, ports: Ports, state: Path) -> str:
    """One listener, one carrier, one route."""
    return f"""\
[node]
name  = "bench"
state = {json.dumps(str(state))}

[smpp]
listen = "127.0.0.1:{ports.smpp}"

[console]
listen = "127.0.0.1:{ports.console}"

[[carrier]]
name      = "bench"
tag       = "b"
host      = "127.0.0.1"
port      = {ports.carrier}
system_id = "sipstack"
password  = "secret"
links     = {plan.links}
window    = {plan.link_window}
message_id = {{ response = "hex", receipt = "decimal", width = 8, case = "upper" }}

[[route]]
carriers = ["bench"]
"""


def policy_conf(plan: EdgePlan) -> str:
    """Every rate rule enforced, with plenty."""
    tables = []
    more = {"bomb-recipient": HIGH_BOMB, "bomb-pair": HIGH_PAIR}
    for rule, keys in SHIPPED.items():
        rates = [f'{key} = "{plenty(span if plan.shipped_horizons else DAY)}"' for key, span in keys.items()]
        if rule == "volume":
            rates = ['limit = "1000000/1d"']  # counted one by one: no more can be
        tables.append("\n".join([f"[rule.{rule}]", 'mode = "enforce"', *rates, *more.pop(rule, [])]))
    return "\n\n".join([*tables, HIGH, FLAGGED])


def account_conf(plan: EdgePlan, index: int, name: str) -> str:
    """A Canadian business with its blocks of numbers and one bind."""
    return f"""\
name     = "{name}"
kind     = "business"
brand    = "Bench {index}"
country  = "CA"
timezone = "America/Toronto"
opened   = 2026-01-15
numbers  = {json.dumps(plan.people.ranges(index))}

[[bind]]
system_id = "{name}"
password  = "secret"
from      = ["127.0.0.0/8"]
max_binds = {plan.max_binds}
window    = {plan.window}
"""
