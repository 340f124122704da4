"""The API describes itself."""

from .registry import promise
from .saying import expect, some
from .subject import Feed

PATHS = ("/changes", "/items", "/items/{", "/agencies", "/digest")


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
