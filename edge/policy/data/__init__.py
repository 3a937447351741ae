"""Lists that ship with the rules: text, one entry a line, a head of `#` lines that says where they come from."""

from importlib.resources import files


def entries(name: str) -> tuple[str, ...]:
    """The entries of `name` ("shorteners.txt"), in order, without comments and empty lines."""
    text = files(__package__).joinpath(name).read_text(encoding="utf-8")
    lines = (line.partition("#")[0].strip() for line in text.splitlines())
    return tuple(line for line in lines if line)
