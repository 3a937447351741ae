"""The command line of `smsedge simulate smsc|traffic` and, with `arguments_mmsc`, `smsedge simulate mmsc`.

Read at every start of `smsedge`, so it imports argparse and nothing that costs; the rest comes when a command runs.
"""

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from edge.simulate import arguments_mmsc, values

if TYPE_CHECKING:
    Commands = argparse._SubParsersAction[argparse.ArgumentParser]

DELIVERED = 2  # message_state, 3.4 section 5.2.28
SYSTEM_ERROR = 0x08

_SMSC = """A carrier to try the edge with. Takes everything at once unless told otherwise; runs until Ctrl-C."""
_SMSC_END = """examples:
  smsedge simulate smsc --ids hex:8 --receipt-ids decimal --receipt-states DELIVRD:90,UNDELIV:10 --log carrier.jsonl
  smsedge simulate smsc --delay 20-80 --error-rate 1% --error-status ESME_RSYSERR,0x45 --throttle-rate 100
  smsedge simulate smsc --mo "+12125550111,+14165550100,Hello {n}" --mo-rate 5 --mo-count 100
Every option is explained in docs/simulator.md."""

_TRAFFIC = """A customer to try the edge with: binds, sends a mix of messages, shows what became of each kind."""
_TRAFFIC_END = """examples:
  smsedge simulate traffic --one --from +14165550100 --to +14165550301 --text "Hello" --receipt
  smsedge simulate traffic --mix lawful:80,spoofed:5,emergency:1,flood:10 --count 2000 --rate 100
  smsedge simulate traffic --mix lawful --rate 0 --duration 30 --binds 4 --window 50
Kinds of messages, what they are for and what the edge answers: docs/simulator.md, or --kinds."""


def add_parsers(subparsers: "Commands") -> None:
    """Add `simulate` with its two commands. Each sets `run`, a function of the parsed arguments to the exit status."""
    simulate = subparsers.add_parser("simulate", help="a simulated carrier, MMSC, and simulated customers")
    commands = simulate.add_subparsers(required=True, metavar="smsc|mmsc|traffic")
    raw = argparse.RawDescriptionHelpFormatter
    smsc = commands.add_parser(
        "smsc", help="a simulated carrier (SMSC)", description=_SMSC, epilog=_SMSC_END, formatter_class=raw
    )
    for add in (_listening, _answers, _faults, _identifiers, _receipts, _originated, _output):
        add(smsc)
    smsc.set_defaults(run=run_smsc)
    mmsc = commands.add_parser(
        "mmsc",
        help="a simulated MMSC (MM4)",
        description=arguments_mmsc.DESCRIPTION,
        epilog=arguments_mmsc.END,
        formatter_class=raw,
    )
    arguments_mmsc.add_arguments(mmsc)
    mmsc.set_defaults(run=run_mmsc)
    traffic = commands.add_parser(
        "traffic", help="traffic of a customer (ESME)", description=_TRAFFIC, epilog=_TRAFFIC_END, formatter_class=raw
    )
    for add in (_binds, _amount, _messages, _one, _results):
        add(traffic)
    traffic.set_defaults(run=run_traffic)


def run_smsc(args: argparse.Namespace) -> int:
    """`smsedge simulate smsc`."""
    from edge.simulate.smsc.command import run

    return run(args)


def run_mmsc(args: argparse.Namespace) -> int:
    """`smsedge simulate mmsc`."""
    from edge.simulate.mmsc.command import run

    return run(args)


def run_traffic(args: argparse.Namespace) -> int:
    """`smsedge simulate traffic`."""
    from edge.simulate.traffic.command import run

    return run(args)


# -- smsc ------------------------------------------------------------------------------------------


def _listening(parser: argparse.ArgumentParser) -> None:
    group = parser.add_argument_group("listening")
    add = group.add_argument
    add("--host", default="127.0.0.1", metavar="ADDRESS")
    add("--port", type=values.port, default=12775, metavar="N", help="12775; 0: any free one, it is printed")
    add("--tls-cert", type=Path, metavar="FILE", help="PEM; with it the port speaks TLS")
    add("--tls-key", type=Path, metavar="FILE", help="PEM, if it is not in the certificate's file")
    add("--tls-client-ca", type=Path, metavar="FILE", help="PEM; clients must show a certificate of it")
    add(
        "--account",
        type=values.account,
        action="append",
        default=[],
        metavar="ID:PASSWORD",
        help="who may bind, again for each; without: anybody",
    )
    add("--version", type=values.version, default=0x34, metavar="3.3|3.4|5.0", help="what it speaks at most: 3.4")
    add("--system-id", default="simulator", metavar="NAME", help="what it calls itself")
    add("--bind-status", type=values.status, default=0, metavar="STATUS", help="refuse every bind with this")
    add("--enquire-link", type=values.seconds, default=30.0, metavar="SECONDS", help="30; 0: never asks")


