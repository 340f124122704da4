"""Signatures of messages: enveloped XML-DSig, as CAP 1.2 §3.3.4 has it.

Needs the library of the extra ``signature``, imported only when it is used. A signature proves that
somebody who holds a key said this; who that is, is known only from a certificate that came another
way. The one inside a message is never trusted.
"""

import datetime
import importlib.util
from collections.abc import Iterable

from lxml import etree

from .markup import parse
from .unreadable import CapUnreadable

_DSIG = "{http://www.w3.org/2000/09/xmldsig#}"


def is_available() -> bool:
    """Say whether the extra ``signature`` is installed."""
    return importlib.util.find_spec("signxml") is not None


def sign(xml: bytes, key_pem: bytes, cert_pem: bytes) -> bytes:
    """Return the message with an RSA or ECDSA signature over all of it (SHA-256, exclusive C14N).

    Sign what was written, once, and store the result: another signature makes other bytes. Raises
    ``CapUnreadable`` for what is no CAP message, ``ValueError`` for a key or certificate that is none.
    """
    from cryptography import x509
    from cryptography.hazmat.primitives.asymmetric import ec
    from cryptography.hazmat.primitives.serialization import load_pem_private_key
    from signxml import CanonicalizationMethod, DigestAlgorithm, SignatureMethod, XMLSigner, methods

    key = load_pem_private_key(key_pem, password=None)
    is_elliptic = isinstance(key, ec.EllipticCurvePrivateKey)
    signer = XMLSigner(
        method=methods.enveloped,
        signature_algorithm=(
            SignatureMethod.ECDSA_SHA256 if is_elliptic else SignatureMethod.RSA_SHA256
        ),
        digest_algorithm=DigestAlgorithm.SHA256,
        c14n_algorithm=CanonicalizationMethod.EXCLUSIVE_XML_CANONICALIZATION_1_0,
    )
    certificates = x509.load_pem_x509_certificates(cert_pem)
    root = signer.sign(parse(xml, keep_comments=True), key=key, cert=certificates)
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8") + b"\n"


def verify(
    xml: bytes, trusted_certs: Iterable[bytes], *, at: datetime.datetime | None = None
) -> bool:
    """Say whether one of the certificates (PEM) signed this message, all of it and nothing else.

    The certificate must be valid at ``at``, or now: ask about a message that was kept with the moment
    it was sent. SHA-1 is not accepted. Raises ``ValueError`` for a certificate that is none.
    """
    try:
        root = parse(xml, keep_comments=True)
    except CapUnreadable:
        return False
    return _covers_everything(root) and any(
        _is_signed_by(certificate, root, at) for certificate in trusted_certs
    )


def check_certificate(cert_pem: bytes) -> None:
    """Raise ``ValueError`` for a certificate (PEM) that is none."""
    from cryptography import x509

    x509.load_pem_x509_certificate(cert_pem)


def _is_signed_by(cert_pem: bytes, root: etree._Element, at: datetime.datetime | None) -> bool:
    from cryptography import x509
    from cryptography.exceptions import InvalidSignature
    from signxml import SignatureConfiguration, XMLVerifier
    from signxml.exceptions import SignXMLException

    certificate = x509.load_pem_x509_certificate(cert_pem)
    config = SignatureConfiguration(location="./", expect_references=1, verification_time=at)
    try:
        XMLVerifier().verify(root, x509_cert=certificate, expect_config=config)
    except (SignXMLException, InvalidSignature, ValueError, TypeError, etree.LxmlError):
        # TypeError: the library asks too much of a value that is empty.
        return False
    return True


def _covers_everything(root: etree._Element) -> bool:
    """Say whether the one signature is about the whole document, not about some part of it."""
    references = root.findall(f"{_DSIG}Signature/{_DSIG}SignedInfo/{_DSIG}Reference")
    return [reference.get("URI") for reference in references] == [""]
