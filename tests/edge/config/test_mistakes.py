"""Every problem at once, each with the file and line where the wrong value stands."""

import tomllib

EDGE = """\
[node]
name = "edge 1"

[smp]
listen = "127.0.0.1:2775"

[smpp]
listen = "127.0.0.1"
sesion_init = "10s"
enquire_link = "soon"
max_connections = "many"

[console]

[[carrier]]
name = "north"
tag = "1n"
host = "127.0.0.1"
port = "abc"
windw = 10
system_id = "us"
password = 12345678
message_id = { response = "hexx", width = 99 }

[[route]]
carriers = ["nrth"]
strategy = "fastest"
"""

POLICY = """\
[rule.rate-sender]
mode = "on"
limit = "60 per minute"

[rule.rate-sendr]
limit = "60/1m"

[rule.emergency-destination]
mode = "off"

[rule.bomb-pair]
action = "reroute:nowhere"
limti = "1/1s"

[rule.volume]
action = "block"
on_error = "ignore"
"""

ACCOUNT = """\
name = "acme"
country = "Canada"
timezone = "America/Toronot"
numbers = [
    "+14165550199..+14165550100",
    "+14165550100",
    "4165550101",
]
hold = "no"
classes = ["marketing"]

[[bind]]
system_id = "acme"
from = ["10.0.0.1/8"]
max_binds = 0

[limits]
rate-acount = "1/1s"
rate-account = "fast"
bomb-pair = { limits = "1/1s" }
"""

EXPECTED = """\
accounts.d/acme.conf:2: country: expected a country as two capital letters, like "CA", got "Canada"
accounts.d/acme.conf:3: timezone: expected a time zone, like "America/Toronto", got "America/Toronot" (did you mean "America/Toronto"?)
accounts.d/acme.conf:5: numbers: the range "+14165550199..+14165550100" is reversed: it ends before it begins
accounts.d/acme.conf:7: numbers: expected "+14165550100" or a range "+14165550100..+14165550199", got "4165550101"
accounts.d/acme.conf:9: hold: expected true or false, got "no"
accounts.d/acme.conf:10: classes: expected "appointment", "otp", "notification" or "alerting", got "marketing" (did you mean "alerting"?)
accounts.d/acme.conf:12: [[bind]] needs the key password
accounts.d/acme.conf:14: from: expected a network, got "10.0.0.1/8": it has bits behind the mask (did you mean "10.0.0.0/8"?)
accounts.d/acme.conf:15: max_binds: expected a whole number from 1 to 10000, got 0
accounts.d/acme.conf:18: limits: there is no rule rate-acount (did you mean "rate-account"?)
accounts.d/acme.conf:19: limits.rate-account: "fast" is no rate: write count/period, such as "60/1m" or "10/1s burst 50"
edge.conf:2: name: expected a name (letters, digits, . _ -; at most 64), got "edge 1"
edge.conf:4: unknown key smp in this file (did you mean "smpp"?)
edge.conf:8: listen: expected an address and port, like "127.0.0.1:2775" or "[::1]:2775", got "127.0.0.1"
edge.conf:9: unknown key sesion_init in [smpp] (did you mean "session_init"?)
edge.conf:10: enquire_link: expected a time from 1s to 1d, like "10s", "5m", "2h" or "30d", got "soon"
edge.conf:11: max_connections: expected a whole number from 1 to 1000000, got "many"
edge.conf:13: [console] needs the key listen
edge.conf:17: tag: expected letters and digits, a letter first, at most 8, got "1n"
edge.conf:19: port: expected a whole number from 1 to 65535, got "abc"
edge.conf:20: unknown key windw in [[carrier]] (did you mean "window"?)
edge.conf:22: password: expected text, got a number
edge.conf:23: response: expected "text", "hex" or "decimal", got "hexx" (did you mean "hex"?)
edge.conf:23: width: expected a whole number from 0 to 32, got 99
edge.conf:26: carriers: there is no carrier "nrth" (did you mean "north"?)
edge.conf:27: strategy: expected "priority" or "round-robin", got "fastest"
policy.conf:2: mode: expected "off", "monitor" or "enforce", got "on"
policy.conf:3: limit: "60 per minute" is no rate: write count/period, such as "60/1m" or "10/1s burst 50"
policy.conf:5: rule: there is no rule rate-sendr (did you mean "rate-sender"?)
policy.conf:9: mode: emergency-destination is always enforced; "off" is not allowed
policy.conf:12: action: there is no carrier "nowhere"
policy.conf:16: action: expected one of reject, throttle, quarantine, drop, flag, reroute:<carrier>, got block
policy.conf:17: on_error: expected "allow" or "deny", got "ignore"
"""  # noqa: E501


def test_all_of_them_with_their_lines(desk):
    problems = desk({"edge.conf": EDGE, "policy.conf": POLICY, "accounts.d/acme.conf": ACCOUNT}).problems()
    # Keys of a rule are only known for what they are once the rule is built.
    built = {
        'policy.conf:13: unknown key limti in [rule.bomb-pair] (did you mean "limit"?)',
        'accounts.d/acme.conf:20: unknown key limits in limits.bomb-pair (did you mean "limit"?)',
    }
    assert [problem for problem in problems if problem not in built] == EXPECTED.splitlines()


