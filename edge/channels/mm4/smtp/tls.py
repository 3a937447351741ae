"""TLS with peers: as a server for STARTTLS, as a client of their relays."""

import ssl
from collections.abc import Mapping
from typing import Any

from edge.core.conf import Mm4, Mm4Peer


def server_context(conf: Mm4) -> ssl.SSLContext | None:
    """TLS 1.2 at least; client certificates are asked for when there is a `client_ca`. None without a certificate.

    Raises OSError or ssl.SSLError where a file of the conf cannot be used.
    """
    if not conf.certificate:
        return None
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    context.load_cert_chain(conf.certificate, conf.key or None)
    if conf.client_ca:
        context.load_verify_locations(conf.client_ca)
        context.verify_mode = ssl.CERT_OPTIONAL
    return context


def client_context(conf: Mm4, peer: Mm4Peer) -> ssl.SSLContext | None:
    """For a peer's relays, with our certificate where we have one; None where there is to be no TLS.

    "optional" and "unverified" do not look at the relay's certificate (RFC 7435): they keep listeners out, not
    impostors. Raises OSError or ssl.SSLError where a file of the conf cannot be used.
    """
    if peer.relay_tls == "off":
        return None
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    if peer.relay_tls != "on":
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
    elif peer.relay_ca:
        context.load_verify_locations(peer.relay_ca)
    else:
        context.load_default_certs()
    if conf.certificate:
        context.load_cert_chain(conf.certificate, conf.key or None)
    return context


def names(certificate: Mapping[str, Any] | None) -> set[str]:
    """The subject names of a verified certificate, as `ssl` gives it; none where there is none."""
    if not certificate:
        return set()
    found = {value for part in certificate.get("subject", ()) for key, value in part if key == "commonName"}
    return found | {value for kind, value in certificate.get("subjectAltName", ()) if kind == "DNS"}
