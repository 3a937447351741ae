"""Numbers and runs: folded into one integer while there is only one message, and back; from a snapshot, and back."""

from hypothesis import given
from hypothesis import strategies as st

from edge.policy.history import senders, spread, texts
from edge.policy.history.clock import DAY, HOUR, TICKS, Clock, minute_of, tick_of
from edge.policy.history.codecs import Counts, Minutes, Shift
from edge.policy.history.crowd import MARKS
from edge.policy.history.spread import Run, RunCodec
from edge.policy.history.tables import Shards
from edge.policy.history.tally import COUNT_MAX, Account, TallyCodec, counted, total

number = st.integers(0, 2**50 - 1)
minute = st.integers(200_000, 2_000_000)
marks = st.integers(0, 3)


sendings = st.lists(st.tuples(st.floats(0, 9e4), marks, st.integers(0, 5)), min_size=1, max_size=senders.FOLDED_MAX)


def folded(first: int, sent: list[tuple[float, int, int]]) -> tuple[int, senders.Sender]:
    """The same messages folded, and in full."""
    packed, sender, now = 0, senders.Sender(first), 1000.0
    for gap, mark, recipient in sent:
        now += gap
        value = minute_of(now) << MARKS | mark
        packed = (
            senders.folded_with(packed, tick_of(now), value, recipient)
            if packed
            else senders.folded(first, tick_of(now), value, recipient)
        )
        sender.sent(tick_of(now), 9)
        sender.crowd.note(recipient, value, 9)
    return packed, sender


@given(minute, sendings)
def test_a_number_that_sent_a_few_messages(first: int, sent: list[tuple[float, int, int]]) -> None:
    packed, sender = folded(first, sent)
    back = senders.unfolded(packed)
    assert (back.first, list(back.times)) == (first, list(sender.times))
    assert list(back.crowd.seen.items()) == list(sender.crowd.seen.items())
    assert senders.first_of(packed) == senders.first_of(sender) == first
    assert senders.messages_of(packed) == senders.messages_of(sender) == len(sent)
    assert senders.sender_of(sender) is sender
    assert list(senders.sender_of(None).times) == []


@given(st.lists(st.tuples(st.floats(0, 9e4), marks, st.integers(0, 5)), min_size=1, max_size=20), st.integers(0, 6))
def test_folded_or_not_is_the_same(sent: list[tuple[float, int, int]], source: int) -> None:
    """Through the table, with an answer in the middle."""
    numbers = senders.Numbers(Shards(10**6, 1e9, []), Shards(10**6, 1e9, []), Shards(10**6, 1e9, []))
    full, now = senders.Sender(minute_of(1000.0 + sent[0][0])), 1000.0
    for position, (gap, mark, recipient) in enumerate(sent):
        now += gap
        value = minute_of(now) << MARKS | mark
        numbers.sent(5, recipient, value, tick_of(now), 99, 99)
        full.sent(tick_of(now), 99)
        full.crowd.note(recipient, value, 99)
        if position == len(sent) // 2:
            numbers.came(5, source, minute_of(now))
            full.crowd.answered(source)
    entry = numbers.find(5)
    assert isinstance(entry, int) == (len(sent) <= senders.FOLDED_MAX)
    found = senders.sender_of(entry)
    assert (found.first, list(found.times)) == (full.first, list(full.times))
    found.crowd.count(minute_of(now))
    full.crowd.count(minute_of(now))
    assert found.crowd.seen == full.crowd.seen


@given(st.integers(0, 100_000), number, number, minute, marks, st.integers(0, 2**24 - 1))
def test_a_text_that_was_sent_once(account: int, sender: int, recipient: int, at: int, mark: int, links: int) -> None:
    packed = spread.once(account, sender, recipient, at << MARKS | mark, links)
    run = spread.unfold(packed)
    assert (run.account, run.senders, run.crowd.seen) == (account, {sender: at}, {recipient: at << MARKS | mark})
    assert (run.links or {}) == ({links: at} if links else {})
    assert spread.minute_of(packed) == at
    assert spread.alike(packed, spread.once(account, sender, recipient, 7, links))
    assert not spread.alike(packed, spread.once(account, sender, recipient ^ 1, at << MARKS, links))


