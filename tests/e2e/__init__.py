"""End to end: real processes, real sockets, real peers."""
