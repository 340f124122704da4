"""Answers as caches like them: validators, 304, compression, and a memory of what was written."""

import datetime
import gzip
import hashlib
import zlib
from collections.abc import Callable, Iterable
from http import HTTPStatus

from django.core.cache import caches
from django.http import HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.utils import timezone
from django.utils.cache import get_conditional_response
from django.utils.http import content_disposition_header, http_date

from kip_pages import __version__

from ..conf import get_setting
from .problems import Problem

CACHE_CONTROL = "public, max-age=5, stale-while-revalidate=30, stale-if-error=86400"
JSON = "application/json"
CSV = "text/csv; charset=utf-8"
JSON_LINES = "application/jsonl"
TEXTS = (CSV, JSON_LINES)

# Seconds for which a written answer may be asked for again; what it says cannot change meanwhile.
MEMORY = 300
# Bytes of an answer that is remembered at most: a first walk asks for many large ones, each once.
LARGEST = 512 << 10
# Text shrinks to a fifth already, in a third of the time the thorough levels take.
GZIP_LEVEL = 4
# A date is a safe validator once its second is over, on clocks that differ a little.
SETTLED = datetime.timedelta(seconds=2)


def answer(
    request,
    write: Callable[[], str | bytes],
    *,
    version: str,
    changed_at: datetime.datetime | None = None,
    content_type: str = JSON,
) -> HttpResponse:
    """Answer with 304, from memory, or with what ``write`` returns, gzipped for who takes that.

    ``version`` names what the answer is made of; ask for it before the content, never after, so
    that an answer may be newer than its tag but never older. ``changed_at`` is when the version
    came to be.
    """
    encoding = "gzip" if _takes_gzip(request) else "identity"
    tag = _tag(request, version, content_type, encoding)
    response = HttpResponse(content_type=content_type, headers={"Cache-Control": CACHE_CONTROL})
    if settled := _settled(request, response, tag=tag, changed_at=changed_at):
        return settled
    response.content = _remembered(request, tag, write, content_type, encoding)
    if encoding == "gzip":
        response["Content-Encoding"] = "gzip"
    response["Content-Length"] = str(len(response.content))
    return response


def stream(
    request,
    content: Iterable[str | bytes],
    *,
    version: str,
    changed_at: datetime.datetime,
    content_type: str,
    filename: str,
) -> HttpResponseBase:
    """The same for a download that is sent while it is written, and kept nowhere.

    Text is gzipped on its way for who takes that; what is no text is packed already.
    """
    packed = content_type in TEXTS and _takes_gzip(request)
    response = StreamingHttpResponse(
        _gzipped(content) if packed else content,
        content_type=content_type,
        headers={
            "Cache-Control": CACHE_CONTROL,
            "Content-Disposition": content_disposition_header(True, filename),
        },
    )
    if packed:
        response["Content-Encoding"] = "gzip"
    tag = _tag(request, version, content_type, "gzip" if packed else "identity")
    return _settled(request, response, tag=tag, changed_at=changed_at) or response


def _settled(request, response, *, tag, changed_at):
    """The same as ``conditional``, with the API's own words for a 412."""
    found = conditional(request, response, tag=tag, changed_at=changed_at)
    if found and found.status_code == HTTPStatus.PRECONDITION_FAILED:
        raise Problem(
            HTTPStatus.PRECONDITION_FAILED,
            "precondition-failed",
            "This is not the copy that the request names",
            detail="Leave out If-Match and If-Unmodified-Since, or ask for the current one.",
        )
    return found


def confidential(response: HttpResponseBase) -> HttpResponseBase:
    """Have nobody keep, index or pass on an answer that only its address protects; return it."""
    response["Cache-Control"] = "no-store, private"
    response["X-Robots-Tag"] = "noindex, nofollow"
    response["Referrer-Policy"] = "no-referrer"
    return response


def conditional(request, response, *, tag: str, changed_at=None) -> HttpResponse | None:
    """Put the validators on ``response``; return the 304 or 412 that the request's own call for.

    ``tag`` must differ whenever the bytes differ: it becomes a strong ETag.
    """
    response["ETag"] = f'"{tag}"'
    modified = None
    if changed_at and timezone.now() - changed_at >= SETTLED:
        modified = int(changed_at.timestamp())
        response["Last-Modified"] = http_date(modified)
    found = get_conditional_response(
        request, etag=response["ETag"], last_modified=modified, response=response
    )
    return None if found is response else found


def _tag(request, version, content_type, encoding):
    name = f"{__version__} {version} {request.build_absolute_uri()} {content_type} {encoding}"
    return hashlib.sha256(name.encode()).hexdigest()[:32]


def may_be_known(request, content_type: str = JSON) -> bool:
    """Say whether the version alone may settle the answer: the reader has one, or the memory does.

    Otherwise it is quicker to ask for version and content at once.
    """
    conditions = ("If-None-Match", "If-Modified-Since")
    if any(name in request.headers for name in conditions):
        return True
    encoding = "gzip" if _takes_gzip(request) else "identity"
    return caches[get_setting("FEED_CACHE")].has_key(_key(request, content_type, encoding))


def _key(request, content_type, encoding):
    name = f"{request.build_absolute_uri()} {content_type} {encoding}"
    return f"kip_pages.answer.{hashlib.sha256(name.encode()).hexdigest()[:32]}"


def _remembered(request, tag, write, content_type, encoding):
    """Return the newest answer of this address from memory, if it is still the one of ``tag``."""
    memory = caches[get_setting("FEED_CACHE")]
    key = _key(request, content_type, encoding)
    known_tag, body = memory.get(key) or (None, None)
    if known_tag != tag:
        body = write()
        body = body.encode() if isinstance(body, str) else body
        if encoding == "gzip":
            # No time in it: equal content is equal bytes, as a strong tag promises.
            body = gzip.compress(body, compresslevel=GZIP_LEVEL, mtime=0)
        if len(body) <= LARGEST:
            memory.set(key, (tag, body), MEMORY)
    return body


def _gzipped(content):
    """Pack the pieces one by one: equal pieces are equal bytes, and none is held longer than needed."""
    packer = zlib.compressobj(
        GZIP_LEVEL, wbits=zlib.MAX_WBITS | 16
    )  # gzip's own header, without a time
    for piece in content:
        packed = packer.compress(piece.encode() if isinstance(piece, str) else piece)
        if packed:
            yield packed
    yield packer.flush()


def _takes_gzip(request):
    """Read Accept-Encoding (RFC 9110 §12.5.3); an encoding with a weight of zero is refused."""
    weights = {}
    for part in request.headers.get("Accept-Encoding", "").split(","):
        coding, _semicolon, parameters = part.strip().lower().partition(";")
        weights[coding.strip()] = parameters.replace(" ", "")
    parameters = weights.get("gzip", weights.get("*", "q=0"))
    return parameters not in ("q=0", "q=0.0", "q=0.00", "q=0.000")
