"""Pages in the words of schema.org, for search engines: objects of JSON-LD, one per page.

An object says what its page shows and nothing else. ``{% json_ld %}`` writes it into the page.
"""

from urllib.parse import urljoin

from django.utils import timezone

from opd_sites.models import Agency

from ..conf import get_setting
from ..models import DipDocument, DipEntryPage
from .text import web_address

CONTEXT = "https://schema.org"


def organization(agency: Agency) -> dict:
    """Return the agency as its pages name it: without a context, to stand within other objects."""
    home = f"{agency.url}/"
    return _said(
        {
            "@type": "GovernmentOrganization",
            "@id": f"{home}#organization",
            "name": agency.name,
            "alternateName": agency.short_name if agency.short_name != agency.name else "",
            "url": home,
            "email": agency.email,
            "telephone": agency.phone,
            "address": agency.address,
        }
    )


def entry_object(
    page: DipEntryPage,
    *,
    agency: Agency | None = None,
    documents: list[DipDocument] | None = None,
) -> dict:
    """Return an entry of the register; ``agency`` and ``documents`` are asked for where not given.

    With documents it is a dataset, as in our DCAT catalogue: only that has distributions. Documents
    without an address, such as files that are held back, are not named.
    """
    agency = agency or Agency.objects.holding(page).select_related("site").first()
    documents = page.documents.all() if documents is None else documents
    address = page.full_url
    opened = [_download(document, address) for document in documents if document.link]
    made = page.made
    return _said(
        {
            "@context": CONTEXT,
            "@type": "Dataset" if opened else "DigitalDocument",
            "@id": address,
            "name": page.title,
            "description": page.summary or page.title,
            "url": address,
            "identifier": "" if page.alias_of_id else f"urn:uuid:{page.feed_id}",
            "publisher": organization(agency) if agency else None,
            "inLanguage": page.locale.language_code,
            "isAccessibleForFree": True,
            "license": get_setting("FEED_LICENSE"),
            "keywords": [str(page.get_category_display())],
            # ISO 8601, a range with its stroke: the notation in which it is stored.
            "temporalCoverage": page.period,
            "dateCreated": str(made) if made and not made.until_year else "",
            "datePublished": moment(page.first_published_at),
            "dateModified": moment(page.last_published_at),
            "distribution": opened,
        }
    )


def moment(value) -> str:
    """Return a moment in the site's own zone, or nothing where it is not known."""
    if value is None:
        return ""
    local = timezone.localtime(value, timezone.get_default_timezone())
    return local.isoformat(timespec="seconds")


def _download(document, address):
    size = document.size
    return _said(
        {
            "@type": "DataDownload",
            "name": document.title,
            "contentUrl": web_address(urljoin(address, document.link)),
            "encodingFormat": document.media_type,
            "contentSize": f"{size} B" if size is not None else "",
        }
    )


def _said(members):
    """Leave out what has no value: an empty member would state that there is none."""
    return {name: value for name, value in members.items() if value not in ("", None, [])}
