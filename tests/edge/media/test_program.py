"""Programs: their output within limits."""

import sys

import pytest

from edge.media.program import TooLong, run


def python(code: str, octets: bytes = b"", seconds: float = 5.0, most: int = 1000) -> tuple[bytes, str, int]:
    return run((sys.executable, "-c", code), octets, seconds, most)


def test_output_errors_and_code() -> None:
    code = "import sys; print(sys.stdin.read()[::-1], end=''); print('wrong', file=sys.stderr); sys.exit(3)"
    assert python(code, b"abc") == (b"cba", "wrong\n", 3)


def test_its_input_is_a_file() -> None:
    assert python("import sys; sys.stdin.seek(2); print(sys.stdin.read(), end='')", b"abcd")[0] == b"cd"


def test_too_much_output_is_cut() -> None:
    output, _, code = python("while True: print('x' * 100)")
    assert len(output) == 1000
    assert code < 0


def test_too_slow() -> None:
    for code in ("import time; time.sleep(60)", "import os, time; os.close(1); time.sleep(60)"):
        with pytest.raises(TooLong):
            python(code, seconds=0.3)


def test_it_knows_nothing_of_our_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SECRET", "x")
    assert b"SECRET" not in python("import os; print(sorted(os.environ))")[0]


def test_no_such_program() -> None:
    with pytest.raises(OSError, match="nothing-of-that-name"):
        run(("/nothing-of-that-name",), b"", 1.0, 10)
