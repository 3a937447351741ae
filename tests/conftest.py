"""How hypothesis looks for counterexamples: the same examples for the same code where a run decides over a commit
(`.ci/run`), others each time everywhere else. `make fuzz` gives it time.
"""

import os

from hypothesis import settings

settings.register_profile("gate", derandomize=True, print_blob=True)
if os.environ.get("SMSEDGE_REQUIRE_PEERS"):
    settings.load_profile("gate")
