"""Asterisk's manager interface, without policy.

The package is reserved by the project's layout; the channel that needs it is not built yet.
A conf that names an `[[asterisk]]` loads, and `smsedge check` says that it is not enforced yet.
"""
