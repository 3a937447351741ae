"""TLS settings towards carriers."""

import ssl

import pytest
import trustme

from edge.channels.carriers.tls import client_context

from ..books import carrier


@pytest.fixture(scope="module")
def authority():
    return trustme.CA()


def test_in_the_clear_there_are_none():
    assert client_context(carrier(tls="off")) is None


def test_verified_against_the_systems_store():
    context = client_context(carrier(tls="on"))
    assert context.verify_mode is ssl.CERT_REQUIRED
    assert context.check_hostname
    assert context.minimum_version is ssl.TLSVersion.TLSv1_2


def test_verified_against_the_carriers_own_authority(authority, tmp_path):
    authority.cert_pem.write_to_path(tmp_path / "ca.pem")
    context = client_context(carrier(tls="on", ca=str(tmp_path / "ca.pem")))
    assert context.cert_store_stats()["x509_ca"] == 1
    assert context.verify_mode is ssl.CERT_REQUIRED


def test_unverified_is_encrypted_all_the_same():
    context = client_context(carrier(tls="unverified"))
    assert (context.verify_mode, context.check_hostname) == (ssl.CERT_NONE, False)
    assert context.minimum_version is ssl.TLSVersion.TLSv1_2


@pytest.mark.parametrize("apart", [True, False])
def test_a_certificate_of_our_own(authority, tmp_path, apart):
    issued = authority.issue_cert("edge.example")
    both, chain, key = tmp_path / "both.pem", tmp_path / "chain.pem", tmp_path / "key.pem"
    issued.private_key_and_cert_chain_pem.write_to_path(both)
    issued.cert_chain_pems[0].write_to_path(chain)
    issued.private_key_pem.write_to_path(key)
    files = {"certificate": str(chain), "key": str(key)} if apart else {"certificate": str(both)}
    assert isinstance(client_context(carrier(tls="on", **files)), ssl.SSLContext)


def test_files_that_cannot_be_used(tmp_path):
    with pytest.raises(OSError):
        client_context(carrier(tls="on", ca=str(tmp_path / "missing.pem")))
    (tmp_path / "empty.pem").write_text("")
    with pytest.raises(ssl.SSLError):
        client_context(carrier(tls="on", certificate=str(tmp_path / "empty.pem")))
