"""Lists and messages come over a network that nobody trusts: what is wrong is refused, and put off."""

import contextlib
import datetime
import gzip
import time
import zlib
from pathlib import Path
from urllib.parse import urljoin

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from kip_pages.cap import signature as signatures
from kip_pages.cap.markup import MAX_BYTES
from kip_pages.choices import RelayReason, RelayState, SourceProblem
from kip_pages.models import (
    AlertSource,
    EmergencyAnnouncementPage,
    EmergencyIndexPage,
    RelayedAlert,
    RequestTurn,
)
from kip_pages.relays import backing_off, fetching, polling, turns

from .. import receivers
from ..nowcast import LIST, NAME, Office, message, packed, source_at

MINUTE = datetime.timedelta(minutes=1)


@pytest.fixture
def office():
    opened = Office()
    yield opened
    opened.stop()


@pytest.fixture
def source(office, agency):
    return source_at(office, agency=agency, minutes=1)


def look(source):
    """Look at once, whenever it is due."""
    polling.poll(AlertSource.objects.get(pk=source.pk))
    source.refresh_from_db()
    return source


def fetch_again():
    """What could not be fetched is due again."""
    RelayedAlert.objects.update(next_attempt_at=timezone.now())


def wait_of(source):
    return source.next_attempt_at - timezone.now()


DOCTYPE = b'<!DOCTYPE alert [<!ENTITY x SYSTEM "file:///etc/hostname">]>'
LAUGHS = b'<!DOCTYPE alert [<!ENTITY a "ha"><!ENTITY b "&a;&a;"><!ENTITY c "&b;&b;">]>'


def with_doctype(xml, doctype, entity):
    head, body = xml.split(b"?>\n", 1)
    return head + b"?>\n" + doctype + body.replace(b"<headline>", b"<headline>&%s;" % entity)


MESSAGES = [
    (with_doctype(message(), DOCTYPE, b"x"), RelayReason.UNREADABLE),
    (with_doctype(message(), LAUGHS, b"c"), RelayReason.UNREADABLE),
    (message()[:-40], RelayReason.UNREADABLE),
    (b"<html><body>Sedang diperbaiki</body></html>", RelayReason.UNREADABLE),
    (b"", RelayReason.UNREADABLE),
    (message(severity="Gawat"), RelayReason.UNREADABLE),
    (message(sent="kemarin"), RelayReason.UNREADABLE),
    (message("x" * 300), RelayReason.UNREADABLE),
    (message() + b" " * MAX_BYTES, RelayReason.TOO_LARGE),
    (
        (200, {"Content-Encoding": "gzip"}, gzip.compress(bytes(50 * MAX_BYTES))),
        RelayReason.TOO_LARGE,
    ),
    ((302, {"Location": "{inside}"}, b""), RelayReason.MISSING),
]


def test_a_message_that_is_wrong_is_refused_with_the_reason_and_keeps_no_other_waiting(
    office, source
):
    inside = Office()
    for number, (answer, _reason) in enumerate(MESSAGES):
        path = f"{LIST}/rusak{number}.xml"
        if isinstance(answer, tuple):
            status, headers, body = answer
            headers = {n: v.format(inside=inside.root) for n, v in headers.items()}
            office.answers[path] = status, headers, body
        office.messages[path] = answer if isinstance(answer, bytes) else b""
    office.publish(message())
    look(source)
    for number, (answer, reason) in enumerate(MESSAGES):
        alert = RelayedAlert.objects.get(link__endswith=f"/rusak{number}.xml")
        assert (alert.state, alert.reason) == (RelayState.REFUSED, reason), number
        assert len(bytes(alert.raw or b"")) <= 64 * 1024
        if reason == RelayReason.UNREADABLE and answer:
            assert bytes(alert.raw) == answer, "what came is there to be looked at"
    assert EmergencyAnnouncementPage.objects.count() == 1
    assert RelayedAlert.objects.get(identifier=NAME, state=RelayState.OFFERED)
    assert source.problem == ""
    assert inside.requests == [], "no redirect is followed"
    inside.stop()


