"""What the API says of itself: OpenAPI 3.1, and a page on which people read it.

An operation says what is its own. What holds for all of them, whoever adds one, is said here once:
problems, conditional requests, limits, headers and tokens.
"""

import json
from http import HTTPStatus
from pathlib import Path

from ninja import NinjaAPI, Swagger
from ninja.openapi.schema import OpenAPISchema

from opd_sites.models import Agency

from ..conf import get_setting
from . import problems
from .http import JSON
from .schemas import ProblemOut

TITLE = "Feed of public information"
INTRODUCTION = """\
Everything that the agencies of a province publish under UU 14/2008, in one feed. The portal's host
tells of all agencies, an agency's host of that agency alone. Reading needs no account.

* To mirror everything, read `changes` from its beginning and follow `next`; `digest` proves that
  the copy is right.
* To show what is new, read `items`.
* The shape of each kind of item is at [schemas/](schemas/). Readers ignore members they do not
  know: optional ones may be added at any time.
"""
TAGS = {
    "Feed": "Everything the agencies publish: what changed, what is public now, and the proof.",
    "Formats": "The same items in other formats.",
    "Description": "What the feed carries, described for machines.",
}

HEADERS = {
    "ETag": "Strong validator of this representation; send it back in `If-None-Match`.",
    "Last-Modified": "When what this tells last changed; send it back in `If-Modified-Since`.",
    "Cache-Control": "How long it may be kept, and how long it may be used when we are away.",
    "Vary": "Request headers on which the answer depends.",
    "Link": "Related addresses (RFC 8288), such as the next page or the description.",
    "Deprecation": "Since when this version is not to be built upon (RFC 9745).",
    "Sunset": "When this version will be gone (RFC 8594).",
    "Retry-After": "Seconds to wait before asking again.",
    "Allow": "Methods that this address understands.",
}
_OK = ("ETag", "Last-Modified", "Cache-Control", "Vary", "Link", "Deprecation", "Sunset")
_NOT_MODIFIED = ("ETag", "Last-Modified", "Cache-Control", "Vary")
# Headers by status, and those of them without which the answer would be wrong (RFC 9110, RFC 6585).
RESPONSE_HEADERS = {
    HTTPStatus.OK: _OK,
    HTTPStatus.NOT_MODIFIED: _NOT_MODIFIED,
    HTTPStatus.METHOD_NOT_ALLOWED: ("Allow",),
    HTTPStatus.TOO_MANY_REQUESTS: ("Retry-After",),
    HTTPStatus.SERVICE_UNAVAILABLE: ("Retry-After",),
}
REQUIRED_HEADERS = {
    (HTTPStatus.METHOD_NOT_ALLOWED, "Allow"),
    (HTTPStatus.TOO_MANY_REQUESTS, "Retry-After"),
}
# What may come of any operation, and the words for what it means here.
COMMON_RESPONSES = {
    HTTPStatus.NOT_MODIFIED: "Nothing changed since the copy that the request names; no body.",
    HTTPStatus.UNAUTHORIZED: "The token is not known or was revoked.",
    HTTPStatus.NOT_FOUND: "There is nothing public by this name, or at this host, now.",
    HTTPStatus.METHOD_NOT_ALLOWED: "This address is only read: GET and HEAD.",
    HTTPStatus.PRECONDITION_FAILED: "`If-Match` or `If-Unmodified-Since` names another copy.",
    HTTPStatus.TOO_MANY_REQUESTS: "Too many requests from this address or token; wait.",
}
MEANINGS = COMMON_RESPONSES | {
    HTTPStatus.BAD_REQUEST: "A parameter is not understood; `errors` names it.",
    HTTPStatus.GONE: "This cursor cannot be served: read everything again from `restart`.",
}
SECURITY_SCHEME = {
    "type": "http",
    "scheme": "bearer",
    "description": "Optional. A consumer's token, issued by the province: its lag is shown to the "
    "administrators, and it may ask more often.",
}


def sent_as(media_type: str) -> dict:
    """Return what an operation says in ``openapi_extra`` when its JSON has a media type of its own."""
    return {"responses": {HTTPStatus.OK: {"content": {media_type: {}}}}}


class DescribedAPI(NinjaAPI):
    """A ``NinjaAPI`` whose description says what holds for all operations."""

    def __init__(self, **kwargs):
        docs = DocsPage({"validatorUrl": None, "defaultModelsExpandDepth": 0})
        super().__init__(title=TITLE, description=INTRODUCTION, docs=docs, **kwargs)

    def get_openapi_schema(self, *, path_prefix=None, path_params=None):
        """Return the description as it is served: that of the code, and whom to ask."""
        document = self.describe(path_prefix or self.get_root_path(path_params or {}))
        if contact := _contact():
            document["info"]["contact"] = contact
        return document

    def describe(self, path_prefix: str) -> dict:
        """Return the OpenAPI document as the code alone determines it."""
        document = Description(self, path_prefix)
        # Operations of several methods share their parts until here.
        return json.loads(json.dumps(document))

    def get_openapi_operation_id(self, operation):
        first, *others = operation.view_func.__name__.split("_")
        return first + "".join(word.title() for word in others)


