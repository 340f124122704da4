"""Several workers send each e-mail once."""

import pytest
from django.core import mail
from django.utils import timezone

from kip_pages.models import NewsPage
from kip_pages.planting import set_up_portal
from opd_sites import mailing
from opd_sites.choices import AgencyRole, NoticeKind
from opd_sites.models import Notice
from opd_sites.notices import tell

from ..factories import AgencyFactory, UserFactory, draft
from ..live import in_threads

pytestmark = pytest.mark.postgres


def test_two_workers_send_each_email_once(committed_db):
    set_up_portal(hostname="portal.example.test", name="Portal Provinsi Contoh")
    agency = AgencyFactory(code="dinkes")
    readers = [UserFactory(role=AgencyRole.PUBLISHER, role__agency=agency) for _ in range(12)]
    tell(readers, NoticeKind.PUBLISHED, draft(NewsPage, agency), at=timezone.now())
    Notice.objects.update(mail_due_at=timezone.now())  # the commit has sent them already
    mail.outbox.clear()
    in_threads(mailing.send_due, mailing.send_due)
    addresses = [address for message in mail.outbox for address in message.to]
    assert sorted(addresses) == sorted(reader.email for reader in readers)
