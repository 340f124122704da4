"""A signature is worth what the certificate is worth that came another way."""

import base64
import datetime
import hashlib

import pytest
from lxml import etree

from kip_pages.cap import CapUnreadable, check_bytes, read, write
from kip_pages.cap import signature as signatures

from ..cap import ALERT, passes_schema

if not signatures.is_available():
    pytest.skip("the extra `signature` is not installed", allow_module_level=True)

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from signxml import XMLSigner

XML = write(ALERT)
DSIG = "{http://www.w3.org/2000/09/xmldsig#}"


START = datetime.datetime(2020, 1, 1, tzinfo=datetime.UTC)


def identity(key, *, days=100 * 365):
    """A key and a certificate that names it, as PEM."""
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "bpbd.contoh.test")])
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(START)
        .not_valid_after(START + datetime.timedelta(days=days))
        .sign(key, hashes.SHA256())
    )
    return (
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        ),
        certificate.public_bytes(serialization.Encoding.PEM),
    )


OURS = identity(rsa.generate_private_key(65537, 2048))
THEIRS = identity(rsa.generate_private_key(65537, 2048))
CURVE = identity(ec.generate_private_key(ec.SECP256R1()))
SIGNED = signatures.sign(XML, *OURS)


@pytest.mark.parametrize("ours", [OURS, CURVE], ids=["rsa", "ec"])
def test_what_we_sign_is_verified_with_our_certificate(ours):
    signed = signatures.sign(XML, *ours)
    assert signatures.verify(signed, [ours[1]])
    assert signatures.verify(signed, [THEIRS[1], ours[1]])


def test_a_signed_message_says_the_same_and_follows_the_schema():
    assert read(SIGNED) == ALERT
    assert passes_schema(SIGNED)
    assert check_bytes(SIGNED) == []


def test_the_certificate_inside_proves_nothing():
    assert not signatures.verify(SIGNED, [THEIRS[1]])
    assert not signatures.verify(SIGNED, [])
    assert not signatures.verify(signatures.sign(XML, *THEIRS), [OURS[1]])


def test_a_certificate_is_worth_something_while_it_is_valid():
    key, certificate = identity(rsa.generate_private_key(65537, 2048), days=30)
    signed = signatures.sign(XML, key, certificate)
    assert not signatures.verify(signed, [certificate])
    assert signatures.verify(signed, [certificate], at=START + datetime.timedelta(days=29))
    assert not signatures.verify(signed, [certificate], at=START + datetime.timedelta(days=31))


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (b"<status>Actual", b"<status>Test"),
        (b"-6.10123,106.10123 ", b"-6.20123,106.10123 "),
        (b"</scope>", b"</scope><note>x</note>"),
        (b"<ds:SignatureValue>", b"<ds:SignatureValue>AAAA"),
        (b"xmldsig-more#rsa-sha256", b"xmldsig-more#rsa-sha512"),
        (b'URI=""', b'URI="#x"'),
    ],
)
def test_a_message_that_was_changed_is_not_verified(old, new):
    assert old in SIGNED
    assert not signatures.verify(SIGNED.replace(old, new, 1), [OURS[1]])


@pytest.mark.parametrize("tag", ["SignatureValue", "DigestValue", "SignedInfo", "Reference"])
def test_a_signature_that_is_empty_somewhere_is_not_verified(tag):
    root = etree.fromstring(SIGNED)
    root.find(f".//{DSIG}{tag}").clear()
    assert not signatures.verify(etree.tostring(root), [OURS[1]])


def test_an_unsigned_message_is_not_verified():
    assert not signatures.verify(XML, [OURS[1]])


@pytest.mark.parametrize("xml", [b"", b"<x/>", b"<!DOCTYPE x><x/>"])
def test_what_is_no_message_is_neither_verified_nor_signed(xml):
    assert not signatures.verify(xml, [OURS[1]])
    with pytest.raises(CapUnreadable):
        signatures.sign(xml, *OURS)


def test_a_signature_wrapped_into_another_message_is_not_verified():
    """The signed message hidden in an object of the signature, with another one around it."""
    forged = etree.fromstring(XML.replace(b"<status>Actual", b"<status>Test"))
    signature = etree.fromstring(SIGNED).find(f"{DSIG}Signature")
    hidden = etree.SubElement(signature, f"{DSIG}Object", Id="x")
    hidden.append(etree.fromstring(XML))
    signature.find(f".//{DSIG}Reference").set("URI", "#x")
    forged.append(signature)
    assert not signatures.verify(etree.tostring(forged), [OURS[1]])


def test_a_signature_over_a_part_of_the_message_is_not_verified():
    root = etree.fromstring(XML)
    root[0].set("Id", "part")
    key, cert = OURS
    signed = XMLSigner().sign(root, key=key, cert=cert.decode(), reference_uri="#part")
    assert not signatures.verify(etree.tostring(signed), [cert])


def test_a_key_inside_the_message_is_not_used_in_place_of_the_certificate():
    """Somebody else's signature, with the key that fits it as a bare value beside it."""
    key, cert = THEIRS
    forged = XMLSigner().sign(
        etree.fromstring(XML), key=key, cert=cert.decode(), always_add_key_value=True
    )
    assert not signatures.verify(etree.tostring(forged), [OURS[1]])
    info = forged.find(f".//{DSIG}KeyInfo")
    info.remove(info.find(f"{DSIG}X509Data"))
    assert not signatures.verify(etree.tostring(forged), [OURS[1]])
    public = x509.load_pem_x509_certificate(cert).public_key()
    der = public.public_bytes(
        serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo
    )
    for value in list(info):
        info.remove(value)
    bare = etree.SubElement(info, "{http://www.w3.org/2009/xmldsig11#}DEREncodedKeyValue")
    bare.text = base64.b64encode(der).decode()
    assert not signatures.verify(etree.tostring(forged), [OURS[1]])


def test_the_arithmetic_of_the_signature_is_right():
    """Done by hand, without the library that signed: what other people's verifiers do."""
    root = etree.fromstring(SIGNED)
    signature = root.find(f"{DSIG}Signature")
    signed_info = signature.find(f"{DSIG}SignedInfo")
    statement = etree.tostring(signed_info, method="c14n", exclusive=True)
    value = base64.b64decode(signature.findtext(f"{DSIG}SignatureValue"))
    public = x509.load_pem_x509_certificate(OURS[1]).public_key()
    public.verify(value, statement, padding.PKCS1v15(), hashes.SHA256())

    digest = base64.b64decode(signed_info.findtext(f".//{DSIG}DigestValue"))
    root.remove(signature)
    content = etree.tostring(root, method="c14n", exclusive=True)
    assert hashlib.sha256(content).digest() == digest


def test_keys_that_are_none_are_refused():
    with pytest.raises(ValueError, match=r"."):
        signatures.sign(XML, b"x", OURS[1])
    with pytest.raises(ValueError, match=r"."):
        signatures.sign(XML, OURS[0], b"x")
