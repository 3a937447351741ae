"""What only several tables together can get wrong."""

import pytest

SECOND = """\
name = "beta"
numbers = ["+16045550100"]
[[bind]]
system_id = "beta"
password = "pass"
from = ["10.0.0.0/8"]
"""
CARRIER = (
    '[[carrier]]\nname = "{name}"\ntag = "{tag}"\nhost = "h.example"\nport = 1\nsystem_id = "us"\npassword = "x"\n'
)


@pytest.mark.parametrize(
    ("file", "old", "new", "problems"),
    [
        (
            "edge.conf",
            'name      = "review"',
            'name = "north"',
            ["edge.conf:43: name: carrier north stands at edge.conf:32 already"],
        ),
        ("edge.conf", 'tag       = "r"', 'tag = "n"', ['edge.conf:44: tag: "n" is taken']),
        ("edge.conf", 'tag       = "r"', 'tag = "nr"', ['edge.conf:44: tag: "nr" and "n": one begins the other']),
        (
            "edge.conf",
            'carriers = ["north"]\nstrategy',
            "carriers = []\nstrategy",
            ["edge.conf:52: carriers: a route needs at least one carrier"],
        ),
        (
            "edge.conf",
            '["north"]\nstrategy',
            '["north",\n"north"]\nstrategy',
            ['edge.conf:53: carriers: "north" is named twice'],
        ),
        (
            "edge.conf",
            '["north"]\nstrategy',
            '["south"]\nstrategy',
            ['edge.conf:52: carriers: there is no carrier "south" (did you mean "north"?)'],
        ),
        (
            "edge.conf",
            'country  = "CA"',
            'account = "acne"',
            ['edge.conf:51: account: there is no account "acne" (did you mean "acme"?)'],
        ),
        (
            "edge.conf",
            '"127.0.0.1:8025"',
            '"0.0.0.0:2775"',
            ["edge.conf:29: listen: port 2775 is [smpp] listen's already (edge.conf:7)"],
        ),
        (
            "edge.conf",
            'listen   = "127.0.0.1:2525"',
            'listen = "127.0.0.1:2775"',
            ["edge.conf:18: listen: port 2775 is [smpp] listen's already (edge.conf:7)"],
        ),
        (
            "edge.conf",
            '# tls_listen = "0.0.0.0:2776"',
            'tls_listen = "0.0.0.0:2776" #',
            ["edge.conf:8: tls_listen: needs the key certificate", "edge.conf:8: tls_listen: needs the key key"],
        ),
        (
            "edge.conf",
            "[smpp]\n",
            '[smpp]\nlockout = "1h"\n',
            ["edge.conf:6: lockout_max: must not be shorter than lockout"],
        ),
        (
            "edge.conf",
            "[smpp]\n",
            "[smpp]\nmax_connections = 10\n",
            ["edge.conf:6: max_unbound: must not be more than max_connections"],
        ),
        (
            "edge.conf",
            "[smpp]\n",
            '[smpp]\ncertificate = "none.pem"\n',
            ['edge.conf:7: certificate: cannot read the file "none.pem": No such file or directory'],
        ),
        (
            "edge.conf",
            'response = "hex"',
            'response = "text"',
            [
                'edge.conf:40: case: only means something with response = "hex"',
                "edge.conf:40: receipt: ids that are text in one place and numbers in the other never meet; "
                '"text" in both, or in none',
                'edge.conf:40: width: only means something with response = "hex"',
            ],
        ),
        (
            "edge.conf",
            "links     = 1",
            "reconnect_min = 90",
            ["edge.conf:31: reconnect_max: must not be shorter than reconnect_min"],
        ),
        (
            "edge.conf",
            "links     = 1",
            'certificate = "/dev/null"',
            [
                'edge.conf:31: [[carrier]] names certificates, but tls is not "on"',
                "edge.conf:31: [[carrier]] needs both certificate and key, or neither",
            ],
        ),
        (
            "edge.conf",
            "links     = 1",
            'tls = "on"\nca = "none"',
            ['edge.conf:39: ca: cannot read the file "none": No such file or directory'],
        ),
        (
            "edge.conf",
            'name    = "mmsc-north"',
            'name = "mmsc-south"',
            ['accounts.d/acme.conf:13: mm4_peers: there is no [[mm4.peer]] "mmsc-north" (did you mean "mmsc-south"?)'],
        ),
        (
            "edge.conf",
            'name     = "sbc-1"',
            'name = "sbc-2"',
            ['accounts.d/acme.conf:28: asterisk: there is no [[asterisk]] "sbc-1" (did you mean "sbc-2"?)'],
        ),
        (
            "accounts.d/acme.conf",
            '"+18335550120"]\nsenders',
            '"+18335550121"]\nsenders',
            ["accounts.d/acme.conf:10: verified_toll_free: +18335550120 is not among the account's numbers"],
        ),
        (
            "accounts.d/acme.conf",
            "shared   = []",
            'shared = ["+14165550190..+14165550210"]',
            ["accounts.d/acme.conf:12: shared: +14165550200..+14165550210 is not among the account's numbers"],
        ),
        (
            "accounts.d/acme.conf",
            "shared   = []",
            'shared = ["12345", "ACME"]',
            [
                'accounts.d/acme.conf:12: shared: "12345" is not among the account\'s short_codes or senders',
                'accounts.d/acme.conf:12: shared: "ACME" is not among the account\'s short_codes or senders',
            ],
        ),
        (
            "accounts.d/acme.conf",
            "shared   = []",
            'shared = ["ACMEDENTAL", "+1416"]',
            [
                'accounts.d/acme.conf:12: shared: expected "+14165550100" or a range "+14165550100..+14165550199", '
                'got "+1416"'
            ],
        ),
        (
            "accounts.d/acme.conf",
            '["+14165550110"]',
            '["+14165550210"]',
            ["accounts.d/acme.conf:29: numbers: +14165550210 is not among the account's numbers"],
        ),
        (
            "accounts.d/acme.conf",
            "max_binds = 8",
            'tls = "required"',
            ['accounts.d/acme.conf:23: tls: "required" needs [smpp] tls_listen'],
        ),
        (
            "accounts.d/acme.conf",
            "max_binds = 8",
            'tls = "certificate"',
            [
                'accounts.d/acme.conf:23: tls: "certificate" needs [smpp] tls_listen',
                'accounts.d/acme.conf:23: tls: "certificate" needs the subject names in certificates',
            ],
        ),
        (
            "accounts.d/acme.conf",
            '["127.0.0.0/8"]',
            "[]",
            ['accounts.d/acme.conf:22: from: no address may bind with an empty list ("0.0.0.0/0" and "::/0": all)'],
        ),
        (
            "policy.conf",
            'action = "quarantine"',
            'action = "reroute:reviews"',
            ['policy.conf:23: action: there is no carrier "reviews" (did you mean "review"?)'],
        ),
        (
            "policy.conf",
            "[[expect]]",
            '[rule.blocked]\naction = "flag"\n[[expect]]',
            ["policy.conf:26: action: blocked always refuses; flag would let messages pass"],
        ),
        (
            "policy.conf",
            "[[expect]]",
            '[rule.blocked]\nmode = "monitor"\n[[expect]]',
            ['policy.conf:26: mode: blocked is always enforced; "monitor" is not allowed'],
        ),
        ("policy.conf", 'account = "acme"', "", ["policy.conf:25: [[expect]] needs the key account"]),
        (
            "policy.conf",
            'account = "acme"',
            'account = "amce"',
            ['policy.conf:26: account: there is no account "amce" (did you mean "acme"?)'],
        ),
        (
            "policy.conf",
            'rule    = "sender-not-owned"',
            'rule = "sender-unowned"',
            ['policy.conf:39: rule: there is no rule sender-unowned (did you mean "sender-not-owned"?)'],
        ),
    ],
)
def test_within_the_contract(contract, file, old, new, problems):
    contract.replace(file, old, new)
    assert contract.problems() == problems


