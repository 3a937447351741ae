"""Rules' settings: what the conf says over the defaults, and what accounts say over both."""

import pytest

from edge.config.limits import Rules, read_limits, read_settings
from edge.config.reading import WordList
from edge.config.section import Report
from edge.config.tree import Document, parse
from edge.core.clause import Clause
from edge.core.ladder import Ladder
from edge.core.verdict import Action
from edge.policy.rates import parse_rate
from edge.policy.rule import Check, Mode, OnError, RuleSpec
from edge.policy.values import prefixes, rate, seconds, whole

BUILT = RuleSpec(
    "built",
    Clause.BULK,
    "a rule",
    Action.REJECT,
    {
        "limit": rate("1/1s", "how many"),
        "window": seconds(10.0, 1.0, 600.0, "how long"),
        "hops": whole(3, 1, 9, "how far"),
        "numbers": prefixes("which"),
    },
    main="limit",
    built=Check,
)
PLANNED = RuleSpec("planned", Clause.BULK, "another", Action.REJECT, {"hops": whole(3, 1, 9, "how far")})
BARE = RuleSpec("bare", Clause.BULK, "a third", Action.REJECT, built=Check)
LISTS = {
    "lists/dno.txt": WordList("lists/dno.txt", ("+1900", "+1976"), (2, 5)),
    "lists/bad.txt": WordList("lists/bad.txt", ("+1900", "x", "+"), (1, 3, 4)),
}
RULES = Rules({spec.id: spec for spec in (BUILT, PLANNED, BARE)}, LISTS)


def settings(text, spec=BUILT):
    report = Report()
    found = read_settings(parse(Document("x.conf", text)), spec, ("mode",), "[rule.x]", RULES, report)
    return found, [str(problem) for problem in report.problems]


def limits(text):
    report = Report()
    found = read_limits(parse(Document("x.conf", "[limits]\n" + text)), RULES, report)
    return found, [str(problem) for problem in report.problems], [str(note) for note in report.all_notes()]


def test_values_are_the_rules_own():
    found, problems = settings('mode = "off"\nlimit = "5/1m burst 2"\nwindow = "2m"\nhops = 4\n')
    assert found == {"limit": parse_rate("5/1m burst 2"), "window": 120.0, "hops": 4}
    assert problems == []


@pytest.mark.parametrize(
    ("text", "numbers"),
    [
        ('numbers = ["+1700"]', {"1700"}),
        ('numbers = "lists/dno.txt"', {"1900", "1976"}),
        ('numbers = ["+1700", "lists/dno.txt"]', {"1700", "1900", "1976"}),
        ("numbers = []", set()),
    ],
)
def test_lists_may_stand_in_files(text, numbers):
    assert settings(text) == ({"numbers": numbers}, [])


def test_what_is_wrong_with_a_value():
    text = 'limit = 5\nwindow = "soon"\nhops = 10\nnumbers = 3\nlimti = "1/1s"\nnumber = ["x"]\n'
    assert settings(text) == (
        {},
        [
            'x.conf:1: limit: a rate is text such as "60/1m burst 10", not int, got 5',
            'x.conf:2: window: expected a time from 0s to 366d, like "10s", "5m", "2h" or "30d", got "soon"',
            "x.conf:3: hops: must be a whole number from 1 to 9, got 10",
            "x.conf:4: numbers: must be a list of texts, got 3",
            'x.conf:5: unknown key limti in [rule.x] (did you mean "limit"?)',
            'x.conf:6: unknown key number in [rule.x] (did you mean "numbers"?)',
        ],
    )


def test_what_is_wrong_with_a_list_is_said_where_it_stands():
    prefix = 'is no prefix: write "+", country code and leading digits'
    assert settings('numbers = [\n"+1700",\n"y",\n"lists/bad.txt"]') == (
        {},
        [
            f'x.conf:3: numbers: "y" {prefix}',
            f'lists/bad.txt:3: numbers: "x" {prefix}',
            f'lists/bad.txt:4: numbers: "+" {prefix}',
        ],
    )
    assert settings('numbers = "lists/don.txt"') == (
        {},
        ['x.conf:1: numbers: there is no file "lists/don.txt" (did you mean "lists/dno.txt"?)'],
    )


