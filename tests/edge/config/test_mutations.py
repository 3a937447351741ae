"""Whatever stands in the files: a conf, or `ConfError`. Never anything else, and never without a place."""

from pathlib import Path

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from edge.config import ConfError, load

CONTRACT = Path(__file__).parent / "contract"
TEXTS = {
    name: (CONTRACT / name).read_text(encoding="utf-8") for name in ("edge.conf", "policy.conf", "accounts.d/acme.conf")
}
VALUES = [
    '"x"',
    "0",
    "-1",
    "1e400",
    "nan",
    "true",
    "[]",
    "{}",
    '[""]',
    "[{}]",
    "[[1]]",
    "2026-01-01",
    '"\\u0000"',
    '"+1"',
    "9" * 40,
]
LOCAL = ["smpp", "carrier", "route", "mm4", "rule", "expect", "node", "limits", "bind", "name", "areas", "console"]


@st.composite
def mutated(draw):
    """The contract with one file's values, lines or characters changed, and perhaps a file in local.d."""
    files = dict(TEXTS)
    name = draw(st.sampled_from(sorted(files)))
    lines = files[name].split("\n")
    at = draw(st.integers(0, len(lines) - 1))
    key, equals, _ = lines[at].partition("=")
    change = draw(st.sampled_from(["value", "value", "value", "drop", "double", "text"]))
    if change == "value" and equals:
        lines[at] = f"{key}= {draw(st.sampled_from(VALUES))}"
    elif change == "drop":
        del lines[at]
    elif change == "double":
        lines.insert(draw(st.integers(0, len(lines))), lines[at])
    else:
        cut = draw(st.integers(0, len(lines[at])))
        lines[at] = lines[at][:cut] + draw(st.text(max_size=4)) + lines[at][cut + draw(st.integers(0, 3)) :]
    files[name] = "\n".join(lines)
    if draw(st.booleans()):
        key = draw(st.sampled_from(LOCAL))
        files["local.d/x.conf"] = f"{key} = {draw(st.sampled_from(VALUES))}\n"
    return files


@settings(
    max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
@given(files=mutated())
def test_a_conf_or_its_problems(tmp_path, files):
    (tmp_path / "local.d").mkdir(exist_ok=True)
    (tmp_path / "local.d/x.conf").unlink(missing_ok=True)
    (tmp_path / "accounts.d").mkdir(exist_ok=True)
    for name, text in files.items():
        (tmp_path / name).write_bytes(text.encode(errors="surrogatepass"))
    try:
        assert load(tmp_path, {}).conf.version
    except ConfError as error:
        problems = error.problems
        assert problems
        for problem in problems:
            text = files[problem.file]
            assert 1 <= problem.line <= text.count("\n") + text.count("\r") + 1
            assert "\n" not in problem.message