@given(st.lists(st.floats(0, 5000), max_size=60), st.integers(1, 9), st.floats(1, 3000))
def test_times_are_counted_one_by_one(gaps: list[float], count: int, span: float) -> None:
    sender = senders.Sender(0)
    now, times = 1000.0, list[int]()
    for gap in gaps:
        now += gap
        since = tick_of(now - span)
        assert sender.reached(count, since) == (sum(tick > since for tick in times) >= count)
        sender.sent(tick_of(now), 9)
        times.append(tick_of(now))
        assert len(sender.times) <= 18
        assert list(sender.times) == times[-len(sender.times) :]


@given(st.lists(st.tuples(st.integers(0, 3 * DAY), st.booleans()), max_size=40))
def test_a_tally_has_all_of_a_day_and_nothing_older_than_two(steps: list[tuple[int, bool]]) -> None:
    tally, now, noted = 0, 300_000, list[int]()
    for gap, event in steps:
        now += gap
        if event:
            tally = counted(tally, now)
            noted.append(now)
        assert sum(at > now - DAY for at in noted) <= total(tally, now) <= sum(at > now - 2 * DAY for at in noted)


def test_a_tally_is_capped() -> None:
    tally = 0
    for _ in range(COUNT_MAX + 10):
        tally = counted(tally, 300_000)
    assert total(tally, 300_000) == COUNT_MAX
    assert total(tally, 300_000 + 3 * DAY) == 0


def test_what_an_account_did() -> None:
    account = Account(300_000)
    account.sent, account.received = 30, 2
    assert account.ratio(300_000) == 15.0
    assert account.ratio(300_000 + DAY) == 15.0
    assert account.ratio(300_000 + 2 * DAY) == 0.0
    for number in range(100):
        account.became_busy(number, 300_000 + number)
    assert len(account.busy) == 64
    assert account.busy_since(300_089) == 10
    back = Account.read(account.written(), 100)
    assert (back.first, back.start, back.busy[99]) == (300_100, account.start + 100, 300_199)


SHIFT = Shift(-7200.5)


@given(st.dictionaries(st.integers(0, 2**60), minute, max_size=50))
def test_minutes_counts_and_tallies_come_back(entries: dict[int, int]) -> None:
    batch = list(entries.items())
    assert dict(Minutes().decode(Minutes().encode(batch), SHIFT)) == {key: at - 120 for key, at in batch}
    assert dict(Counts().decode(Counts().encode(batch), SHIFT)) == entries
    tallies = [(key, at << 32 | 5 << 16 | 7) for key, at in batch]
    moved = {key: at - 120 << 32 | 5 << 16 | 7 for key, at in batch}
    assert dict(TallyCodec().decode(TallyCodec().encode(tallies), SHIFT)) == moved


@given(
    st.lists(st.tuples(number, number, st.integers(0, HOUR * 30), marks, st.integers(0, 3)), min_size=1, max_size=40)
)
def test_runs_come_back(sent: list[tuple[int, int, int, int, int]]) -> None:
    runs, at = [Run(1), Run(2), Run(3)], 300_000
    for position, (sender, recipient, gap, mark, links) in enumerate(sent):
        at += gap
        runs[position % 3].sent(sender, recipient, at << MARKS | mark, links, 20)
    entries: list[tuple[int, spread.Runs]] = [(5, [runs[0], runs[1]]), (6, runs[2])]
    back = dict(RunCodec().decode(RunCodec().encode(entries), Shift(600.0)))
    both, one = back[5], back[6]
    assert isinstance(both, tuple)
    assert isinstance(one, Run)
    for run, found in zip(runs, (*both, one), strict=True):
        assert found.account == run.account
        assert found.crowd.seen == {key: value + (10 << MARKS) for key, value in run.crowd.seen.items()}
        assert found.senders == {key: value + 10 for key, value in run.senders.items()}
        assert (found.links or {}) == {key: value + 10 for key, value in (run.links or {}).items()}


