"""[mm4] and its peers: what is read, and what is wrong."""

import pytest

PEER = '[[mm4.peer]]                        # who may hand us MMS, and who we hand it to\nname    = "mmsc-north"\n'


def add(contract, more, table=""):
    contract.replace("edge.conf", PEER, f"{table}\n{PEER}{more}\n")


def test_what_is_read(contract):
    contract.write("north.pem", "")
    add(
        contract,
        'username = "north"\npassword = "argon2:$argon2id$v=19$m=65536,t=3,p=4$c29tZXNhbHQ$aGFzaGhhc2hoYXNoaGFzaA"\n'
        'backup = ["127.0.0.2:25", "[::1]:2525"]\nrelay_tls = "on"\nrelay_ca = "north.pem"\nrelay_username = "us"\n'
        'relay_password = "env:US"\nconnections = 3\nqueue = 0\ntls = "required"',
        'certificate = "north.pem"\nkey = "north.pem"\nmemory = "8MiB"\nidle = "1m"\n',
    )
    mm4 = contract.load({"US": "sent"}).conf.mm4
    [peer] = mm4.peers
    assert (mm4.memory, mm4.idle, mm4.deadline > mm4.send_timeout) == (8 * 1024 * 1024, 60.0, True)
    assert mm4.certificate.endswith("/north.pem")
    assert [str(each) for each in peer.backup] == ["127.0.0.2:25", "[::1]:2525"]
    assert (peer.tls, peer.username, peer.relay_password, peer.connections, peer.queue) == (
        "required",
        "north",
        "sent",
        3,
        0,
    )
    assert "sent" not in repr(mm4)


@pytest.mark.parametrize(
    ("more", "table", "said"),
    [
        ('username = "n"', "", "edge.conf:23: [[mm4.peer]] needs both username and password, or neither"),
        (
            'relay_username = "n"\nrelay_password = "x"',
            "",
            'edge.conf:25: relay_username: needs relay_tls = "on" or "unverified": a password is sent',
        ),
        (
            'tls = "required"',
            "",
            'edge.conf:25: tls: "required" needs [mm4] certificate',
        ),
        (
            'tls = "certificate"',
            "",
            'edge.conf:25: tls: "certificate" needs the subject names in certificates',
        ),
        ("", 'send_timeout = "90s"', "edge.conf:22: send_timeout: must be shorter than deadline"),
        ("", 'memory = "1MiB"', "edge.conf:22: memory: must not be less than max_size"),
        ("", 'key = "edge.conf"', "edge.conf:17: [mm4] needs both certificate and key, or neither"),
        ('relay_ca = "edge.conf"', "", 'edge.conf:25: relay_ca: only means something with relay_tls = "on"'),
        ('backup = ["x"]', "", "edge.conf:25: backup: expected an address and port, like"),
    ],
)
def test_mistakes(contract, more, table, said):
    add(contract, more, table)
    problems = contract.problems()
    assert problems[0].startswith(said), problems


def test_two_peers_of_one_network(contract):
    contract.write("local.d/more.conf", '[[mm4.peer]]\nname = "b"\nfrom = ["127.0.0.1"]\nrelay = "127.0.0.1:1"\n')
    assert contract.problems() == [
        'local.d/more.conf:3: from: "127.0.0.1/32" is another peer\'s (edge.conf:24); one of the two needs a username'
    ]


# Evidence

KEY = "x25519:AQIDBAUGBwgJCgsMDQ4PEBESExQVFhcYGRobHB0eHyA="


@pytest.mark.parametrize("written", [KEY, "env:KEY", "file:evidence.pub"])
def test_an_evidence_key(contract, written):
    contract.write("evidence.pub", KEY + "\n")
    add(contract, "", f'evidence_key = "{written}"\nevidence_files = 5\nevidence_size = "2MB"\n')
    mm4 = contract.load({"KEY": KEY}).conf.mm4
    assert (mm4.evidence_key, mm4.evidence_files, mm4.evidence_size) == (KEY, 5, 2_000_000)


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ('evidence_key = "x25519:AAAA"', "evidence_key: x25519: must be followed by 32 octets in base64"),
        ('evidence_key = "env:GONE"', "evidence_key: the environment variable GONE is not set"),
        ('evidence_key = "secret"', 'evidence_key: expected "x25519:...", "env:NAME" or "file:PATH"'),
        ('evidence_key = "file:edge.conf"', "evidence_key: "),
        ('evidence_size = "1MB"', "evidence_size: must not be less than max_size"),
    ],
)
def test_evidence_that_cannot_be(contract, line, said):
    add(contract, "", line)
    assert said in "\n".join(contract.problems())


@pytest.mark.parametrize(("key", "noted"), [(f'evidence_key = "{KEY}"', False), ("", True)])
def test_a_child_safety_list_without_a_key_is_noted(contract, key, noted):
    contract.write("lists/agency.txt", "0123456789abcdef\n")
    contract.write("local.d/images.conf", '[rule.image-hash]\nchild_safety = "lists/agency.txt"\n')
    add(contract, "", key)
    assert any("no evidence_key" in note for note in contract.load().notes) is noted
