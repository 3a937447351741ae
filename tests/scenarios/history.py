"""What happened before: each key of a row's context, played through the engine as messages that came and went.

Ownership and pacing are on; what the engine refuses of it was refused, as it would have been.
"""

from collections.abc import Callable

import msgspec

from edge.core.account import Account
from edge.core.facts import Fact, FactKind
from edge.core.submission import Body, Channel, Submission

from .numbers import chatter, sibling, stranger
from .rows import Row
from .stage import NOW, Stage

HOUR, DAY = 3600.0, 86400.0
PACE = 1.25  # seconds between two messages of one number: below its rate
THREAT = "I will kill you, I know where you live {}"


class Event(msgspec.Struct, frozen=True):
    """Something that happened `ago` seconds before the row's own message."""

    ago: float
    happen: Callable[[float], object]


class History:
    """The events of a row, gathered key by key, then played in order of time."""

    def __init__(self, stage: Stage) -> None:
        self.stage = stage
        self.row = stage.row
        self.events: list[Event] = []
        self._strangers = 0

    def at(self, ago: float, happen: Callable[[float], object]) -> None:
        """Something happened."""
        self.events.append(Event(ago, happen))

    def play(self) -> None:
        """Play everything that the row's context tells, oldest first."""
        for keys, make in MAKERS:
            if any(key in self.row.context for key in keys):
                make(self)
        for event in sorted(self.events, key=lambda event: -event.ago):
            event.happen(event.ago)

    def somebody(self) -> str:
        """A subscriber who was not there before."""
        self._strangers += 1
        return stranger(self.stage.recipient, self._strangers)

    def spaced(self, count: int, span: float) -> list[float]:
        """`count` moments within the last `span` seconds, as evenly as they go."""
        step = span / (count + 1)
        return [span - step * (number + 1) for number in range(count)]

    # -- consent -------------------------------------------------------------------------------

    def consents(self) -> None:
        """opt_in: what the recipient, and everybody else the text went to, has agreed to."""
        word = self.row.context["opt_in"]
        if word in ("none", "unknown"):
            return
        if word == "reply":
            self.at(20 * HOUR, lambda ago: self.stage.receive(self.stage.recipient, "Hi, can I book a time?", ago))
            return
        self.agree(self.stage.recipient)

    def agree(self, subscriber: str, ago: float = 30 * DAY) -> None:
        """The account imported the subscriber's consent."""
        stage = self.stage
        fact = Fact(FactKind.OPT_IN, subscriber, stage.unix_time(ago), "import:list.csv", account=stage.account.name)
        self.at(ago, lambda _: stage.lay_down(fact))

    @property
    def agreed(self) -> bool:
        """Whether those the account writes to have agreed to it."""
        return self.row.context.get("opt_in", "none") in ("explicit", "transaction", "existing")

    def opts_out(self) -> None:
        """opt_out: the recipient said stop, by the keyword or in their own words, on any channel."""
        row, stage = self.row, self.stage
        if not row.says("opt_out"):
            return
        ago = row.number("opt_out_age_s") or row.number("opt_out_age_h") * HOUR or HOUR
        words = row.context.get("opt_out_text") or row.context.get("opt_out_kw") or "STOP"
        channel = Channel.SIP if row.context.get("channel_of_optout") == "sip" else Channel.SMPP
        stop = stage.message(stage.recipient, stage.sender, words, inbound=True, channel=channel)
        self.at(ago + 60.0, lambda then: stage.send(stage.recipient, chatter(1), then))
        self.at(ago, lambda then: stage.judge(stop, then))
        if row.context.get("confirm_sent") == "1":
            brand = stage.account.brand or "We"
            text = f"{brand}: you are unsubscribed and will get no more messages."
            self.at(ago - 2.0, lambda then: stage.send(stage.recipient, text, then))

    def wrote_last(self) -> None:
        """last_inbound_text: what the recipient wrote last."""
        ago = self.row.number("last_inbound_age_s") or self.row.number("last_inbound_age_h", 1.0) * HOUR
        text = self.row.context["last_inbound_text"]
        self.at(ago + 300.0, lambda then: self.stage.send(self.stage.recipient, chatter(2), then))
        self.at(ago, lambda then: self.stage.receive(self.stage.recipient, text, then))

    def talks(self) -> None:
        """convo_last_in_s: the recipient and the sender are in conversation."""
        ago, stage = self.row.number("convo_last_in_s"), self.stage
        for number in range(3):
            self.at(ago + 120.0 * (3 - number), lambda then, n=number: stage.send(stage.recipient, chatter(n), then))
            self.at(
                ago + 110.0 * (3 - number), lambda then, n=number: stage.receive(stage.recipient, chatter(50 + n), then)
            )
        self.at(ago, lambda then: stage.receive(stage.recipient, "ok, and you?", then))

    # -- volume --------------------------------------------------------------------------------

    def sent_lately(self) -> None:
        """n60s, h24_out, h24_in, in60s, h24_uniq_rcpt: how much went out and came in; texts all different."""
        row, stage = self.row, self.stage
        minute = row.count("n60s") or row.count("smpp_n60s_same_num") + row.count("sip_n60s_same_num")
        for number in range(minute):
            left = minute - number  # the last five together, a moment ago: whatever the limit, it is felt
            ago = 0.01 * left if left <= 5 else 59.6 * left / minute
            channel = Channel.SIP if number < row.count("sip_n60s_same_num") else Channel.SMPP
            to, text = self.somebody(), chatter(1000 + number)
            self.at(ago, lambda then, to=to, text=text, c=channel: stage.send(to, text, then, channel=c))
        day = max(row.count("h24_out"), row.count("h24_uniq_rcpt"))
        for number, ago in enumerate(self.spaced(day, 22 * HOUR)):
            to = self.somebody()
            if self.agreed:
                self.agree(to)
            self.at(ago + HOUR, lambda then, to=to, n=number: self._sent(to, chatter(5000 + n), then, n))
        for number, ago in enumerate(self.spaced(row.count("h24_in"), 22 * HOUR)):
            self.at(ago, lambda then, n=number: stage.receive(stranger(stage.recipient, 900_000 + n), chatter(n), then))

    def _sent(self, to: str, text: str, ago: float, number: int) -> None:
        """One of the day's messages, with what became of it."""
        row, stage = self.row, self.stage
        passed = stage.send(to, text, ago).action.passes
        unknown, stops = row.number("dlr_unknown_rate"), row.number("optout_rate24h")
        key = stage.party(stage.sender).key
        if "dlr_unknown_rate" in row.context and passed:
            lost = int((number + 1) * unknown) > int(number * unknown)
            stat, error = ("UNDELIV", "001") if lost else ("DELIVRD", "000")
            stage.state.windows.receipt(key, stat, error, NOW - ago)
        if int((number + 1) * stops) > int(number * stops):
            stage.receive(to, "STOP", ago - 5.0)

    def copies(self) -> None:
        """fp24_rcpt, fp1h_rcpt, cluster_*: this very text (or variants) went to others, from one number or several."""
        row, stage = self.row, self.stage
        count = max(row.count("fp24_rcpt"), row.count("fp1h_rcpt"), row.count("cluster_rcpt1h"))
        senders = max(1, row.count("fp24_src"), row.count("fp1h_src"), row.count("simhash_cluster_src"))
        numbers = [stage.sender] + [sibling(stage.sender, n) for n in range(1, senders)]
        if senders > 1:
            stage.grow(numbers)
        within = HOUR if "cluster_rcpt1h" in row.context or "fp1h_rcpt" in row.context else 22 * HOUR
        for number, ago in enumerate(self.spaced(count - 1, within)):
            to = self.somebody()
            if self.agreed:
                self.agree(to)
            text = self.variant(number) if senders > 1 or row.says("fp_template") else row.text
            source = numbers[number % senders]
            self.at(ago, lambda then, to=to, text=text, source=source: stage.send(to, text, then, source))

    def variant(self, number: int) -> str:
        """The row's text with other slots: names, references, times and paths."""
        text = self.row.text
        for old, new in (
            ("Tom", ("Ann", "Bob", "Eve", "Joe", "Kim")[number % 5]),
            ("83k2", f"{10 + number % 90}x{number % 9}"),
            ("a8", f"b{number % 90}"),
            ("Tue Mar 4", f"{('Mon', 'Tue', 'Wed', 'Thu')[number % 4]} Mar {1 + number % 27}"),
            ("10:15", f"{8 + number % 9}:{(number * 5) % 60:02d}"),
        ):
            text = text.replace(old, new)
        return text

    def cycled_domains(self) -> None:
        """url_domains24h_same_fp: the text went out with other domains before."""
        row, stage = self.row, self.stage
        count = row.count("url_domains24h_same_fp")
        for number, ago in enumerate(self.spaced(count, 20 * HOUR)):
            text = row.text.replace(".example", f"{number}.example")
            to = self.somebody()
            self.at(ago, lambda then, to=to, text=text: stage.send(to, text, then))

    def siblings_blocked(self) -> None:
        """prev_nums_blocked_same_fp: other numbers of the account sent this and were blocked for it."""
        row, stage = self.row, self.stage
        numbers = [sibling(stage.sender, n) for n in range(1, 1 + row.count("prev_nums_blocked_same_fp"))]
        stage.grow([stage.sender, *numbers])
        for number, source in enumerate(numbers):
            for copy in range(4):
                to, ago = self.somebody(), (30 - 6 * number) * HOUR - copy * 60.0
                self.at(ago, lambda then, to=to, source=source: stage.send(to, row.text, then, source))
            block = Fact(FactKind.BLOCK, source, stage.unix_time(30 * HOUR), "operator:sam", "the same text again")
            self.at((30 - 6 * number) * HOUR - 600.0, lambda then, block=block: stage.lay_down(block))

    def in_sequence(self) -> None:
        """last20_rcpt_stride: the last recipients were neighbours."""
        stride, stage = self.row.count("last20_rcpt_stride") or 1, self.stage
        first = int(stage.recipient.removeprefix("+")) - 20 * stride
        for number, ago in enumerate(self.spaced(19, 300.0)):
            self.at(ago, lambda then, n=number: stage.send(f"+{first + n * stride}", chatter(n), then))

    # -- pairs and recipients ------------------------------------------------------------------

    def pair(self) -> None:
        """pair_1m .. pair_24h and pair_replies_*: the two of them wrote to each other."""
        row, stage = self.row, self.stage
        same = row.context.get("distinct_texts") in ("1", "no")
        for name, span in (("1m", 60.0), ("5m", 300.0), ("10m", 600.0), ("60m", HOUR), ("24h", 23 * HOUR)):
            count, replies = row.count(f"pair_{name}"), row.count(f"pair_replies_{name}")
            for number, ago in enumerate(self.spaced(count, span)):
                text = row.text if same else chatter(300 + number)
                self.at(ago, lambda then, text=text: stage.send(stage.recipient, text, then))
            for number, ago in enumerate(self.spaced(replies, span)):
                self.at(ago - 0.2, lambda then, n=number: stage.receive(stage.recipient, chatter(700 + n), then))

    def codes_from_many(self) -> None:
        """rcpt10m_otp_*: many brands send codes to one recipient."""
        row, stage = self.row, self.stage
        brands = max(1, row.count("rcpt10m_otp_brands"))
        for number in range(brands):
            own = (stage.account.numbers[0][0] + 200 + number) if stage.account.numbers else 12125550500 + number
            name = f"brand-{number}"
            stage.join(
                Account(name, brand=f"Brand{number}", country="US", numbers=((own, own),), classes=frozenset({"otp"}))
            )
        for number, ago in enumerate(self.spaced(row.count("rcpt10m_otp_msgs"), 600.0)):
            account = stage.accounts[f"brand-{number % brands}"]
            text = f"Your {account.brand} verification code is {100_000 + number * 37}"
            source = f"+{account.numbers[0][0]}"
            self.at(ago, lambda then, t=text, s=source, a=account: stage.send(stage.recipient, t, then, s, account=a))

    def many_to_one(self) -> None:
        """rcpt10m_senders, rcpt10m_msgs: many numbers of the account write to one recipient."""
        row, stage = self.row, self.stage
        senders = row.count("rcpt10m_senders") or row.count("acct_nums_to_rcpt10m")
        numbers = [stage.sender] + [sibling(stage.sender, n) for n in range(1, senders)]
        stage.grow(numbers)
        for number, ago in enumerate(self.spaced(max(senders, row.count("rcpt10m_msgs")), 600.0)):
            source = numbers[number % len(numbers)]
            self.at(ago, lambda then, n=number, s=source: stage.send(stage.recipient, chatter(n), then, s))

    # -- reputation ----------------------------------------------------------------------------

    def complaints(self) -> None:
        """complaints24h_distinct: so many subscribers reported the number."""
        stage = self.stage
        for number, ago in enumerate(self.spaced(self.row.count("complaints24h_distinct"), 20 * HOUR)):
            who = stranger(stage.recipient, 800_000 + number)
            by = self.row.context.get("complaints_src", "import:reports.csv")
            said = Fact(
                FactKind.COMPLAINT, stage.sender, stage.unix_time(ago), by, "spam", 0.0, stage.account.name, who
            )
            self.at(ago, lambda then, said=said: stage.lay_down(said))

    def threats(self) -> None:
        """acct_endusers_threat_hits24h: other end users of the account were caught threatening."""
        stage, count = self.stage, self.row.count("acct_endusers_threat_hits24h")
        numbers = [sibling(stage.sender, n) for n in range(1, count + 1)]
        stage.grow([stage.sender, *numbers])
        for number, ago in enumerate(self.spaced(count, 20 * HOUR)):
            to, source = self.somebody(), numbers[number]
            text = THREAT.format(chatter(number))
            self.at(ago, lambda then, t=to, x=text, s=source: stage.send(t, x, then, s, end_user=f"agent-{s}"))

    def reference_used(self) -> None:
        """same_ref_prev_age_s: the concatenation reference was used before, by another message."""
        ago, stage = self.row.number("same_ref_prev_age_s"), self.stage
        for part in (1, 2):
            self.at(ago - part, lambda then, n=part: stage.judge(part_of(stage, f"another message {n} ", n, 2), then))


