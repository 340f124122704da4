"""``/api/feed/v1/schemas/``: the JSON Schema of each kind of item, by version."""

import json
from http import HTTPStatus
from typing import Annotated

from django.http import HttpResponse
from django.urls import reverse
from ninja import Field, Path, Router, Schema

from .kinds import SHAPES, Address, json_schema
from .problems import Problem
from .schemas import ProblemOut

# Shapes change with a release of this software, not with what agencies publish.
CACHE_CONTROL = "public, max-age=3600"

router = Router(tags=["Description"])


class ShapeOut(Schema):
    """One version of a kind's shape."""

    name: str = Field(description="As `data.schema` of an item says it.", examples=["news/1"])
    kind: str = Field(description="Kind of item.", examples=["news"])
    version: int = Field(ge=1, description="Version of the shape.", examples=[1])
    title: str = Field(description="What items of this kind are.")
    address: Address = Field(description="Where its JSON Schema is.")


class Shapes(Schema):
    """The shapes that items of this feed can have."""

    items: list[ShapeOut]


@router.get("/", response=Shapes, url_name="shapes")
def shapes(request):
    """The kinds of item, and where the JSON Schema of each version is."""
    listed = []
    for name, shape in SHAPES.items():
        kind, version = name.split("/")
        names = {"name": name, "kind": kind, "version": int(version)}
        listed.append(names | {"title": shape.__doc__, "address": _address(request, name)})
    return _json({"items": listed}, "application/json")


@router.get(
    "/{kind}/{version}",
    response={404: ProblemOut},
    url_name="shape",
    openapi_extra={
        "responses": {
            200: {
                "description": "A JSON Schema (2020-12) of an item's `data`",
                "content": {"application/schema+json": {"schema": {"type": "object"}}},
            }
        }
    },
)
def shape(
    request,
    kind: Annotated[str, Path(description="Kind of item.", examples=["news"])],
    version: Annotated[str, Path(description="Version of its shape.", examples=["1"])],
):
    """The JSON Schema of a kind: what `data` holds, member by member.

    Optional members may be added within a version, so it does not forbid unknown ones.
    """
    name = f"{kind}/{version}"
    if name not in SHAPES:
        known = ", ".join(SHAPES)
        raise Problem(
            HTTPStatus.NOT_FOUND, "not-found", "There is no such shape", detail=f"there are {known}"
        )
    return _json(json_schema(name, address=_address(request, name)), "application/schema+json")


def _address(request, name):
    kind, version = name.split("/")
    path = reverse("kip_feed:shape", kwargs={"kind": kind, "version": version})
    return request.build_absolute_uri(path)


def _json(body, content_type):
    text = json.dumps(body, ensure_ascii=False)
    return HttpResponse(text, content_type=content_type, headers={"Cache-Control": CACHE_CONTROL})
