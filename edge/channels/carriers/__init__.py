"""The side of the carriers: links we bind, windows, pacing, routes, and what comes in from them."""
