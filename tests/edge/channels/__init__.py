"""Tests of the channels. `rig` is the world they play in: customers, the edge and carriers, without sockets."""