def _answers(parser: argparse.ArgumentParser) -> None:
    group = parser.add_argument_group("answers to messages")
    add = group.add_argument
    add("--delay", type=values.milliseconds, default=(0.0, 0.0), metavar="MS|MS-MS", help="before each answer")
    add("--error-rate", type=values.share, default=0.0, metavar="SHARE", help="answered with an error: 0.05 or 5%%")
    add(
        "--error-status",
        type=values.statuses,
        default=(SYSTEM_ERROR,),
        metavar="STATUS,...",
        help="which: 0x08; one of them at random",
    )
    add(
        "--throttle-rate",
        type=values.whole_rate,
        default=0,
        metavar="N/s",
        help="ESME_RTHROTTLED above so many in a second",
    )
    add(
        "--window-full",
        type=values.whole,
        default=0,
        metavar="N",
        help="ESME_RMSGQFUL while N of a bind wait for their answers (--delay)",
    )


def _faults(parser: argparse.ArgumentParser) -> None:
    group = parser.add_argument_group("faults")
    add = group.add_argument
    add(
        "--silent",
        choices=("messages", "all", "connect"),
        nargs="?",
        const="all",
        metavar="messages|all|connect",
        help="answer no messages; nothing once bound (as without a word); not even the bind",
    )
    add("--silent-after", type=values.whole, default=0, metavar="N", help="begin with that behind N messages")
    add("--answer-twice", action="store_true", help="every answer comes two times")
    add("--answer-late", type=values.late, metavar="SECONDS[:SHARE]", help="answers that late, of a share: 45:10%%")
    add(
        "--nonsense",
        type=values.share,
        nargs="?",
        const=1.0,
        default=0.0,
        metavar="SHARE",
        help="answers of wrong types or with garbage in their fields; all, or a share",
    )
    add(
        "--disconnect-every",
        type=values.every,
        metavar="N|SECONDSs",
        help="cut the link at every Nth message, or (10s) all links at times",
    )
    add("--disconnect-politely", action="store_true", help="unbind instead of cutting")
    add("--seed", type=values.whole, metavar="N", help="the same chances again")


def _identifiers(parser: argparse.ArgumentParser) -> None:
    group = parser.add_argument_group("message ids")
    add = group.add_argument
    style = "hex|decimal|text|uuid[:WIDTH[:upper]]"
    add("--ids", type=values.identifiers, default=("decimal", 0, False), metavar=style, help="in responses: decimal")
    add("--receipt-ids", type=values.identifiers, metavar=style, help="in receipts, if otherwise")
    add("--first-id", type=values.whole, metavar="N", help="the first number; without: by the clock, never twice")
    add("--first-sequence", type=values.positive, default=1, metavar="N", help="of its own requests on each bind: 1")


def _receipts(parser: argparse.ArgumentParser) -> None:
    group = parser.add_argument_group("receipts")
    add = group.add_argument
    add("--receipts", choices=("always", "asked", "never"), default="asked", help="asked: by registered_delivery")
    add("--receipt-delay", type=values.milliseconds, default=(0.1, 0.1), metavar="MS|MS-MS", help="100")
    add(
        "--receipt-states",
        type=values.states,
        default={DELIVERED: 1.0},
        metavar="STATE:WEIGHT,...",
        help="DELIVRD:90,UNDELIV:10",
    )
    add("--receipt-form", choices=("both", "text", "tlv"), default="both", help="text of appendix B, TLVs, or both")
    add("--receipt-first", action="store_true", help="send the receipt before the response")
    add("--deliver-window", type=values.positive, default=100, metavar="N", help="unanswered deliver_sm a bind: 100")


def _originated(parser: argparse.ArgumentParser) -> None:
    group = parser.add_argument_group("messages from subscribers (MO)")
    add = group.add_argument
    add(
        "--mo",
        type=values.originated,
        action="append",
        default=[],
        metavar="FROM,TO,TEXT",
        help="again for several; {n} in the text becomes a number",
    )
    add("--mo-file", type=Path, metavar="FILE", help="CSV of from,to,text")
    add("--mo-rate", type=values.rate, default=1.0, metavar="N/s", help="1")
    add("--mo-count", type=values.whole, default=0, metavar="N", help="so many, round and round; without: each once")