def part_of(stage: Stage, text: str, part: int, parts: int, reference: int = 7) -> Submission:
    """One part of a concatenated message of the row's sender."""
    body = Body(text, text.encode(), 0, "", reference, part, parts)
    return stage.message(stage.sender, stage.recipient, text, body=body)


MAKERS: tuple[tuple[tuple[str, ...], Callable[[History], None]], ...] = (
    (("opt_in",), History.consents),
    (("opt_out",), History.opts_out),
    (("last_inbound_text",), History.wrote_last),
    (("convo_last_in_s",), History.talks),
    (
        ("n60s", "h24_out", "h24_in", "in60s", "h24_uniq_rcpt", "smpp_n60s_same_num", "sip_n60s_same_num"),
        History.sent_lately,
    ),
    (("fp24_rcpt", "fp1h_rcpt", "cluster_rcpt1h", "simhash_cluster_src"), History.copies),
    (("url_domains24h_same_fp",), History.cycled_domains),
    (("prev_nums_blocked_same_fp",), History.siblings_blocked),
    (("last20_rcpt_stride",), History.in_sequence),
    (tuple(f"pair_{span}" for span in ("1m", "5m", "10m", "60m", "24h")), History.pair),
    (("rcpt10m_otp_msgs", "rcpt10m_otp_brands"), History.codes_from_many),
    (("rcpt10m_senders", "rcpt10m_msgs", "acct_nums_to_rcpt10m"), History.many_to_one),
    (("complaints24h_distinct",), History.complaints),
    (("acct_endusers_threat_hits24h",), History.threats),
    (("same_ref_prev_age_s",), History.reference_used),
)

# Keys that a maker reads beside its own.
_BESIDE = """
confirm_sent opt_out_age_s opt_out_age_h opt_out_kw opt_out_text channel_of_optout last_inbound_age_s
last_inbound_age_h dlr_unknown_rate optout_rate24h fp24_src fp1h_src fp_template distinct_texts
complaints_src num_first_used_h pair_replies_1m pair_replies_5m pair_replies_10m pair_replies_60m pair_replies_24h
"""
READ_TOO = frozenset(_BESIDE.split())


def keys_played(row: Row) -> set[str]:
    """The keys of the row that the history knows."""
    known = {key for keys, _ in MAKERS for key in keys} | READ_TOO
    return known & set(row.context)
