"""MMS between MMSCs: MM4 (3GPP TS 23.140 section 8.4) over SMTP, relayed once it was judged.

`codec` is the protocol without I/O, `smtp` how messages come and go, the modules here what becomes of them.
"""
