"""One text to many: from one number, from several, with changing links, from new numbers; and what must pass."""

from collections.abc import Iterator
from random import Random
from typing import Any

import pytest
from msgspec.structs import replace

from edge.core.account import Account
from edge.core.facts import Fact, FactKind
from edge.core.verdict import Action, Verdict
from edge.policy import looking
from edge.policy.signals.reading import Reading

DAY = 86400.0
NOTICE = "Store meeting moved to Friday at nine, please bring your keys and the stock list"
BULK = (
    "bulk",
    "snowshoe",
    "number-cycling",
    "url-cycling",
    "no-consent",
    "fan-out",
    "sequential",
    "imbalance",
    "volume",
)
NAMES = ("Tom", "Ann", "Raj", "Lea", "Kim", "Bob", "Zoe", "Max", "Ida", "Sam", "Eva", "Leo", "Mia", "Jon", "Amy", "Dan")


def person(position: int) -> str:
    """Subscribers far from each other, none of them ours."""
    exchange = 222 + position % 7 + position // 4 % 70 * 10
    return f"+1{(416, 604, 212, 312)[position % 4]}{exchange}{position * 37 % 10000:04}"


def chatter(position: int) -> str:
    """Twelve words that no other text has in this order."""
    choose = Random(position)
    return " ".join("".join(choose.choices("aeioubcdfghklmnprst", k=choose.randint(2, 9))) for _ in range(12))


def number(position: int) -> str:
    return f"+141655501{position:02}"


def run(world: Any, count: int, text: str = NOTICE, start: int = 0, after: float = 1.0, **fields: Any) -> list[Verdict]:
    """The same text, or `text` with {name} filled in, to `count` people, one each `after` seconds."""
    verdicts = []
    for position in range(start, start + count):
        said = text.format(name=NAMES[position % len(NAMES)])
        verdicts.append(world.send(destination=person(position), text=said, after=after, **fields))
    return verdicts


def outcome(verdicts: list[Verdict]) -> list[str]:
    """Rules that fired, in order of first appearance, with "" for what passed."""
    return list(dict.fromkeys(verdict.rule for verdict in verdicts))


@pytest.fixture
def bulk(world: Any) -> Iterator[Any]:
    """A world with the rules of this clause only. Acme is a business, Jo a person."""
    world.accounts["jo"] = Account("jo", kind="consumer", country="CA", numbers=((14165550200, 14165550299),))
    only(world, *BULK)
    yield world
    assert world.state.last_errors == {}


def only(world: Any, *rules: str) -> None:
    """All other rules off, whatever was off before."""
    world.settings.clear()
    world.only(*rules)


@pytest.fixture
def classes(monkeypatch: pytest.MonkeyPatch) -> None:
    """Reminders of appointments are known by the word."""
    read = looking.read

    def classified(text: str, *known: Any) -> Reading:
        reading = read(text, *known)
        reading.traffic = "appointment" if "appointment" in text else ""
        return reading

    monkeypatch.setattr(looking, "read", classified)


def agree(world: Any, *people: str, account: str = "acme") -> None:
    for one in people:
        world.state.facts.apply(Fact(FactKind.OPT_IN, one, world.state.unix(world.now), account=account))


# -- bulk ----------------------------------------------------------------------------------------


def test_a_business_reaches_99_with_one_text(bulk: Any) -> None:
    only(bulk, "bulk")
    verdicts = run(bulk, 200)
    assert [verdict.rule for verdict in verdicts] == [""] * 99 + ["bulk"] * 101
    hit = verdicts[-1].hit
    assert (hit.action, hit.value, hit.limit) == (Action.REJECT, 100, 100)
    assert run(bulk, 1, "Something else entirely, for you alone, with greetings from us", 300)[0].action is Action.ALLOW


