"""swaks, as a person would type it."""

import asyncio
import subprocess
from pathlib import Path

from tests.e2e.rig import require


async def swaks(
    server: str, sender: str, recipient: str, data: Path, *options: str
) -> subprocess.CompletedProcess[str]:
    """Send a file. Numbers are without +, as some peers write them: swaks takes one that begins so for an option."""
    command = [require("swaks"), "--server", server, "--from", sender, "--to", recipient, "--data", f"@{data}"]

    def run() -> subprocess.CompletedProcess[str]:
        return subprocess.run([*command, *options], capture_output=True, text=True, timeout=30, check=False)

    return await asyncio.to_thread(run)
