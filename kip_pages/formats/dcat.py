"""A DCAT 3 catalogue after DCAT-AP 3: one dataset per entry of the register that has documents.

Written as JSON-LD; Turtle is the same graph, read from it.
"""

import dataclasses
import json
import mimetypes
import uuid
from collections.abc import Iterable

from django.conf import settings

from opd_sites.models import Agency

from ..models import FeedItem
from ..partial_dates import PartialDate
from .register import LEGAL_LANGUAGE, category_label
from .text import telephone_address, web_address, xml_text

CONTEXT = {
    "dcat": "http://www.w3.org/ns/dcat#",
    "dct": "http://purl.org/dc/terms/",
    "foaf": "http://xmlns.com/foaf/0.1/",
    "hydra": "http://www.w3.org/ns/hydra/core#",
    "rdfs": "http://www.w3.org/2000/01/rdf-schema#",
    "skos": "http://www.w3.org/2004/02/skos/core#",
    "vcard": "http://www.w3.org/2006/vcard/ns#",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
}
AUTHORITY = "http://publications.europa.eu/resource/authority"
# By the first part of a language's tag; for every other one the authority's word for several.
LANGUAGES = {"id": "IND", "en": "ENG", "su": "SUN", "jv": "JAV", "ms": "MSA"}
MEDIA_TYPES = "https://www.iana.org/assignments/media-types/"


@dataclasses.dataclass(frozen=True)
class CatalogHead:
    """What a page of a catalogue says of the catalogue; ``next_url`` is empty on the last page.

    ``publisher`` is an agency, or None where nobody runs the portal yet.
    """

    id: str
    title: str
    description: str
    language: str
    home_url: str
    publisher: Agency | None
    license: str
    service_title: str
    service_url: str
    service_description_url: str
    page_url: str
    first_url: str
    next_url: str


def catalog(head: CatalogHead, items: Iterable[FeedItem], agencies: dict[int, Agency]) -> dict:
    """Return a page of the catalogue as a JSON-LD document that needs nothing from elsewhere.

    ``agencies`` are those of ``items`` by key. An item's dataset and distributions have the same ids
    on every host and for ever: a harvester knows by them what it has already.
    """
    datasets = [_dataset(item, item.data, agencies[item.agency_id], head) for item in items]
    return {"@context": CONTEXT, "@graph": [_catalog(head, datasets), _page(head)]}


def json_ld(document: dict) -> str:
    return json.dumps(document, ensure_ascii=False)


def turtle(document: dict) -> str:
    """Return the same graph in Turtle."""
    from rdflib import Graph  # takes a third of a second to load, for the few who ask for Turtle

    return Graph().parse(data=json_ld(document), format="json-ld").serialize(format="turtle")


def _catalog(head, datasets):
    if head.publisher:
        publisher = _agent(head.publisher.name, f"{head.publisher.url}/", head.publisher.code)
    else:
        publisher = _agent(head.title, head.home_url)
    return {
        "@id": head.id,
        "@type": ["dcat:Catalog", "hydra:Collection"],
        "dct:title": _text(head.title, head.language),
        "dct:description": _text(head.description, head.language),
        "dct:publisher": publisher,
        "foaf:homepage": _document(head.home_url),
        "dct:language": [_language(code) for code in dict(settings.WAGTAIL_CONTENT_LANGUAGES)],
        "dct:license": _license(head),
        "dct:spatial": _country(),
        "dcat:service": {
            "@id": f"{head.service_url}#service",
            "@type": "dcat:DataService",
            "dct:title": _text(head.service_title, head.language),
            "dcat:endpointURL": {"@id": head.service_url},
            "dcat:endpointDescription": {"@id": head.service_description_url},
            "dct:license": _license(head),
        },
        "dcat:dataset": datasets,
        "hydra:view": {"@id": head.page_url},
    }


def _page(head):
    """Describe the page in both vocabularies of Hydra; CKAN and udata each follow another one."""
    page = {
        "@id": head.page_url,
        "@type": ["hydra:PartialCollectionView", "hydra:PagedCollection"],
        "hydra:first": {"@id": head.first_url},
        "hydra:firstPage": {"@id": head.first_url},
    }
    if head.next_url:
        page |= {name: {"@id": head.next_url} for name in ("hydra:next", "hydra:nextPage")}
    return page


