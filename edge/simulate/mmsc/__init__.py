"""An MMSC to try the edge with: it takes and sends MM4 over SMTP, answers, reports, and can be as bad a peer as any.

`Mmsc` is the whole of it. Nothing here reads or writes MM4 by the edge's own codec: it is to be a witness.
"""

from edge.simulate.mmsc.centre import Mmsc
from edge.simulate.mmsc.message import Order, Taken
from edge.simulate.mmsc.options import Options
from edge.simulate.mmsc.outgoing import Sent
from edge.simulate.mmsc.parts import Part

__all__ = ["Mmsc", "Options", "Order", "Part", "Sent", "Taken"]
