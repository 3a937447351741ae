"""Tests of the composed edge, in process."""
