"""The command `smsedge`. Every subcommand imports only what it needs: `check` starts no web server."""

from edge.cli.main import main

__all__ = ["main"]
