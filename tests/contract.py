"""Every response of the feed API, in every test, is what its OpenAPI document says.

``ContractMiddleware`` stands in ``config.settings.test`` alone. It raises ``AssertionError``, which
Django's test client passes on and a live server answers with 500: a status, a content type, a header
or a member that is not described fails the test that met it. Readers must ignore members they do not
know; our own tests must know them all, so here nothing undescribed is let through.
"""

import functools
import gzip
import json
import re
import sys
import zlib

import jsonschema_rs
from django.urls import Resolver404, resolve, reverse

NAMESPACE = "kip_feed"
# Served beside the operations, and described by nothing but themselves.
UNDESCRIBED = {"openapi-json", "openapi-view", "api-root", "elsewhere"}


class ContractMiddleware:
    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        response = self.get_response(request)
        if request.path_info.startswith(root()):
            try:
                check(request, response)
            except AssertionError as error:
                print(error, file=sys.stderr)  # noqa: T201 - a live server's client sees only 500
                raise
        return response


def root():
    return reverse(f"{NAMESPACE}:api-root")


def check(request, response):
    """Raise ``AssertionError`` with what and where if the response is not as described."""
    where = f"{request.method} {request.get_full_path()} → {response.status_code}"
    if response.status_code == 500:
        return  # an error of ours, which the test client raises as it is
    path = described_path(request.path_info)
    if path is None:
        return
    if request.method == "OPTIONS" and response.status_code in (200, 204):
        return  # a browser asks whether it may ask (CORS): of the headers alone
    described = described_response(path, request.method, response.status_code)
    assert described is not None, f"{where}: this status is not described for {path}"
    for name, header in described.get("headers", {}).items():
        assert response.has_header(name) or not header.get("required"), f"{where}: no {name}"
    check_body(where, request, response, described.get("content", {}))


def check_body(where, request, response, content):
    if response.status_code == 304 or request.method == "HEAD":
        assert response.streaming or not response.content, f"{where}: a body where none may be"
        return
    media_type = response.headers.get("content-type", "").partition(";")[0].strip()
    assert media_type in content, f"{where}: {media_type!r} is not described, but {list(content)}"
    if media_type == "application/jsonl":
        packed = response.headers.get("content-encoding") == "gzip"
        response.streaming_content = checked_lines(where, response.streaming_content, packed)
    if response.streaming or not (media_type.endswith("+json") or media_type == "application/json"):
        return
    body = response.content
    if response.headers.get("content-encoding") == "gzip":
        body = gzip.decompress(body)
    body = json.loads(body)
    for data in items_data(body):
        check_data(where, data)
    if media_type == "application/schema+json":
        jsonschema_rs.meta.validate(body)
    complain(where, validator_of(json.dumps(content[media_type].get("schema", {}))), body)


def checked_lines(where, pieces, packed):
    """Pass the pieces of JSON Lines on as they come, and hold every line against its kind's schema."""
    unpacker, beginning = zlib.decompressobj(wbits=zlib.MAX_WBITS | 16), b""
    for piece in pieces:
        *lines, beginning = (beginning + (unpacker.decompress(piece) if packed else piece)).split(
            b"\n"
        )
        for line in lines:
            line = json.loads(line)
            assert line.keys() == {"id", "modified", "data"}, f"{where}: {list(line)}"
            check_data(where, line["data"])
        yield piece
    assert not beginning, f"{where}: the last line has no end"


def items_data(body):
    """Return the ``data`` of every item in a body, in whichever shape it came."""
    entries = body.get("items", [body]) if isinstance(body, dict) else []
    for entry in entries:
        extension = entry.get("_kip") if "_kip" in entry else entry
        if "data" in extension and "kind" in extension:
            data = extension["data"]
            assert data["schema"].startswith(f"{extension['kind']}/"), (
                f"{data['schema']} of {entry}"
            )
            yield data


def check_data(where, data):
    """Raise ``AssertionError`` unless ``data`` is what the JSON Schema of its kind says."""
    complain(f"{where}: {data.get('url')}", data_validator(data["schema"]), data)


def complain(where, validator, instance):
    if validator.is_valid(instance):
        return
    error = next(iter(validator.iter_errors(instance)))
    place = "/".join(str(step) for step in error.instance_path)
    raise AssertionError(f"{where}: at {place!r}: {error.message[:2000]}")


# --- what is described, compiled once ---------------------------------------------------------


@functools.cache
def document():
    from kip_pages.api.feed import feed_api

    return feed_api.describe(root())


def described_path(path):
    """Return the document's path for an address; None for what is not of the API."""
    try:
        match = resolve(path)
    except Resolver404:
        return None
    if match.namespace != NAMESPACE or match.url_name in UNDESCRIBED:
        return None
    described = "/" + re.sub(r"<(?:\w+:)?(\w+)>", r"{\1}", match.route)
    assert described in document()["paths"], f"{described} is served but not described"
    return described


def described_response(path, method, status):
    operations = document()["paths"][path]
    name = "get" if method == "HEAD" else method.lower()
    if status == 405:
        assert name not in operations, f"{method} {path} is described but refused"
        name = next(iter(operations))  # what is said of any method holds for those there are not
    return operations.get(name, {"responses": {}})["responses"].get(str(status))


@functools.cache
def strict_components():
    return strict(document()["components"])


@functools.cache
def validator_of(schema):
    """Return the validator of a schema that is given as JSON text."""
    whole = strict(json.loads(schema)) | {"components": strict_components()}
    return jsonschema_rs.Draft202012Validator(whole, validate_formats=True)


@functools.cache
def data_validator(name):
    from kip_pages.api.kinds import json_schema

    schema = strict(json_schema(name, address=f"urn:shape:{name}"))
    return jsonschema_rs.Draft202012Validator(schema, validate_formats=True)


def strict(schema):
    """Return the schema with every object closed that does not say it is open."""
    if isinstance(schema, list):
        return [strict(part) for part in schema]
    if not isinstance(schema, dict):
        return schema
    closed = {name: strict(part) for name, part in schema.items()}
    if schema.get("type") == "object" and isinstance(schema.get("properties"), dict):
        closed.setdefault("additionalProperties", False)
    return closed
