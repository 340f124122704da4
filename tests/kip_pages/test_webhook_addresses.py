"""Where messages may go: never into our own network by an address that somebody typed (F12)."""

import socket

import pytest

from kip_pages.models import AttemptOutcome
from kip_pages.outward.addresses import (
    BadAddressError,
    Deadline,
    UndeliverableError,
    is_allowed,
    parse,
    resolve,
)
from kip_pages.push.posting import post

NOT_PUBLIC = [
    "127.0.0.1",
    "127.8.9.10",
    "0.0.0.0",
    "10.1.2.3",
    "172.16.0.1",
    "192.168.1.1",
    "169.254.169.254",  # metadata of clouds
    "168.63.129.16",
    "100.64.0.1",  # carrier-grade NAT
    "100.100.100.200",
    "192.0.0.192",
    "192.0.2.1",
    "192.88.99.1",
    "198.18.0.1",
    "198.51.100.7",
    "203.0.113.7",
    "224.0.0.1",
    "239.255.255.250",
    "240.0.0.1",
    "255.255.255.255",
    "::",
    "::1",
    "::ffff:127.0.0.1",
    "::ffff:10.0.0.1",
    "::ffff:8.8.8.8",
    "::127.0.0.1",
    "64:ff9b::7f00:1",  # NAT64 of 127.0.0.1
    "64:ff9b:1::1",
    "100::1",
    "2001::1",  # Teredo
    "2001:db8::1",
    "2002:7f00:1::1",  # 6to4 of 127.0.0.1
    "3fff::1",
    "fc00::1",
    "fd00:ec2::254",
    "fe80::1",
    "fe80::1%lo",
    "fec0::1",
    "ff02::1",
]
PUBLIC = ["8.8.8.8", "103.10.20.30", "2606:4700::1111", "2404:8000::1"]


@pytest.fixture(autouse=True)
def as_in_production(settings):
    settings.KIP_PAGES = {}


@pytest.fixture
def names(monkeypatch):
    """``names("host", answer, answer …)``: what the resolver says, one answer per question."""
    asked = []

    def says(host, *answers):
        remaining = list(answers)

        def getaddrinfo(name, port, *args, **kwargs):
            asked.append(name)
            assert name == host
            return [
                (
                    socket.AF_INET6 if ":" in address else socket.AF_INET,
                    socket.SOCK_STREAM,
                    socket.IPPROTO_TCP,
                    "",
                    (address, port, 0, 0) if ":" in address else (address, port),
                )
                for address in remaining.pop(0)
            ]

        monkeypatch.setattr(socket, "getaddrinfo", getaddrinfo)
        return asked

    return says


def refusal(url):
    with pytest.raises(UndeliverableError) as caught:
        resolve(parse(url), deadline=Deadline(5))
    return caught.value.outcome


@pytest.mark.parametrize("address", NOT_PUBLIC)
def test_an_address_that_is_not_public_is_refused(address):
    assert not is_allowed(address)


@pytest.mark.parametrize("address", PUBLIC)
def test_a_public_address_is_allowed(address):
    assert is_allowed(address)


@pytest.mark.parametrize("address", NOT_PUBLIC)
def test_a_name_with_one_address_that_is_not_public_is_refused(names, address):
    names("hook.example", ["8.8.8.8", address])
    assert refusal("https://hook.example/") == AttemptOutcome.ADDRESS_REFUSED


@pytest.mark.parametrize(
    "host", ["127.0.0.1", "[::1]", "[::ffff:127.0.0.1]", "2130706433", "0x7f.1", "127.1", "0"]
)
def test_no_way_of_writing_the_loopback_leads_there(host):
    assert refusal(f"https://{host}/") == AttemptOutcome.ADDRESS_REFUSED


def test_localhost_is_refused_by_what_it_resolves_to():
    assert refusal("https://localhost/") == AttemptOutcome.ADDRESS_REFUSED


def test_an_unknown_name_is_told_apart():
    assert refusal("https://no-such-host.invalid/") == AttemptOutcome.UNKNOWN_NAME


def test_nothing_is_sent_to_a_refused_address(receiver):
    local = receiver(200)
    with pytest.raises(UndeliverableError) as caught:
        post(f"https://127.0.0.1:{local.port}/", "{}", {})
    assert caught.value.outcome == AttemptOutcome.ADDRESS_REFUSED
    assert local.requests == []


