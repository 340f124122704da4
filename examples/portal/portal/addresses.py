"""Where things are in an installation."""

from urllib.parse import parse_qsl, urlencode, urlsplit

API = "/api/feed/v1"


def api_root(address: str) -> str:
    """Return the root of the feed API for any address of the installation: its host is enough.

    Raises ``ValueError`` when it is no http(s) address.
    """
    parts = urlsplit(address)
    if parts.scheme not in ("http", "https") or not parts.netloc:
        raise ValueError(f"{address} is not an address such as https://portal.example.go.id")
    # An installation may serve the API below a path of its own.
    before, found, _after = parts.path.partition(API)
    path = before if found else parts.path.rstrip("/")
    return f"{parts.scheme}://{parts.netloc}{path}{API}"


def with_parameters(address: str, **parameters) -> str:
    """Return ``address`` with these parameters beside those it has; empty ones are left out."""
    bare, _question, query = address.partition("?")
    named = dict(parse_qsl(query)) | {name: value for name, value in parameters.items() if value}
    return f"{bare}?{urlencode(named)}" if named else bare


def parameters_of(address: str) -> dict[str, str]:
    return dict(parse_qsl(urlsplit(address).query))
