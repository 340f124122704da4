"""The API describes itself."""

from urllib.parse import urljoin

from ..client import FRESH
from .registry import promise
from .saying import ended, expect, some
from .subject import Feed

PATHS = (
    *("/changes", "/items", "/items/{", "/agencies", "/digest", "/schemas/", "/atom"),
    *("/register.csv", "/register.xlsx", "/register.jsonl", "/catalog.jsonld", "/catalog.ttl"),
)
# Items of a kind that are held against their schema: as many as one page has.
A_PAGE = 100


@promise("`openapi.json` is an OpenAPI 3.1 description that names every path.")
def openapi(feed: Feed):
    body = feed.json("/openapi.json")
    version = str(body.get("openapi"))
    expect(version.startswith("3.1."), "openapi 3.1", version)
    expect(bool(body.get("info", {}).get("version")), "info.version", body.get("info"))
    named = list(body.get("paths", {}))
    missing = [
        p for p in PATHS if not any(f"/v1{p}" in path or path.startswith(p) for path in named)
    ]
    expect(not missing, "every path", f"{some(named, 9)}; missing: {some(missing)}")
    return f"{version}, {len(named)} paths"


@promise("`/docs` is a page that people can read.")
def docs(feed: Feed):
    answer = feed.get("/docs")
    seen = f"{answer.status} {answer.media_type}"
    expect(answer.status == 200 and answer.media_type == "text/html", "an HTML page", seen)
    return seen


@promise("`/schemas/` has the JSON Schema of every kind, and items are valid by the one they name.")
def schemas(feed: Feed):
    from jsonschema import Draft202012Validator  # nothing but this check needs it

    listed = {shape["name"]: shape["address"] for shape in feed.json("/schemas/")["items"]}
    validators = {}
    for name, address in listed.items():
        schema = feed.client.get(address, **FRESH).json()
        Draft202012Validator.check_schema(schema)
        validators[name] = Draft202012Validator(schema)
    kinds = {entry.kind for entry in ended(feed).present.values()}
    tried = 0
    for kind in sorted(kinds):
        for item in feed.json("/items", kind=kind, limit=A_PAGE)["items"]:
            data = item["_kip"]["data"]
            expect(data["schema"] in listed, some(listed), data["schema"])
            error = next(validators[data["schema"]].iter_errors(data), None)
            expect(error is None, f"{item['id']} to be {data['schema']}", error and error.message)
            tried += 1
    return f"{some(listed)}; {tried} items tried"


@promise("`/.well-known/api-catalog` leads to the feed and to what belongs to it (RFC 9727).")
def api_catalog(feed: Feed):
    address = urljoin(feed.root, "/.well-known/api-catalog")
    answer = feed.client.get(address, **FRESH)
    seen = f"{answer.status} {answer.media_type}"
    expect(seen == "200 application/linkset+json", "a linkset", seen)
    contexts = {context["anchor"]: context for context in answer.json()["linkset"]}
    own = contexts.get(f"{feed.root}/")
    expect(own is not None, f"{feed.root}/ among the anchors", some(contexts))
    links = [link for relation in own.values() if isinstance(relation, list) for link in relation]
    for link in links:
        told = feed.client.get(link["href"], **FRESH)
        seen = f"{told.status} {told.media_type}"
        expect(seen == f"200 {link['type']}", f"{link['type']} at {link['href']}", seen)
    return f"{len(links)} addresses"