def test_a_route_s_carriers_are_names(contract):
    contract.append("edge.conf", '[[route]]\ncarriers = [1]\n[[route]]\ncarriers = "north"\n')
    assert contract.problems() == [
        "edge.conf:58: carriers: expected a name (letters, digits, . _ -; at most 64), got 1",
        'edge.conf:60: carriers: expected a list, got "north"',
    ]


def test_no_mm4_no_peers(contract):
    text = (contract.directory / "edge.conf").read_text(encoding="utf-8")
    begin, end = text.index("[mm4]"), text.index("[console]")
    contract.write("edge.conf", text[:begin] + text[end:])
    assert contract.problems() == ['accounts.d/acme.conf:13: mm4_peers: there is no [mm4], so no peer "mmsc-north"']


def test_names_and_system_ids_are_unique_over_all_accounts(contract):
    contract.write("accounts.d/beta.conf", SECOND.replace('"beta"', '"acme"'))
    assert contract.problems() == [
        "accounts.d/beta.conf:1: name: account acme stands at accounts.d/acme.conf:1 already",
        "accounts.d/beta.conf:4: system_id: the name acme stands at accounts.d/acme.conf:20 already",
    ]


def test_numbers_of_two_accounts(contract):
    contract.write("accounts.d/beta.conf", SECOND.replace('["+16', '["+14165550090..+14165550105",\n"+16'))
    owner = 'account "acme" (accounts.d/acme.conf:8)'
    meant = "too; list it in shared of one of them if that is meant"
    assert contract.problems() == [
        f"accounts.d/beta.conf:2: numbers: +14165550100..+14165550105 belongs to {owner} {meant}"
    ]
    contract.append("accounts.d/beta.conf", "")
    contract.replace("accounts.d/beta.conf", "[[bind]]", 'shared = ["+14165550100..+14165550104"]\n[[bind]]')
    assert contract.problems() == [f"accounts.d/beta.conf:2: numbers: +14165550105 belongs to {owner} {meant}"]
    contract.replace("accounts.d/acme.conf", "shared   = []", 'shared = ["+14165550105"]')
    conf = contract.load().conf
    assert {account.name for account in conf.inventory.owners(14165550105)} == {"acme", "beta"}


