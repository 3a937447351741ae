"""Both ends to try the edge with: an SMSC (`smsc`), an ESME (`esme`) and traffic for it (`traffic`), an MMSC (`mmsc`).

For people by `smsedge simulate ...`, for tests as a library. Needs no conf and knows nothing of the edge's insides.
"""