class Description(OpenAPISchema):
    """The OpenAPI document of an API."""

    def __init__(self, api, path_prefix):
        super().__init__(api, path_prefix)
        license = get_setting("FEED_LICENSE")
        self["info"]["license"] = {"name": "Licence of the content", "url": license}
        # Addresses in here are paths: they hold on the host that was asked for the description.
        self["servers"] = [{"url": "/", "description": "This host."}]
        operations = [operation for path in self["paths"].values() for operation in path.values()]
        used = {tag for operation in operations for tag in operation["tags"]}
        self["tags"] = [{"name": n, "description": TAGS[n]} for n in TAGS if n in used]
        self["security"] = [{}, {"token": []}]

    def get_components(self):
        components = super().get_components()
        problem = ProblemOut.model_json_schema(ref_template="#/components/schemas/{model}")
        components["schemas"] |= problem.pop("$defs") | {"ProblemOut": problem}
        for name in [name for name in components["schemas"] if name.endswith("Parameters")]:
            del components["schemas"][name]  # each parameter is described where it is used
        for schema in components["schemas"].values():
            for member in schema.get("properties", {}).values():
                member.pop("title", None)
        headers = {
            name: {"description": text, "schema": {"type": "string"}}
            for name, text in HEADERS.items()
        }
        return components | {"headers": headers, "securitySchemes": {"token": SECURITY_SCHEME}}

    def methods(self, operations):
        """Describe GET; that HEAD answers like it, without a body, needs no description."""
        described = super().methods(operations)
        if "get" in described:
            described.pop("head", None)
        return described

    def operation_details(self, operation):
        details = super().operation_details(operation)
        details.pop("security", None)  # one for all of them: with a token, or without
        details["tags"] = [tag.capitalize() for tag in details.get("tags", ["Feed"])]
        if operation.summary == operation.view_func.__name__.title().replace("_", " "):
            # Nobody wrote one: the sentence that a docstring begins with says more than a name.
            summary, _blank, rest = (operation.description or operation.summary).partition("\n\n")
            details |= {"summary": summary.rstrip(".").replace("`", ""), "description": rest}
        responses = {int(status): response for status, response in details["responses"].items()}
        for status in COMMON_RESPONSES:
            responses.setdefault(int(status), {})
        details["responses"] = {
            str(status): _response(status, responses[status]) for status in sorted(responses)
        }
        return details

    def operation_parameters(self, operation):
        return [_parameter(parameter) for parameter in super().operation_parameters(operation)]

    def _create_schema_from_model(self, model, by_alias=True, **kwargs):
        # The views write the stored names themselves: an operation that forgets to say `by_alias`
        # would describe another shape, and to all the others as well.
        return super()._create_schema_from_model(model, by_alias=True, **kwargs)


def _response(status, response):
    """Complete one response: a problem has a problem's type and shape, and everyone their headers."""
    described = response | {"description": MEANINGS.get(status, response.get("description", ""))}
    if status >= HTTPStatus.BAD_REQUEST:
        problem = {"schema": {"$ref": "#/components/schemas/ProblemOut"}}
        described.setdefault("content", {JSON: problem})
        described["content"] |= {problems.CONTENT_TYPE: {}}
    content = described.get("content", {})
    for media_type in [name for name, said in content.items() if not said]:
        # Ninja knows one media type: what it says of that one holds for the operation's own.
        described["content"] = {media_type: content[JSON]}
    for name in RESPONSE_HEADERS.get(status, ()):
        header = {"$ref": f"#/components/headers/{name}"}
        if (status, name) in REQUIRED_HEADERS:
            header = {"required": True, "schema": {"type": "string"}, "description": HEADERS[name]}
        described["headers"] = described.get("headers", {}) | {name: header}
    return described


def _parameter(parameter):
    """Say of a parameter that it may be left out, not that it may be null: an address has no null."""
    schema = dict(parameter["schema"])
    if {"type": "null"} in schema.get("anyOf", ()):
        empty = {"const": "", "description": "As good as left out."}
        options = [option for option in schema["anyOf"] if option != {"type": "null"}]
        schema["anyOf"] = [*options, empty]
    if schema.get("default") == "":
        del schema["default"]
    for name in ("title", "description"):
        schema.pop(name, None)
    # Examples stay in the schema: on the page, those of a parameter would be filled in at once.
    return {k: v for k, v in parameter.items() if k != "examples"} | {"schema": schema}


def _contact():
    """Return whom to ask, the agency that runs the portal, or nothing while there is none."""
    lead = Agency.objects.active().filter(is_lead=True).select_related("site").first()
    if lead is None:
        return None
    contact = {"name": lead.name, "url": f"{lead.url}/"}
    return contact | ({"email": lead.email} if lead.email else {})


class DocsPage(Swagger):
    """Swagger's page from this host alone; without ``ninja`` in INSTALLED_APPS, where to read."""

    template = "kip_pages/api/docs.html"
    template_cdn = Path(__file__).parents[1] / "templates/kip_pages/api/docs_plain.html"
