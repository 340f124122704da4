"""One message to every kind of receiver, over real sockets (F12)."""

import time

import pytest

from kip_pages.models import AttemptOutcome
from kip_pages.outward.addresses import UndeliverableError
from kip_pages.push.posting import MAX_READ, SECONDS, post
from kip_pages.push.sending import outcome_of

from .. import receivers

DEADLINE = 1.0


def send(receiver, **options):
    """Return what became of a message, and how long it took."""
    url = receiver if isinstance(receiver, str) else receiver.url
    began = time.monotonic()
    try:
        answer = post(url, '{"type":"test"}', {"webhook-id": "msg_1"}, seconds=DEADLINE, **options)
        outcome = outcome_of(answer)
    except UndeliverableError as error:
        answer, outcome = None, error.outcome
    return answer, outcome, time.monotonic() - began


@pytest.mark.parametrize(
    ("answer", "outcome"),
    [
        (200, AttemptOutcome.DELIVERED),
        (202, AttemptOutcome.DELIVERED),
        (204, AttemptOutcome.DELIVERED),
        (301, AttemptOutcome.REDIRECTED),
        ((302, {"Location": "/elsewhere"}), AttemptOutcome.REDIRECTED),
        ((307, {"Location": "http://169.254.169.254/"}), AttemptOutcome.REDIRECTED),
        ((308, {"Location": "/elsewhere"}), AttemptOutcome.REDIRECTED),
        (304, AttemptOutcome.REDIRECTED),
        (400, AttemptOutcome.REFUSED),
        (404, AttemptOutcome.REFUSED),
        (410, AttemptOutcome.GONE),
        (429, AttemptOutcome.REFUSED),
        (500, AttemptOutcome.REFUSED),
        (503, AttemptOutcome.REFUSED),
        (receivers.hang_up, AttemptOutcome.BROKEN),
        (receivers.not_http, AttemptOutcome.BROKEN),
        (receivers.endless_error, AttemptOutcome.REFUSED),
        (receivers.dripping_error, AttemptOutcome.REFUSED),
        (receivers.silent, AttemptOutcome.TOO_SLOW),
        (receivers.dripping_headers, AttemptOutcome.TOO_SLOW),
        (receivers.endless_interim, AttemptOutcome.TOO_SLOW),
    ],
)
def test_every_answer_has_its_outcome_within_the_deadline(receiver, answer, outcome):
    target = receiver(answer)
    _answer, found, seconds = send(target)
    assert found == outcome
    assert seconds < DEADLINE + 0.7
    assert len(target.requests) == 1, "asked once, and no redirect followed"


def test_a_receiver_that_is_down_is_unreachable():
    _answer, outcome, seconds = send(f"http://127.0.0.1:{receivers.closed_port()}/")
    assert outcome == AttemptOutcome.UNREACHABLE
    assert seconds < DEADLINE


def test_the_deadline_is_the_specifications():
    assert SECONDS == 15


def test_the_message_arrives_as_it_was_given(receiver, monkeypatch):
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:9")
    monkeypatch.setenv("https_proxy", "http://127.0.0.1:9")
    target = receiver(200)
    send(target)
    ((headers, body),) = target.requests
    assert body == '{"type":"test"}'
    assert headers["webhook-id"] == "msg_1"
    assert headers["Host"] == f"127.0.0.1:{target.port}"


def test_of_an_error_the_beginning_is_kept_and_no_more(receiver):
    answer, _outcome, _seconds = send(receiver((500, {}, b"Sedang diperbaiki" + b"\0\xff" * 5000)))
    assert answer.excerpt.startswith("Sedang diperbaiki")
    assert "\0" not in answer.excerpt
    assert len(answer.excerpt) <= MAX_READ


@pytest.mark.parametrize(
    ("status", "value", "seconds"),
    [
        (503, "120", 120),
        (429, "7200", 7200),
        (503, "soon", None),
        (503, "-5", None),
        (503, "9" * 30, None),
        (500, "120", None),
    ],
)
def test_retry_after_is_read_where_it_means_something(receiver, status, value, seconds):
    answer, _outcome, _seconds = send(receiver((status, {"Retry-After": value})))
    assert (answer.retry_after and answer.retry_after.total_seconds()) == seconds


def test_retry_after_may_be_a_date(receiver):
    date = time.strftime("%a, %d %b %Y %H:%M:%S GMT", time.gmtime(time.time() + 600))
    answer, _outcome, _seconds = send(receiver((503, {"Retry-After": date})))
    assert 590 < answer.retry_after.total_seconds() <= 601


# --- TLS -------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def certificate_of_localhost(tmp_path_factory):
    return receivers.certificate(tmp_path_factory.mktemp("tls"), "DNS:localhost")


def https(receiver, host):
    return receiver.url.replace("127.0.0.1", host)


def test_a_receiver_with_a_trusted_certificate_is_told(
    receiver, certificate_of_localhost, monkeypatch
):
    monkeypatch.setenv("SSL_CERT_FILE", certificate_of_localhost[0])
    target = receiver(204, tls=certificate_of_localhost)
    _answer, outcome, _seconds = send(https(target, "localhost"))
    assert outcome == AttemptOutcome.DELIVERED
    assert len(target.requests) == 1


@pytest.mark.parametrize("talk", [receivers.silent_peer, receivers.dripping_handshake])
def test_a_peer_that_never_ends_its_handshake_is_too_slow(talk):
    with receivers.peer(talk) as port:
        _answer, outcome, seconds = send(f"https://127.0.0.1:{port}/")
    assert outcome == AttemptOutcome.TOO_SLOW
    assert DEADLINE - 0.1 < seconds < DEADLINE + 0.7


@pytest.mark.parametrize("answer", [receivers.silent, receivers.dripping_headers])
def test_a_receiver_that_is_slow_behind_tls_is_too_slow(
    receiver, certificate_of_localhost, monkeypatch, answer
):
    monkeypatch.setenv("SSL_CERT_FILE", certificate_of_localhost[0])
    target = receiver(answer, tls=certificate_of_localhost)
    _answer, outcome, seconds = send(https(target, "localhost"))
    assert outcome == AttemptOutcome.TOO_SLOW
    assert seconds < DEADLINE + 0.7


def test_an_untrusted_certificate_is_refused_before_anything_is_said(
    receiver, certificate_of_localhost
):
    target = receiver(204, tls=certificate_of_localhost)
    _answer, outcome, _seconds = send(https(target, "localhost"))
    assert outcome == AttemptOutcome.BAD_CERTIFICATE
    assert target.requests == []


def test_a_certificate_of_another_name_is_refused(receiver, certificate_of_localhost, monkeypatch):
    monkeypatch.setenv("SSL_CERT_FILE", certificate_of_localhost[0])
    target = receiver(204, tls=certificate_of_localhost)
    _answer, outcome, _seconds = send(https(target, "127.0.0.1"))
    assert outcome == AttemptOutcome.BAD_CERTIFICATE
    assert target.requests == []


def test_plain_http_behind_an_https_address_is_no_secure_connection(receiver):
    target = receiver(200)
    _answer, outcome, seconds = send(target.url.replace("http:", "https:"))
    assert outcome in (AttemptOutcome.BAD_CERTIFICATE, AttemptOutcome.BROKEN)
    assert seconds < DEADLINE
    assert target.requests == []
