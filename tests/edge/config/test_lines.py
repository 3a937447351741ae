"""The line index agrees with the text, for every way TOML has to write a key."""

import tomllib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from edge.config.lines import index_lines

TEXT = '''# a comment
top = 1
"quoted key" = "a # no comment"

[one]
key = "x"
list = [
    "first",   # with, a ] comment
    "second",
    { deep = 1,
      er = [2] } ]
text = """
not = "a key"
[not.a.table]
"""
raw = \'\'\'
[[neither]]\'\'\'
after = 2

[[many]]
name = "a"
[many.inner]
x = 1
[[many.list]]
y = 1
[[many.list]]
y = 2

[[many]]   # again
name = "b"
inner.x.y = { "q.r" = 1 }
'lite.ral' = 2
["a\\u0062c"]
k = 1979-05-27 07:32:00
'''
# TOML 1.0 inline tables stay on one line; the scanner need not mind.
TEXT = TEXT.replace("{ deep = 1,\n      er", "{ deep = 1, er")


def test_every_key_has_its_line():
    tomllib.loads(TEXT)
    lines = index_lines(TEXT)
    text = TEXT.split("\n")
    expected = {
        ("top",): "top = 1",
        ("quoted key",): '"quoted key"',
        ("one",): "[one]",
        ("one", "list"): "list = [",
        ("one", "list", 0): '    "first"',
        ("one", "list", 1): '    "second"',
        ("one", "list", 2, "deep"): "    { deep",
        ("one", "list", 2, "er", 0): "    { deep",
        ("one", "text"): "text =",
        ("one", "raw"): "raw =",
        ("one", "after"): "after =",
        ("many", 0): "[[many]]",
        ("many", 0, "name"): 'name = "a"',
        ("many", 0, "inner", "x"): "x = 1",
        ("many", 0, "list", 1): "[[many.list]]",
        ("many", 0, "list", 1, "y"): "y = 2",
        ("many", 1): "[[many]]   # again",
        ("many", 1, "inner", "x", "y", "q.r"): "inner.x.y",
        ("many", 1, "lite.ral"): "'lite.ral'",
        ("abc", "k"): "k = 1979",
    }
    for path, start in expected.items():
        assert text[lines[path] - 1].startswith(start), path
    assert ("one", "not") not in lines
    assert ("neither",) not in lines


def every_path(value, path=()):
    if path:
        yield path
    if isinstance(value, dict):
        for key, child in value.items():
            yield from every_path(child, (*path, key))
    if isinstance(value, list):
        for index, child in enumerate(value):
            yield from every_path(child, (*path, index))


def test_nothing_that_tomllib_sees_is_missed():
    assert set(every_path(tomllib.loads(TEXT))) <= index_lines(TEXT).keys()


@given(st.lists(st.sampled_from(list("[]{}=.,\"'#\n ab1\\")), max_size=60).map("".join))
def test_any_text_is_survived(text):
    lines = index_lines(text)
    assert all(1 <= line <= text.count("\n") + 1 for line in lines.values())


@pytest.mark.parametrize(
    "text", ["a = " + "[" * 100 + "]" * 100, '"\\uD800" = 1', "a = @", "[a", "[a]]", "= 1", '"\\x" = 1']
)
def test_a_lost_thread_ends_the_index(text):
    assert set(index_lines(text)) <= {("a",), *((("a", *[0] * depth)) for depth in range(40))}
