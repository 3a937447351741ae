"""What is shipped in conf/ works as it is, and says the truth about the rules' defaults."""

import ast
import shutil
import sys
from pathlib import Path

import edge.config
from edge.config import load
from edge.config.reference import manual, policy_defaults
from edge.core.conf import Listen
from edge.policy.registry import RULES
from edge.policy.rule import default_settings

ROOT = Path(edge.config.__file__).parents[2]
SHIPPED = ROOT / "conf"
MARK = "# ---- Every rule that is built, with its defaults.\n"


def test_it_works_out_of_the_box():
    loaded = load(SHIPPED, {})
    conf = loaded.conf
    assert (conf.smpp.listen, conf.console) == (Listen("127.0.0.1", 2775), Listen("127.0.0.1", 8025))
    assert (conf.asterisks, conf.mm4, conf.state) == ((), None, "var")
    ports = {
        name: (carrier.host, carrier.port, carrier.system_id, carrier.password)
        for name, carrier in conf.carriers.items()
    }
    assert ports == {
        "north": ("127.0.0.1", 12775, "sipstack", "secret"),
        "review": ("127.0.0.1", 12785, "sipstack", "secret"),
    }
    assert conf.binds["acme"][1].password == "secret"
    assert loaded.notes == []


def test_the_customer_to_try_things_with_can_be_taken_out(tmp_path):
    conf = tmp_path / "conf"
    shutil.copytree(SHIPPED, conf)
    (conf / "local.d" / "acme.conf").write_text('name = "acme"\nenabled = false\n')  # as accounts.d/acme.conf says
    assert load(conf, {}).conf.accounts == {}


def test_the_examples_work_as_they_are(tmp_path):
    shutil.copytree(SHIPPED, tmp_path / "conf")
    for example in (SHIPPED / "examples" / "mms").iterdir():
        shutil.copy(example, tmp_path / "conf" / "local.d" / example.name)
    conf = load(tmp_path / "conf", {}).conf
    assert conf.mm4 is not None
    assert conf.mm4.listen == Listen("127.0.0.1", 2525)
    assert [peer.name for peer in conf.mm4.peers] == ["acme-mmsc", "mmsc-north"]
    assert conf.accounts["acme"].mm4_peers == ("acme-mmsc",)


def test_every_built_rule_is_shown_with_its_defaults():
    shown = (SHIPPED / "policy.conf").read_text(encoding="utf-8").partition(MARK)[2]
    assert shown.strip() == policy_defaults().strip()


def test_the_defaults_shown_are_the_defaults(tmp_path):
    shutil.copytree(SHIPPED, tmp_path / "conf")
    lines = policy_defaults().split("\n")
    active = [line[2:] for line in lines if line.startswith("# [rule.") or " = " in line]
    (tmp_path / "conf" / "policy.conf").write_text("\n".join(active), encoding="utf-8")
    rules = {rule.id: rule.settings for rule in load(tmp_path / "conf", {}).ruleset.rules}
    for rule_id, spec in RULES.items():
        default, loaded = default_settings(spec), rules[rule_id]
        assert loaded.values == default.values
        assert (loaded.mode, loaded.action, loaded.on_error) == (default.mode, default.action, default.on_error)


def test_the_manual_is_fresh():
    assert (ROOT / "docs" / "conf.md").read_text(encoding="utf-8") == manual(), (
        "run: python -m edge.config.reference conf > docs/conf.md"
    )


def test_the_manual_names_every_key_of_the_contract():
    text = manual()
    for header in ("[node]", "[smpp]", "[[carrier]]", "[[route]]", "[[expect]]", "[[bind]]", "[[mm4.peer]]", "[areas]"):
        assert f"## `{header}`" in text
    for rule_id in RULES:
        assert f"### `{rule_id}`" in text


def test_checking_a_conf_needs_no_console():
    """Static: no module of edge.config imports the console's server or a channel."""
    for path in Path(edge.config.__file__).parent.glob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            names += [node.module or ""] if isinstance(node, ast.ImportFrom) else []
            for name in names:
                assert not name.startswith(("aiohttp", "edge.console", "edge.channels", "asyncio")), path.name
    assert "edge.config" in sys.modules
