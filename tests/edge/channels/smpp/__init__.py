"""Tests of the customers' side."""