def test_one_number_of_three_accounts_is_unshared_in_two(contract):
    for name in ("beta", "gamma"):
        text = SECOND.replace("beta", name).replace("+16045550100", "+14165550150")
        contract.write(f"accounts.d/{name}.conf", text)
    contract.replace("accounts.d/acme.conf", "shared   = []", 'shared = ["+14165550100..+14165550199"]')
    [problem] = contract.problems()
    assert problem.startswith('accounts.d/gamma.conf:2: numbers: +14165550150 belongs to account "beta"')


def test_names_of_two_accounts(contract):
    contract.write("accounts.d/beta.conf", 'senders = ["AcmeDental"]\nshort_codes = ["12345"]\n' + SECOND)
    contract.replace("accounts.d/acme.conf", "short_codes = []", 'short_codes = ["12345"]')
    owner = 'account "acme" (accounts.d/acme.conf:{})'
    meant = "too; list it in shared of one of them if that is meant"
    assert contract.problems() == [
        f'accounts.d/beta.conf:1: senders: "ACMEDENTAL" belongs to {owner.format(9)} {meant}',
        f'accounts.d/beta.conf:2: short_codes: "12345" belongs to {owner.format(11)} {meant}',
    ]
    contract.replace("accounts.d/beta.conf", "numbers", 'shared = ["AcmeDental", "12345"]\nnumbers')
    assert {each.name for each in contract.load().conf.inventory.owners("12345")} == {"acme", "beta"}


def test_a_faulty_shared_brings_no_problems_of_its_own(contract):
    contract.write(
        "accounts.d/beta.conf", SECOND.replace("+16045550100", "+14165550100").replace("[[", 'shared = "no"\n[[', 1)
    )
    assert contract.problems() == ['accounts.d/beta.conf:3: shared: expected a list, got "no"']


def test_many_tags(desk):
    tags = ["b", "a1", "a", "a2", "c"]
    text = "".join(CARRIER.format(name=f"c{index}", tag=tag) for index, tag in enumerate(tags))
    assert desk({"edge.conf": text}).problems() == [
        'edge.conf:17: tag: "a" and "a1": one begins the other',
        'edge.conf:24: tag: "a2" and "a": one begins the other',
    ]


def test_tls_files_become_absolute(contract):
    contract.write("tls/edge.pem", "certificate")
    contract.write("tls/edge.key", "key")
    contract.replace(
        "edge.conf",
        "[smpp]\n",
        '[smpp]\ntls_listen = "0.0.0.0:2776"\ncertificate = "tls/edge.pem"\nkey = "tls/edge.key"\n',
    )
    smpp = contract.load().conf.smpp
    assert smpp.certificate == str(contract.directory / "tls/edge.pem")
    assert (smpp.tls_listen.port, smpp.client_ca) == (2776, "")
    contract.replace("accounts.d/acme.conf", "max_binds = 8", 'tls = "certificate"\ncertificates = ["acme"]')
    assert contract.problems() == ['accounts.d/acme.conf:23: tls: "certificate" needs [smpp] client_ca']


def test_port_0_is_never_taken(contract):
    for port in ("2775", "8025", "2525"):
        contract.replace("edge.conf", f"127.0.0.1:{port}", "127.0.0.1:0")
    assert contract.load().conf.console.port == 0


