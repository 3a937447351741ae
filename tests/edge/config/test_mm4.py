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
