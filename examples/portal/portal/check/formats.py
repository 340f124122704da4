"""The same items in other formats: Atom, the register, the catalogue of data."""

import csv
import io
import json
import re
import zipfile
from xml.etree import ElementTree

from ..digest import seal_of
from .paging import page_size, pages
from .registry import promise
from .saying import ended, expect, expect_once, same_items
from .subject import Feed

ATOM = "{http://www.w3.org/2005/Atom}"
URN = "urn:uuid:"
UUID = "[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}"


@promise(
    "`/atom` is an Atom feed, and `next` leads, on the same host, to every item of the walk once."
)
def atom(feed: Feed):
    ended(feed)
    limit = page_size(feed)
    read, changed = feed.beside(lambda: list(pages(feed, "/atom", _atom_page, limit=limit)))
    ids = [_text(entry, "id") for page in read for entry in page.findall(f"{ATOM}entry")]
    ids = [key.removeprefix(URN) for key in ids]
    expect_once(key for key in ids if key not in changed)
    names = {_text(page, "id") for page in read}
    expect(len(names) == 1, "one id of the feed on all its pages", names)
    expected = dict.fromkeys(feed.walk.present)
    told = same_items(expected, dict.fromkeys(ids), changed, "/atom")
    return f"{told} in {len(read)} pages"


def _atom_page(answer):
    expect(answer.media_type == "application/atom+xml", "Atom", answer.media_type)
    page = ElementTree.fromstring(answer.body)  # noqa: S314 - expat limits by itself what grows
    following = page.find(f"{ATOM}link[@rel='next']")
    return page, None if following is None else following.get("href")


def _text(element, name):
    return element.findtext(f"{ATOM}{name}") or ""


@promise("The register has every entry of the walk once, as `register.jsonl`, `.csv` and `.xlsx`.")
def register(feed: Feed):
    ended(feed)
    for path, ids_of in (("/register.csv", _csv_ids), ("/register.xlsx", _xlsx_ids)):
        answer, changed = feed.beside(lambda path=path: feed.read(path))
        ids = ids_of(answer.body)
        expect_once(ids)
        same_items(dict.fromkeys(_entries(feed)), dict.fromkeys(ids), changed, path)
    lines, changed = feed.beside(lambda: _lines(feed))
    expect_once(line["id"] for line in lines)
    seen = {line["id"]: seal_of(line["data"]) for line in lines}
    return same_items(_entries(feed), seen, changed, "/register.jsonl")


def _entries(feed):
    """Return ``{id: seal}`` of the register's entries in the walk."""
    return {entry.id: entry.seal for entry in feed.walk.present.values() if entry.kind == "dip"}


def _csv_ids(body):
    table = io.StringIO(body.decode("utf-8-sig"), newline="")
    return [row["ID"] for row in csv.DictReader(table)]


def _xlsx_ids(body):
    with zipfile.ZipFile(io.BytesIO(body)) as package:
        parts = [package.read(name).decode() for name in package.namelist() if ".xml" in name]
    return re.findall(f">({UUID})<", "".join(parts))


def _lines(feed):
    return [json.loads(line) for line in feed.read("/register.jsonl").body.splitlines()]


@promise("`/catalog.jsonld` is DCAT: a dataset for every register entry that has documents.")
def catalogue(feed: Feed):
    ended(feed)
    limit = page_size(feed)
    (lines, read), changed = feed.beside(
        lambda: (_lines(feed), list(pages(feed, "/catalog.jsonld", _catalog_page, limit=limit)))
    )
    ids = [dataset["@id"].removeprefix(URN) for page in read for dataset in page["dcat:dataset"]]
    expect_once(key for key in ids if key not in changed)
    expected = dict.fromkeys(line["id"] for line in lines if line["data"]["attachments"])
    told = same_items(expected, dict.fromkeys(ids), changed, "/catalog.jsonld")
    turtle = feed.read("/catalog.ttl").media_type
    expect(turtle == "text/turtle", "the same in Turtle", turtle)
    return f"{told} in {len(read)} pages"


def _catalog_page(answer):
    expect(answer.media_type == "application/ld+json", "JSON-LD", answer.media_type)
    nodes = {kind: node for node in answer.json()["@graph"] for kind in node["@type"]}
    following = nodes["hydra:PagedCollection"].get("hydra:next", {})
    return nodes["dcat:Catalog"], following.get("@id")
