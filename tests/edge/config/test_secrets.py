"""Secrets are found where the conf says, and shown nowhere."""

import pytest
from argon2 import PasswordHasher

from edge.config.problem import Wrong
from edge.config.secrets import resolve

HASH = "$argon2id$v=19$m=65536,t=3,p=4$c29tZXNhbHRzb21lc2FsdA$JTBozgKQiCn5yKUyxFn9AZFqAMYDXQlMtlTPTZrD1Ck"


def test_where_secrets_come_from(tmp_path):
    (tmp_path / "password").write_text("from a file\n", encoding="utf-8")
    environment = {"SMSC_PASSWORD": "from outside", "HASHED": f"argon2:{HASH}"}
    assert resolve("plain", tmp_path, environment) == "plain"
    assert resolve("env:SMSC_PASSWORD", tmp_path, environment) == "from outside"
    assert resolve("file:password", tmp_path, environment) == "from a file"
    assert resolve(f"file:{tmp_path}/password", tmp_path, environment) == "from a file"
    assert resolve(f"argon2:{HASH}", tmp_path, environment) == f"argon2:{HASH}"
    assert resolve("env:HASHED", tmp_path, environment) == f"argon2:{HASH}"


def test_what_the_library_hashes_is_taken(tmp_path):
    encoded = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1).hash("secret")
    assert resolve(f"argon2:{encoded}", tmp_path, {}) == f"argon2:{encoded}"


@pytest.mark.parametrize(
    ("word", "message"),
    [
        ("env:UNSET", "the environment variable UNSET is not set"),
        ("env:", "env: must be followed by the name of an environment variable"),
        ("env:my secret", "env: must be followed by the name of an environment variable"),
        ("file:", "file: must be followed by the path of a file"),
        ("file:a\0b", "file: must be followed by the path of a file"),
        ("file:none", "cannot read the file none: No such file or directory"),
        ("file:.", "cannot read the file .: Is a directory"),
        ("file:long", "the file long is longer than 4096 octets"),
        ("file:binary", "the file binary is not text"),
        ("argon2:hunter2", "argon2: must be followed by a whole hash that begins with $argon2id$"),
        (f"argon2:{HASH[:40]}", "argon2: must be followed by a whole hash that begins with $argon2id$"),
        (
            "argon2:" + HASH.replace("m=65536", "m=99999999"),
            "the argon2 hash may cost at most 1048576 KiB and 64 passes to verify",
        ),
        (
            "argon2:" + HASH.replace("t=3", "t=0"),
            "the argon2 hash may cost at most 1048576 KiB and 64 passes to verify",
        ),
        ("a\0b", "the secret has characters that SMPP cannot carry"),
        ("пароль", "the secret has characters that SMPP cannot carry"),
    ],
)
def test_what_is_no_secret(tmp_path, word, message):
    (tmp_path / "long").write_text("x" * 4097, encoding="utf-8")
    (tmp_path / "binary").write_bytes(b"\xff\xfe")
    with pytest.raises(Wrong) as caught:
        resolve(word, tmp_path, {})
    assert str(caught.value) == message


def test_only_channels_that_start_need_their_secret(contract):
    assert contract.load().conf.asterisks[0].name == "sbc-1"
    contract.replace("edge.conf", 'password  = "secret"', 'password  = "env:NORTH_PASSWORD"')
    contract.replace("accounts.d/acme.conf", 'password  = "secret"', 'password  = "file:acme"')
    assert contract.problems() == [
        "accounts.d/acme.conf:21: password: cannot read the file acme: No such file or directory",
        "edge.conf:37: password: the environment variable NORTH_PASSWORD is not set",
    ]
    contract.write("acme", "opensesame\r\n")
    conf = contract.load({"NORTH_PASSWORD": "north"}).conf
    assert conf.carriers["north"].password == "north"
    assert conf.accounts["acme"].binds[0].password == "opensesame"


def test_secrets_that_do_not_fit_their_use(contract):
    contract.replace("edge.conf", 'password  = "secret"', f'password  = "argon2:{HASH}"')
    contract.replace("accounts.d/acme.conf", 'password  = "secret"', 'password  = ""')
    assert contract.problems() == [
        "accounts.d/acme.conf:21: password: must not be empty",
        "edge.conf:37: password: a carrier's password is sent, so it cannot be an argon2 hash",
    ]


@pytest.mark.parametrize(
    "spoil", ['password = "hunter2\\u0000"', 'passwort = "hunter2"', 'password = ["hunter2"]', "password = 'hunter2"]
)
def test_no_problem_shows_a_secret(contract, spoil):
    contract.replace("accounts.d/acme.conf", 'password  = "secret"', spoil)
    contract.replace("edge.conf", 'password  = "secret"', spoil)
    contract.replace("edge.conf", 'secret   = "env:SMSEDGE_AMI_SECRET"', spoil.replace("passwor", "secre"))
    problems = "\n".join(contract.problems())
    assert problems
    assert "hunter2" not in problems
