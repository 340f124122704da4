"""Sample reports that wait for approval in a few agencies, so that their desks show something."""

import datetime

from django.contrib.auth import get_user_model
from django.db import transaction
from django.utils import timezone

from opd_sites.choices import AgencyRole
from opd_sites.models import Agency, Notice

from ..models import NewsIndexPage, NewsPage
from .pages import paragraph, short_slug, signed_summary
from .people import username_of
from .texts import read, sign

AGENCIES = ("dinkes", "bpbd", "diskominfo", "dpupr", "dindikbud")


def submit(*, now: datetime.datetime) -> int:
    """Submit the reports that are missing, and return how many; running it again changes nothing."""
    agencies = Agency.objects.select_related("site__root_page").filter(code__in=AGENCIES)
    return sum(_submit(agency, now) for agency in agencies)


@transaction.atomic
def _submit(agency, now):
    said = read("common")["waiting"]
    slug = short_slug(said["title"])
    section = NewsIndexPage.objects.child_of(agency.site.root_page).first()
    editor = (
        get_user_model().objects.filter(username=username_of(agency, AgencyRole.EDITOR)).first()
    )
    known = section and NewsPage.objects.child_of(section).filter(slug=slug).exists()
    if section is None or editor is None or known:
        return 0
    page = NewsPage(
        title=said["title"],
        slug=slug,
        summary=signed_summary(said["summary"]),
        date=timezone.localdate(now),
        body=[paragraph(said["text"]), paragraph(sign()["closing"])],
        owner=editor,
        live=False,
    )
    section.add_child(instance=page)
    page.save_revision(user=editor)
    page.get_workflow().start(page, editor)
    # Nobody reads the e-mails of sample people.
    Notice.objects.filter(page_id=page.pk).update(mail_due_at=None)
    return 1
