"""``/api/feed/v1/``: every agency on the portal's host, one agency on its own."""

import dataclasses
import json
import uuid
from http import HTTPStatus
from urllib.parse import urlencode

from django.db.models import Q
from django.http import HttpResponse
from django.urls import reverse
from django.utils import timezone
from ninja import Query
from ninja.errors import ValidationError
from wagtail.models import Site

from opd_sites.models import Agency

from ..conf import get_setting
from ..feed import reading
from ..feed.digest import digest
from ..models import FeedItem, ItemState
from . import schemas, shapes
from .description import DescribedAPI
from .problems import Problem, invalid_parameter, problem_response, validation_response

CACHE_CONTROL = "public, max-age=5, stale-while-revalidate=30, stale-if-error=86400"

feed_api = DescribedAPI(version="1", urls_namespace="kip_feed")
feed_api.add_exception_handler(Problem, problem_response)
feed_api.add_exception_handler(ValidationError, validation_response)
feed_api.add_router("/schemas", shapes.router)

PROBLEMS = {400: schemas.ProblemOut}


@feed_api.get(
    "/changes",
    response={200: schemas.ChangesPage, 410: schemas.ProblemOut, **PROBLEMS},
    url_name="changes",
    by_alias=True,
    exclude_unset=True,
)
def changes(request, query: Query[schemas.ChangesParameters]):
    """Everything in the order of its last change (RPDE 1.0): follow `next` until `items` is empty."""
    filters = _filters(request, query)
    cursor = reading.Cursor(query.afterChangeNumber, query.epoch, query.forgotten)
    try:
        position, rows = reading.changes(filters, cursor, at=timezone.now(), limit=query.limit)
    except reading.UnknownAgencyError as error:
        raise _unknown_agency(error) from error
    except reading.CursorExpiredError as error:
        raise Problem(
            HTTPStatus.GONE,
            "cursor-expired",
            "Start again from the beginning",
            detail=f"{error}; read from `restart` and delete what does not come.",
            restart=_address(request, "changes", _named(filters, limit=query.limit)),
        ) from error
    if rows:
        following = _next_address(request, filters, cursor.advanced(position, rows[-1][3]), query)
    else:
        following = request.build_absolute_uri()  # RPDE: the last page repeats its own address
    items = ",".join(_change(*row) for row in rows)
    license = json.dumps(get_setting("FEED_LICENSE"))
    return _text(f'{{"items":[{items}],"license":{license},"next":{json.dumps(following)}}}')


@feed_api.get(
    "/items",
    response={200: schemas.JsonFeed, **PROBLEMS},
    url_name="items",
    exclude_unset=True,
)
def items(request, query: Query[schemas.ItemsParameters]):
    """What is public now, newest first (JSON Feed 1.1)."""
    filters = _filters(request, query)
    try:
        reading.current_position(at=timezone.now(), agency=filters.agency)
    except reading.UnknownAgencyError as error:
        raise _unknown_agency(error) from error
    found = _found(filters, query)
    rows = list(
        found.values_list("uid", "kind", "pos", "payload", "published_at")[: query.limit + 1]
    )
    site = Site.find_for_request(request)
    parameters = {
        name: value.isoformat() if hasattr(value, "isoformat") else str(value)
        for name, value in query.dict(exclude_unset=True).items()
        if value
    }
    body = {
        "version": "https://jsonfeed.org/version/1.1",
        "title": (site and site.site_name) or request.get_host(),
        "home_page_url": request.build_absolute_uri("/"),
        "feed_url": _address(request, "items", parameters),
    }
    if len(rows) > query.limit:
        last = rows[query.limit - 1]
        parameters["cursor"] = schemas.encode_cursor(last[4], last[0])
        body["next_url"] = _address(request, "items", parameters)
    body["items"] = [_json_feed_item(*row[:4]) for row in rows[: query.limit]]
    return _text(json.dumps(body, ensure_ascii=False))


@feed_api.get(
    "/items/{item_id}",
    response={200: schemas.UpdatedItem, 404: schemas.ProblemOut, **PROBLEMS},
    url_name="item",
    by_alias=True,
    exclude_unset=True,
)
def item(request, item_id: schemas.ItemIdText):
    """One item by its id; 404 for whatever is not public now."""
    now = timezone.now()
    reading.current_position(at=now)
    found = FeedItem.objects.showable(at=now).of_agency(request.agency)
    try:
        found = found.filter(uid=uuid.UUID(item_id))
    except ValueError:
        found = found.none()
    row = found.values_list("uid", "kind", "state", "pos", "payload").first()
    if row is None:
        raise Problem(HTTPStatus.NOT_FOUND, "not-found", "There is no such public item")
    return _text(_change(*row))


