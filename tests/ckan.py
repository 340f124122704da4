"""A harvester as small as one can be: reads a catalogue the way ckanext-dcat's RDF harvester does.

It follows ``hydra:next`` of a ``hydra:PagedCollection``, takes every ``dcat:Dataset`` of the graph and
knows it again by its URI; https://docs.ckan.org/projects/ckanext-dcat/en/latest/mapping/ says which
property becomes which field.
"""

from urllib.parse import urlsplit

from rdflib import RDF, RDFS, Graph, Namespace
from rdflib.namespace import DCAT, DCTERMS, FOAF

HYDRA = Namespace("http://www.w3.org/ns/hydra/core#")
VCARD = Namespace("http://www.w3.org/2006/vcard/ns#")
IANA = "https://www.iana.org/assignments/media-types/"


def harvest(client, address) -> tuple[dict[str, dict], list[Graph]]:
    """Return {guid: dataset dictionary} of all pages, and the pages' graphs."""
    found, graphs = {}, []
    while address:
        parts = urlsplit(address)
        response = client.get(f"{parts.path}?{parts.query}", headers={"host": parts.netloc})
        assert response.status_code == 200, response.content
        media_type = response["content-type"].partition(";")[0]
        graph = Graph().parse(data=response.content, format=media_type)
        for subject in graph.subjects(RDF.type, DCAT.Dataset):
            assert str(subject) not in found, "a dataset on two pages"
            found[str(subject)] = _dataset(graph, subject)
        graphs.append(graph)
        address = _next(graph)
    return found, graphs


def _next(graph):
    for page in graph.subjects(RDF.type, HYDRA.PagedCollection):
        for following in graph.objects(page, HYDRA.next):
            return str(following)
    return None


def _dataset(graph, subject):
    def value(node, predicate):
        found = graph.value(node, predicate)
        return None if found is None else str(found)

    publisher = graph.value(subject, DCTERMS.publisher)
    contact = graph.value(subject, DCAT.contactPoint)
    period = graph.value(subject, DCTERMS.temporal)
    distributions = list(graph.objects(subject, DCAT.distribution))
    return {
        "title": value(subject, DCTERMS.title),
        "notes": value(subject, DCTERMS.description),
        "url": value(subject, DCAT.landingPage),
        "tags": [str(tag) for tag in graph.objects(subject, DCAT.keyword)],
        "identifier": value(subject, DCTERMS.identifier),
        "issued": value(subject, DCTERMS.issued),
        "modified": value(subject, DCTERMS.modified),
        "language": value(subject, DCTERMS.language),
        "publisher_name": value(publisher, FOAF.name),
        "contact_name": value(contact, VCARD.fn),
        "contact_email": (value(contact, VCARD.hasEmail) or "").removeprefix("mailto:"),
        "temporal_start": value(period, DCAT.startDate) if period else None,
        "temporal_end": value(period, DCAT.endDate) if period else None,
        "license": next((value(d, DCTERMS.license) for d in distributions), None),
        "resources": sorted(
            (
                {
                    "uri": str(node),
                    "name": value(node, DCTERMS.title),
                    "url": value(node, DCAT.downloadURL) or value(node, DCAT.accessURL),
                    "mimetype": (value(node, DCAT.mediaType) or "").removeprefix(IANA),
                    "format": value(graph.value(node, DCTERMS.format), RDFS.label),
                    "size": value(node, DCAT.byteSize),
                }
                for node in distributions
            ),
            key=lambda resource: resource["name"],
        ),
    }
