"""What a request narrows its answer by, checked the same way by every operation."""

import dataclasses
import datetime
from urllib.parse import urlencode

from django.db.models import Q
from django.urls import reverse

from ..feed import reading
from . import schemas
from .problems import invalid_parameter


def read_filters(request, query) -> reading.Filters:
    """Return the filters of ``query``; on an agency's host there is only that agency.

    Raises ``Problem`` for one that is unknown or not this host's.
    """
    refuse_unknown(request, *type(query).model_fields)
    agency = query.agency
    if request.agency:
        if agency not in ("", request.agency.code):
            raise invalid_parameter(
                "agency", f"this host serves only {request.agency.code}; ask the portal for others"
            )
        agency = request.agency.code
    return reading.Filters(agency, getattr(query, "kind", None) or "", query.locale)


def refuse_unknown(request, *known: str) -> None:
    """Raise ``Problem`` for a parameter other than ``known``.

    A misspelt filter, or one that an operation does not have, must not silently mean “everything”.
    """
    for name in request.GET:
        if name not in known:
            detail = (
                f"there is no such parameter; use {', '.join(known)}" if known else "leave it out"
            )
            raise invalid_parameter(name, detail)


@dataclasses.dataclass(frozen=True)
class Page:
    """A page of a list that is ordered newest first; the addresses of its neighbours keep filters."""

    rows: list
    url: str
    first_url: str
    next_url: str


def page_of(request, name: str, items, query) -> Page:
    """Return the page of ``items`` after ``query.cursor``, of ``query.limit`` rows at most.

    ``name`` is the operation's. Raises ``Problem`` for a cursor that no page handed out.
    """
    if query.cursor:
        try:
            published_at, uid = schemas.decode_cursor(query.cursor)
        except ValueError:
            raise invalid_parameter("cursor", "follow the link to the next page as it is") from None
        items = items.filter(
            Q(published_at__lt=published_at) | Q(published_at=published_at, uid__lt=uid)
        )
    rows = list(items[: query.limit + 1])
    asked = asked_for(query)
    kept = {key: value for key, value in asked.items() if key != "cursor"}
    following = ""
    if len(rows) > query.limit:
        last = rows[query.limit - 1]
        cursor = schemas.encode_cursor(last.published_at, last.uid)
        following = address_of(
            request, name, **asked_for(query.model_copy(update={"cursor": cursor}))
        )
    return Page(
        rows=rows[: query.limit],
        url=address_of(request, name, **asked),
        first_url=address_of(request, name, **kept),
        next_url=following,
    )


def asked_for(query) -> dict[str, str]:
    """Return the parameters that somebody sent and that mean something."""
    sent = query.dict(exclude_unset=True)
    return {
        name: value.isoformat() if isinstance(value, datetime.datetime) else str(value)
        for name, value in sent.items()
        if value
    }


def address_of(request, name: str, **parameters) -> str:
    """Return the absolute address of the operation called ``name``."""
    address = request.build_absolute_uri(reverse(f"kip_feed:{name}"))
    return f"{address}?{urlencode(parameters)}" if parameters else address
