"""What the feed says of a page: read from the truth, rendered once, stored as it is sent."""

import dataclasses
import datetime
import hashlib
import itertools
import json
import uuid
from typing import ClassVar
from urllib.parse import urljoin

from bs4 import BeautifulSoup
from django.contrib.contenttypes.models import ContentType
from django.db import transaction
from django.db.models import F, Q, prefetch_related_objects
from django.urls import NoReverseMatch, reverse
from django.utils import timezone, translation
from wagtail.images.utils import generate_signature
from wagtail.models import Page, Site, get_page_models

from opd_sites.models import Agency, portal_site

from ..identifiers import item_uid
from ..models import FeedPage
from ..models.base import showable

IMAGE_FILTER = "max-1200x1200"


@dataclasses.dataclass(frozen=True)
class RenderedItem:
    """A page as the feed carries it, and the columns by which the feed is asked."""

    STORED: ClassVar[tuple[str, ...]] = (
        *("kind", "locale", "schema", "payload", "sha256", "visible_until"),
        *("title", "text", "category", "obligations", "published_at"),
    )

    uid: uuid.UUID
    agency_id: int
    kind: str
    locale: str
    schema: str
    payload: str
    sha256: str
    visible_until: datetime.datetime | None
    title: str
    text: str
    category: str
    obligations: str
    published_at: datetime.datetime | None


def canonical_json(data: dict) -> str:
    """Return JSON with sorted keys, no blanks and no escapes beyond need: one text for one content."""
    return json.dumps(data, ensure_ascii=False, separators=(",", ":"), sort_keys=True)


def seal(data: dict) -> tuple[str, str]:
    """Return the payload with its own ``sha256`` in it, and that hash.

    A reader checks an item by taking ``sha256`` out of ``data``, writing the rest as
    ``canonical_json`` does, and hashing its UTF-8 bytes.
    """
    text = canonical_json(data)
    digest = hashlib.sha256(text.encode()).hexdigest()
    return f'{text[:-1]},"sha256":"{digest}"}}', digest


def render_pages(
    page_ids: list[int], *, at: datetime.datetime
) -> tuple[dict[int, RenderedItem], dict[int, str]]:
    """Render those of the pages, and of their other languages, that may be shown at ``at``.

    Returns the items by page id, and the reasons by page id for those that raised. A page that is
    in neither is not to be shown: gone, a draft, private, expired, an alias, or of no active agency.
    """
    shown = _shown(page_ids, at)
    try:
        with transaction.atomic():
            context = _Context.of(_load(shown))
            return {page.pk: context.render(page) for page in context.pages}, {}
    except Exception:  # noqa: BLE001 - one page is broken: find out which, let the others through
        return _render_one_by_one(shown)


def _render_one_by_one(shown):
    # Without their content, so that one that cannot be read spoils no other.
    context = _Context.of(list(shown))
    rendered, failures = {}, {}
    for page in context.pages:
        try:
            with transaction.atomic():
                (loaded,) = _load(shown.filter(pk=page.pk))
                rendered[page.pk] = context.render(loaded)
        except Exception as error:  # noqa: BLE001 - whatever a body, a template or a file may raise
            failures[page.pk] = f"{type(error).__name__}: {error}"
    return rendered, failures


class ContentMissingError(LookupError):
    """The page has a row in Wagtail's table and none in that of its own type.

    Written or restored past Wagtail: delete the page, or restore the missing row.
    """


def _shown(page_ids, at):
    """Return those of the pages that may be shown, and their other languages, which name them."""
    types = ContentType.objects.get_for_models(
        *(model for model in get_page_models() if issubclass(model, FeedPage))
    ).values()
    keys = Page.objects.filter(pk__in=page_ids).order_by().values("translation_key")
    return (
        showable(Page.objects.filter(content_type__in=types, alias_of=None), at=at)
        .filter(translation_key__in=keys)
        .annotate(language_code=F("locale__language_code"))
        .order_by("locale_id")
    )


def _load(shown):
    """Read the pages with what their types have, and what they refer to: a query per relation."""
    pages = list(shown.specific())
    for page in pages:
        if not isinstance(page, FeedPage):
            raise ContentMissingError(f"page {page.pk} has no content of its type")
    for model, alike in itertools.groupby(sorted(pages, key=_type), key=type):
        prefetch_related_objects(list(alike), *model.feed_related())
    return pages


@dataclasses.dataclass
class _Place:
    """Whose a part of the tree is: the agency as the feed names it, and the site it is served on."""

    agency_id: int
    agency: dict[str, str]
    root_url: str
    root_depth: int