def test_messages_are_fetched_from_the_hosts_of_their_source_alone(office, source):
    stranger, friend = Office(), Office()
    for other in (stranger, friend):
        other.publish(message(f"{NAME}.{other.server_address[1]}"))
    refused = [
        "http://169.254.169.254/latest",
        "file:///etc/hostname",
        f"http://localhost:{stranger.server_address[1]}{LIST}/CBT001_alert.xml",
    ]
    friends, relative = f"{friend.root}{LIST}/CBT001_alert.xml", "id/CBT001_alert.xml"
    items = "".join(
        f"<item><title>{number}</title><link>{link}</link></item>"
        for number, link in enumerate([*refused, friends, relative, ""])
    )
    office.publish(message())
    body = f"<rss version='2.0'><channel>{items}</channel></rss>".encode()
    office.answers[LIST] = 200, {}, body
    look(source)
    found = dict(RelayedAlert.objects.values_list("link", "reason"))
    taken_in = (friends, urljoin(source.url, relative))
    assert found == dict.fromkeys(refused, RelayReason.OTHER_HOST) | dict.fromkeys(taken_in, "")
    assert stranger.requests == []
    for other in (stranger, friend):
        other.stop()


def test_a_list_in_atom_and_packed_is_read_as_well(office, source):
    office.publish(message())
    link = f"{office.root}{LIST}/CBT001_alert.xml"
    office.answers[LIST] = packed(
        f"""<feed xmlns="http://www.w3.org/2005/Atom"><entry><title>Hujan</title><id>1</id>
        <updated>2026-11-27T13:20:00+07:00</updated><link href="/halaman"/>
        <link href="{link}" type="application/cap+xml"/></entry></feed>""".encode()
    )
    look(source)
    assert RelayedAlert.objects.get().state == RelayState.OFFERED
    assert office.requests[0][1]["Accept-Encoding"] == "gzip"
    assert office.requests[0][1]["User-Agent"] == fetching.USER_AGENT


def drip(handler):
    """Send a byte of the list ten times a second."""
    with contextlib.suppress(OSError):
        handler.wfile.write(b"HTTP/1.1 200 OK\r\nContent-Length: 9999\r\n\r\n")
        while not handler.server.ended.wait(0.1):
            handler.wfile.write(b" ")


LISTS = [
    ((500, {}, b"rusak"), SourceProblem.STATUS),
    ((403, {}, b""), SourceProblem.STATUS),
    ((429, {"Retry-After": "7200"}, b""), SourceProblem.BUSY),
    ((503, {}, b""), SourceProblem.BUSY),
    ((301, {"Location": "https://www.bmkg.go.id/baru"}, b""), SourceProblem.REDIRECTED),
    ((200, {}, b"<html></html>"), SourceProblem.UNREADABLE),
    ((200, {}, b"bukan XML"), SourceProblem.UNREADABLE),
    ((200, {}, b"<rss version='2.0'></rss>"), SourceProblem.UNREADABLE),
    ((200, {}, message()), SourceProblem.UNREADABLE),
    ((200, {}, DOCTYPE.replace(b"alert", b"rss") + b"<rss>&x;</rss>"), SourceProblem.UNREADABLE),
    ((200, {}, b"<rss>" + b" " * MAX_BYTES + b"</rss>"), SourceProblem.TOO_LARGE),
    (packed(bytes(100 * MAX_BYTES)), SourceProblem.TOO_LARGE),
    ((200, {"Content-Encoding": "gzip"}, gzip.compress(b"x" * 9)[:-9]), SourceProblem.BROKEN),
    ((200, {"Content-Encoding": "gzip"}, b"polos"), SourceProblem.BROKEN),
    ((200, {"Content-Encoding": "br"}, zlib.compress(b"x")), SourceProblem.BROKEN),
    (receivers.hang_up, SourceProblem.BROKEN),
    (receivers.not_http, SourceProblem.BROKEN),
]


def test_a_list_that_fails_is_asked_later_and_later_and_no_other_waits_for_it(
    office, source, agency
):
    well = Office()
    other = source_at(well, name="Lain", issuer="PVMBG", agency=agency)
    for failures, (answer, problem) in enumerate(LISTS, 1):
        office.answers[LIST] = answer
        look(source)
        assert (source.problem, source.failures) == (problem, failures), answer
        if problem == SourceProblem.BUSY and answer[1]:
            assert datetime.timedelta(hours=1, minutes=59) < wait_of(source) <= 2 * 60 * MINUTE
            continue
        planned = min(MINUTE * 2 ** (failures - 1), backing_off.LONGEST)
        assert planned * 0.75 < wait_of(source) < planned * 1.25
    look(other)
    assert (other.problem, other.failures) == ("", 0)
    del office.answers[LIST]
    since = source.failing_since
    assert since is not None
    office.publish(message())
    look(source)
    assert (source.problem, source.failures, source.failing_since) == ("", 0, None)
    assert wait_of(source) <= MINUTE
    assert RelayedAlert.objects.get().state == RelayState.OFFERED, "what was missed is caught up"
    well.stop()


