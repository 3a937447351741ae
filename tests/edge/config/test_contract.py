"""The contract's files load and mean what they say."""

from ipaddress import ip_network

from edge.core.carrier import MessageIdFormat, Route
from edge.core.conf import Listen
from edge.core.verdict import Action
from edge.policy.registry import RULES
from edge.policy.rule import Mode

ACME = (14165550100, 14165550199)
TOLL_FREE = (18335550120, 18335550120)


def test_the_node_and_its_doors(contract):
    conf = contract.load().conf
    assert (conf.node, conf.state) == ("edge-1", "var")
    assert conf.smpp.listen == Listen("127.0.0.1", 2775)
    assert conf.smpp.tls_listen is None
    assert conf.console == Listen("127.0.0.1", 8025)
    assert conf.directory == str(contract.directory)
    [asterisk] = conf.asterisks
    assert (asterisk.name, asterisk.host, asterisk.port, asterisk.username) == ("sbc-1", "127.0.0.1", 5038, "smsedge")
    assert conf.mm4.listen == Listen("127.0.0.1", 2525)
    assert conf.mm4.max_size == 1_500_000
    [peer] = conf.mm4.peers
    assert (peer.name, peer.networks, peer.relay) == ("mmsc-north", ("127.0.0.1/32",), Listen("127.0.0.1", 2526))
    assert peer.domains == ("mms.north.example",)


def test_carriers_and_routes(contract):
    conf = contract.load().conf
    assert list(conf.carriers) == ["north", "review"]
    north = conf.carriers["north"]
    assert (north.tag, north.host, north.port, north.links, north.window) == ("n", "127.0.0.1", 12775, 1, 200)
    assert (north.system_id, north.password) == ("sipstack", "secret")
    assert north.message_id == MessageIdFormat(response="hex", receipt="decimal", width=8, case="upper")
    assert conf.carriers["review"].message_id == MessageIdFormat()
    assert conf.routes == (Route(("north",), country="CA"), Route(("north",)))


def test_the_account(contract):
    conf = contract.load().conf
    acme = conf.accounts["acme"]
    assert (acme.kind, acme.brand, acme.domains, acme.country) == ("business", "Acme Dental", ("acme.example",), "CA")
    assert (acme.home, acme.timezone, acme.opened) == (1, "America/Toronto", 1768435200.0)
    assert acme.numbers == (ACME, TOLL_FREE)
    assert acme.verified_toll_free == (TOLL_FREE,)
    assert (acme.senders, acme.short_codes, acme.shared) == (frozenset({"ACMEDENTAL"}), frozenset(), ())
    assert (acme.mm4_peers, acme.sensitive_data, acme.hold, acme.record) == (("mmsc-north",), "reject", False, False)
    assert acme.classes == {"appointment", "otp"}
    [bind] = acme.binds
    assert (bind.system_id, bind.password, bind.max_binds, bind.window) == ("acme", "secret", 8, 50)
    assert bind.networks == (str(ip_network("127.0.0.0/8")),)
    assert conf.binds == {"acme": (acme, bind)}
    [endpoint] = acme.endpoints
    assert (endpoint.name, endpoint.asterisk, endpoint.numbers) == ("acme-desk", "sbc-1", ((14165550110, 14165550110),))
    assert conf.inventory.owners(14165550150) == (acme,)
    assert conf.inventory.owners(14165550200) == ()


def test_the_rules(contract):
    settings = {rule.id: rule.settings for rule in contract.load().ruleset.rules}
    assert settings.keys() == RULES.keys()
    assert str(settings["rate-sender"].values["limit"]) == "60/1m burst 10"
    assert str(settings["bomb-pair"].values["limit"]) == "10/1m burst 1"
    assert settings["marketing"].mode is Mode.MONITOR
    assert settings["marketing"].action is Action.QUARANTINE
    assert settings["bulk"].value("recipients", "acme") == 150
    assert settings["bulk"].value("recipients", "another") == 100
    assert str(settings["rate-account"].value("limit", "acme")) == "200/1s burst 400"
    assert str(settings["rate-account"].value("limit", "another")) == "10/1s burst 50"
    assert settings["rate-sender"].accounts == {}


def test_what_is_not_built_is_said(contract):
    notes = contract.load().notes
    unset = "the environment variable SMSEDGE_AMI_SECRET is not set"
    assert f"edge.conf:15: asterisk sbc-1 is not connected to: {unset}" in notes
    for place, name in (
        ("policy.conf:16", "rule.bulk"),
        ("policy.conf:21", "rule.marketing"),
        ("accounts.d/acme.conf:33", "limits.bulk"),
    ):
        rule = name.partition(".")[2]
        assert (f"{place}: {name} is not enforced yet" in notes) is (RULES[rule].built is None)


def test_the_version_follows_every_file(contract):
    first = contract.load().conf.version
    assert contract.load().conf.version == first
    contract.write("lists/extra.txt", "one\n")
    second = contract.load().conf.version
    contract.append("accounts.d/acme.conf", "# a remark\n")
    third = contract.load().conf.version
    assert len({first, second, third}) == 3
    assert all(len(version) == 12 for version in (first, second, third))


def test_an_empty_conf_is_a_conf(desk):
    loaded = desk({}).load()
    assert loaded.conf.accounts == {}
    assert loaded.conf.smpp.listen is None
    assert loaded.notes == ["edge.conf:1: there is no [[route]]: no message can go to a carrier"]
