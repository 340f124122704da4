"""E-mails of notices leave once, soon, and none is lost when the mail server is away."""

import datetime

import pytest
from django.core import mail
from django.core.mail.backends.locmem import EmailBackend
from django.urls import reverse
from django.utils import timezone
from django_tasks import task_backends
from django_tasks_db.models import DBTaskResult
from wagtail.admin.mail import send_notification
from wagtail.admin.views.pages import edit
from wagtail.models import Comment, CommentReply, PageSubscription
from wagtail.test.utils.form_data import inline_formset

from kip_pages.models import NewsPage
from opd_sites import invitations, mailing
from opd_sites.choices import AgencyRole, NoticeKind
from opd_sites.models import Notice
from opd_sites.notices import tell
from opd_sites.role_sync import role_group
from opd_sites.tasks import MailHeartbeat, Waker

from ..factories import UserFactory, draft
from ..kip_pages.test_pages_in_admin import form_data
from .test_people import invite


class BrokenServer(EmailBackend):
    """A mail server that is away."""

    def send_messages(self, messages):
        raise ConnectionError("the mail server is away")


class SilentServer(EmailBackend):
    """A mail server that accepts connections and never says a word."""

    def __init__(self, *args, timeout=None, **kwargs):
        super().__init__(*args, **kwargs)
        self.timeout = timeout

    def open(self):
        raise TimeoutError if self.timeout else RuntimeError("this waits for ever")

    def send_messages(self, messages):
        self.open()


@pytest.fixture
def notice(agency):
    reader = UserFactory(role=AgencyRole.PUBLISHER, role__agency=agency)
    (told,) = tell([reader], NoticeKind.SUBMITTED, draft(NewsPage, agency), at=timezone.now())
    return told


@pytest.fixture
def server_is_away(settings):
    settings.EMAIL_BACKEND = f"{__name__}.BrokenServer"


@pytest.fixture
def server_is_silent(settings):
    settings.EMAIL_BACKEND = f"{__name__}.SilentServer"


def test_an_email_leaves_once(notice):
    assert mailing.send_due() == 1
    assert mailing.send_due() == 0
    assert len(mail.outbox) == 1
    notice.refresh_from_db()
    assert notice.mailed_at
    assert notice.mail_due_at is None
    assert mail.outbox[0].extra_headers["Auto-Submitted"] == "auto-generated"


def test_an_email_that_did_not_leave_is_tried_again_and_the_notice_stands(
    notice, server_is_away, settings, caplog
):
    assert mailing.send_due() == 0
    assert "did not leave" in caplog.text
    notice.refresh_from_db()
    assert notice.mailed_at is None
    assert notice.mail_due_at > timezone.now()
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    assert mailing.send_due() == 0, "not before its time"
    Notice.objects.update(mail_due_at=timezone.now())
    assert mailing.send_due() == 1


def test_an_email_that_never_leaves_is_given_up_after_some_hours(notice, server_is_away):
    waited = datetime.timedelta()
    for _attempt in range(mailing.MAX_ATTEMPTS - 1):
        now = timezone.now()
        Notice.objects.update(mail_due_at=now)
        mailing.send_due()
        notice.refresh_from_db()
        waited += notice.mail_due_at - now
    assert waited > datetime.timedelta(hours=2)
    Notice.objects.update(mail_due_at=timezone.now())
    mailing.send_due()
    notice.refresh_from_db()
    assert notice.mail_due_at is None
    assert notice.seen_at is None


def test_a_server_that_is_away_is_asked_once_for_all(agency, server_is_away, caplog):
    page = draft(NewsPage, agency)
    readers = [UserFactory(role=AgencyRole.PUBLISHER, role__agency=agency) for _ in range(3)]
    tell(readers, NoticeKind.SUBMITTED, page, at=timezone.now())
    mailing.send_due()
    assert caplog.text.count("did not leave") == 1
    assert Notice.objects.to_mail(at=timezone.now()).count() == 2


def test_no_notice_waits_long_for_a_silent_server(notice, server_is_silent, caplog):
    assert mailing.send_due() == 0
    assert "TimeoutError" in caplog.text


def test_no_invitation_waits_long_for_a_silent_server(agency, server_is_silent):
    invitation = invite(agency)
    with pytest.raises(TimeoutError):
        invitations.deliver(invitation, at=timezone.now())
    invitation.refresh_from_db()
    assert invitation.sent_at is None


def test_notices_wake_the_worker_once_they_are_committed(
    agency, django_capture_on_commit_callbacks
):
    reader = UserFactory(role=AgencyRole.PUBLISHER, role__agency=agency)
    with django_capture_on_commit_callbacks(execute=True):
        tell([reader], NoticeKind.SUBMITTED, draft(NewsPage, agency), at=timezone.now())
        assert not mail.outbox
    assert len(mail.outbox) == 1


def test_the_heartbeat_sends_what_no_word_was_said_of(notice):
    MailHeartbeat().beat(at=timezone.now())
    assert len(mail.outbox) == 1


def test_while_no_worker_runs_one_task_waits(notice, settings):
    settings.OPD_SITES = {"MAIL_TASKS": "webhooks"}
    heart = MailHeartbeat()
    for _beat in range(3):
        heart.beat(at=timezone.now())
    backend = task_backends["webhooks"]
    assert backend.supports_get_result
    assert DBTaskResult.objects.filter(backend_name="webhooks").count() == 1
    assert not mail.outbox


def test_a_waker_of_a_backend_that_keeps_nothing_wakes_each_time():
    calls = []
    waker = Waker(lambda: calls.append(1))
    waker.wake()
    waker.wake()
    assert len(calls) == 2


# --- comments, which Wagtail sends -----------------------------------------------------------


def test_what_is_said_in_comments_goes_to_whose_page_it_is_and_to_nobody_else(
    client, agency, other_agency
):
    """Whoever wrote once is told by Wagtail, wherever they work today."""
    stays, leaver = (UserFactory(role=AgencyRole.EDITOR, role__agency=agency) for _ in range(2))
    page = draft(NewsPage, agency, title="Judul", slug="judul")
    thread = Comment.objects.create(page=page, user=leaver, text="lama", contentpath="title")
    Comment.objects.create(page=page, user=stays, text="lain", contentpath="title")
    for reader in (stays, leaver):
        PageSubscription.objects.create(page=page, user=reader, comment_notifications=True)
        CommentReply.objects.create(comment=thread, user=reader, text="ya")
    leaver.groups.set([role_group(AgencyRole.EDITOR, other_agency)])
    client.force_login(UserFactory(role=AgencyRole.PUBLISHER, role__agency=agency))
    for _told in ("who follows the page", "who wrote in the thread"):
        mail.outbox.clear()
        say(client, page, thread, "Jawaban")
        assert [message.to for message in mail.outbox] == [[stays.email]]
        PageSubscription.objects.all().delete()


def say(client, page, thread, text):
    replies = inline_formset([{"id": "", "text": text}])
    row = {"id": thread.pk, "text": "lama", "contentpath": "title", "position": '""'}
    data = form_data(NewsPage, comments=inline_formset([row | {"replies": replies}], initial=1))
    address = reverse("wagtailadmin_pages:edit", args=[page.pk])
    response = client.post(address, data, headers={"host": "dinkes.example.test"})
    assert response.status_code == 302


def test_everything_is_wrapped_once():
    before = edit.send_notification
    mailing.install()
    assert edit.send_notification is before is not send_notification
