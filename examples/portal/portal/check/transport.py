"""What caches, slow lines and browsers are promised."""

import gzip
import json
import time

from .registry import Broken, NotApplicable, promise
from .saying import expect
from .subject import Feed

READ = ("/changes", "/items", "/agencies", "/digest")
# A feed may change between two questions: asked a few times, it holds still once.
TRIES = 5
# Seconds between two of them, for a date that is not safe to tell yet.
SETTLING = 0.8


@promise("An answer carries an `ETag`, and is 304 without a body when it is asked with it again.")
def conditional(feed: Feed):
    addresses = [*(feed.address(path) for path in READ), feed.walk.pages[-1].address]
    for address in addresses:
        _not_modified(feed, address)
    return f"{len(addresses)} addresses, the last page of the walk among them"


def _not_modified(feed, address):
    for _try in range(TRIES):
        etag = feed.client.get(address).headers.get("etag", "")
        expect(bool(etag), "an ETag", f"none from {address}")
        answer = feed.client.get(address, etag=etag)
        if answer.status == 304:
            expect(not answer.body, "no body", f"{len(answer.body)} bytes from {address}")
            return
    raise Broken(expected="304", seen=f"{answer.status} from {address} with its own ETag {etag}")


@promise("An ETag that is not the answer's own is answered in full.")
def other_etag(feed: Feed):
    answer = feed.client.get(feed.address("/changes"), etag='"no-such-etag"')
    expect(answer.status == 200 and bool(answer.body), "200 with a body", answer.status)
    return 'If-None-Match: "no-such-etag"'


@promise(
    "An answer says `Last-Modified` once that second is over, and is 304 when asked with it.",
    rereads=False,
)
def last_modified(feed: Feed):
    addresses = [feed.address(path) for path in ("/changes", "/items", "/digest")]
    return ", ".join(_unmodified_since(feed, address) for address in addresses)


def _unmodified_since(feed, address):
    etags = set()
    for _try in range(TRIES):
        answer = feed.ask("GET", address)
        etags.add(answer.headers.get("etag"))
        date = answer.headers.get("last-modified", "")
        if date and feed.ask("GET", address, **{"If-Modified-Since": date}).status == 304:
            return date
        time.sleep(SETTLING)
    if len(etags) > 1:
        raise NotApplicable(f"{address} does not hold still")
    raise Broken(expected="Last-Modified, and 304", seen=f"{date or 'no date'} from {address}")


@promise("HEAD answers as GET does, without a body.")
def head(feed: Feed):
    for path in READ:
        address = feed.address(path)
        got, headed = feed.ask("GET", address), feed.ask("HEAD", address)
        expect(headed.status == got.status, f"status {got.status}", f"{headed.status} for {path}")
        expect(not headed.body, "no body", f"{len(headed.body)} bytes for {path}")
        expect(headed.media_type == got.media_type, got.media_type, f"{headed.media_type} {path}")
        told = "etag" in headed.headers
        expect(told == ("etag" in got.headers), "an ETag where GET has one", f"{told} for {path}")
    return ", ".join(READ)


@promise("Whoever accepts gzip gets it, and nobody else; `Vary` says so.")
def compressed(feed: Feed):
    address = feed.walk.pages[0].address
    packed = feed.ask("GET", address, decode=False, **{"Accept-Encoding": "gzip"})
    coding = packed.headers.get("content-encoding", "none")
    if len(packed.body) > 200:  # the smallest answers grow when they are packed
        expect(coding == "gzip", "Content-Encoding: gzip", f"{coding} for {len(packed.body)} bytes")
        json.loads(gzip.decompress(packed.body))
        varies = packed.headers.get("vary", "")
        expect("accept-encoding" in varies.lower(), "Vary: Accept-Encoding", varies or "none")
    plain = feed.ask("GET", address, decode=False, **{"Accept-Encoding": "identity"})
    told = plain.headers.get("content-encoding", "identity")
    expect(told == "identity", "no compression unless asked for", told)
    json.loads(plain.body)
    return f"{len(plain.body)} bytes, {len(packed.body)} packed"


@promise("A page of any other site may read the feed (CORS: `Access-Control-Allow-Origin: *`).")
def cross_origin(feed: Feed):
    for path in READ:
        answer = feed.ask("GET", feed.address(path), Origin="https://other.example")
        told = answer.headers.get("access-control-allow-origin", "")
        expect(told == "*", "*", f"{told or 'none'} for {path}")
    return ", ".join(READ)


@promise(
    "Answers may be kept by shared caches for some seconds (`Cache-Control: public, max-age`)."
)
def cacheable(feed: Feed):
    for path in READ:
        told = feed.ask("GET", feed.address(path)).headers.get("cache-control", "")
        expect(
            "public" in told and "max-age" in told, "public and max-age", f"{told or 'none'} {path}"
        )
    return told