def test_a_person_reaches_24(bulk: Any) -> None:
    only(bulk, "bulk")
    verdicts = run(bulk, 30, source="+14165550201", account="jo")
    assert [verdict.rule for verdict in verdicts] == [""] * 24 + ["bulk"] * 6


def test_who_had_it_before_may_have_it_again(bulk: Any) -> None:
    only(bulk, "bulk")
    run(bulk, 120)
    assert run(bulk, 1)[0].action is Action.ALLOW
    assert run(bulk, 1, start=99)[0].action is Action.REJECT


def test_refused_ones_do_not_count(bulk: Any) -> None:
    only(bulk, "bulk")
    run(bulk, 99)
    run(bulk, 300, start=99, after=100.0)
    assert bulk.state.windows.bulk.texts.runs.get(groups(bulk)[0]).crowd.day == 99


def groups(world: Any, text: str = NOTICE) -> tuple[int, ...]:
    world.explain(text=text)
    groups: tuple[int, ...] = world.state.context.groups
    return groups


def test_a_day_later_it_begins_anew(bulk: Any) -> None:
    only(bulk, "bulk")
    run(bulk, 99)
    assert run(bulk, 1, start=99, after=DAY - 200.0)[0].action is Action.REJECT
    assert run(bulk, 1, start=99, after=300.0)[0].action is Action.ALLOW


def test_near_copies_are_copies(bulk: Any) -> None:
    only(bulk, "bulk")
    verdicts = run(
        bulk, 120, "{name}, the store meeting is moved to Friday at nine, please bring your keys and the list"
    )
    assert [verdict.rule for verdict in verdicts] == [""] * 99 + ["bulk"] * 21


def test_an_account_of_its_own(bulk: Any) -> None:
    """`[limits] bulk = { recipients = 150 }`, of the contract."""
    only(bulk, "bulk")
    own = {"acme": {"recipients": 150}, "jo": {"recipients": 40}, "rival": {"inbound": 7}}
    bulk.tune("bulk", accounts=own)
    assert [verdict.rule for verdict in run(bulk, 151)] == [""] * 149 + ["bulk"] * 2
    assert [v.rule for v in run(bulk, 41, source="+14165550201", account="jo")] == [""] * 39 + ["bulk"] * 2
    assert [v.rule for v in run(bulk, 101, source="+12125550101", account="rival")] == [""] * 99 + ["bulk"] * 2


def test_accounts_do_not_share(bulk: Any) -> None:
    only(bulk, "bulk")
    assert outcome(run(bulk, 60)) == [""]
    assert outcome(run(bulk, 60, start=100, source="+12125550101", account="rival")) == [""]
    bulk.explain(destination=person(500), text=NOTICE)
    spread = bulk.state.context.spread
    assert (spread.recipients, spread.edge_recipients) == (61, 121)


def test_ten_numbers_are_one_account(bulk: Any) -> None:
    only(bulk, "bulk")
    verdicts = [bulk.send(number(p % 10), person(p), NOTICE, after=60.0) for p in range(200)]
    assert [verdict.rule for verdict in verdicts] == [""] * 99 + ["bulk"] * 101


def test_short_codes_have_programmes(bulk: Any) -> None:
    only(bulk, "bulk")
    assert outcome(run(bulk, 150, source="54321")) == [""]


def test_short_texts_are_counted_by_number(bulk: Any) -> None:
    """Many people of one account say "Happy New Year!": it is nobody's campaign. One who says it to 120 is."""
    only(bulk, "bulk", "snowshoe", "no-consent")
    verdicts = [bulk.send(number(p % 100), person(p), "Happy New Year!", after=1.0) for p in range(400)]
    assert outcome(verdicts) == [""]
    only(bulk, "bulk")
    assert outcome(run(bulk, 120, "Happy New Year!", 500, source=number(7))) == ["", "bulk"]


