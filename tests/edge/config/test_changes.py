"""What a reload has to touch."""

from edge.config import Changes, Difference, diff


def test_nothing_changed(contract):
    changes = diff(contract.load().conf, contract.load().conf)
    assert changes == Changes(Difference(), Difference(), routes=False, restart=())
    assert not changes.carriers


def test_remarks_change_the_version_and_nothing_else(contract):
    old = contract.load().conf
    contract.append("edge.conf", "# a remark\n")
    new = contract.load().conf
    assert old.version != new.version
    assert diff(old, new) == Changes(Difference(), Difference(), routes=False, restart=())


def test_carriers_accounts_and_routes(contract):
    old = contract.load().conf
    contract.write(
        "local.d/a.conf",
        '[[carrier]]\nname = "review"\nenabled = false\n[[carrier]]\nname = "north"\nwindow = 10\n'
        '[[carrier]]\nname = "south"\ntag = "s"\nhost = "h"\nport = 1\nsystem_id = "us"\npassword = "x"\n'
        '[[route]]\ncarriers = ["south"]\n',
    )
    contract.write("local.d/acme.conf", 'name = "acme"\n[[bind]]\nsystem_id = "acme"\nwindow = 10\n')
    contract.write("accounts.d/beta.conf", 'name = "beta"\n')
    new = contract.load().conf
    changes = diff(old, new)
    assert changes.carriers == Difference(added=("south",), removed=("review",), changed=("north",))
    assert changes.accounts == Difference(added=("beta",), changed=("acme",))
    assert changes.routes
    assert changes.carriers
    assert diff(new, old).accounts == Difference(removed=("beta",), changed=("acme",))


def test_a_secret_from_outside_is_a_change(contract):
    contract.replace("edge.conf", 'password  = "secret"', 'password  = "env:NORTH"')
    changes = diff(contract.load({"NORTH": "a"}).conf, contract.load({"NORTH": "b"}).conf)
    assert changes.carriers == Difference(changed=("north",))


def test_what_needs_a_restart_is_said(contract):
    old = contract.load().conf
    contract.replace("edge.conf", "127.0.0.1:2775", "[::1]:2776")
    contract.replace("edge.conf", '[console]\nlisten = "127.0.0.1:8025"\n', "")
    contract.replace("edge.conf", 'state = "var"', 'state = "elsewhere"')
    assert diff(old, contract.load().conf).restart == (
        "[node] state: var -> elsewhere needs a restart",
        "[smpp] listen: 127.0.0.1:2775 -> [::1]:2776 needs a restart",
        "[console] listen: 127.0.0.1:8025 -> nothing needs a restart",
    )
