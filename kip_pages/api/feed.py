"""``/api/feed/v1/``: every agency on the portal's host, one agency on its own."""

import dataclasses
import functools
import hashlib
import json
import uuid
from http import HTTPStatus

from django.http import Http404, HttpResponse
from django.utils import timezone
from ninja import Query, Router
from ninja.errors import Throttled, ValidationError
from wagtail.models import Site

from opd_sites.models import Agency

from ..conf import get_setting
from ..feed import consumers, health, reading
from ..feed.digest import digest
from ..formats.json_feed import json_feed
from ..models import FeedItem, ItemState
from . import schemas, shapes
from .description import DescribedAPI, sent_as
from .filters import address_of, page_of, read_filters, refuse_unknown
from .formats import router as formats_router
from .http import JSON, answer, may_be_known
from .problems import (
    Problem,
    cursor_expired_response,
    not_found_response,
    problem_response,
    throttled_response,
    unknown_agency_response,
    validation_response,
)
from .readers import OptionalToken, RatePerReader, consumer_of

feed_api = DescribedAPI(
    version="1", urls_namespace="kip_feed", auth=OptionalToken(), throttle=RatePerReader()
)
feed_api.add_exception_handler(Problem, problem_response)
feed_api.add_exception_handler(ValidationError, validation_response)
feed_api.add_exception_handler(Throttled, throttled_response)
feed_api.add_exception_handler(Http404, not_found_response)
feed_api.add_exception_handler(reading.UnknownAgencyError, unknown_agency_response)
feed_api.add_exception_handler(reading.CursorExpiredError, cursor_expired_response)
feed_api.add_router("", formats_router)
feed_api.add_router("/schemas", shapes.router)

JSON_FEED = "application/feed+json"
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
    now = timezone.now()
    filters = read_filters(request, query)
    cursor = reading.Cursor(query.afterChangeNumber, query.epoch, query.forgotten)

    @functools.cache
    def found():
        return reading.changes(filters, cursor, at=timezone.now(), limit=query.limit)

    if may_be_known(request):
        position = reading.current_position(at=now, filters=filters, cursor=cursor)
    else:
        position, _rows = found()
    if consumer := consumer_of(request):
        consumers.remember(consumer, filters, cursor, position, at=now)
    return answer(
        request,
        lambda: _changes_page(request, filters, cursor, query.limit, *found()),
        version=f"{position.version} {get_setting('FEED_LICENSE')}",
        changed_at=position.changed_at,
    )


def _changes_page(request, filters, cursor, limit, position, rows):
    if rows:
        following = _next_address(request, filters, cursor.advanced(position, rows[-1][3]), limit)
    else:
        following = request.build_absolute_uri()  # RPDE: the last page repeats its own address
    items = ",".join(_change(*row) for row in rows)
    license = json.dumps(get_setting("FEED_LICENSE"))
    return f'{{"items":[{items}],"license":{license},"next":{json.dumps(following)}}}'


@feed_api.get(
    "/items",
    response={200: schemas.JsonFeed, **PROBLEMS},
    url_name="items",
    exclude_unset=True,
    openapi_extra=sent_as(JSON_FEED),
)
def items(request, query: Query[schemas.ItemsParameters]):
    """What is public now, newest first (JSON Feed 1.1)."""
    filters = read_filters(request, query)
    found = _found(filters, query)
    position = reading.current_position(at=timezone.now(), filters=filters)
    site = Site.find_for_request(request)
    title = (site and site.site_name) or request.get_host()
    page = functools.partial(page_of, request, "items", found, query)
    return answer(
        request,
        lambda: json_feed(title, request.build_absolute_uri("/"), page()),
        version=f"{position.version} {title}",
        changed_at=position.changed_at,
        content_type=JSON_FEED,
    )


@feed_api.get(
    "/items/{item_id}",
    response={200: schemas.UpdatedItem, 404: schemas.ProblemOut, **PROBLEMS},
    url_name="item",
    by_alias=True,
    exclude_unset=True,
)
def item(request, item_id: schemas.ItemIdText):
    """One item by its id; 404 for whatever is not public now."""
    refuse_unknown(request)
    position = reading.current_position(at=timezone.now())
    return answer(
        request,
        lambda: _one_change(request.agency, item_id),
        version=position.version,
        changed_at=position.changed_at,
    )


def _one_change(agency, item_id):
    found = FeedItem.objects.showable(at=timezone.now()).of_agency(agency)
    try:
        found = found.filter(uid=uuid.UUID(item_id))
    except ValueError:
        found = found.none()
    row = found.values_list("uid", "kind", "state", "pos", "payload").first()
    if row is None:
        raise Problem(HTTPStatus.NOT_FOUND, "not-found", "There is no such public item")
    return _change(*row)


@feed_api.get("/agencies", response={200: schemas.Agencies, **PROBLEMS}, url_name="agencies")
def agencies(request):
    """The agencies whose items the feed carries."""
    refuse_unknown(request)
    found = Agency.objects.active().select_related("site").in_order()
    if request.agency:
        found = found.filter(pk=request.agency.pk)
    names = schemas.AgencyOut.model_fields
    listed = [{name: getattr(agency, name) for name in names} for agency in found]
    for agency in listed:
        agency["url"] += "/"
    body = json.dumps({"items": listed}, ensure_ascii=False)
    return answer(request, lambda: body, version=hashlib.sha256(body.encode()).hexdigest())


@feed_api.get(
    "/digest", response={200: schemas.Digest, **PROBLEMS}, url_name="digest", exclude_unset=True
)
def digest_of_feed(request):
    """Counts and hashes per agency and kind, to prove that a copy is complete and right."""
    refuse_unknown(request)
    position = reading.current_position(at=timezone.now())
    return answer(
        request,
        lambda: _digest(request.agency),
        version=position.version,
        changed_at=position.changed_at,
    )


def _digest(agency):
    position, rows = digest(agency and agency.code)
    body = {
        "epoch": str(position.epoch),
        "changeNumber": position.pos,
        "items": [dataclasses.asdict(row) for row in rows],
    }
    return json.dumps(body)


@feed_api.get("/health", response=schemas.Health, url_name="health")
def health_of_feed(request):
    """`green`, or why not: what waits, what fails, who is behind; `red` if alerts do not arrive."""
    found = health.examine(at=timezone.now())
    body = {"status": found.status, "reasons": found.reasons} | dataclasses.asdict(found)
    body["changeNumber"] = body.pop("change_number")
    return HttpResponse(json.dumps(body), content_type=JSON, headers={"Cache-Control": "no-store"})


elsewhere = Router()


@elsewhere.get("/{path:rest}", include_in_schema=False, url_name="elsewhere")
def nothing_here(request, rest: str):
    raise Http404


# Last of all: it answers whatever nothing else did.
feed_api.add_router("", elsewhere)


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
    return found.containing(query.q)


def _change(uid, kind, state, pos, payload):
    """Return an RPDE item; the payload goes out as it is stored."""
    data = f',"data":{payload}' if state == ItemState.UPDATED else ""
    return f'{{"state":"{state}","kind":"{kind}","id":"{uid}","modified":{pos}{data}}}'


def _next_address(request, filters, cursor, limit):
    parameters = {name: value for name, value in dataclasses.asdict(filters).items() if value}
    parameters |= {"afterChangeNumber": cursor.after, "epoch": cursor.epoch, "limit": limit}
    if cursor.forgotten:
        parameters["forgotten"] = cursor.forgotten
    return address_of(request, "changes", **parameters)