def test_short_texts_with_a_link_are_counted_by_its_domain(bulk: Any) -> None:
    only(bulk, "bulk")
    texts = (
        "Is this you? https://photos-{0}.viewer-app.net/{0}",
        "Seen? https://viewer-app.net/{0}",
        "viewer-app.net/{0}",
    )
    verdicts = [bulk.send(number(p % 5), person(p), texts[p % 3].format(p), after=1.0) for p in range(130)]
    assert [verdict.rule for verdict in verdicts] == [""] * 99 + ["bulk"] * 31


def test_parts_count_by_the_text_they_make(bulk: Any) -> None:
    """A first part of its own does not hide the rest, and the parts of one message are one message."""
    only(bulk, "bulk")
    first = "Hello {} {}, nice to meet you on this fine {} in {}. "
    verdicts = []
    for position in range(120):
        words = [f"{word}{chr(97 + position % 26)}{chr(97 + position // 26)}" for word in ("aa", "bb", "cc", "dd")]
        for part, text in ((1, first.format(*words)), (2, NOTICE)):
            said = bulk.send(destination=person(position), text=text, part=(part, 2, position + 1), after=0.5)
        verdicts.append(said)
    assert outcome(verdicts) == ["", "bulk"]
    assert [verdict.rule for verdict in verdicts].index("bulk") >= 99


def test_conversations_are_never_bulk(bulk: Any) -> None:
    """A support desk with thousands of conversations, and one answer to most of them."""
    for position in range(400):
        bulk.receive(person(position), number(1), f"My parcel number {position} is not here")
        verdict = bulk.send(
            number(1), person(position), "Thank you for writing to us, we will look into it today", after=5
        )
        assert verdict.action is Action.ALLOW
    assert run(bulk, 1, "Thank you for writing to us, we will look into it today", 1000)[0].action is Action.ALLOW


def test_approved_classes_are_exempt(bulk: Any, classes: None) -> None:
    """A clinic reminds 150 patients of their appointments (N009, N021); without the grant it could not."""
    text = "Maple Dental: reminder, your appointment is tomorrow at 8:40. Reply C to confirm."
    bulk.accounts["acme"] = replace(bulk.accounts["acme"], classes=frozenset({"appointment"}))
    assert outcome(run(bulk, 300, text)) == [""]
    assert outcome(run(bulk, 10, NOTICE, 400)) == [""]
    bulk.accounts["acme"] = replace(bulk.accounts["acme"], classes=frozenset())
    assert outcome(run(bulk, 300, text, 1000)) != [""]


@pytest.mark.parametrize("count", [8, 20])
def test_families_and_landlords(bulk: Any, count: int) -> None:
    """A family group of eight (N019), a rent notice to twenty tenants."""
    text = "Hello, the rent goes up by ten dollars from the first of May, please see the letter in your box"
    assert outcome(run(bulk, count, text, source="+14165550201", account="jo", after=20.0)) == [""]


