"""A page of every type with all that it can have, and where it is read, for tests that look at all."""

import datetime

from django.core.files.base import ContentFile
from wagtail.documents import get_document_model
from wagtail.images import get_image_model
from wagtail.images.tests.utils import get_test_image_file
from wagtail.models import Locale
from wagtail_localize.operations import translate_object

from kip_pages.blocks import BodyBlock
from kip_pages.choices import ActivityState, AlertStatus, MessageType
from kip_pages.models import (
    ActivityPage,
    DipDocument,
    DipEntryPage,
    DipIndexPage,
    EmergencyAnnouncementPage,
    InformationPage,
    NewsPage,
    PortalHomePage,
)
from kip_pages.models.news import NewsRelatedEntry
from opd_sites.models import Agency, portal_site

from .factories import exempt_item, frozen_edition, publish
from .files import pdf

# Nobody may choose titles so that a page breaks.
LONG = (
    "Penyelenggaraan-pelayanan-kesehatan-masyarakat berkesinambungan di seluruh kabupaten dan kota"
)
SUMMARY = "Semua puskesmas melayani sampai pukul empat sore."
TYPES = {
    DipEntryPage: {"period": "2024-2026"},
    EmergencyAnnouncementPage: {"areas": ["36.04"]},
    ActivityPage: {
        "state": ActivityState.RUNNING,
        "starts_on": datetime.date(2026, 1, 5),
        "ends_on": datetime.date(2026, 12, 5),
        "progress": 40,
        "budget_source": "APBD 2026",
        "budget_amount": 1_000_000_000,
        "budget_spent": 300_000_000,
        "areas": ["36.04", "36.73"],
    },
    InformationPage: {},
}
# Screens that are no pages of the tree, below a language's own address.
SCREENS = [
    "cari/",
    "cari/?q=penyelenggaraan",
    "cari/?q=qqqq",
    "ppid/",
    "ppid/profil/",
    "ppid/profil/kontak/",
    "ppid/standar-layanan/maklumat/",
    "berlangganan/",
    "aksesibilitas/",
]


def picture_of(agency, title="Foto"):
    file = get_test_image_file(size=(1600, 900))
    return get_image_model().objects.create(title=title, file=file, collection=agency.collection)


def document_of(agency, title="Jadwal", content=None):
    file = ContentFile(content or pdf(title), f"{title.lower()}.pdf")
    return get_document_model().objects.create(title=title, file=file, collection=agency.collection)


def full_article(agency, *, pictures=0, **changes) -> NewsPage:
    """Publish a report with all that a report can have, and a gallery of so many pictures."""
    image, document = picture_of(agency), document_of(agency)
    shown = {"image": image.pk, "alt_text": "Antrean", "decorative": False}
    figure = {"image": shown, "caption": "Antrean pada hari pertama"}
    blocks = [("image", figure), ("document", document.pk), ("paragraph", "<p>Isi</p>")]
    if pictures:
        blocks += [("heading", "Galeri"), ("gallery", [figure] * pictures)]
    body = BodyBlock().to_python([{"type": kind, "value": value} for kind, value in blocks])
    entry = publish(DipEntryPage, agency, title="Rencana")
    page = publish(
        NewsPage,
        agency,
        body=body,
        lead_image=image,
        lead_image_alt="Antrean di puskesmas",
        related_entries=[NewsRelatedEntry(entry=entry)],
        **changes,
    )
    page.tags.add("imunisasi")
    page.save()
    return page


def addresses_of(agency: Agency) -> dict[str, list[str]]:
    """Publish a page of every type, in both languages, and return the addresses of all there is to read.

    By language: pages with their lists, empty lists, every screen, what is not found, an unknown host.
    """
    agency.phone, agency.address = "0254-123456", "Jalan Raya 1, Serang"
    agency.save()
    english = Locale.objects.get(language_code="en")
    shown = [full_article(agency, pictures=2, title=LONG, summary=SUMMARY)]
    for model, fields in TYPES.items():
        if model is DipEntryPage:
            document = DipDocument(title="Naskah", document=document_of(agency, "Naskah"))
            fields = fields | {"documents": [document]}
        shown.append(publish(model, agency, title=LONG, summary=SUMMARY, **fields))
    drill = publish(
        EmergencyAnnouncementPage,
        agency,
        title="Latihan gempa",
        status=AlertStatus.EXERCISE,
        message_type=MessageType.ALERT,
    )
    exempt_item(agency)
    edition = frozen_edition(agency)
    portal_home = PortalHomePage.objects.get(locale__language_code="id")
    for page in [portal_home, *shown]:
        translate_object(page, [english])
        page.get_translation(english).save_revision().publish()
    pages = [page for one in [*shown, drill] for page in (one, one.get_parent())]
    site, portal = f"{agency.site.root_url}/", f"{portal_site().root_url}/"
    found = {"id": [], "en": []}
    for language, prefix in (("id", ""), ("en", "en/")):
        of = [page for one in pages if (page := one.get_translation_or_none(english))]
        of = pages if language == "id" else of
        found[language] += [page.full_url for page in dict.fromkeys(of)]
        found[language] += [site + prefix, portal + prefix]
        found[language] += [f"{site}{prefix}{screen}" for screen in SCREENS]
        found[language] += [f"{portal}{prefix}{part}" for part in ("dip/", "kegiatan/")]
        register = next(page for page in of if isinstance(page.specific, DipIndexPage))
        edition_path = f"edisi/{edition.year}-{edition.revision}/"
        found[language] += [
            f"{register.full_url}{part}" for part in ("dikecualikan/", edition_path)
        ]
        found[language].append(f"{site}{prefix}tidak-ada/")
    found["id"] += [f"{portal}kegiatan/?tampilan={view}" for view in ("daftar", "peta")]
    found["id"] += [f"{portal}serta-merta/", "http://tidak-ada.example.test/"]
    return found
