"""Errors as RFC 9457 problem details that name the parameter."""

import json
import math
from http import HTTPStatus

from django.http import HttpResponse
from django.urls import NoReverseMatch, reverse

CONTENT_TYPE = "application/problem+json"


class Problem(Exception):
    """Raised by an operation; the API answers with it. Any further argument is a member of the body."""

    def __init__(
        self, status: HTTPStatus, slug: str, title: str, *, headers: dict | None = None, **members
    ):
        super().__init__(title)
        self.status = status
        self.headers = headers or {}
        self.body = {"type": f"urn:problem:kip-pages:{slug}", "title": title, "status": status}
        self.body |= members


def invalid_parameter(parameter: str, detail: str) -> Problem:
    return invalid_parameters([{"parameter": parameter, "detail": detail}])


def invalid_parameters(errors: list[dict]) -> Problem:
    names = ", ".join(error["parameter"] for error in errors)
    return Problem(
        HTTPStatus.BAD_REQUEST,
        "invalid-parameter",
        f"Invalid parameter: {names}",
        detail="; ".join(f"{error['parameter']}: {error['detail']}" for error in errors),
        errors=errors,
    )


def problem_response(request, problem: Problem) -> HttpResponse:
    return HttpResponse(
        json.dumps(problem.body, ensure_ascii=False),
        status=problem.status,
        content_type=CONTENT_TYPE,
        headers={"Cache-Control": "no-store"} | problem.headers,
    )


def not_found_response(request, error) -> HttpResponse:
    problem = Problem(HTTPStatus.NOT_FOUND, "not-found", "There is nothing at this address")
    return problem_response(request, problem)


def refuse_host(request) -> HttpResponse | None:
    """Say below the feed's address what elsewhere is a page: this host is served to nobody."""
    try:
        if not request.path.startswith(reverse("kip_feed:api-root")):
            return None
    except NoReverseMatch:
        return None
    problem = Problem(
        HTTPStatus.NOT_FOUND,
        "not-found",
        "There is nothing at this address",
        detail="This host has no site, or its agency's site is not available now.",
    )
    return problem_response(request, problem)


def unknown_agency_response(request, error) -> HttpResponse:
    return problem_response(
        request, invalid_parameter("agency", f"there is no agency {error}; see /agencies")
    )


def cursor_expired_response(request, error) -> HttpResponse:
    """Name the address to start again from: what was asked for, without where it was."""
    query = request.GET.copy()
    for name in ("afterChangeNumber", "epoch", "forgotten"):
        query.pop(name, None)
    restart = request.build_absolute_uri(request.path)
    problem = Problem(
        HTTPStatus.GONE,
        "cursor-expired",
        "Start again from the beginning",
        detail=f"{error}; read from `restart` and delete what does not come.",
        restart=f"{restart}?{query.urlencode()}" if query else restart,
    )
    return problem_response(request, problem)


def throttled_response(request, error) -> HttpResponse:
    """Say in ``Retry-After`` how many seconds to wait."""
    return problem_response(
        request,
        Problem(
            HTTPStatus.TOO_MANY_REQUESTS,
            "too-many-requests",
            "Too many requests in a minute",
            detail="Wait as long as Retry-After says; a consumer with a token may ask more often.",
            headers={"Retry-After": str(math.ceil(error.wait))},
        ),
    )


def validation_response(request, error) -> HttpResponse:
    """Turn ninja's validation error into a problem; ``loc`` is ("query", model, parameter)."""
    errors = [
        {"parameter": str(e["loc"][-1]), "detail": e["msg"].removeprefix("Value error, ")}
        for e in error.errors
    ]
    return problem_response(request, invalid_parameters(errors))
