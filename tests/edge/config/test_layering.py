"""local.d wins key by key; lists merge by name, are replaced, or grow."""

from edge.core.carrier import Route
from edge.core.conf import Listen


def test_tables_merge_key_by_key(contract):
    contract.write("local.d/a.conf", '[smpp]\nenquire_link = "45s"\n[node]\nname = "edge-7"\n')
    conf = contract.load().conf
    assert (conf.node, conf.state) == ("edge-7", "var")
    assert (conf.smpp.enquire_link, conf.smpp.listen) == (45.0, Listen("127.0.0.1", 2775))


def test_later_files_win(contract):
    contract.write("local.d/10.conf", '[node]\nname = "first"\nstate = "first"\n')
    contract.write("local.d/20.conf", '[node]\nname = "second"\n')
    conf = contract.load().conf
    assert (conf.node, conf.state) == ("second", "first")


def test_carriers_merge_by_name(contract):
    contract.write(
        "local.d/a.conf",
        '[[carrier]]\nname = "north"\nhost = "smsc.north.example"\nmessage_id.case = "lower"\n'
        '[[carrier]]\nname = "south"\ntag = "s"\nhost = "10.0.0.1"\nport = 2775\nsystem_id = "us"\npassword = "x"\n',
    )
    carriers = contract.load().conf.carriers
    assert list(carriers) == ["north", "review", "south"]
    north = carriers["north"]
    assert (north.host, north.port, north.window) == ("smsc.north.example", 12775, 200)
    assert (north.message_id.response, north.message_id.case) == ("hex", "lower")


def test_asterisks_and_peers_merge_by_name(contract):
    contract.write(
        "local.d/a.conf",
        '[[asterisk]]\nname = "sbc-1"\nport = 5039\n[[mm4.peer]]\nname = "mmsc-north"\ndomains = ["a.example"]\n',
    )
    conf = contract.load().conf
    assert [(each.name, each.port) for each in conf.asterisks] == [("sbc-1", 5039)]
    assert conf.mm4.peers[0].domains == ("a.example",)
    assert conf.mm4.peers[0].relay == Listen("127.0.0.1", 2526)


def test_routes_are_replaced_and_expectations_added(contract):
    contract.write(
        "local.d/a.conf",
        '[[route]]\ncarriers = ["review"]\n'
        '[[expect]]\naccount = "acme"\nfrom = "+14165550100"\nto = "+14165550301"\nverdict = "quarantine"\n',
    )
    problems = contract.problems()
    assert problems == ["local.d/a.conf:3: [[expect]] wants quarantine, but the verdict is allow"]
    contract.replace("local.d/a.conf", "quarantine", "allow")
    assert contract.load().conf.routes == (Route(("review",)),)


def test_an_account_is_addressed_by_its_name(contract):
    contract.write(
        "local.d/acme.conf",
        'name = "acme"\nbrand = "Acme Clinic"\n'
        '[[bind]]\nsystem_id = "acme"\nwindow = 5\n'
        '[[bind]]\nsystem_id = "acme2"\npassword = "other"\nfrom = ["10.0.0.0/8"]\n'
        '[[endpoint]]\nname = "acme-desk"\nnumbers = ["+14165550111"]\n'
        '[limits]\nrate-sender = "2/1s"\n',
    )
    loaded = contract.load()
    acme = loaded.conf.accounts["acme"]
    assert (acme.brand, acme.domains) == ("Acme Clinic", ("acme.example",))
    assert [(bind.system_id, bind.window, bind.password) for bind in acme.binds] == [
        ("acme", 5, "secret"),
        ("acme2", 50, "other"),
    ]
    assert acme.endpoints[0].numbers == ((14165550111, 14165550111),)
    assert acme.limits.keys() == {"rate-account", "bulk", "rate-sender"}


def test_an_account_of_local_d_alone_is_remarked_on(contract):
    contract.write("local.d/zoo.conf", 'name = "zoo"\n')
    contract.write("local.d/zoo2.conf", 'name = "zoo"\nbrand = "Zoo"\n')
    loaded = contract.load()
    assert loaded.conf.accounts["zoo"].brand == "Zoo"
    assert 'local.d/zoo.conf:1: account "zoo" stands in no file of accounts.d; it is new here' in loaded.notes


def test_what_is_shipped_can_be_taken_out(contract):
    contract.write("local.d/acme.conf", 'name = "acme"\nenabled = false\n')
    contract.write(
        "local.d/a.conf",
        '[[carrier]]\nname = "review"\nenabled = false\n[[asterisk]]\nname = "sbc-1"\nenabled = false\n'
        "[[expect]]\nenabled = true\n",
    )
    assert contract.problems() == [
        "local.d/a.conf:7: [[expect]] needs the key account",
        "local.d/a.conf:7: [[expect]] needs the key from",
        "local.d/a.conf:7: [[expect]] needs the key to",
        "local.d/a.conf:7: [[expect]] needs the key verdict",
        "local.d/a.conf:8: unknown key enabled in [[expect]]",
    ]
    contract.replace("local.d/a.conf", "[[expect]]\nenabled = true\n", "")
    contract.write("policy.conf", "")
    conf = contract.load().conf
    assert (conf.accounts, conf.binds, list(conf.carriers), conf.asterisks) == ({}, {}, ["north"], ())


def test_a_wrong_value_is_reported_where_it_won(contract):
    contract.write("local.d/a.conf", '# mine\n[[carrier]]\nname = "north"\nport = 0\n')
    contract.write(
        "local.d/acme.conf", '# mine\nname = "acme"\nkind = "charity"\n[[bind]]\nsystem_id = "acme"\nwindow = 0\n'
    )
    assert contract.problems() == [
        "local.d/a.conf:4: port: expected a whole number from 1 to 65535, got 0",
        'local.d/acme.conf:3: kind: expected "business" or "consumer", got "charity"',
        "local.d/acme.conf:6: window: expected a whole number from 1 to 10000, got 0",
    ]


def test_a_name_twice_in_one_local_file_is_a_mistake(contract):
    twice = '[[carrier]]\nname = "north"\nwindow = 5\n'
    contract.write("local.d/a.conf", twice + twice)
    assert "local.d/a.conf:5: name: carrier north stands at local.d/a.conf:2 already" in contract.problems()


def test_other_files_are_left_alone(contract):
    contract.write("local.d/a.conf~", "][")
    contract.write("local.d/.a.conf", "][")
    contract.write("accounts.d/readme.md", "][")
    assert contract.load().conf.node == "edge-1"