@given(st.lists(st.tuples(number, st.floats(0, 9999), marks), min_size=1, max_size=40))
def test_numbers_come_back(sent: list[tuple[int, float, int]]) -> None:
    sender, now = senders.Sender(1234), 5000.0
    for recipient, gap, mark in sent:
        now += gap
        sender.sent(tick_of(now), 30)
        sender.crowd.note(recipient, minute_of(now) << MARKS | mark, 20)
    few, alike = folded(9999, [(gap, mark, recipient) for recipient, gap, mark in sent[: senders.FOLDED_MAX]])
    codec = senders.SenderCodec()
    back = dict(codec.decode(codec.encode([(8, sender), (9, few)]), Shift(-60.0)))
    for found, before in ((back[8], sender), (senders.sender_of(back[9]), alike)):
        assert isinstance(found, senders.Sender)
        assert found.first == before.first - 1
        assert list(found.times) == [tick - 60 * TICKS for tick in before.times]
        assert found.crowd.seen == {key: value - (1 << MARKS) for key, value in before.crowd.seen.items()}
    assert isinstance(back[9], int)


@given(st.lists(st.integers(1, 2**50 - 1), min_size=1, max_size=12))
def test_refused_numbers(sent: list[int]) -> None:
    packed = 0
    for position, one in enumerate(sent):
        packed = texts.refusals_with(packed, one, 300_000 + position)
    last = list(dict.fromkeys(reversed(sent)))[: texts.REFUSED_MAX]
    assert list(texts.senders_of(packed)) == last
    codec = texts.RefusedCodec()
    back = dict(codec.decode(codec.encode([(5, packed)]), Shift(120.0)))[5]
    assert list(texts.senders_of(back)) == last
    assert back & (1 << 28) - 1 == 300_000 + len(sent) + 1


def test_a_run_of_many_accounts_keeps_the_last() -> None:
    runs: spread.Runs = Run(0)
    for account in range(1, 100):
        runs = spread.joined(runs, Run(account))
    assert isinstance(runs, tuple)
    assert [run.account for run in runs] == list(range(68, 100))
    assert spread.run_of(runs, 99) is runs[-1]
    assert spread.run_of(runs, 1) is None


def test_a_run_is_bounded() -> None:
    run = Run(1)
    for position in range(1000):
        run.sent(position, position, 300_000 + position << MARKS, position, 50)
    assert len(run.senders) == spread.SENDERS_MAX + 1
    assert len(run.crowd.seen) == 50
    assert run.links is not None
    assert len(run.links) == spread.LINKS_MAX


def test_the_clock_moves_once_a_minute() -> None:
    clock = Clock()
    clock.move(120.0)
    assert (clock.start, clock.end, clock.minute) == (120.0, 180.0, minute_of(179.9))
    assert clock.values == tuple(clock.minute << 2 | mark for mark in range(4))


def test_who_sends_for_days_stays_known() -> None:
    """And who was silent for two is new in the table, but not to `first`."""
    numbers = senders.Numbers(Shards(10**6, 1.0, []), Shards(10**6, 8.0, []), Shards(10**6, 1.0, []))
    value = 300_000 << MARKS
    assert numbers.sent(5, 1, value, 1, 9, 9) is None
    numbers.table.shards[5].turn(0.0)
    numbers.sent(5, 2, value + 4, 2, 9, 9)
    for _ in range(2):
        numbers.table.shards[5].turn(0.0)
    assert numbers.find(5) is None
    numbers.sent(5, 3, value + (90 * DAY << MARKS), 3, 9, 9)
    entry = numbers.find(5)
    assert entry is not None
    assert senders.first_of(entry) == 300_000
