"""Tests of what is found in media. `makers` makes pictures and messages, good ones and others."""
