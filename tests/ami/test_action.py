"""What may be written, and what never."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ami.action import HEADERS_MOST, LINE_LONGEST, Action, originate_action
from ami.errors import AmiError, UnsafeAction
from ami.packet import write

ENDINGS = ["\r", "\n", "\0", "\r\n\r\nAction: Originate"]


@pytest.mark.parametrize("ending", ENDINGS)
def test_no_line_end_in_any_part(ending: str) -> None:
    for bad in (("A", f"x{ending}"), (f"A{ending}", "x")):
        with pytest.raises(UnsafeAction):
            Action("Ping", (bad,))
    with pytest.raises(UnsafeAction):
        Action(f"Ping{ending}")
    with pytest.raises(UnsafeAction):
        originate_action(f"Local/1@a{ending}/n", {}, 5)
    with pytest.raises(UnsafeAction):
        originate_action("Local/12@a/n", {"ROUTE": f"a{ending}"}, 5)
    with pytest.raises(UnsafeAction):
        originate_action("Local/12@a/n", {f"ROUTE{ending}": "a"}, 5)


def test_the_longest_line_is_asterisks() -> None:
    Action("A", (("Body", "x" * (LINE_LONGEST - 6)),))
    Action("A", (("Body", "é" * ((LINE_LONGEST - 6) // 2)),))
    for value in ("x" * (LINE_LONGEST - 5), "é" * (LINE_LONGEST // 2 - 2)):
        with pytest.raises(UnsafeAction, match=r"of 102[34] octets"):
            Action("A", (("Body", value),))


def test_the_most_headers_are_asterisks() -> None:
    Action("A", (("H", "1"),) * (HEADERS_MOST - 2))
    with pytest.raises(UnsafeAction):
        Action("A", (("H", "1"),) * (HEADERS_MOST - 1))


@pytest.mark.parametrize("name", ["", "a b", "a:", "Action", "actionid", "COMMANDID", "é", "1"])
def test_header_names(name: str) -> None:
    with pytest.raises(UnsafeAction):
        Action("Ping", ((name, "x"),))


def test_a_lone_surrogate_has_no_octets() -> None:
    with pytest.raises(UnsafeAction):
        Action("Ping", (("A", "\ud800"),))


@pytest.mark.parametrize(
    "value", ["a,b", 'a"b', "a\\b", "a(b", "a[b", "a b", " a", "${EPOCH}", "$[1]", "a{b", "é", "\t"]
)
def test_variables_that_asterisk_would_read_its_own_way(value: str) -> None:
    with pytest.raises(UnsafeAction):
        originate_action("Local/12@a/n", {"ROUTE": value}, 5)


@pytest.mark.parametrize("name", ["", "PJSIP_HEADER(add,X)", "___A", "1A", "A B", "A=B", "_"])
def test_names_of_variables(name: str) -> None:
    with pytest.raises(UnsafeAction):
        originate_action("Local/12@a/n", {name: "x"}, 5)


@pytest.mark.parametrize("channel", ["", "Local", "Local/", "/x", "Local/a b", "Local/é", "Lo,cal/x"])
def test_channels(channel: str) -> None:
    with pytest.raises(UnsafeAction):
        originate_action(channel, {}, 5)


def test_originate() -> None:
    action = originate_action("Local/1-2-3@sms-release/n", {"__ROUTE": "carrier", "__B0": "aGk="}, 5)
    assert action.headers == (
        ("Channel", "Local/1-2-3@sms-release/n"),
        ("Application", "NoOp"),
        ("Async", "true"),
        ("Timeout", "5000"),
        ("Variable", "__ROUTE=carrier"),
        ("Variable", "__B0=aGk="),
    )


def test_repr_shows_no_value() -> None:
    assert repr(Action("Login", (("Key", "abc"),))) == "Action('Login', ['Key'])"


def test_errors_show_no_value() -> None:
    for make in (
        lambda: Action("A", (("B", "hidden\r"),)),
        lambda: Action("A", (("B", "hidden" * 300),)),
        lambda: originate_action("Local/hidden 1", {}, 5),
        lambda: originate_action("Local/1", {"A": "hidden,"}, 5),
    ):
        with pytest.raises(UnsafeAction) as caught:
            make()
        assert "hidden" not in str(caught.value)
        assert isinstance(caught.value, AmiError)


@given(st.text(max_size=20), st.lists(st.tuples(st.text(max_size=10), st.text(max_size=1100)), max_size=5))
async def test_what_is_written_is_one_action_whatever_is_asked(name: str, headers: list[tuple[str, str]]) -> None:
    try:
        action = Action(name, tuple(headers))
    except UnsafeAction:
        return
    octets = write(action, "id-1")
    assert octets.endswith(b"\r\n\r\n")
    lines = octets[:-4].split(b"\r\n")
    assert len(lines) == len(headers) + 2
    assert max(map(len, lines)) <= LINE_LONGEST
    assert all(b"\0" not in line and b"\n" not in line and b"\r" not in line for line in lines)
