"""TLS towards carriers."""

import ssl

from edge.core.carrier import Carrier


def client_context(carrier: Carrier) -> ssl.SSLContext | None:
    """The TLS settings for a carrier, None where it is spoken to in the clear. TLS 1.2 at least.

    Raises OSError or ssl.SSLError where a file of the conf cannot be used; the conf's check has tried them.
    """
    if carrier.tls == "off":
        return None
    context = ssl.create_default_context(cafile=carrier.ca or None)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    if carrier.tls == "unverified":
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
    if carrier.certificate:
        context.load_cert_chain(carrier.certificate, carrier.key or None)
    return context
