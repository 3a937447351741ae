"""Have a tree with an Asterisk that starts, before tests ask for one: `python3 -m tests.asterisk` (stdlib only).

Prints its version, or why there is none; exit 1 then.
"""

import subprocess
import sys

from tests.asterisk.instance import Asterisk
from tests.asterisk.tree import Missing, tree, version


def main() -> int:
    """Make the tree where there is none; start an Asterisk in it and end it."""
    try:
        place = tree()
        asterisk = Asterisk(place)
    except (Missing, OSError, StopIteration) as error:
        print(f"no Asterisk to test with: {error or type(error).__name__}")
        return 1
    try:
        asterisk.start()
    except (AssertionError, OSError, subprocess.SubprocessError) as error:
        print(f"the Asterisk of {place} does not start here: {error}")
        return 1
    finally:
        asterisk.remove()
    print(f"Asterisk {version(place)} in {place}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