def test_a_name_that_turns_to_the_loopback_after_it_was_judged_is_not_followed(
    names, receiver, settings, monkeypatch
):
    settings.KIP_PAGES = {"WEBHOOK_ALLOW_INSECURE": True}
    local = receiver(200)
    asked = names("rebinding.example", ["8.8.8.8"], ["127.0.0.1"])
    connected = []

    class Recorded(socket.socket):
        """The network of the tests has no way to 8.8.8.8: say where we would have gone."""

        def connect(self, address):
            connected.append(address)
            raise ConnectionRefusedError

    with monkeypatch.context() as patch:
        patch.setattr(socket, "socket", Recorded)
        with pytest.raises(UndeliverableError) as caught:
            post(f"http://rebinding.example:{local.port}/", "{}", {})
    assert caught.value.outcome == AttemptOutcome.UNREACHABLE
    assert asked == ["rebinding.example"], "asked once"
    assert connected == [("8.8.8.8", local.port)], "and connected to what was judged"
    assert local.requests == []


def test_the_name_stays_the_name_although_the_connection_goes_to_the_address(
    names, receiver, settings
):
    settings.KIP_PAGES = {
        "WEBHOOK_ALLOW_INSECURE": True,
        "WEBHOOK_ALLOWED_NETWORKS": ["127.0.0.0/8"],
    }
    local = receiver(200)
    asked = names("intranet.example", ["127.0.0.1"])
    assert post(f"http://intranet.example:{local.port}/hook", "{}", {}).status == 200
    ((headers, _body),) = local.requests
    assert headers["Host"] == f"intranet.example:{local.port}"
    assert asked == ["intranet.example"]


def test_the_next_address_is_tried_when_the_first_one_refuses(names, receiver, settings):
    settings.KIP_PAGES = {
        "WEBHOOK_ALLOW_INSECURE": True,
        "WEBHOOK_ALLOWED_NETWORKS": ["127.0.0.0/8"],
    }
    local = receiver(200)  # listens on 127.0.0.1 only
    names("two.example", ["127.0.0.2", "127.0.0.1"])
    assert post(f"http://two.example:{local.port}/", "{}", {}).status == 200


def test_an_operator_allows_a_network_and_nothing_beside_it(settings):
    settings.KIP_PAGES = {"WEBHOOK_ALLOWED_NETWORKS": ["10.20.0.0/16", "fd12::/32"]}
    assert is_allowed("10.20.3.4")
    assert is_allowed("fd12::1")
    assert not is_allowed("10.21.0.1")
    assert not is_allowed("127.0.0.1")
    assert not is_allowed("::ffff:10.20.3.4"), "only as it was allowed"


@pytest.mark.parametrize(
    "url",
    [
        "http://portal.example/",
        "ftp://portal.example/",
        "file:///etc/passwd",
        "//portal.example/",
        "portal.example/hook",
        "https://",
        "https:///hook",
        "https://user:secret@portal.example/",
        "https://user@portal.example/",
        "https://@portal.example/",
        "https://portal.example/#fragment",
        "https://portal.example:99999/",
        "https://portal.example:x/",
        "https://[::1/",
        "https://portal.example:25/",
        "https://portal.example:22/",
        "https://portal.example:0/",
        "https://portal.example/a b",
        "https://portal.example/\r\nX-Injected: 1",
        "https://pörtal.example/",
    ],
)
def test_an_address_that_can_never_be_sent_to_is_refused(url):
    with pytest.raises(BadAddressError):
        parse(url)


@pytest.mark.parametrize(
    ("url", "host_header", "target"),
    [
        ("https://portal.example", "portal.example", "/"),
        ("https://Portal.Example:443/hook?a=1&b", "portal.example", "/hook?a=1&b"),
        ("https://portal.example.:8443/", "portal.example:8443", "/"),
        ("https://[2606:4700::1111]:8443/x", "[2606:4700::1111]:8443", "/x"),
    ],
)
def test_an_ordinary_address_is_taken_apart(url, host_header, target):
    destination = parse(url)
    assert (destination.host_header, destination.target) == (host_header, target)


def test_a_resolver_that_never_answers_is_left_behind(monkeypatch):
    import threading

    never = threading.Event()
    monkeypatch.setattr(socket, "getaddrinfo", lambda *args, **kwargs: never.wait(30) and [])
    with pytest.raises(UndeliverableError) as caught:
        post("https://slow.example/", "{}", {}, seconds=0.3)
    never.set()
    assert caught.value.outcome == AttemptOutcome.TOO_SLOW
