"""[console] complaints_token: looked up, long enough, never shown."""

import pytest

TOKEN = "0123456789abcdef0123456789abcdef"


def console(contract, token):
    contract.write("local.d/console.conf", f'[console]\ncomplaints_token = "{token}"\n')


def test_it_is_off_unless_it_is_set(contract):
    assert contract.load().conf.intake.token == ""


def test_out_of_the_environment_or_a_file(contract):
    console(contract, "env:TOKEN")
    conf = contract.load({"TOKEN": TOKEN}).conf
    assert conf.intake.token == TOKEN
    assert TOKEN not in repr(conf)
    (contract.directory / "token").write_text(TOKEN + "\n")
    console(contract, "file:token")
    assert contract.load().conf.intake.token == TOKEN


@pytest.mark.parametrize(
    ("token", "says"),
    [
        ("env:TOKEN", "the environment variable TOKEN is not set"),
        ("file:nothing", "cannot read the file nothing: No such file or directory"),
        ("short", "shorter than 16 characters: make one with `openssl rand -hex 32`"),
    ],
)
def test_what_is_none(contract, token, says):
    console(contract, token)
    assert contract.problems() == [f"local.d/console.conf:2: complaints_token: {says}"]


def test_a_hash_is_none(contract):
    hashed = "argon2:$argon2id$v=19$m=65536,t=3,p=4$c29tZXNhbHRzb21lc2FsdA$" + "A" * 43
    console(contract, hashed)
    (problem,) = contract.problems()
    assert problem.endswith("a token is compared as it is, so it cannot be an argon2 hash")


def test_a_reload_changes_it_without_a_restart(contract):
    from edge.config import diff

    old = contract.load().conf
    console(contract, TOKEN)
    new = contract.load().conf
    assert new.intake.token == TOKEN
    assert diff(old, new).restart == ()
