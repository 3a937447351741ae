"""Conf files in, one immutable snapshot out, or every problem with file and line.

`load` reads a directory, `diff` says what a reload has to touch. Never imports the console or a channel.
"""

from edge.config.changes import Changes, Difference, diff
from edge.config.loading import Loaded, load
from edge.config.problem import ConfError, Problem

__all__ = ["Changes", "ConfError", "Difference", "Loaded", "Problem", "diff", "load"]