def test_a_school_day_cancelled(bulk: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """Scenario N020: an approved notification to 900."""
    read = looking.read

    def classified(text: str, *known: Any) -> Reading:
        reading = read(text, *known)
        reading.traffic = "notification"
        return reading

    monkeypatch.setattr(looking, "read", classified)
    bulk.accounts["acme"] = replace(bulk.accounts["acme"], classes=frozenset({"notification"}))
    assert outcome(run(bulk, 900, "Ecole St-Jean fermee demain mardi en raison de la tempete. Suivi a 6h00.")) == [""]


# -- inbound -------------------------------------------------------------------------------------


def test_one_text_from_outside_to_many_of_ours(bulk: Any) -> None:
    only(bulk, "bulk")
    bulk.accounts["acme"] = replace(bulk.accounts["acme"], numbers=((14165550000, 14165559999),))
    bulk.ruleset = bulk.compiled()
    spam = "We buy houses for cash in any condition, interested in an offer?"
    verdicts = [bulk.receive("+16045550177", f"+1416555{p:04}", spam) for p in range(150)]
    assert [verdict.rule for verdict in verdicts] == [""] * 99 + ["bulk"] * 51
    assert outcome([bulk.receive("+16045550178", f"+1416555{p:04}", spam) for p in range(50)]) == [""]
    code = "Your code is 123456. Do not give it to anybody, we never ask for it."
    assert outcome([bulk.receive("54321", f"+1416555{p:04}", code) for p in range(300)]) == [""]


def test_an_answer_from_outside_is_no_bulk(bulk: Any) -> None:
    only(bulk, "bulk")
    for position in range(100):
        bulk.send(
            number(position), "+16045550177", f"Question {position * 7919} about your {NAMES[position % 16]}?", after=9
        )
    answers = [
        bulk.receive("+16045550177", number(p), "We are closed today and will answer tomorrow") for p in range(100)
    ]
    assert outcome(answers) == [""]


# -- no-consent ----------------------------------------------------------------------------------

HOUSES = "Hi is this the owner? We buy houses for CASH, any condition. Interested in an offer?"


def test_a_text_to_strangers(bulk: Any) -> None:
    """Scenario V001, of an account that is not new."""
    only(bulk, "no-consent")
    verdicts = run(bulk, 41, HOUSES)
    assert [verdict.rule for verdict in verdicts] == [""] * 24 + ["no-consent"] * 17
    assert (verdicts[-1].action, verdicts[-1].hit.value, verdicts[-1].hit.limit) == (Action.REJECT, 25, 25)


def test_new_accounts_are_held_before(bulk: Any) -> None:
    """Scenario V001: what is held counts as sent."""
    only(bulk, "no-consent")
    bulk.accounts["acme"] = replace(bulk.accounts["acme"], opened=bulk.state.unix(bulk.now) - DAY)
    verdicts = run(bulk, 41, HOUSES)
    assert [verdict.action for verdict in verdicts] == (
        [Action.ALLOW] * 14 + [Action.QUARANTINE] * 10 + [Action.REJECT] * 17
    )


def test_half_of_them_agreed(bulk: Any) -> None:
    """A plumber with thirty customers, half of whom opted in; the others are told too."""
    only(bulk, "no-consent")
    agree(bulk, *(person(p) for p in range(0, 30, 2)))
    assert outcome(run(bulk, 30)) == [""]


def test_thirty_customers_who_wrote_this_month(bulk: Any) -> None:
    """The same plumber, who has not heard of opt-ins."""
    for position in range(30):
        bulk.receive(person(position), number(1), f"The tap drips again, unit {position * 31}")
    assert outcome(run(bulk, 30, after=20.0, start=0)) == [""]
    bulk.now += 20 * DAY
    text = "Dear customers, Joe the plumber is away until the tenth of May, in urgent cases call Rick"
    assert outcome(run(bulk, 30, text, after=20.0)) == [""]


def test_one_who_agreed_is_never_refused(bulk: Any) -> None:
    """Scenario N039."""
    agree(bulk, person(70))
    run(bulk, 60)
    assert run(bulk, 1, start=70)[0].action is Action.ALLOW


def test_an_account_that_is_written_to(bulk: Any) -> None:
    """Less than ten out for one in."""
    only(bulk, "no-consent")
    for position in range(10):
        bulk.receive(person(500 + position), number(1), f"Hello {position}")
    assert outcome(run(bulk, 60)) == [""]


def test_who_opted_out_gave_no_consent(bulk: Any) -> None:
    only(bulk, "no-consent")
    for position in range(30):
        unix = bulk.state.unix(bulk.now)
        bulk.state.facts.apply(Fact(FactKind.OPT_OUT, person(position), unix, account="acme"))
    assert outcome(run(bulk, 30)) == ["", "no-consent"]


# -- snowshoe ------------------------------------------------------------------------------------


def test_three_numbers_and_25_recipients_within_an_hour(bulk: Any) -> None:
    only(bulk, "snowshoe")
    verdicts = [bulk.send(number(p % 3), person(p), NOTICE, after=1.0) for p in range(40)]
    assert [verdict.rule for verdict in verdicts] == [""] * 24 + ["snowshoe"] * 16


def test_two_numbers_or_a_slow_day_are_none(bulk: Any) -> None:
    only(bulk, "snowshoe")
    assert outcome([bulk.send(number(p % 2), person(p), NOTICE, after=1.0) for p in range(80)]) == [""]
    text = "Good morning, the team is here again and the coffee is ready for all of you"
    assert outcome([bulk.send(number(p % 5), person(p), text, after=200.0) for p in range(80)]) == [""]


def test_one_domain_from_five_numbers(bulk: Any) -> None:
    only(bulk, "snowshoe")
    texts = [f"{chatter(p)} https://best-pills.top/{p}" for p in range(60)]
    verdicts = [bulk.send(number(p % 5), person(p), texts[p], after=1.0) for p in range(60)]
    assert outcome(verdicts) == ["", "snowshoe/link"]
    assert [verdict.rule for verdict in verdicts].index("snowshoe/link") == 24


@pytest.mark.parametrize("domain", ["acme.example", "shop.acme.example", "youtube.com", "canada.ca"])
def test_own_domains_and_everybodys_are_none(bulk: Any, domain: str) -> None:
    only(bulk, "snowshoe", "url-cycling", "bulk")
    bulk.accounts["acme"] = replace(bulk.accounts["acme"], domains=("acme.example",))
    texts = [f"{chatter(p)} https://{domain}/{p}" for p in range(60)]
    assert outcome([bulk.send(number(p % 9), person(p), texts[p], after=1.0) for p in range(60)]) == [""]


# -- cycling -------------------------------------------------------------------------------------


def block(world: Any, address: str) -> None:
    world.state.facts.apply(Fact(FactKind.BLOCK, address, world.state.unix(world.now)))
    world.state.forget_refusals()


def test_a_new_number_with_the_text_of_a_blocked_one(bulk: Any) -> None:
    """Scenario V022."""
    only(bulk, "number-cycling", "blocked")
    run(bulk, 5, source=number(1))
    bulk.now += DAY
    block(bulk, number(1))
    assert run(bulk, 1, source=number(1), start=50)[0].rule == "blocked"
    verdict = run(bulk, 1, source=number(2), start=60)[0]
    assert (verdict.action, verdict.rule) == (Action.REJECT, "number-cycling")
    assert run(bulk, 1, "Another text, which nobody else has had from us so far", 61, source=number(2))[0].rule == ""


def test_a_blocked_number_is_remembered_for_a_week(bulk: Any) -> None:
    only(bulk, "number-cycling", "blocked")
    block(bulk, number(1))
    run(bulk, 2, source=number(1))
    assert run(bulk, 1, source=number(2), after=6 * DAY)[0].rule == "number-cycling"
    assert run(bulk, 1, source=number(3), after=2 * DAY)[0].rule == ""


def test_an_old_number_goes_on(bulk: Any) -> None:
    """It sent other texts for days, when its neighbour was blocked."""
    only(bulk, "number-cycling", "blocked")
    run(bulk, 3, "Good morning, this is what we say every day to you", 200, source=number(2))
    bulk.now += 2 * DAY
    run(bulk, 5, source=number(1))
    block(bulk, number(1))
    assert outcome(run(bulk, 3, source=number(2), start=50)) == [""]


def test_somebody_elses_blocked_number(bulk: Any) -> None:
    only(bulk, "number-cycling", "blocked")
    run(bulk, 5, source="+12125550101", account="rival")
    block(bulk, "+12125550101")
    run(bulk, 1, source="+12125550101", account="rival", start=7)
    assert run(bulk, 1, source=number(2), start=50)[0].rule == ""


def busy(world: Any, start: int, numbers: int, messages: int = 60) -> list[Verdict]:
    """New numbers that write chat to a few friends each."""
    return [
        world.send(
            number(start + n), person(n * 10 + m % 5), f"{NAMES[m % 16]} {m * 7919} {NAMES[m // 3 % 16]}", after=2.0
        )
        for m in range(messages)
        for n in range(numbers)
    ]


def test_new_numbers_by_the_handful(bulk: Any) -> None:
    only(bulk, "number-cycling")
    bulk.send(number(90), text="the account is an old one")
    bulk.now += 3 * DAY
    assert outcome(busy(bulk, 0, 4)) == [""]
    verdicts = busy(bulk, 10, 1)
    assert outcome(verdicts) == ["", "number-cycling/busy"]
    assert [verdict.rule for verdict in verdicts].index("number-cycling/busy") == 51
    assert bulk.send(number(90), text="an old number goes on").rule == ""


def test_the_first_day_of_an_account_is_no_cycle(bulk: Any) -> None:
    only(bulk, "number-cycling")
    assert outcome(busy(bulk, 0, 12)) == [""]


LURE = "Dear customer, your parcel waits for the payment of a fee, please see {}"


def test_one_text_and_three_domains(bulk: Any) -> None:
    only(bulk, "url-cycling")
    links = [f"https://{name}/p" for name in ("parcel-fee.top", "fee-post.xyz", "pay-parcel.icu", "post-pay.site")]
    verdicts = [bulk.send(destination=person(p), text=LURE.format(links[p]), after=9.0) for p in range(4)]
    assert [verdict.rule for verdict in verdicts] == ["", "", "url-cycling", "url-cycling"]
    assert bulk.send(destination=person(9), text=LURE.format(links[0]), after=DAY).rule == ""


def test_links_that_friends_send(bulk: Any) -> None:
    """ "Look at this: LINK", to a few; and a whole text with many of one's own and everybody's links."""
    only(bulk, "url-cycling")
    bulk.accounts["acme"] = replace(bulk.accounts["acme"], domains=("acme.example",))
    for position in range(9):
        verdict = bulk.send(
            destination=person(position), text=f"Look at this: https://news-{position}.com/a", after=60.0
        )
        assert verdict.rule == ""
    for position, host in enumerate(("acme.example", "www.acme.example", "youtube.com", "youtu.be", "facebook.com")):
        assert bulk.send(destination=person(position), text=LURE.format(f"https://{host}/x"), after=60.0).rule == ""
    for position in range(5):
        text = f"Mum, this one is for the holidays, what do you say: https://site-{position}.com/one"
        assert bulk.send(destination=person(7), text=text, after=60.0).rule == ""


# -- explain -------------------------------------------------------------------------------------


def test_value_against_limit(bulk: Any) -> None:
    run(bulk, 10)
    found = {finding.rule: finding for finding in bulk.explain(destination=person(50), text=NOTICE).findings}
    assert (found["bulk"].value, found["bulk"].limit) == (11, 100)
    assert found["bulk"].detail == "100 recipients of one text in 24 hours"
    assert (found["no-consent"].value, found["no-consent"].limit) == (11, 25)
    assert (found["snowshoe"].value, found["snowshoe"].limit) == (1, 3)
    assert (found["fan-out"].value, found["fan-out"].limit) == (11, 100)
    assert (found["volume"].value, found["volume"].limit) == (10, 1000)
    assert found["number-cycling"].limit == 1
    assert (found["sequential"].value, found["sequential"].limit) == (0, 10)


def test_explaining_counts_nothing(bulk: Any) -> None:
    only(bulk, "bulk")
    run(bulk, 98)
    for position in range(20):
        bulk.explain(destination=person(100 + position), text=NOTICE)
    assert [verdict.rule for verdict in run(bulk, 2, start=98)] == ["", "bulk"]