@dataclasses.dataclass
class _Context:
    """What a batch needs to know beside the pages themselves, asked once."""

    pages: list
    places: dict[str, _Place]
    siblings: dict[uuid.UUID, list[Page]]

    @classmethod
    def of(cls, pages):
        places = _places(pages)
        siblings = {}
        for page in pages:
            siblings.setdefault(page.translation_key, []).append(page)
        return cls(
            pages=[page for page in pages if _top(page) in places],
            places=places,
            siblings=siblings,
        )

    def url(self, page):
        """Return the page's address from the tree and the site as they are, not from a cache."""
        place = self.places[_top(page)]
        parts = page.url_path.strip("/").split("/")[place.root_depth - 1 :]
        path = "/".join(parts) + "/" if parts else ""
        with translation.override(page.language_code):
            return place.root_url + reverse("wagtail_serve", args=[path])

    def render(self, page):
        place = self.places[_top(page)]
        language = page.language_code
        # In the zone of the site: whoever publishes may have one of their own in the admin.
        with translation.override(language), timezone.override(timezone.get_default_timezone()):
            data = self._data(page, place, language)
        payload, digest = seal(data)
        dip = data.get("dip") or {}
        return RenderedItem(
            uid=item_uid(page.translation_key, language),
            agency_id=place.agency_id,
            kind=page.feed_kind.value,
            locale=language,
            schema=data["schema"],
            payload=payload,
            sha256=digest,
            visible_until=page.expire_at,
            title=page.title,
            text=f"{page.title}\n{page.summary}",
            category=dip.get("category", ""),
            obligations="".join(f"|{code}" for code in dip.get("obligations", [])) + "|",
            published_at=page.first_published_at or page.latest_revision_created_at,
        )

    def _data(self, page, place, language):
        url = self.url(page)
        html, text = _absolute(page.feed_html(), url)
        kind = page.feed_kind.value
        return {
            "schema": f"{kind}/{page.feed_schema_version}",
            "agency": place.agency,
            "url": url,
            "title": page.title,
            "summary": page.summary,
            "content_html": html,
            "content_text": text,
            "locale": language,
            "translations": self._translations(page),
            "published_at": _iso(page.first_published_at or page.latest_revision_created_at),
            "updated_at": _iso(page.last_published_at or page.latest_revision_created_at),
            "tags": page.feed_tags(),
            "image": _image(page.feed_image(), place.root_url),
            "attachments": [
                attachment | {"url": _join(url, attachment["url"])}
                for attachment in page.feed_attachments()
            ],
            kind: page.feed_object(),
        }

    def _translations(self, page):
        return [
            {
                "id": str(item_uid(other.translation_key, other.language_code)),
                "locale": other.language_code,
                "url": self.url(other),
            }
            for other in self.siblings.get(page.translation_key, [])
            if other.pk != page.pk and _top(other) in self.places
        ]


def _type(page):
    return page.content_type_id


def _top(page):
    """Return the tree path of the page's top page, which is an agency's or the portal's."""
    return page.path[: 2 * Page.steplen]


def _places(pages):
    """Return whose the tops of the pages are; the portal's own pages are the lead agency's."""
    tops = {_top(page) for page in pages}
    if not tops:
        return {}
    rows = (
        Agency.objects.active()
        .filter(Q(root_page__path__in=tops) | Q(is_lead=True))
        .values_list(
            *("pk", "code", "name", "is_lead"),
            *("root_page__path", "root_page__depth", "site__hostname", "site__port"),
        )
        .order_by()
    )
    places, lead = {}, None
    for pk, code, name, is_lead, top, top_depth, hostname, port in rows:
        root_url = Site(hostname=hostname, port=port).root_url
        agency = {"code": code, "name": name, "url": f"{root_url}/"}
        # The site's home, in each language, is right below the agency's top page.
        place = _Place(pk, agency, root_url, top_depth + 1)
        places[top] = place
        lead = place if is_lead else lead
    portal = portal_site() if lead and tops - places.keys() else None
    if portal:
        for home in portal.root_page.get_translations(inclusive=True):
            places[_top(home)] = dataclasses.replace(
                lead, root_url=portal.root_url, root_depth=portal.root_page.depth
            )
    return places


def _absolute(html, base):
    """Return ``html`` with absolute addresses, and its plain text."""
    if not html:
        return "", ""
    soup = BeautifulSoup(html, "html.parser")
    for tag, attribute in (("a", "href"), ("img", "src")):
        for element in soup.find_all(tag, **{attribute: True}):
            element[attribute] = _join(base, element[attribute])
    return str(soup), soup.get_text(" ", strip=True)


def _join(base, address):
    """Make a path absolute; leave alone what is already an address, however odd."""
    return urljoin(base, address) if address.startswith("/") else address


def image_url(image, spec: str = IMAGE_FILTER) -> str:
    """Return the address where the rendition is made on first use: none delays the feed or a page."""
    try:
        url = reverse(
            "wagtailimages_serve",
            args=(generate_signature(image.pk, spec), image.pk, spec),
        )
    except NoReverseMatch:  # the project does not serve images dynamically
        return image.file.url
    return url + image.file.name.rsplit("/", 1)[-1]


def _image(pair, root_url):
    if pair is None:
        return None
    image, alt = pair
    return {"url": urljoin(root_url, image_url(image)), "alt": alt}


def _iso(moment):
    return timezone.localtime(moment).isoformat(timespec="seconds") if moment else None
