"""`smsedge score`: each text by itself, one JSON line a text, and a summary that adds up."""

import io
import json

import pytest

from edge.app.scoring import Scorer, as_json, lines_of, summary, threshold_at
from edge.cli.main import main
from edge.config.loading import load


@pytest.fixture
def scorer(conf):
    return Scorer(load(conf.directory, {}), ("ham",))


def test_lines():
    assert list(lines_of(io.StringIO("ham\thello\tworld\n\nspam\tbuy\r\n"))) == [
        ("ham", "hello\tworld"),
        ("spam", "buy"),
    ]
    with pytest.raises(ValueError, match="line 2: no tab"):
        list(lines_of(io.StringIO("ham\thello\nspam buy\n")))


def test_one_line_says_what_the_rules_say(scorer):
    found = json.loads(as_json(7, scorer.judge("bad", "Receipt: card 4111 1111 1111 1111 exp 09/28")))
    assert (found["n"], found["label"]) == (7, "bad")
    assert set(found["scores"]) == {"marketing", "phishing", "harassment", "violating"}
    assert "4111" not in json.dumps(found)


def test_texts_do_not_know_of_each_other(scorer):
    """A thousand copies are no bulk here: every text stands alone."""
    first = as_json(1, scorer.judge("ham", "See you at the lake house on Sunday"))
    for _ in range(300):
        scorer.judge("ham", "See you at the lake house on Sunday")
    assert as_json(1, scorer.judge("ham", "See you at the lake house on Sunday")) == first


def test_the_summary_counts(scorer):
    scored = [scorer.judge("ham", f"lunch at {hour}?") for hour in range(5)]
    assert summary(scored)[-1] == "precision and recall need harmless and other labels"
    lines = summary([*scored, scorer.judge("bad", "Verify your account at http://185.1.2.3/login now")])
    assert lines[0].split() == ["bad", "1", "1", *lines[0].split()[3:]]
    assert "ham" in lines[1]
    assert any("recall" in line and "1.0% false positives" in line for line in lines)


@pytest.mark.parametrize(("rate", "passes"), [(0.0, 0), (0.1, 1), (0.5, 5), (1.0, 10)])
def test_thresholds(rate, passes):
    ham = [number / 10 for number in range(10)]
    assert sum(score >= threshold_at(ham, rate) for score in ham) == passes


def test_the_command(conf, tmp_path, capsys):
    file = tmp_path / "texts.tsv"
    file.write_text("ham\tsee you at 5\nspam\tFREE prize claim now\n", encoding="utf-8")
    assert main(["score", str(file), "--conf", str(conf.directory)]) == 0
    out, err = capsys.readouterr()
    assert [json.loads(line)["label"] for line in out.splitlines()] == ["ham", "spam"]
    assert "recall" in err
    assert main(["score", str(file), "--conf", str(conf.directory), "--quiet"]) == 0
    assert capsys.readouterr().out == ""
    assert main(["score", str(tmp_path / "none.tsv"), "--conf", str(conf.directory)]) == 1
    conf.write("policy.conf", "[rule.nothing]\n")
    assert main(["score", str(file), "--conf", str(conf.directory)]) == 1
