"""Secrets as the conf writes them: plain, `argon2:...`, `env:NAME` or `file:PATH`. No error shows one."""

import re
from collections.abc import Mapping
from pathlib import Path

from edge.config.problem import Wrong

ARGON2 = "argon2:"
_VARIABLE = re.compile(r"[A-Za-z_][A-Za-z0-9_]*", re.ASCII)
_HASH = re.compile(
    r"\$argon2(?:id|i|d)\$v=\d{1,3}\$m=(\d{1,10}),t=(\d{1,10}),p=\d{1,3}\$[A-Za-z0-9+/]{11,86}\$[A-Za-z0-9+/]{16,172}",
    re.ASCII,
)
_LONGEST = 4096
# What one argon2 verification may cost: a conf must not be able to stop the edge for minutes.
_MOST_MEMORY_KIB = 1024 * 1024
_MOST_PASSES = 64


def resolve(word: str, directory: Path, environment: Mapping[str, str]) -> str:
    """The secret itself: `env:` and `file:` looked up, the rest as it is. Raises `Wrong`."""
    if word.startswith("env:"):
        secret = _from_environment(word[4:], environment)
    elif word.startswith("file:"):
        secret = _from_file(word[5:], directory)
    else:
        secret = word
    if secret.startswith(ARGON2):
        _check_argon2(secret[len(ARGON2) :])
    elif "\0" in secret or not _is_latin1(secret):
        raise Wrong("the secret has characters that SMPP cannot carry")
    return secret


def _from_environment(name: str, environment: Mapping[str, str]) -> str:
    if not _VARIABLE.fullmatch(name):
        raise Wrong("env: must be followed by the name of an environment variable")
    if name not in environment:
        raise Wrong(f"the environment variable {name} is not set")
    return environment[name]


def _from_file(name: str, directory: Path) -> str:
    if not name or "\0" in name:
        raise Wrong("file: must be followed by the path of a file")
    try:
        with (directory / name).open("rb") as file:
            octets = file.read(_LONGEST + 1)
    except OSError as error:
        raise Wrong(f"cannot read the file {name}: {error.strerror}") from None
    if len(octets) > _LONGEST:
        raise Wrong(f"the file {name} is longer than {_LONGEST} octets")
    try:
        return octets.decode().rstrip("\r\n")
    except UnicodeDecodeError:
        raise Wrong(f"the file {name} is not text") from None


def _check_argon2(encoded: str) -> None:
    match = _HASH.fullmatch(encoded)
    if not match:
        raise Wrong("argon2: must be followed by a whole hash that begins with $argon2id$")
    memory, passes = int(match.group(1)), int(match.group(2))
    if not (8 <= memory <= _MOST_MEMORY_KIB and 1 <= passes <= _MOST_PASSES):
        raise Wrong(f"the argon2 hash may cost at most {_MOST_MEMORY_KIB} KiB and {_MOST_PASSES} passes to verify")


def _is_latin1(secret: str) -> bool:
    try:
        secret.encode("latin-1")
    except UnicodeEncodeError:
        return False
    return True
