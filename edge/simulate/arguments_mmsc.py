"""The command line of `smsedge simulate mmsc`. As `arguments`: it imports argparse and nothing that costs."""

import argparse
from pathlib import Path

from edge.simulate import values

DESCRIPTION = """An MMSC to try the edge with: takes and sends MM4 over SMTP. Without --to it runs until Ctrl-C; with
it, until everything that it sent was answered and reported as it asked."""
END = """examples:
  smsedge simulate mmsc --port 2526 --domain mms.north.example --relay 127.0.0.1:2525 --log mmsc.jsonl
  smsedge simulate mmsc --relay 127.0.0.1:2525 --to +12125550111 --peer-domain mms.north.example --picture png \\
      --text "Look at this" --delivery-report
  smsedge simulate mmsc --port 2526 --refuse 451:10% --close after:5% --status Error-network-problem
Every option is explained in docs/simulator.md."""

PICTURES = ("png", "gif", "animation", "jpeg")
FROM = "+14165550100"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """All options."""
    for add in (_listening, _relay, _answers, _faults, _sending, _message, _output):
        add(parser)


def _listening(parser: argparse.ArgumentParser) -> None:
    add = parser.add_argument_group("listening").add_argument
    add("--host", default="127.0.0.1", metavar="ADDRESS")
    add("--port", type=values.port, default=0, metavar="N", help="0: any free one, it is printed")
    add("--domain", default="mms.acme.example", metavar="NAME", help="its own: mms.acme.example")
    add("--system", default="mm4", metavar="NAME", help="its own address is NAME@DOMAIN: mm4")
    add("--tls-cert", type=Path, metavar="FILE", help="PEM; with it the port offers STARTTLS; shown to the relay too")
    add("--tls-key", type=Path, metavar="FILE", help="PEM, if it is not in the certificate's file")
    add("--max-size", type=values.positive, default=100_000_000, metavar="N", help="octets of a message: 100000000")


def _relay(parser: argparse.ArgumentParser) -> None:
    add = parser.add_argument_group("where all that it sends goes").add_argument
    add("--relay", type=values.address, metavar="HOST:PORT", help="the edge; without: nothing is sent or answered")
    add("--source-address", metavar="ADDRESS", help="connect from this address")
    add("--starttls", action="store_true", help="speak TLS to it, whosever certificate it shows")
    add("--tls-ca", type=Path, metavar="FILE", help="PEM; speak TLS to it, and trust this")
    add("--user", default="", metavar="NAME", help="sign in to it")
    add("--password", default="", metavar="TEXT")
    add("--connections", type=values.positive, default=4, metavar="N", help="so many to it: 4")
    add("--timeout", type=values.seconds, default=30.0, metavar="SECONDS", help="a reply may take that long: 30")


def _answers(parser: argparse.ArgumentParser) -> None:
    add = parser.add_argument_group("answers and reports").add_argument
    add("--status", default="Ok", metavar="STATUS", help="X-Mms-Request-Status-Code of its responses: Ok")
    add("--no-response", action="store_true", help="none, whoever asks")
    add("--response-delay", type=values.milliseconds, default=(0.0, 0.0), metavar="MS|MS-MS", help="0")
    add(
        "--reports",
        type=values.mix,
        default={"Retrieved": 1.0},
        metavar="STATUS:WEIGHT,...",
        help="what delivery reports say: Retrieved",
    )
    add("--report-delay", type=values.milliseconds, default=(0.1, 0.1), metavar="MS|MS-MS", help="100")
    add(
        "--read-replies",
        type=values.mix,
        default={"Read": 1.0},
        metavar="STATUS:WEIGHT,...",
        help="what read replies say: Read",
    )
    add("--read-delay", type=values.milliseconds, default=(0.2, 0.2), metavar="MS|MS-MS", help="200")
    add("--no-reports", action="store_true", help="neither of the two, whoever asks")


def _faults(parser: argparse.ArgumentParser) -> None:
    add = parser.add_argument_group("faults").add_argument
    add(
        "--delay",
        type=values.milliseconds,
        default=(0.0, 0.0),
        metavar="MS|MS-MS",
        help="before the reply to a message",
    )
    add("--refuse", type=values.refusal, metavar="CODE[:SHARE]", help="reply to messages with this: 451, 550:10%%")
    add(
        "--refuse-recipient",
        type=values.refused_number,
        action="append",
        default=[],
        metavar="NUMBER:CODE",
        help="reply to its RCPT with this; again for others",
    )
    add(
        "--close",
        type=values.cut,
        metavar="data|after[:SHARE]",
        help="cut the connection within a message, or behind its end without a reply",
    )
    add("--silent", action="store_true", help="no reply to any message, and the connection stays")
    add("--seed", type=values.whole, metavar="N", help="the same chances again")


def _sending(parser: argparse.ArgumentParser) -> None:
    add = parser.add_argument_group("what it sends").add_argument
    add("--to", type=values.number_ranges, default=(), metavar="RANGES", help="to these numbers, in turn")
    add("--peer-domain", default="mms.north.example", metavar="NAME", help="of their MMSC: mms.north.example")
    add("--from", dest="sender", default=FROM, metavar="NUMBER", help=FROM)
    add("--envelope-from", default="", metavar="NUMBER", help="another one in MAIL FROM")
    add("--count", type=values.positive, default=1, metavar="N", help="messages: 1")
    add("--rate", type=values.rate, default=0.0, metavar="N/s", help="0: as fast as the relay takes them")
    add("--recipients", type=values.positive, default=1, metavar="N", help="of each message: 1")
    add("--wait", type=values.seconds, default=10.0, metavar="SECONDS", help="for answers and reports: 10")


def _message(parser: argparse.ArgumentParser) -> None:
    add = parser.add_argument_group("the message").add_argument
    add("--text", default="", metavar="TEXT", help="{n} in it becomes a number")
    add("--subject", default="", metavar="TEXT")
    add("--picture", choices=PICTURES, action="append", default=[], help="made on the spot; again for more")
    add("--file", type=Path, action="append", default=[], metavar="FILE", help="its type by its name; again for more")
    add("--card", type=values.card, action="append", default=[], metavar="NAME:NUMBER", help="a vCard; again for more")
    add("--no-smil", action="store_true", help="multipart/mixed without a layout")
    add("--no-ack", action="store_true", help="ask for no response")
    add("--delivery-report", action="store_true", help="ask for it")
    add("--read-reply", action="store_true", help="ask for it")
    add("--message-class", default="", metavar="CLASS", help="Personal, Advertisement, Informational, Auto")
    add("--hide", action="store_true", help="X-Mms-Sender-Visibility: Hide")
    add("--header", type=values.header, action="append", default=[], metavar="NAME:VALUE", help="a field more; again")


def _output(parser: argparse.ArgumentParser) -> None:
    add = parser.add_argument_group("what it keeps and says").add_argument
    add("--log", type=Path, metavar="FILE", help="a JSON line for each message that came, written before its reply")
    add("--json", action="store_true", help="what became of the messages sent, as JSON on stdout")
    add("--status-every", type=values.seconds, default=5.0, metavar="SECONDS", help="a line on stderr: 5")
    add("--quiet", action="store_true", help="no such lines")
