"""The e-mail of an invitation, and the link in it."""

import datetime

from django.conf import settings
from django.core import signing
from django.core.mail import EmailMessage
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation

from .conf import get_setting
from .mailing import mail_connection
from .models import Invitation, portal_site
from .roles import role_word

# For so long an unsent e-mail is thought to wait for the worker.
SENDING = datetime.timedelta(minutes=5)
_SALT = "opd_sites.invitation"


def token_of(invitation: Invitation) -> str:
    """Return what proves that its bearer got the newest e-mail of this invitation."""
    return signing.dumps([invitation.pk, invitation.invited_at.isoformat()], salt=_SALT)


def invitation_of(token: str) -> Invitation | None:
    """Return the open invitation that the token is about, or None when it is forged, old or used."""
    try:
        pk, invited_at = signing.loads(token, salt=_SALT, max_age=_lifetime())
    except signing.BadSignature:
        return None
    found = Invitation.objects.filter(pk=pk, invited_at=datetime.datetime.fromisoformat(invited_at))
    return found.select_related("agency").first()


def link_of(invitation: Invitation) -> str:
    """Return the address to accept at: on the agency's own host, if that answers."""
    agency = invitation.agency
    home = agency.url if agency and agency.is_active else portal_site().root_url
    return home + reverse("opd_sites:accept", args=[token_of(invitation)])


def roles_of(invitation: Invitation) -> str:
    return ", ".join(role_word(group.role) for group in invitation.roles.all())


def is_expired(invitation: Invitation, *, at: datetime.datetime) -> bool:
    return at - invitation.invited_at > _lifetime()


def deliver(invitation: Invitation, *, at: datetime.datetime) -> None:
    """Send the e-mail, in the province's language, with a link on the agency's own host."""
    with translation.override(settings.LANGUAGE_CODE):
        context = {
            "invitation": invitation,
            "agency": invitation.agency,
            "portal": portal_site(),
            "roles": roles_of(invitation),
            "link": link_of(invitation),
            "days": get_setting("INVITATION_DAYS"),
        }
        subject = render_to_string("opd_sites/emails/invitation_subject.txt", context)
        body = render_to_string("opd_sites/emails/invitation.txt", context)
    reply_to = [invitation.agency.email] if invitation.agency and invitation.agency.email else None
    EmailMessage(
        " ".join(subject.split()),
        body.strip() + "\n",
        to=[invitation.email],
        reply_to=reply_to,
        connection=mail_connection(),
    ).send()
    Invitation.objects.filter(pk=invitation.pk, invited_at=invitation.invited_at).update(sent_at=at)


def _lifetime():
    return datetime.timedelta(days=get_setting("INVITATION_DAYS"))
