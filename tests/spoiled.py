"""The site behind WSGI wrappers: one that does what a good cache does, many that break a promise."""

import gzip
import hashlib
import io
import itertools
import json
import re
from urllib.parse import parse_qs


class Answer:
    """A whole answer of a WSGI application, to be changed and sent."""

    def __init__(self, application, environ):
        sent = {}

        def start_response(status, headers, exc_info=None):
            sent["status"], sent["headers"] = status, dict(headers)

        parts = application(environ, start_response)
        self.body = b"".join(parts)
        if hasattr(parts, "close"):
            parts.close()
        self.status, self.headers = sent["status"], sent["headers"]

    @property
    def is_json(self):
        media_type = self.headers.get("Content-Type", "").partition(";")[0]
        return self.status.startswith("200") and media_type.endswith("json")

    def send(self, start_response):
        if not self.status.startswith("304"):
            self.headers.setdefault("Content-Length", str(len(self.body)))
            self.headers["Content-Length"] = str(len(self.body))
        start_response(self.status, list(self.headers.items()))
        return [self.body]


def like_a_cache(application):
    """Add what a cache in front gives: ETag and 304, HEAD, gzip, CORS."""

    def wrapped(environ, start_response):
        is_head = environ["REQUEST_METHOD"] == "HEAD"
        asked = environ.pop("HTTP_IF_NONE_MATCH", "")
        accepts = environ.pop("HTTP_ACCEPT_ENCODING", "")
        answer = Answer(application, environ | {"REQUEST_METHOD": "GET"} if is_head else environ)
        answer.headers["Access-Control-Allow-Origin"] = "*"
        answer.headers["Vary"] = "Accept-Encoding"
        if answer.status.startswith("200"):
            etag = f'"{hashlib.sha256(answer.body).hexdigest()}"'
            answer.headers["ETag"] = etag
            if asked == etag:
                answer.status, answer.body = "304 Not Modified", b""
                answer.headers.pop("Content-Length", None)
            elif "gzip" in accepts:
                answer.headers["Content-Encoding"] = "gzip"
                answer.body = gzip.compress(answer.body)
        if is_head:
            start_response(answer.status, list(answer.headers.items()))
            return []
        return answer.send(start_response)

    return wrapped


def spoiled(application, path, spoil):
    """Let ``spoil(body, query)`` change the JSON of answers to paths that match ``path``."""

    def wrapped(environ, start_response):
        answer = Answer(application, environ)
        if re.search(path, environ["PATH_INFO"]) and answer.is_json:
            body = json.loads(answer.body)
            query = {name: v[0] for name, v in parse_qs(environ["QUERY_STRING"]).items()}
            answer.body = json.dumps(spoil(body, query) or body).encode()
        return answer.send(start_response)

    return wrapped


def asked_otherwise(application, change):
    """Let ``change(environ)`` alter what the application is asked."""

    def wrapped(environ, start_response):
        change(environ)
        return application(environ, start_response)

    return wrapped


def shared_cache(application):
    """Add a cache that keeps every answer and gives it to everybody who does not say `no-cache`."""
    kept = {}

    def wrapped(environ, start_response):
        key = environ["PATH_INFO"], environ["QUERY_STRING"]
        if key not in kept or environ.get("HTTP_CACHE_CONTROL") == "no-cache":
            environ.pop("HTTP_IF_NONE_MATCH", None)
            kept[key] = Answer(application, environ)
        return kept[key].send(start_response)

    return wrapped


def busy_now_and_then(application, *, every):
    """Turn every nth request away for a moment, as a limit of requests does."""
    asked = itertools.count(1)

    def wrapped(environ, start_response):
        if next(asked) % every:
            return application(environ, start_response)
        start_response("429 Too Many Requests", [("Retry-After", "0"), ("Content-Length", "0")])
        return []

    return wrapped


def ruined(application, path, ruin):
    """Let ``ruin(body)`` change the bytes of answers to paths that match ``path``."""

    def wrapped(environ, start_response):
        answer = Answer(application, environ)
        if re.search(path, environ["PATH_INFO"]):
            answer.body = ruin(answer.body)
        return answer.send(start_response)

    return wrapped


def without_header(application, name):
    def wrapped(environ, start_response):
        answer = Answer(application, environ)
        answer.headers.pop(name, None)
        return answer.send(start_response)

    return wrapped


def canned(pages):
    """Serve ``{path and query: (status, headers, body)}`` or, from a list, one after the other."""

    def application(environ, start_response):
        key = environ["PATH_INFO"] + "?" + environ.get("QUERY_STRING", "")
        status, headers, body = pages(key.rstrip("?"), environ)
        body = json.dumps(body).encode() if not isinstance(body, bytes) else body
        start_response(status, [*headers.items(), ("Content-Length", str(len(body)))])
        return io.BytesIO(body)

    return application
