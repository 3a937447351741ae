"""Both ends of SMPP to try the edge with: an SMSC (`smsc`), an ESME (`esme`) and traffic for it (`traffic`).

For people by `smsedge simulate ...`, for tests as a library. Needs no conf and knows nothing of the edge's insides.
"""
