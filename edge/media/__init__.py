"""Looks into MMS: what is in their pictures, videos and texts, found by worker processes that may die of it.

`pool` is what the edge talks to, `process` one worker as the edge sees it, `worker` the worker itself; `message` takes
a message apart, `looking` looks at one part. Nothing here judges: what a finding is worth is for the rules of clause 7.
"""
