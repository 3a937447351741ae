"""The operator's own cases run through the real engine."""

import pytest
from msgspec.structs import replace

from edge.policy.registry import RULES

BASE = 'account = "acme"\nfrom = "{source}"\nto = "{to}"\nverdict = "{verdict}"\n'


def expect(contract, more="", source="+14165550100", to="+14165550301", verdict="allow"):
    contract.write("policy.conf", "[[expect]]\n" + BASE.format(source=source, to=to, verdict=verdict) + more)


@pytest.mark.parametrize(
    ("source", "to", "verdict", "more"),
    [
        ("+14165550100", "+14165550301", "allow", 'text = "Your appointment is on Monday"'),
        ("4165550100", "4165550301", "allow", "from_ton = 2\nfrom_npi = 1\nto_ton = 2\nto_npi = 1"),
        ("+14165550100", "911", "bounce", 'rule = "emergency-destination"'),
        ("+12124567890", "+14165550301", "reject", 'rule = "sender-not-owned"'),
        ("+14165550301", "+14165550100", "allow", 'direction = "mo"'),
        ("+14165550101", "+14165550100", "reject", 'direction = "mo"\nrule = "sender-on-net"'),
    ],
)
def test_cases_that_hold(contract, source, to, verdict, more):
    expect(contract, more, source, to, verdict)
    assert contract.load().notes


def test_inbound_cases_find_their_account(contract):
    contract.write(
        "policy.conf", '[[expect]]\nfrom = "+14165550301"\nto = "+14165550100"\nverdict = "allow"\ndirection = "mo"\n'
    )
    assert contract.load().conf.node == "edge-1"
    contract.replace("policy.conf", "+14165550100", "+14165550999")
    assert contract.load().conf.node == "edge-1"


def test_a_case_that_fails_says_what_came_out(contract):
    expect(contract, 'rule = "volume"', verdict="reject")
    assert contract.problems() == ["policy.conf:1: [[expect]] wants reject by volume, but the verdict is allow"]
    expect(contract, source="+12124567890")
    [problem] = contract.problems()
    assert problem.startswith("policy.conf:1: [[expect]] wants allow, but the verdict is reject by sender-not-owned (")
    expect(contract, 'rule = "volume"', source="+12124567890", verdict="reject")
    assert contract.problems()[0].startswith(
        "policy.conf:1: [[expect]] wants reject by volume, but the verdict is reject by"
    )


def test_each_case_stands_alone(contract):
    expect(contract)
    case = (contract.directory / "policy.conf").read_text(encoding="utf-8")
    contract.write("policy.conf", '[rule.bomb-pair]\nlimit = "1/1d burst 1"\n' + case * 5)
    assert len(contract.load().conf.accounts) == 1


def test_a_case_for_a_rule_that_is_not_built_waits(contract, monkeypatch):
    monkeypatch.setitem(RULES, "image-content", replace(RULES["image-content"], built=None))
    expect(contract, 'rule = "image-content"', verdict="quarantine")
    assert "policy.conf:1: [[expect]] is not tried: image-content is not enforced yet" in contract.load().notes


def test_cases_of_an_account_that_is_taken_out_wait(contract):
    expect(contract, 'rule = "bulk"', verdict="reject")
    contract.write("local.d/acme.conf", 'name = "acme"\nenabled = false\n')
    assert 'policy.conf:1: [[expect]] is not tried: the account "acme" is taken out' in contract.load().notes
