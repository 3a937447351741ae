"""MMS with real peers: Debian's Postfix before and behind a running edge, swaks, bare sockets, a simulated MMSC."""
