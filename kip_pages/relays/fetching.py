"""Fetch one document of a host that an administrator named; no more of it than an alert can be."""

import dataclasses
import http.client
import zlib

from ..cap.markup import MAX_BYTES
from ..choices import SourceProblem
from ..models import AttemptOutcome
from ..outward.addresses import UndeliverableError
from ..outward.connecting import ask, retry_after

SECONDS = 15
USER_AGENT = "KIP-Pages-Relay/1"
_CHUNK = 64 * 1024
_GZIP = 16 + zlib.MAX_WBITS

_PROBLEMS = {
    AttemptOutcome.ADDRESS_REFUSED: SourceProblem.ADDRESS,
    AttemptOutcome.UNKNOWN_NAME: SourceProblem.UNKNOWN_NAME,
    AttemptOutcome.UNREACHABLE: SourceProblem.UNREACHABLE,
    AttemptOutcome.BAD_CERTIFICATE: SourceProblem.CERTIFICATE,
    AttemptOutcome.TOO_SLOW: SourceProblem.TOO_SLOW,
}


class FetchError(Exception):
    """Nothing usable came: ``problem`` says why, ``str()`` gives the technical reason.

    ``status`` is 0 where there was no answer; ``retry_after`` what the host asked for.
    """

    def __init__(self, problem: SourceProblem, detail: object = "", *, status=0, retry_after=None):
        super().__init__(str(detail))
        self.problem = problem
        self.status = status
        self.retry_after = retry_after


@dataclasses.dataclass(frozen=True)
class Fetched:
    """A document; ``body`` is None where it is still the one that was known."""

    body: bytes | None
    etag: str = ""
    last_modified: str = ""


def fetch(
    url: str, *, etag: str = "", last_modified: str = "", seconds: float = SECONDS
) -> Fetched:
    """Return what ``url`` gives, unless it is what ``etag`` or ``last_modified`` names.

    Raises ``FetchError``; a redirect is one, for it may lead anywhere.
    """
    headers = {
        "User-Agent": USER_AGENT,
        "Accept": "application/rss+xml, application/atom+xml, application/cap+xml, application/xml",
        "Accept-Encoding": "gzip",
    }
    if etag:
        headers["If-None-Match"] = etag
    if last_modified:
        headers["If-Modified-Since"] = last_modified
    try:
        return ask(url, method="GET", headers=headers, seconds=seconds, read=_read)
    except UndeliverableError as error:
        problem = _PROBLEMS.get(error.outcome, SourceProblem.BROKEN)
        raise FetchError(problem, error) from error


def _read(response: http.client.HTTPResponse) -> Fetched:
    if response.status == http.HTTPStatus.NOT_MODIFIED:
        return Fetched(None)
    if 300 <= response.status < 400:
        where = response.headers.get("Location", "")
        raise FetchError(SourceProblem.REDIRECTED, where, status=response.status)
    if response.status != http.HTTPStatus.OK:
        is_busy = response.status in (429, 503)
        raise FetchError(
            SourceProblem.BUSY if is_busy else SourceProblem.STATUS,
            f"HTTP {response.status}",
            status=response.status,
            retry_after=retry_after(response),
        )
    etag, last_modified = (response.headers.get(n, "") for n in ("ETag", "Last-Modified"))
    return Fetched(
        _body(response),
        etag=etag if _is_storable(etag, 255) else "",
        last_modified=last_modified if _is_storable(last_modified, 100) else "",
    )


def _is_storable(value, length):
    return len(value) <= length and value.isascii() and value.isprintable()


def _body(response) -> bytes:
    """Read the document as it is meant, and stop where it grows beyond any alert."""
    packed = bytearray()
    while chunk := response.read(_CHUNK):
        packed += chunk
        if len(packed) > MAX_BYTES:
            raise FetchError(SourceProblem.TOO_LARGE, f"{MAX_BYTES} bytes")
    encoding = response.headers.get("Content-Encoding", "").strip().lower()
    if encoding in ("", "identity"):
        return bytes(packed)
    if encoding not in ("gzip", "x-gzip"):
        raise FetchError(SourceProblem.BROKEN, f"Content-Encoding {encoding}"[:200])
    return _unpacked(bytes(packed))


def _unpacked(packed: bytes) -> bytes:
    """Unpack no more than is needed to see that it is too much: a kilobyte can hold a gigabyte."""
    decompressor = zlib.decompressobj(_GZIP)
    try:
        body = decompressor.decompress(packed, MAX_BYTES + 1)
    except zlib.error as error:
        raise FetchError(SourceProblem.BROKEN, error) from error
    if len(body) > MAX_BYTES:
        raise FetchError(SourceProblem.TOO_LARGE, f"{MAX_BYTES} bytes")
    if not decompressor.eof:
        raise FetchError(SourceProblem.BROKEN, "the packed answer is cut off")
    return body
