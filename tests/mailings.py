"""What agencies say to subscribers, and what these get."""

from django.core import mail

from kip_pages.feed import sequencer
from kip_pages.models import EmergencyAnnouncementPage, NewsPage
from kip_pages.subscribers import sending

from .factories import publish


def announce(agency, **fields):
    fields = {"title": "Banjir di Serang", "areas": ["36.04"], "severity": "severe"} | fields
    page = publish(EmergencyAnnouncementPage, agency, **fields)
    number()
    return page


def follow(agency, page, message_type, **fields):
    fields = {"slug": f"{page.slug}-lanjutan", "title": f"{page.title} lagi"} | fields
    return announce(agency, predecessor=page, message_type=message_type, **fields)


def report(agency, **fields):
    page = publish(NewsPage, agency, **fields)
    number()
    return page


def number():
    sequencer.catch_up(pressing_only=False, max_batches=None)


def sent():
    """Send what waits, and return it."""
    mail.outbox.clear()
    sending.send_due()
    return list(mail.outbox)


def told():
    """Send what waits, and return the names in the addresses it went to."""
    return sorted(message.to[0].split("@")[0] for message in sent())
