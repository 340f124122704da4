"""A little English, to show how languages hang together: one home page and one news report."""

import datetime

from django.db import transaction
from wagtail.models import Locale

from opd_sites.models import Agency

from ..models import NewsIndexPage, NewsPage
from .pages import paragraph
from .seed import LEAD_AGENCY
from .texts import read

LANGUAGE = "en"


@transaction.atomic
def translate(*, now: datetime.datetime) -> int:
    """Translate the lead agency's home and oldest report, unless it has English already."""
    agency = Agency.objects.select_related("site__root_page").filter(code=LEAD_AGENCY).first()
    english = Locale.objects.filter(language_code=LANGUAGE).first()
    if agency is None or english is None:
        return 0
    home = agency.site.root_page.specific
    section = NewsIndexPage.objects.child_of(home).first()
    report = section and NewsPage.objects.live().child_of(section).order_by("date").first()
    if report is None or home.has_translation(english):
        return 0
    said = read("english")
    body = [paragraph(text) for text in said["report"]["body"]]
    _publish(home, english, said["home"])
    # A page of its own instead of the alias that copy_parents would make: its title is English.
    _publish(section, english, said["section"])
    _publish(report, english, said["report"] | {"body": body})
    return 3


def _publish(page, locale, fields):
    """Copy ``page`` to ``locale`` with ``fields`` changed, and put it live as its original is."""
    copy = page.copy_for_translation(locale, copy_parents=True)
    for name, value in fields.items():
        setattr(copy, name, value)
    copy.first_published_at = page.first_published_at
    copy.save_revision().publish()
    return copy
