"""An SMSC to try things with: answers, receipts, messages from subscribers, and every fault the field has shown.

`Smsc` is the whole of it, `Options` what it does; `python -m edge.simulate smsc` runs it.
"""

from edge.simulate.smsc.identifiers import Style
from edge.simulate.smsc.memory import Message
from edge.simulate.smsc.options import Options
from edge.simulate.smsc.server import Smsc

__all__ = ["Message", "Options", "Smsc", "Style"]
