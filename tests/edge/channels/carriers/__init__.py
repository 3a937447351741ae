"""Tests of the carriers' side."""
