"""What the API says of itself, and that no answer can differ from it unnoticed."""

import json
import re
import time
from urllib.parse import urlsplit

import jsonschema_rs
import pytest
from django.conf import settings
from django.http import HttpResponse
from django.test import RequestFactory
from schemathesis.specs.openapi import definitions
from wagtail.models import get_page_models

from kip_pages.api.feed import feed_api
from kip_pages.api.kinds import SHAPES
from kip_pages.feed import upkeep
from kip_pages.models import DipEntryPage, FeedItem, FeedPage, NewsPage
from opd_sites import provisioning

from .. import contract
from ..factories import publish

ROOT = "/api/feed/v1"
PORTAL = {"host": "portal.example.test"}


def read(client, path, headers=PORTAL):
    response = client.get(f"{ROOT}{path}", headers=headers)
    assert response.status_code == 200, response.content
    return response.json()


# --- OpenAPI -----------------------------------------------------------------------------------


@pytest.fixture
def document(client, agency):
    return read(client, "/openapi.json")


def operations(document):
    return [operation for path in document["paths"].values() for operation in path.values()]


def test_the_document_is_valid_openapi(document):
    definitions.OPENAPI_31_VALIDATOR.validate(document)
    for schema in document["components"]["schemas"].values():
        jsonschema_rs.meta.validate(schema)


def test_every_operation_has_a_name_of_its_own_a_sentence_and_a_tag(document):
    named = [operation["operationId"] for operation in operations(document)]
    assert len(named) == len(set(named))
    tags = {tag["name"] for tag in document["tags"]}
    for operation in operations(document):
        assert re.fullmatch(r"[a-z]+([A-Z0-9][a-z0-9]*)*", operation["operationId"])
        assert len(operation["summary"].split()) > 2, operation["summary"]
        assert set(operation["tags"]) <= tags


def test_every_parameter_and_member_says_what_it_is(document):
    for operation in operations(document):
        for parameter in operation["parameters"]:
            assert parameter["description"], (operation["operationId"], parameter["name"])
    for name in SHAPES:
        kind = name.split("/")[0]
        data = document["components"]["schemas"][f"{kind.title()}Data"]
        reference = data["properties"][kind]["$ref"].rsplit("/", 1)[-1]
        members = document["components"]["schemas"][reference]["properties"]
        for member, schema in (data["properties"] | members).items():
            assert schema.get("description") or "$ref" in schema, (name, member)


def test_what_holds_for_all_operations_is_said_of_all(document):
    for operation in operations(document):
        responses = operation["responses"]
        assert {"200", "304", "401", "404", "405", "429"} <= set(responses)
        assert "content" not in responses["304"]
        assert responses["429"]["headers"]["Retry-After"]["required"]
        assert "ETag" in responses["200"]["headers"]
        for status, response in responses.items():
            if status >= "400":
                assert list(response["content"]) == ["application/problem+json"]
    assert document["security"] == [{}, {"token": []}]


def test_the_description_names_the_licence_and_whom_to_ask(client, agency):
    info = read(client, "/openapi.json")["info"]
    assert info["license"]["url"] == "https://creativecommons.org/licenses/by/4.0/"
    assert "contact" not in info, "nobody runs the portal yet"
    provisioning.rename(agency, is_lead=True)
    info = read(client, "/openapi.json")["info"]
    assert info["contact"] == {"name": "Dinas Dinkes", "url": "http://dinkes.example.test/"}


def test_the_page_asks_this_host_only(client, agency):
    html = client.get(f"{ROOT}/docs", headers=PORTAL).content.decode()
    addresses = re.findall(r'(?:href|src)="([^"]*)"', html)
    assert len(addresses) > 5
    for address in addresses:
        assert not urlsplit(address).netloc, address
    swagger = json.loads(re.search(r"swagger-settings\">(.*?)</script>", html, re.S)[1])
    assert swagger["validatorUrl"] is None, "Swagger's badge would ask swagger.io"
    assert swagger["url"] == f"{ROOT}/openapi.json"


def test_without_ninjas_files_the_page_says_where_to_read(client, agency, monkeypatch):
    # Not by `override_settings`: it would start every app once more.
    others = [app for app in settings.INSTALLED_APPS if app != "ninja"]
    monkeypatch.setattr(settings, "INSTALLED_APPS", others)
    html = client.get(f"{ROOT}/docs", headers=PORTAL).content.decode()
    addresses = re.findall(r'(?:href|src)="([^"]*)"', html)
    assert addresses == [f"{ROOT}/openapi.json", f"{ROOT}/schemas/"]


# --- schemas -----------------------------------------------------------------------------------


def test_every_page_type_of_the_feed_has_a_schema():
    types = [model for model in get_page_models() if issubclass(model, FeedPage)]
    produced = {f"{model.feed_kind.value}/{model.feed_schema_version}" for model in types}
    assert produced <= set(SHAPES)
    assert [shape.model_fields["schema_"].annotation.__args__ for shape in SHAPES.values()] == [
        (name,) for name in SHAPES
    ]


@pytest.mark.parametrize("host", ["portal.example.test", "dinkes.example.test"])
def test_each_schema_is_at_its_own_address(client, agency, host):
    listed = read(client, "/schemas/", {"host": host})["items"]
    assert [shape["name"] for shape in listed] == list(SHAPES)
    for shape in listed:
        address = urlsplit(shape["address"])
        assert address.netloc == host
        response = client.get(address.path, headers={"host": host})
        assert response["content-type"] == "application/schema+json"
        schema = response.json()
        assert schema["$id"] == shape["address"]
        jsonschema_rs.meta.validate(schema)


