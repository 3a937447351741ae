"""Real peers against the edge: other people's SMPP software, and tshark. It must not know how the edge works inside."""
