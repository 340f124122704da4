"""What a few agencies of the sample province answer in the PPID menu; the others have it still to do."""

import datetime

from django.db import transaction
from django.utils import timezone

from opd_sites.models import Agency

from ..models import InformationPage, PpidMenuItem
from .pages import AgencyWriter
from .texts import agency_texts, fill, read


def answer_menu(*, now: datetime.datetime) -> int:
    """Fill some items of the agencies that have named no page for any; return how many pages it took."""
    said = read("ppid")
    answered = InformationPage.objects.exclude(menu_item=None)
    related = Agency.objects.select_related("site__root_page", "root_page", "collection")
    return sum(
        _answer(agency, said, now)
        for agency in related.filter(code__in=said["agencies"]).order_by("pk")
        if not answered.descendant_of(agency.root_page).exists()
    )


@transaction.atomic
def _answer(agency, said, now):
    words = fill(
        {name: said[name] for name in ("planted", "pages")},
        agency_texts(agency, on=timezone.localdate(now)),
    )
    items = {item.code: item for item in PpidMenuItem.objects.all()}
    writer = AgencyWriter(agency, now)
    for slug, page in words["planted"].items():
        writer.finish_planted(slug, page)
    for page in words["pages"]:
        writer.write_information(page, menu_item=items[page["item"]])
    return writer.written