def _dataset(item, data, agency, head):
    language, dip = data["locale"], data["dip"]
    dataset = {
        "@id": item.uid.urn,
        "@type": "dcat:Dataset",
        "dct:identifier": str(item.uid),
        "dct:title": _text(data["title"], language),
        "dct:description": _text(dip["summary"], language),
        "dct:publisher": _agent(data["agency"]["name"], data["agency"]["url"], agency.code),
        "dcat:contactPoint": _contact(agency, data["agency"]["url"]),
        "dcat:landingPage": _document(data["url"]),
        "dcat:keyword": _text(category_label(dip["category"]), LEGAL_LANGUAGE),
        "dcat:theme": _theme(),
        "dct:language": _language(language),
        "dct:spatial": _country(),
        "dct:accessRights": {
            "@id": f"{AUTHORITY}/access-right/PUBLIC",
            "@type": "dct:RightsStatement",
        },
        "dcat:distribution": _distributions(item, data, head),
    }
    for name, value in (("dct:issued", "published_at"), ("dct:modified", "updated_at")):
        if data[value]:
            dataset[name] = _typed(data[value], "dateTime")
    if dip["made_when"] and dip["made_when_precision"] != "year_range":
        dataset["dct:created"] = _partial(PartialDate.parse(dip["made_when"]))
    if dip["period"]:
        dataset["dct:temporal"] = _period(PartialDate.parse(dip["period"]))
    return dataset


def _distributions(item, data, head):
    """Return one per address; an address that cannot be opened stays on the landing page alone."""
    found = {}
    for attachment in data["attachments"]:
        if address := web_address(attachment["url"]):
            found.setdefault(address, _distribution(item, data, head, attachment, address))
    return list(found.values())


def _distribution(item, data, head, attachment, address):
    distribution = {
        "@id": uuid.uuid5(item.uid, address).urn,
        "@type": "dcat:Distribution",
        "dct:title": _text(attachment["title"], data["locale"]),
        "dcat:accessURL": {"@id": address},
        "dct:license": _license(head),
    }
    if attachment["bytes"] is not None:  # a file of ours, so the address is the file's own
        distribution["dcat:downloadURL"] = {"@id": address}
        distribution["dcat:byteSize"] = _typed(str(attachment["bytes"]), "nonNegativeInteger")
    if attachment["media_type"]:
        distribution |= _media_type(attachment["media_type"])
    return distribution


def _media_type(name):
    """Say it twice, in two nodes: CKAN shows the label of each, as media type and as format."""
    said = {
        "dcat:mediaType": {
            "@id": f"{MEDIA_TYPES}{name}",
            "@type": "dct:MediaType",
            "rdfs:label": name,
        }
    }
    if ending := mimetypes.guess_extension(name):
        said["dct:format"] = {
            # Of the two, CKAN looks at the first; DCAT-AP demands the other.
            "@type": ["dct:IMT", "dct:MediaTypeOrExtent"],
            "rdfs:label": ending.removeprefix(".").upper(),
        }
    return said


def _agent(name, url, code=""):
    agent = {
        "@id": f"{url}#agency",
        "@type": "foaf:Agent",
        "foaf:name": xml_text(name),
        "foaf:homepage": _document(url),
    }
    return agent | ({"dct:identifier": code} if code else {})


def _contact(agency, url):
    contact = {
        "@id": f"{url}#contact",
        "@type": ["vcard:Organization", "vcard:Kind"],
        "vcard:fn": xml_text(agency.name),
        "vcard:hasURL": {"@id": url},
    }
    if agency.email:
        contact["vcard:hasEmail"] = {"@id": f"mailto:{agency.email}"}
    if telephone := telephone_address(agency.phone):
        contact["vcard:hasTelephone"] = {"@id": telephone}
    return contact


def _document(url):
    return {"@id": url, "@type": "foaf:Document"}


def _license(head):
    return {"@id": head.license, "@type": "dct:LicenseDocument"}


def _language(code):
    name = LANGUAGES.get(code.partition("-")[0], "MUL")
    return {
        "@id": f"{AUTHORITY}/language/{name}",
        "@type": "dct:LinguisticSystem",
    }


def _country():
    return {"@id": f"{AUTHORITY}/country/IDN", "@type": "dct:Location"}


def _theme():
    return {
        "@id": f"{AUTHORITY}/data-theme/GOVE",
        "@type": "skos:Concept",
        "skos:prefLabel": _text("Government and public sector", "en"),
    }


def _text(text, language):
    return {"@value": xml_text(text), "@language": language}


def _typed(value, datatype):
    return {"@value": value, "@type": f"xsd:{datatype}"}


def _period(date):
    first = last = dataclasses.replace(date, until_year=None)
    if date.until_year:
        last = PartialDate(date.until_year)
    return {
        "@type": "dct:PeriodOfTime",
        "dcat:startDate": _partial(first),
        "dcat:endDate": _partial(last),
    }


def _partial(date):
    """Return a day, a month or a year as the datatype of its own precision."""
    datatype = {"day": "date", "month": "gYearMonth", "year": "gYear"}[date.precision]
    return _typed(str(date), datatype)
