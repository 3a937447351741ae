"""The codec of MM4 (3GPP TS 23.140 section 8.4), messages of RFC 5322.

The codec does no I/O and reads no clock: `header` the octets of a header block, `fields` their values, `words` their
text, `address` parties, `pdu` the six messages, `relay` the few octets that we change, `answers` what we say ourselves,
`status` which refusal is said how, `matching` which answer belongs to which request, `transactions` what came before;
`content`, `mime`, `transfer`, `charset` and `magic` the body, `newlines` the line ends of all of it.
"""