@feed_api.get("/agencies", response={200: schemas.Agencies}, url_name="agencies")
def agencies(request):
    """The agencies whose items the feed carries."""
    found = Agency.objects.active().select_related("site").in_order()
    if request.agency:
        found = found.filter(pk=request.agency.pk)
    names = schemas.AgencyOut.model_fields
    listed = [{name: getattr(agency, name) for name in names} for agency in found]
    for agency in listed:
        agency["url"] += "/"
    return _text(json.dumps({"items": listed}, ensure_ascii=False))


@feed_api.get(
    "/digest", response={200: schemas.Digest, **PROBLEMS}, url_name="digest", exclude_unset=True
)
def digest_of_feed(request):
    """Counts and hashes per agency and kind, to prove that a copy is complete and right."""
    position = reading.current_position(at=timezone.now())
    body = {
        "epoch": str(position.epoch),
        "changeNumber": position.pos,
        "items": [dataclasses.asdict(row) for row in digest(request.agency)],
    }
    return _text(json.dumps(body))


def _filters(request, query) -> reading.Filters:
    """Read the filters; on an agency's host there is only that agency."""
    for name in request.GET:
        # A misspelt filter must not silently mean "everything".
        if name not in type(query).model_fields:
            known = ", ".join(type(query).model_fields)
            raise invalid_parameter(name, f"there is no such parameter; use {known}")
    agency = query.agency
    if request.agency:
        if agency not in ("", request.agency.code):
            raise invalid_parameter(
                "agency", f"this host serves only {request.agency.code}; ask the portal for others"
            )
        agency = request.agency.code
    return reading.Filters(agency=agency, kind=query.kind or "", locale=query.locale)


def _unknown_agency(error):
    return invalid_parameter("agency", f"there is no agency {error}; see /agencies")


def _found(filters, query):
    found = filters.narrow(FeedItem.objects.showable(at=timezone.now()))
    if query.category:
        found = found.filter(category=query.category)
    if query.obligation:
        found = found.answering(query.obligation)
    if query.since:
        found = found.filter(published_at__gte=query.since)
    if query.until:
        found = found.filter(published_at__lt=query.until)
    if query.cursor:
        try:
            published_at, uid = schemas.decode_cursor(query.cursor)
        except ValueError:
            raise invalid_parameter("cursor", "use the address in next_url as it is") from None
        found = found.filter(
            Q(published_at__lt=published_at) | Q(published_at=published_at, uid__lt=uid)
        )
    return found.containing(query.q)


def _change(uid, kind, state, pos, payload):
    """Return an RPDE item; the payload goes out as it is stored."""
    data = f',"data":{payload}' if state == ItemState.UPDATED else ""
    return f'{{"state":"{state}","kind":"{kind}","id":"{uid}","modified":{pos}{data}}}'


def _json_feed_item(uid, kind, pos, payload):
    data = json.loads(payload)
    entry = {
        "id": str(uid),
        "url": data["url"],
        "title": data["title"],
        "summary": data["summary"],
        "content_html": data["content_html"],
        "content_text": data["content_text"],
        "language": data["locale"],
        "authors": [{"name": data["agency"]["name"], "url": data["agency"]["url"]}],
        "tags": data["tags"],
        "attachments": [
            {"url": a["url"], "mime_type": a["media_type"] or "application/octet-stream"}
            | {"title": a["title"]}
            | ({"size_in_bytes": a["bytes"]} if a["bytes"] is not None else {})
            for a in data["attachments"]
        ],
        "_kip": {"kind": kind, "modified": pos, "data": data},
    }
    for name, value in (
        ("date_published", data["published_at"]),
        ("date_modified", data["updated_at"]),
        ("image", data["image"] and data["image"]["url"]),
    ):
        if value:
            entry[name] = value
    return entry


def _next_address(request, filters, cursor, query):
    parameters = {"afterChangeNumber": cursor.after, "epoch": cursor.epoch, "limit": query.limit}
    if cursor.forgotten:
        parameters["forgotten"] = cursor.forgotten
    return _address(request, "changes", _named(filters, **parameters))


def _named(filters, **parameters):
    return {k: v for k, v in dataclasses.asdict(filters).items() if v} | parameters


def _address(request, name, parameters):
    address = request.build_absolute_uri(reverse(f"kip_feed:{name}"))
    return f"{address}?{urlencode(parameters)}" if parameters else address


def _text(text):
    return HttpResponse(
        text, content_type="application/json", headers={"Cache-Control": CACHE_CONTROL}
    )