def test_an_endpoint_name_stands_once(contract):
    contract.append("accounts.d/acme.conf", '[[endpoint]]\nname = "acme-desk"\nasterisk = "sbc-1"\nnumbers = []\n')
    assert contract.problems() == [
        "accounts.d/acme.conf:35: name: endpoint acme-desk stands at accounts.d/acme.conf:27 already"
    ]


def test_area_codes_can_be_added(desk):
    assert desk({"edge.conf": '[areas]\n942 = "CA"\n'}).load().conf.areas == {"942": "CA"}
    assert desk({"edge.conf": '[areas]\n042 = "CA"\n943 = "ca"\n'}).problems() == [
        "edge.conf:2: areas: 042 is no area code (three digits, the first 2 to 9)",
        'edge.conf:3: 943: expected a country as two capital letters, like "CA", got "ca" (did you mean "CA"?)',
    ]


def test_remarks(contract):
    contract.replace("accounts.d/acme.conf", 'system_id = "acme"', 'system_id = "acme-dental-toronto"')
    contract.replace("accounts.d/acme.conf", 'password  = "secret"', 'password  = "secret-secret"')
    contract.replace("edge.conf", 'password  = "secret"', 'password  = "secret-secret"')
    contract.append("edge.conf", '[[route]]\ncarriers = ["review"]\n')
    contract.replace("edge.conf", 'listen = "127.0.0.1:2775"', "")
    assert {
        "accounts.d/acme.conf:20: system_id: SMPP has room for 15 characters only",
        "edge.conf:37: password: SMPP has room for 8 characters only (and in 1 more places)",
        "edge.conf:6: [smpp] has neither listen nor tls_listen: no customer can bind",
        "edge.conf:57: [[route]] is never reached: the one at edge.conf:55 takes everything",
    } <= set(contract.load().notes)


def test_statuses_of_an_account(contract):
    contract.append("accounts.d/acme.conf", "[statuses]\ncontent = 0x45\nblocked = 0\ncontents = 1\n")
    assert contract.problems() == [
        "accounts.d/acme.conf:36: blocked: expected a whole number from 1 to 4294967295, got 0",
        'accounts.d/acme.conf:37: unknown key contents in [statuses] (did you mean "content"?)',
    ]
    contract.replace("accounts.d/acme.conf", "blocked = 0\ncontents = 1\n", "")
    assert contract.load().conf.accounts["acme"].statuses == {"content": 0x45}


def test_trunks_are_carriers_to_routes_and_reroutes(contract):
    contract.replace("edge.conf", 'username = "smsedge"', 'username = "smsedge"\ntrunks = ["trunk-a"]')
    contract.replace("edge.conf", "[mm4] ", '[[route]]\ncarriers = ["trunk-a"]\nchannel = "sip"\n[mm4] ')
    contract.write("local.d/reroute.conf", '[rule.shortener]\naction = "reroute:trunk-a"\n')
    loaded = contract.load({"SMSEDGE_AMI_SECRET": "s3cret"})
    [asterisk] = loaded.conf.asterisks
    assert (asterisk.trunks, asterisk.secret) == (("trunk-a",), "s3cret")
    assert [route.channel for route in loaded.conf.routes][:1] == ["sip"]
    assert not any("leads nowhere" in note or "not connected" in note for note in loaded.notes)


def test_trunks_that_are_mistakes(contract):
    contract.replace("edge.conf", 'username = "smsedge"', 'username = "smsedge"\ntrunks = ["trunk-a", "north"]')
    contract.write("local.d/route.conf", '[[route]]\ncarriers = ["trunk-b"]\n')
    assert contract.problems() == [
        'edge.conf:15: trunks: "north" is a [[carrier]] already',
        'local.d/route.conf:2: carriers: there is no carrier "trunk-b" (did you mean "trunk-a"?)',
    ]


def test_a_route_of_trunks_alone_is_for_sip(contract):
    contract.replace("edge.conf", 'username = "smsedge"', 'username = "smsedge"\ntrunks = ["trunk-a"]')
    contract.write("local.d/route.conf", '[[route]]\ncarriers = ["trunk-a"]\n')
    assert any("leads nowhere for SMPP" in note for note in contract.load().notes)


def test_a_secret_of_a_manager_is_looked_up(contract):
    contract.replace("edge.conf", '"env:SMSEDGE_AMI_SECRET"', '"file:nowhere"')
    assert contract.problems() == ["edge.conf:15: secret: cannot read the file nowhere: No such file or directory"]