def test_a_reader_can_hold_an_item_against_the_schema_it_names(client, agency):
    publish(NewsPage, agency)
    (item,) = read(client, "/changes")["items"]
    validator = jsonschema_rs.validator_for(
        read(client, f"/schemas/{item['data']['schema']}"), validate_formats=True
    )
    assert validator.is_valid(item["data"])
    assert validator.is_valid(item["data"] | {"added_later": 1}), "readers ignore new members"
    assert not validator.is_valid(item["data"] | {"title": None})


@pytest.mark.parametrize("name", ["news/2", "gossip/1", "news/1x", "news/0"])
def test_a_schema_there_is_not_is_a_problem(client, agency, name):
    response = client.get(f"{ROOT}/schemas/{name}", headers=PORTAL)
    assert response.status_code == 404
    assert response["content-type"] == "application/problem+json"
    assert "news/1" in response.json()["detail"]


# --- what schemathesis found -------------------------------------------------------------------


@pytest.mark.parametrize(
    ("moment", "status"),
    [
        ("0625-03-27T10:54:50-22:45", 200),  # PostgreSQL knows no such offset
        ("2026-11-24T08:00:00+07:00", 200),
        ("0001-01-01T00:00:00+14:00", 400),
        ("9999-12-31T23:59:59-14:00", 400),
    ],
)
def test_a_moment_beyond_what_the_database_knows_is_no_error_of_ours(
    client, agency, moment, status
):
    response = client.get(f"{ROOT}/items", {"since": moment}, headers=PORTAL)
    assert response.status_code == status, response.content


@pytest.mark.parametrize("path", ["/changes", "/items", "/schemas/", "/schemas/news/1"])
def test_a_method_that_is_not_allowed_is_a_problem(client, agency, path):
    response = client.post(f"{ROOT}{path}", headers=PORTAL)
    assert response.status_code == 405
    assert response["content-type"] == "application/problem+json"
    assert "GET" in response["allow"]


# --- the contract that every test is under -----------------------------------------------------


@pytest.fixture
def told(client, agency):
    publish(NewsPage, agency)
    return read(client, "/changes")


def check(body, status=200, path="/changes", content_type="application/json", **headers):
    text = body if isinstance(body, bytes) else json.dumps(body).encode()
    response = HttpResponse(text, status=status, content_type=content_type, headers=headers)
    contract.check(RequestFactory().get(f"{ROOT}{path}"), response)


def test_an_answer_as_described_passes(told):
    check(told)


def test_a_member_that_is_not_described_is_caught(told):
    with pytest.raises(AssertionError, match="new_member"):
        check(told | {"new_member": 1})
    told["items"][0]["data"]["news"]["new_member"] = 1
    with pytest.raises(AssertionError, match=r"berita.*'news'.*new_member"):
        check(told)


def test_a_member_that_is_missing_or_of_another_type_is_caught(told):
    told["items"][0]["data"]["published_at"] = "yesterday"
    with pytest.raises(AssertionError, match=r"published_at"):
        check(told)
    del told["items"][0]["data"]["title"]
    with pytest.raises(AssertionError, match="title"):
        check(told)


def test_data_of_another_kind_than_the_item_is_caught(told):
    told["items"][0]["kind"] = "dip"
    with pytest.raises(AssertionError, match="news/1"):
        check(told)


def test_a_deletion_that_carries_data_is_caught(told):
    told["items"][0]["state"] = "deleted"
    with pytest.raises(AssertionError):
        check(told)


def test_a_status_type_or_path_that_is_not_described_is_caught(told):
    with pytest.raises(AssertionError, match="403: this status is not described"):
        check({}, status=403)
    with pytest.raises(AssertionError, match="'text/html' is not described"):
        check(told, content_type="text/html")
    with pytest.raises(AssertionError, match="no Retry-After"):
        check({}, status=429, content_type="application/problem+json")
    with pytest.raises(AssertionError, match="a body where none may be"):
        check(b"x", status=304)


@pytest.mark.parametrize("encoding", ["identity", "gzip"])
def test_a_line_of_json_lines_that_is_not_as_its_kind_is_described_is_caught(
    client, agency, encoding
):
    page = publish(DipEntryPage, agency)
    read(client, "/changes")

    def lines():
        headers = PORTAL | {"accept-encoding": encoding}
        return b"".join(client.get(f"{ROOT}/register.jsonl", headers=headers))

    assert lines()
    item = FeedItem.objects.get(page_id=page.pk)
    FeedItem.objects.update(payload=item.payload.replace('"retention":', '"retained":'))
    upkeep.new_epoch()  # so that what was written is not remembered
    with pytest.raises(AssertionError, match=r"retained|retention"):
        lines()


def test_every_operation_that_is_served_is_described(document):
    plain = [str(url.pattern) for url in feed_api.urls[0] if "<" not in str(url.pattern)]
    served = {contract.described_path(f"{ROOT}/{address}") for address in plain} - {None}
    assert f"{ROOT}/changes" in served
    assert served <= set(document["paths"])


def test_holding_a_full_page_against_the_contract_takes_milliseconds(told):
    told["items"] *= 500
    check(told)  # compiles the validators
    began = time.perf_counter()
    check(told)
    assert time.perf_counter() - began < 0.5