def _output(parser: argparse.ArgumentParser) -> None:
    group = parser.add_argument_group("what it keeps and says")
    add = group.add_argument
    add("--log", type=Path, metavar="FILE", help="a JSON line for each message accepted, written before its answer")
    add("--log-text", action="store_true", help="with the texts")
    add("--log-all", action="store_true", help="messages refused (their status) or left unanswered (null) too")
    add("--remember", type=values.positive, default=100_000, metavar="N", help="messages for query_sm: 100000")
    add("--status-every", type=values.seconds, default=5.0, metavar="SECONDS", help="a line on stderr: 5")
    add("--quiet", action="store_true", help="no such lines")


# -- traffic ---------------------------------------------------------------------------------------


def _binds(parser: argparse.ArgumentParser) -> None:
    group = parser.add_argument_group("binds")
    add = group.add_argument
    add("--host", default="127.0.0.1", metavar="ADDRESS")
    add("--port", type=values.port, default=2775, metavar="N", help="2775")
    add("--system-id", default="acme", metavar="NAME", help="acme")
    add("--password", default="secret", metavar="TEXT", help="secret")
    add("--system-type", default="", metavar="TEXT")
    add("--bind", choices=("trx", "tx", "rx", "tx+rx"), default="trx", help="trx; tx+rx: pairs; rx only receives")
    add("--binds", type=values.positive, default=1, metavar="N", help="so many of them: 1")
    add("--version", type=values.version, default=0x34, metavar="3.3|3.4|5.0")
    add("--tls", action="store_true", help="speak TLS")
    add("--tls-ca", type=Path, metavar="FILE", help="PEM; trust this instead of the system's; implies --tls")
    add("--tls-cert", type=Path, metavar="FILE", help="PEM, our own certificate")
    add("--tls-key", type=Path, metavar="FILE", help="PEM, if it is not in the certificate's file")
    add("--tls-unverified", action="store_true", help="do not check whose certificate it is")
    add("--reconnect", action="store_true", help="bind again after a loss; nothing is sent twice")


def _amount(parser: argparse.ArgumentParser) -> None:
    group = parser.add_argument_group("how much")
    add = group.add_argument
    add("--count", type=values.positive, metavar="N", help="messages; 1000 unless --duration is given")
    add("--duration", type=values.seconds, metavar="SECONDS", help="stop sending then")
    add("--rate", type=values.rate, default=50.0, metavar="N/s", help="50; 0: as fast as the windows allow")
    add("--window", type=values.positive, default=10, metavar="N", help="unanswered messages on a bind: 10")
    add("--timeout", type=values.seconds, default=10.0, metavar="SECONDS", help="an answer may take that long: 10")
    add("--wait", type=values.seconds, default=3.0, metavar="SECONDS", help="for receipts behind the last answer: 3")


def _messages(parser: argparse.ArgumentParser) -> None:
    group = parser.add_argument_group("messages")
    add = group.add_argument
    add(
        "--mix",
        type=values.mix,
        metavar="KIND:WEIGHT,...",
        help="mostly lawful, some of each violation but emergency; `everything` is all kinds",
    )
    add("--kinds", action="store_true", help="list the kinds and end")
    add("--from", dest="source", metavar="RANGES", help="+14165550100..+14165550199; with --one any address")
    add("--to", dest="destination", metavar="RANGES", help="fictional numbers of twenty area codes")
    add("--spoofed-from", type=values.number_ranges, metavar="RANGES", help="senders that are not the account's")
    add("--blocked-to", type=values.number_ranges, metavar="RANGES", help="recipients you have blocked")
    add("--emergency-to", default="911", metavar="NUMBER,...", help="911")
    add("--alphanumeric", default="ACMEDENTAL", metavar="NAME", help="the sender's name of that kind: ACMEDENTAL")
    add("--receipts", type=values.share, default=0.0, metavar="SHARE", help="ask for one with that share of all")
    add("--seed", type=values.whole, metavar="N", help="the same messages again")


def _one(parser: argparse.ArgumentParser) -> None:
    group = parser.add_argument_group("one message")
    add = group.add_argument
    add("--one", action="store_true", help="send one message and say what became of it")
    add("--text", default="Hello", metavar="TEXT", help="Hello")
    add("--receipt", action="store_true", help="ask for a receipt and wait for it")


def _results(parser: argparse.ArgumentParser) -> None:
    group = parser.add_argument_group("results")
    add = group.add_argument
    add("--json", action="store_true", help="as JSON on stdout")
    add("--log", type=Path, metavar="FILE", help="a JSON line for each message: what was answered, or null")
    add("--quiet", action="store_true", help="no progress on stderr")
