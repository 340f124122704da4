"""Pages in the words of schema.org, for search engines: objects of JSON-LD, one per page.

An object says what its page shows and nothing else. ``{% json_ld %}`` writes it into the page.
"""

from urllib.parse import urljoin

from django.utils import timezone
from django.utils.translation import get_language
from wagtail.models import Page

from opd_sites.models import Agency

from ..areas import area_objects
from ..conf import get_setting
from ..feed.payload import image_url
from ..models import (
    ActivityPage,
    DipDocument,
    DipEntryPage,
    EmergencyAnnouncementPage,
    NewsPage,
)
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


def news_object(page: NewsPage, *, agency: Agency | None) -> dict:
    return _said(
        _article(page, "NewsArticle", agency)
        | {
            "headline": page.title,
            "datePublished": page.date.isoformat(),
            "articleSection": str(page.get_category_display()),
            "image": _absolute(page, image_url(page.lead_image)) if page.lead_image_id else "",
        }
    )


def announcement_object(page: EmergencyAnnouncementPage, *, agency: Agency | None) -> dict | None:
    """Return an announcement; an exercise is none."""
    if page.is_drill:
        return None
    elements = [f"{label}: {text}" for _name, label, text in page.elements]
    areas = [
        {"@type": "AdministrativeArea", "name": area["name"], "identifier": area["code"]}
        for area in area_objects(page.areas)
    ]
    return _said(
        _article(page, "SpecialAnnouncement", agency)
        | {
            "name": page.title,
            "text": "\n".join([page.summary, *elements]).strip(),
            "category": str(page.get_kind_display()),
            "datePosted": moment(page.effective),
            "expires": moment(page.expires),
            "spatialCoverage": areas,
        }
    )


def activity_object(page: ActivityPage, *, agency: Agency | None) -> dict | None:
    """Return an activity that has a beginning, as an event; without one it is none."""
    if page.starts_on is None:
        return None
    place = {
        "@type": "Place",
        "name": page.location or ", ".join(page.area_list),
        "address": ", ".join(filter(None, [page.location, *page.area_list])),
    }
    return _said(
        {
            "@context": CONTEXT,
            "@type": "Event",
            "@id": page.full_url,
            "name": page.title,
            "description": page.summary,
            "url": page.full_url,
            "inLanguage": get_language(),
            "startDate": page.starts_on.isoformat(),
            "endDate": page.ends_on.isoformat() if page.ends_on else "",
            "eventStatus": "https://schema.org/EventScheduled",
            "location": place if place["name"] else None,
            "organizer": organization(agency) if agency else None,
        }
    )


def home_object(page: Page, *, agency: Agency | None, search: str) -> dict:
    """Return a site; ``search`` is the address of its search, empty where it has none."""
    action = {
        "@type": "SearchAction",
        "target": {"@type": "EntryPoint", "urlTemplate": f"{search}?q={{words}}"},
        "query-input": "required name=words",
    }
    return _said(
        {
            "@context": CONTEXT,
            "@type": "WebSite",
            "@id": page.full_url,
            "name": page.title,
            "url": page.full_url,
            "inLanguage": get_language(),
            "publisher": organization(agency) if agency else None,
            "potentialAction": action if search else None,
        }
    )


def breadcrumbs(steps: list[tuple[str, str]]) -> dict:
    """Return the way to a page; each step is its title and whole address, the page itself the last."""
    return {
        "@context": CONTEXT,
        "@type": "BreadcrumbList",
        "itemListElement": [
            {"@type": "ListItem", "position": number, "name": title, "item": address}
            for number, (title, address) in enumerate(steps, start=1)
        ],
    }


def _article(page, kind, agency):
    whose = organization(agency) if agency else None
    return {
        "@context": CONTEXT,
        "@type": kind,
        "@id": page.full_url,
        "url": page.full_url,
        "description": page.summary,
        "inLanguage": get_language(),
        "datePublished": moment(page.first_published_at),
        "dateModified": moment(page.last_published_at),
        "author": whose,
        "publisher": whose,
    }


def _absolute(page, address):
    return urljoin(page.full_url, address)


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
