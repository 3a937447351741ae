"""SMPP 3.3, 3.4 and 5.0 without policy and, but for `transport`, without I/O.

`consts` names, `layout` the fields of every PDU, `codec` parse and build by that table, `fast` the same
unrolled for the three PDUs that carry traffic, `tlv`, `gsm`, `text`, `udh`, `receipt` what is inside them,
`frame`, `timers`, `window`, `session` a connection as a state machine, `transport` the one file with a socket.
"""
