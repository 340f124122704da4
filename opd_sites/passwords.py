"""Send who has forgotten a password the link to set a new one."""

from django.contrib.auth.forms import PasswordResetForm
from django.template.loader import render_to_string
from django.utils import translation
from wagtail.admin.mail import send_mail

from .mailing import language_of, mail_connection


def send_reset_link(email: str, *, domain: str, use_https: bool, subject: str, text: str) -> None:
    """Send a link on ``domain`` to each account of the address; to none, where it has none.

    ``subject`` and ``text`` name templates. The link stands nowhere but in the e-mail.
    """
    form = _Letter({"email": email})
    if form.is_valid():
        form.save(
            domain_override=domain,
            use_https=use_https,
            subject_template_name=subject,
            email_template_name=text,
        )


class _Letter(PasswordResetForm):
    """Django's knows the accounts and makes the links; the letter leaves as all of ours do."""

    def send_mail(self, subject, text, context, from_email, to_email, **kwargs):
        with translation.override(language_of(context["user"])):
            title, body = render_to_string(subject, context), render_to_string(text, context)
        send_mail(" ".join(title.split()), body, [to_email], connection=mail_connection())
