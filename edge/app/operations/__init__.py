"""What operators can ask of a running edge, over its control socket. Every answer is a JSON object."""

from edge.app.operations.commands import Operations

__all__ = ["Operations"]
