"""The SIP channel in a running edge: there only where the conf has an [[asterisk]]."""

import subprocess
import sys
from pathlib import Path

from edge.app.edge import Edge


def test_without_an_asterisk_nothing_of_it_is_loaded() -> None:
    """Start time: panoramisk and the channel come with the first [[asterisk]]."""
    code = (
        "import sys, edge.app.edge, edge.cli.main; "
        "sys.exit(any(name.split('.')[0] == 'panoramisk' or name == 'edge.channels.asterisk.service' "
        "for name in sys.modules))"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=Path(__file__).parents[3], check=False)
    assert done.returncode == 0


async def test_without_an_asterisk_nothing_is_different(edge: Edge) -> None:
    assert edge.sip.service is None
    assert (edge.sip.status(), edge.sip.not_ready(), edge.sip.sizes()) == ([], [], {})
    assert edge.service.custody.outside is None
    assert not [name for name in edge.metrics.gauges if "asterisk" in name]
    assert (await edge.operations.handlers()["spool"]({"action": "list"})) == {"messages": []}  # type: ignore[misc]