def test_a_rule_that_is_not_built_takes_keys_to_come():
    assert settings("hops = 2\nscore = 70\n", PLANNED) == ({"hops": 2}, [])
    assert settings("hops = 20\n", PLANNED) == ({}, ["x.conf:1: hops: must be a whole number from 1 to 9, got 20"])


def test_limits_of_an_account():
    found, problems, notes = limits('built = "9/1s"\nplanned = { hops = 2 }\n')
    assert found == {"built": {"limit": parse_rate("9/1s")}, "planned": {"hops": 2}}
    assert problems == []
    assert notes == ["x.conf:3: limits.planned is not enforced yet"]
    assert limits("built = { hops = 5, window = 20 }") == ({"built": {"hops": 5, "window": 20.0}}, [], [])
    assert limits("planned = 5") == ({"planned": {}}, [], ["x.conf:2: limits.planned is not enforced yet"])


def test_what_is_wrong_with_limits():
    assert limits("bare = 5\nbuild = 1\nbuilt = { hop = 1 }")[1] == [
        "x.conf:2: limits.bare: expected a table of the rule's keys (it has none), got 5",
        'x.conf:3: limits: there is no rule build (did you mean "built"?)',
        'x.conf:4: unknown key hop in limits.built (did you mean "hops"?)',
    ]


def test_keys_that_every_rule_has(contract):
    contract.append(
        "policy.conf",
        '[rule.volume]\nmode = "monitor"\naction = "reroute:review"\non_error = "deny"\n[rule.loop]\naction = "flag"\n',
    )
    rules = {rule.id: rule.settings for rule in contract.load().ruleset.rules}
    volume = rules["volume"]
    assert (volume.mode, volume.action, volume.carrier, volume.on_error) == (
        Mode.MONITOR,
        Action.REROUTE,
        "review",
        OnError.DENY,
    )
    assert rules["loop"].action is Action.FLAG
    assert (rules["blocked"].mode, rules["blocked"].action) == (Mode.ENFORCE, Action.REJECT)


def test_any_rule_may_quarantine(contract):
    contract.write("policy.conf", '[rule.volume]\naction = "quarantine"\n')
    rules = {rule.id: rule.settings for rule in contract.load().ruleset.rules}
    assert rules["volume"].action is Action.QUARANTINE


def test_how_long_a_message_is_held(contract):
    assert contract.load().conf.quarantine.keep == 86400.0
    contract.append("edge.conf", '[quarantine]\nkeep = "2h"\n')
    assert contract.load().conf.quarantine.keep == 7200.0


def test_the_ladder(contract):
    assert contract.load().ruleset.ladder == Ladder()
    contract.append("policy.conf", '[ladder]\nblock_refusals = 50\nslow = "2h"\n')
    loaded = contract.load()
    assert loaded.ruleset.ladder == loaded.conf.ladder == Ladder(block_refusals=50, slow=7200.0)
    contract.write("local.d/a.conf", "[ladder]\nenabled = false\nsuspend_users = 0\n")
    assert contract.load().ruleset.ladder == Ladder(on=False, block_refusals=50, slow=7200.0, suspend_users=0)
    contract.write("local.d/a.conf", "[ladder]\nblock_severe = 100\nblock_refusal = 2\n")
    assert contract.problems() == [
        "local.d/a.conf:2: block_severe: expected a whole number from 0 to 32, got 100",
        'local.d/a.conf:3: unknown key block_refusal in [ladder] (did you mean "block_refusals"?)',
    ]


def test_a_default_action_may_be_written_out(contract):
    contract.append("policy.conf", '[rule.emergency-destination]\naction = "bounce"\n')
    rules = {rule.id: rule.settings for rule in contract.load().ruleset.rules}
    assert rules["emergency-destination"].action is Action.BOUNCE