@pytest.mark.parametrize("answer", [receivers.silent, receivers.dripping_headers, drip])
def test_a_slow_host_cannot_stretch_the_time(office, answer):
    office.answers[LIST] = answer
    began = time.monotonic()
    with pytest.raises(fetching.FetchError) as failure:
        fetching.fetch(office.root + LIST, seconds=1)
    assert failure.value.problem == SourceProblem.TOO_SLOW
    assert time.monotonic() - began < 2
    assert fetching.SECONDS * 2 < polling.LEASE.total_seconds(), "nobody else begins meanwhile"


def test_a_name_that_leads_into_our_own_network_is_not_asked(office, source, settings):
    settings.KIP_PAGES = {"WEBHOOK_ALLOW_INSECURE": True}
    look(source)
    assert source.problem == SourceProblem.ADDRESS
    settings.KIP_PAGES = {"WEBHOOK_ALLOWED_NETWORKS": ["127.0.0.0/8"]}
    look(source)
    assert source.problem == SourceProblem.ADDRESS, "and nothing without TLS"
    assert office.requests == []


def test_what_is_known_is_not_fetched_again(office, source):
    first, second = message(), message(f"{NAME}2")
    office.publish(first)
    names = {"ETag": '"1"', "Last-Modified": "Fri, 27 Nov 2026 06:20:00 GMT"}
    office.answers[LIST] = 200, names, office.list()
    path = next(iter(office.messages))
    office.answers[path] = 200, {"ETag": '"a"'}, first
    look(source)
    office.answers[LIST] = 304, {}, b""
    look(source)
    told = office.requests[-1][1]
    assert told["If-None-Match"] == '"1"'
    assert told["If-Modified-Since"] == "Fri, 27 Nov 2026 06:20:00 GMT"
    assert office.asked == [LIST, path, LIST]
    assert source.last_success_at is not None
    # Under the same address the list tells of another one: is it?
    changed = office.list().replace(b"13:20:00 +0700", b"13:40:00 +0700")
    office.answers[LIST] = 200, {}, changed
    office.answers[path] = lambda handler: handler.send_error(304)
    look(source)
    assert office.requests[-1][1]["If-None-Match"] == '"a"'
    assert RelayedAlert.objects.order_by("pk").last().reason == RelayReason.DUPLICATE
    office.answers[LIST] = 200, {}, changed.replace(b"13:40:00 +0700", b"13:50:00 +0700")
    office.answers[path] = 200, {"ETag": '"b"'}, second
    look(source)
    assert RelayedAlert.objects.filter(state=RelayState.OFFERED).count() == 2


def test_a_message_that_cannot_be_fetched_is_tried_again_and_given_up(office, source):
    office.publish(message())
    path = next(iter(office.messages))
    office.answers[path] = 404, {}, b""
    look(source)
    alert = RelayedAlert.objects.get()
    for attempts in range(1, polling.MAX_ATTEMPTS):
        alert.refresh_from_db()
        assert (alert.state, alert.attempts) == (RelayState.LISTED, attempts)
        assert alert.next_attempt_at > timezone.now()
        fetch_again()
        polling.fetch_listed(source)
    alert.refresh_from_db()
    assert (alert.state, alert.reason) == (RelayState.REFUSED, RelayReason.MISSING)
    assert "404" in alert.detail


def test_a_host_in_trouble_is_left_alone_with_all_its_messages(office, source):
    office.publish(message(), message(f"{NAME}2"))
    first, second = office.messages
    office.answers[first] = 503, {"Retry-After": "600"}, b""
    look(source)
    assert office.asked == [LIST, first]
    alert = RelayedAlert.objects.get(link__endswith=first)
    assert wait_of(alert) > 9 * MINUTE
    polling.fetch_listed(source)
    assert office.asked == [LIST, first, second]


