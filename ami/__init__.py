"""Asterisk's manager interface (AMI), without policy: usable on its own.

`settings` say where an Asterisk is, `manager` keeps one logged in and speaks to it, `inspection` asks what it is and
may do, `events` are what it says by itself, `record` is one message of its spool. Beneath: `action` what may be
written, `frame` octets cut into whole packets, `packet` panoramisk (the only file that knows it), `link` one
connection, `errors` what can go wrong and what to do then.
"""
