"""The history behind the rules: who sent how much to whom, which texts went how far, who wrote to whom.

Everything here is capped, keyed by integers, forgets by itself, and can be written to a snapshot.
"""
