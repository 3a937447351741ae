"""How hypothesis looks for counterexamples: the same examples for the same code where a run decides over a commit
(`.ci/run`), others each time everywhere else. `make fuzz` gives it time.
"""

import os

from hypothesis import settings

# No deadlines: a test asserts no time, and the first example may be the one that compiles the patterns.
settings.register_profile("explore", deadline=None, print_blob=True)
settings.register_profile("gate", deadline=None, print_blob=True, derandomize=True)
settings.load_profile("gate" if os.environ.get("SMSEDGE_REQUIRE_PEERS") else "explore")
