"""A harvester as small as one can be: reads a catalogue the way ckanext-dcat's RDF harvester does.

It follows ``hydra:next`` of a ``hydra:PagedCollection``, takes every ``dcat:Dataset`` of the graph and
knows it again by its URI; https://docs.ckan.org/projects/ckanext-dcat/en/latest/mapping/ says which
property becomes which field.
"""

from urllib.parse import urlsplit

from rdflib import RDF, RDFS, Graph, Literal, Namespace
from rdflib.namespace import DCAT, DCTERMS, FOAF

HYDRA = Namespace("http://www.w3.org/ns/hydra/core#")
VCARD = Namespace("http://www.w3.org/2006/vcard/ns#")


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
        return _value(graph, node, predicate)

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
                    "mimetype": value(node, DCAT.mediaType),
                    "format": _format(graph, node),
                    "size": value(node, DCAT.byteSize),
                }
                for node in distributions
            ),
            key=lambda resource: resource["name"],
        ),
    }


def _value(graph, node, predicate):
    """Return what `_object_value` of ckanext-dcat 2.4.4 reads: a node's label goes before its address."""
    for found in graph.objects(node, predicate):
        if isinstance(found, Literal):
            return str(found)
        return str(graph.value(found, RDFS.label) or found)
    return None


def _format(graph, node):
    """Return what `_distribution_format` reads, before it looks the media type up in CKAN's own list."""
    found = graph.value(node, DCTERMS.format)
    if found is None:
        return None
    # It looks at the first class that it meets, and at no other.
    is_imt = next(graph.objects(found, RDF.type), None) == DCTERMS.IMT
    return _value(graph, found, RDFS.label) if is_imt else str(found)
