"""smsedge: the application. Start reading at `edge.core`, then `edge.policy.engine`, then `edge.channels`."""

__version__ = "0.1.0"
