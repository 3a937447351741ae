"""Sending mass marketing or bulk messaging: how fast, how much, to how many, and what is advertised."""