def test_syntax_errors_of_several_files_come_together(contract):
    contract.replace("edge.conf", "window    = 200", "window    = = 200")
    contract.replace("policy.conf", "[rule.bulk]", "[rule.bulk")
    contract.append("accounts.d/acme.conf", 'rate-sender = "1/1s')
    assert contract.problems() == [
        "accounts.d/acme.conf:34: Unterminated string (the file ends here)",
        "edge.conf:39: Invalid value (column 13)",
        "policy.conf:16: Expected ']' at the end of a table declaration (column 11)",
    ]


def test_what_an_unreadable_file_may_hold_is_not_missed(contract):
    contract.append("edge.conf", "[[carrier\n")
    problems = contract.problems()
    assert len(problems) == 1
    assert problems[0].startswith("edge.conf:57: ")


def test_a_file_that_ends_too_early(contract):
    contract.append("policy.conf", 'text = """never closed\n')
    assert contract.problems() == ["policy.conf:41: Unterminated string (the file ends here)"]


def test_files_that_are_no_text(contract):
    (contract.directory / "policy.conf").write_bytes(b"# fine\n# \xff\n")
    (contract.directory / "lists").mkdir()
    (contract.directory / "lists" / "x.txt").write_bytes(b"\xff")
    assert contract.problems() == [
        "lists/x.txt:1: the file is not UTF-8 text",
        "policy.conf:2: the file is not UTF-8 text",
    ]


def test_files_that_are_not_there(tmp_path, contract):
    (contract.directory / "policy.conf").unlink()
    assert contract.problems() == ["policy.conf:1: cannot read the file: No such file or directory"]


def test_folders_that_are_none(contract):
    contract.write("lists", "")
    assert contract.problems() == ["lists:1: cannot read the directory: Not a directory"]


def test_a_syntax_error_without_a_place(contract, monkeypatch):
    def loads(text):
        raise tomllib.TOMLDecodeError("Something is odd")

    monkeypatch.setattr("edge.config.tree.tomllib.loads", loads)
    assert "policy.conf:1: Something is odd" in contract.problems()


def test_a_file_that_is_too_large(contract, monkeypatch):
    monkeypatch.setattr("edge.config.reading.LARGEST_FILE", 200)
    assert "policy.conf:1: the file is larger than 200 octets" in contract.problems()


def test_a_byte_order_mark_is_no_mistake(contract):
    text = (contract.directory / "policy.conf").read_text(encoding="utf-8")
    (contract.directory / "policy.conf").write_text("\ufeff" + text, encoding="utf-8")
    assert contract.load().conf.node == "edge-1"


def test_depth_and_length_have_bounds(desk):
    files = {
        "edge.conf": "a = " + "[" * 5000 + "]" * 5000,
        "policy.conf": ".".join(["a"] * 3000) + " = 1",
        "local.d/a.conf": "a = " + "9" * 5000,
    }
    assert desk(files).problems() == [
        "edge.conf:1: tables or lists are nested too deeply",
        "local.d/a.conf:1: a number in this file is too long to read",
        "policy.conf:1: tables or lists are nested too deeply",
    ]


def test_tables_and_values_in_each_others_place(desk):
    files = {
        "edge.conf": 'smpp = 1\ncarrier = "north"\nroute = [1]\n[node]\nname.first = "a"\n[[console]]\n[mm4]\n',
        "accounts.d/a.conf": 'name = "a"\nbind = {}\nnumbers = [{}]\nlimits = 1\nstatuses = []\n',
        "local.d/rule.conf": "[rule]\nblocked = 1\nvolume.mode = {}\nvolume.limit = [{}]\nvolume.action = {}\n",
        "local.d/rules.conf": "rule.loop.hops = {}\n",
    }
    actions = "reject, throttle, quarantine, drop, flag, reroute:<carrier>"
    number = '"+14165550100" or a range "+14165550100..+14165550199"'
    assert desk(files).problems() == [
        "accounts.d/a.conf:2: bind: expected tables, each begun by [[bind]], got a table",
        f"accounts.d/a.conf:3: numbers: expected a list of: {number}, got a list",
        "accounts.d/a.conf:4: limits: expected a table, got a number",
        "accounts.d/a.conf:5: statuses: expected a table, got a list",
        "edge.conf:1: smpp: expected a table, got a number",
        "edge.conf:2: carrier: expected tables, each begun by [[carrier]], got text",
        "edge.conf:3: route: expected tables, each begun by [[route]], got a list",
        "edge.conf:5: name: expected a name (letters, digits, . _ -; at most 64), got a table",
        "edge.conf:6: console: expected a table, got a list",
        "edge.conf:7: [mm4] needs the key domain",
        "edge.conf:7: [mm4] needs the key listen",
        "local.d/rule.conf:2: blocked: expected a table, got a number",
        "local.d/rule.conf:3: mode: expected text, got a table",
        'local.d/rule.conf:4: limit: a rate is text such as "60/1m burst 10", not list',
        f"local.d/rule.conf:5: action: expected one of {actions}, got a table",
        "local.d/rules.conf:1: hops: must be a whole number from 1 to 100",
    ]