def test_no_host_is_asked_more_often_than_it_allows_by_all_workers_together(office, source, agency):
    source_at(office, name="Lain", issuer="Lain", agency=agency)
    at = timezone.now()
    for second in range(turns.PER_MINUTE):
        assert turns.take("127.0.0.1", at=at + datetime.timedelta(seconds=second / 10)) is None
    wait = turns.take("127.0.0.1", at=at + datetime.timedelta(seconds=20))
    assert wait == datetime.timedelta(seconds=40)
    assert turns.take("lain.test", at=at) is None
    assert turns.take("127.0.0.1", at=at + datetime.timedelta(seconds=60.1)) is None
    # Five were used in the first tenth of a minute, and so on: what is looked at now waits.
    RequestTurn.objects.filter(host="127.0.0.1").update(
        asked_at=[at.timestamp()] * turns.PER_MINUTE
    )
    polling.poll_due()
    assert office.requests == []
    source.refresh_from_db()
    assert (source.problem, source.failures) == ("", 0), "nobody's failure"
    assert MINUTE * 0.5 < wait_of(source) <= MINUTE
    # With one turn left the list is read, and its message waits for the next turn.
    office.publish(message())
    RequestTurn.objects.update(asked_at=[at.timestamp()] * (turns.PER_MINUTE - 1))
    look(source)
    assert office.asked == [LIST]
    alert = RelayedAlert.objects.get()
    assert (alert.state, alert.attempts) == (RelayState.LISTED, 0)


def identity(directory):
    """A key and the certificate that names it, as PEM."""
    directory.mkdir()
    cert, key = receivers.certificate(directory, "DNS:bmkg.test")
    return Path(key).read_bytes(), Path(cert).read_bytes()


@pytest.mark.skipif(not signatures.is_available(), reason="the extra `signature` is not installed")
def test_where_a_signature_is_expected_nothing_else_is_taken(office, source, tmp_path):
    ours, theirs = (identity(tmp_path / name) for name in ("ours", "theirs"))
    source.certificate = ours[1].decode()
    source.full_clean()
    source.save()
    genuine = signatures.sign(message(), *ours)
    wrong = {
        "unsigned": message(),
        "of another": signatures.sign(message(), *theirs),
        "changed": genuine.replace(b"<severity>Moderate", b"<severity>Extreme"),
    }
    for xml in wrong.values():
        office.publish(xml)
        look(source)
        alert = RelayedAlert.objects.order_by("pk").last()
        assert (alert.state, alert.reason) == (RelayState.REFUSED, RelayReason.UNSIGNED)
    assert not EmergencyAnnouncementPage.objects.exists()
    office.publish(genuine)
    look(source)
    assert RelayedAlert.objects.get(state=RelayState.OFFERED).identifier == NAME, (
        "none forestalls it"
    )


def test_a_source_that_fails_for_long_turns_health_amber_and_not_red(
    client, portal, office, source
):
    def health():
        answer = client.get("/api/feed/v1/health", headers={"host": "portal.example.test"})
        return answer.json()

    office.answers[LIST] = 500, {}, b""
    look(source)
    assert health()["relays_failing"] == 0
    AlertSource.objects.update(failing_since=timezone.now() - 31 * MINUTE)
    told = health()
    assert (told["relays_failing"], "relays_failing" in told["reasons"]) == (1, True)
    assert told["status"] != "red"
    AlertSource.objects.update(is_enabled=False)
    assert health()["relays_failing"] == 0


def test_the_command_polls_what_is_due_or_one_source_and_says_what_came(office, source, capsys):
    office.publish(message())
    AlertSource.objects.update(is_enabled=False)
    call_command("poll_relays")
    assert "looked at 0 sources" in capsys.readouterr().out
    call_command("poll_relays", source=source.name)
    assert "Hujan Lebat disertai Petir di Banten: Ditawarkan" in capsys.readouterr().out
    office.answers[LIST] = 500, {}, b""
    with pytest.raises(CommandError, match="HTTP 500"):
        call_command("poll_relays", source=source.name)
    with pytest.raises(CommandError, match="Cuaca BMKG"):
        call_command("poll_relays", source="x")


def test_what_goes_wrong_with_us_is_tried_again_and_noted_in_the_end(office, source, portal):
    """The agency has lost its section: nothing of the message is, until somebody has looked."""
    EmergencyIndexPage.objects.descendant_of(source.agency.root_page).get().unpublish()
    office.publish(message())
    look(source)
    alert = RelayedAlert.objects.get()
    assert (alert.state, alert.attempts) == (RelayState.LISTED, 1)
    RelayedAlert.objects.update(attempts=polling.MAX_ATTEMPTS - 1)
    fetch_again()
    polling.fetch_listed(source)
    alert.refresh_from_db()
    assert (alert.state, alert.reason) == (RelayState.REFUSED, RelayReason.FAILED)
    assert bytes(alert.raw) == next(iter(office.messages.values()))
