"""A province in which every thing that could be somebody's exists three times.

Once in one's own agency, once in a foreign one, once in the province itself. All that is foreign
carries a word nobody can guess in each text that a screen could show, and so does what the province
keeps to itself. A response that holds such a word is a leak.
"""

import contextlib
import datetime
import io
import secrets
import uuid
from dataclasses import dataclass, field

from django.contrib.auth.models import Group
from django.contrib.contenttypes.models import ContentType
from django.core.files.base import ContentFile
from django.db import transaction
from django.utils import timezone
from taggit.models import Tag
from wagtail.admin.models import EditingSession
from wagtail.contrib.redirects.models import Redirect
from wagtail.documents import get_document_model
from wagtail.images import get_image_model
from wagtail.images.tests.utils import get_test_image_file
from wagtail.log_actions import log
from wagtail.models import (
    Collection,
    Comment,
    CommentReply,
    Locale,
    Page,
    PageViewRestriction,
    Site,
    UploadedFile,
)
from wagtail_localize.models import OverridableSegment, StringSegment, TranslationSource
from wagtail_localize.operations import translate_object

from kip_pages.alerts import acting
from kip_pages.choices import PrintState
from kip_pages.dip_import import uploading
from kip_pages.models import (
    AlertAuthority,
    AlertSource,
    AlertTemplate,
    ConsumerCursor,
    DipDocument,
    DipEntryPage,
    EmergencyAnnouncementPage,
    EmergencyIndexPage,
    FeedConsumer,
    Mailing,
    MailingPriority,
    NewsPage,
    PortalHomePage,
    PpidMenuItem,
    RegisterPrint,
    RelayedAlert,
    WebhookDelivery,
)
from kip_pages.models.webhook import WebhookEvent
from kip_pages.obligations import load_obligations
from kip_pages.planting import set_up_portal
from opd_sites.choices import AgencyRole, NoticeKind, ProvinceRole
from opd_sites.models import Agency, Notice
from opd_sites.people import invite
from opd_sites.role_sync import role_group, shared_collections

from ..factories import (
    REQUIRED,
    AgencyFactory,
    UserFactory,
    draft,
    draft_edition,
    exempt_item,
    frozen_edition,
    publish,
    section_of,
    subscribe,
)
from .watch import every_key

PROVINCE_ADMIN = ProvinceRole.PROVINCE_ADMIN


def secret(kind):
    """Return a word that stands in no page by chance; also fit for codes, slugs and host names."""
    return f"zq{kind}{secrets.token_hex(5)}"


OWN, FOREIGN, HIDDEN, SHARED = (secret(kind) for kind in ("own", "frgn", "hidn", "shrd"))


@dataclass
class Side:
    """One owner's things, by kind."""

    word: str
    things: dict = field(default_factory=dict)
    #: Rows that came into being with them, as (label of the model, key).
    rows: set = field(default_factory=set)

    def __getattr__(self, kind):
        return self.things[kind]


@dataclass
class World:
    own: Side
    foreign: Side
    #: What the province shows to everybody, and where its duty officers work.
    portal: Side
    #: What the province keeps to itself.
    province: Side
    people: dict

    def side_of(self, role) -> Side:
        """Return what somebody with ``role`` works with."""
        if role == PROVINCE_ADMIN:
            things = self.portal.things | self.province.things | self.own.things
            return Side(self.own.word, things)
        return self.portal if role == ProvinceRole.DUTY_OFFICER else self.own

    def beyond(self, role) -> list[Side]:
        """Return what somebody with ``role`` must never meet."""
        if role == PROVINCE_ADMIN:
            return []
        if role == ProvinceRole.DUTY_OFFICER:
            return [self.own, self.foreign, self.province]
        return [self.foreign, self.province]

    def host_of(self, role) -> str:
        return "portal.example.test" if role in ProvinceRole.values else f"{OWN}.example.test"


@contextlib.contextmanager
def built_world():
    """Build the province once for a module; each test rolls back to it, and the end to nothing."""
    with transaction.atomic():
        load_obligations()
        set_up_portal(hostname="portal.example.test", name="Portal")
        own = _side(_agency, OWN)
        people = {
            role: UserFactory(role=role, role__agency=own.agency, username=f"{OWN}-{role}")
            for role in AgencyRole
        }
        people |= {role: UserFactory(role=role, username=f"saya-{role}") for role in ProvinceRole}
        own.things["notice"] = _notice(OWN, own.page, own.agency, people[AgencyRole.PUBLISHER])
        foreign = _side(_agency, FOREIGN)
        _leave_traces(foreign, [people[role] for role in people if role != PROVINCE_ADMIN])
        portal = _side(_portal, SHARED)
        portal.things["user"] = people[ProvinceRole.DUTY_OFFICER]
        own.things["locale"] = Locale.objects.get(language_code="en")
        yield World(own, foreign, portal, _side(_province, HIDDEN), people)
        transaction.set_rollback(True)


def _side(build, word):
    before = every_key()
    side = Side(word, build(word) | {"word": word})
    side.rows = every_key() - before
    return side


def _agency(word):
    agency = AgencyFactory(code=word, name=f"Dinas {word}", short_name=word)
    editor, publisher, administrator = (
        UserFactory(
            role=role,
            role__agency=agency,
            username=f"{word}-{role}-colleague",
            first_name=word,
            last_name=role,
        )
        for role in AgencyRole
    )
    files = _files(word, agency.collection, publisher)
    things = {"agency": agency, "site": agency.site, "root": agency.root_page}
    things |= {"group": role_group(AgencyRole.EDITOR, agency), "user": editor, **files}
    things |= _pages(word, agency, editor, files)
    things |= _workflow(word, agency, editor, things)
    things |= _translation(things["page"], publisher)
    things |= _register(word, agency)
    things["notice"] = _notice(word, things["page"], agency, publisher)
    things["invitation"] = invite(
        name=word,
        email=f"{word}@example.test",
        roles=[AgencyRole.EDITOR],
        agency=agency,
        by=administrator,
        at=timezone.now(),
    )
    things["section"] = section_of(agency, NewsPage)
    things["redirect"] = Redirect.objects.create(
        old_path=f"/{word}", site=agency.site, redirect_link=f"https://{word}.example.test/"
    )
    things["tag"] = Tag.objects.get(name=word)
    return things


def _files(word, collection, user):
    inner = collection.add_child(name=f"{word} koleksi")
    image = get_image_model().objects.create(
        title=f"{word} foto",
        file=get_test_image_file(filename=f"{word}.png"),
        collection=collection,
        uploaded_by_user=user,
    )
    document = get_document_model().objects.create(
        title=f"{word} dokumen",
        file=ContentFile(b"isi", name=f"{word}.txt"),
        collection=inner,
        uploaded_by_user=user,
    )
    image.get_rendition("max-165x165")  # else each answer would tell of a new file
    for thing in (image, document):
        thing.tags.add(word)
        if user:
            log(thing, "wagtail.edit", user=user, title=thing.title)
    upload = UploadedFile.objects.create(
        file=ContentFile(b"isi", name=f"{word}-unggahan.txt"),
        uploaded_by_user=user,
        for_content_type=ContentType.objects.get_for_model(get_image_model()),
    )
    return {"collection": inner, "image": image, "document": document, "upload": upload}


def _pages(word, agency, user, files):
    entry = publish(DipEntryPage, agency, title=f"{word} entri", slug=f"{word}-entri", owner=user)
    DipDocument.objects.create(page=entry, title=f"{word} berkas", document=files["document"])
    page = publish(
        NewsPage,
        agency,
        title=f"{word} berita",
        slug=f"{word}-berita",
        owner=user,
        lead_image=files["image"],
        lead_image_alt=f"{word} alternatif",
        tags=[word],
        body=[("paragraph", f'<p><a linktype="page" id="{entry.pk}">{word}</a></p>')],
    )
    old = page.latest_revision
    page.title = f"{word} berita baru"
    page.save_revision(user=user, log_action=True)
    comment = Comment.objects.create(page=page, user=user, text=word, contentpath="title")
    CommentReply.objects.create(comment=comment, user=user, text=word)
    private = draft(NewsPage, agency, title=f"{word} rahasia", slug=f"{word}-rahasia")
    private.locked, private.locked_by, private.locked_at = True, user, timezone.now()
    private.go_live_at = timezone.now() + datetime.timedelta(days=1)
    private.save()
    restriction = PageViewRestriction.objects.create(page=private, restriction_type="groups")
    restriction.groups.add(*Group.objects.filter(held_role__agency=agency))
    EditingSession.objects.create(
        user=user,
        content_type=ContentType.objects.get_for_model(Page),
        object_id=page.pk,
        last_seen_at=timezone.now(),
    )
    return {"page": page, "entry": entry, "private": private, "revision": old}


def _register(word, agency):
    """Make what an agency's information officers keep beside the pages."""
    closed = {"document": f"{word} berkas", "public_information": f"{word} data"}
    said = {"signer_name": f"{word} penanda tangan", "decree_number": f"489/{word}"}
    before = frozen_edition(agency, year=2025, **said)
    told = f"Judul;Kategori;Tautan\n{word} daftar;Berkala;https://{word}.test/a.pdf".encode()
    job = uploading.take_in(io.BytesIO(told), name=f"{word}.csv", agency=agency)
    job.is_confirmed = True
    job.save()
    uploading.read(job, at=timezone.now())
    return {
        "announcement": draft(
            EmergencyAnnouncementPage, agency, title=f"{word} banjir", slug=f"{word}-banjir"
        ),
        "alert": publish(
            EmergencyAnnouncementPage, agency, title=f"{word} siaga", slug=f"{word}-siaga"
        ),
        "alerts_section": section_of(agency, EmergencyAnnouncementPage),
        "relay": _relay(word, section_of(agency, EmergencyAnnouncementPage), agency=agency),
        "register": section_of(agency, DipEntryPage),
        "edition": frozen_edition(agency, year=2026, **said),
        "edition_before": before,
        "edition_draft": draft_edition(agency, year=2027, **said),
        "print": RegisterPrint.objects.create(
            agency=agency,
            requested_at=timezone.now(),
            finished_at=timezone.now(),
            state=PrintState.DONE,
            content=f"%PDF {word}".encode(),
        ),
        "exempt": exempt_item(agency, in_force=False, **closed),
        "exempt_in_force": exempt_item(agency, **closed),
        "import": job,
    }


def _relay(word, section, *, agency=None):
    """Make a warning of others that waits there to be passed on."""
    page = acting.draft(
        section,
        user=None,
        **REQUIRED[EmergencyAnnouncementPage],
        title=f"{word} hujan",
        original_issuer=f"{word} kantor",
        original_url=f"https://{word}.test/",
        original_sent=timezone.now(),
    )
    RelayedAlert.objects.create(
        source=_source(word, agency), title=page.title, mark=word, page=page, state="offered"
    )
    return page


def _source(word, agency=None):
    return AlertSource.objects.create(
        name=f"{word} sumber",
        issuer=f"{word} kantor",
        url=f"https://{word}.test/daftar",
        agency=agency,
    )


def _notice(word, page, agency, recipient):
    return Notice.objects.create(
        recipient=recipient,
        kind=NoticeKind.RETURNED,
        page=page,
        agency=agency,
        reason=f"{word} alasan",
        created_at=timezone.now(),
    )


def _workflow(word, agency, user, things):
    workflow = agency.workflows.get(with_province=False).workflow
    (task,) = workflow.tasks
    for thing in (workflow, task):
        thing.name = f"{word} alur"
        thing.save()
    waiting = draft(NewsPage, agency, title=f"{word} menunggu", slug=f"{word}-menunggu")
    state = workflow.start(waiting, user)
    return {
        "task": task,
        "workflow": workflow,
        "waiting": waiting,
        "workflow_state": state,
        "task_state": state.current_task_state,
    }


def _translation(page, user):
    translate_object(page, [Locale.objects.get(language_code="en")], user=user)
    source = TranslationSource.objects.get_for_instance(page)
    return {
        "source": source,
        "translation": source.translations.get(),
        "string": StringSegment.objects.filter(source=source).first(),
        "overridable": OverridableSegment.objects.filter(source=source).first(),
    }


def _portal(word):
    home = PortalHomePage.objects.get()
    emergencies = EmergencyIndexPage.objects.child_of(home).get()
    fields = REQUIRED[EmergencyAnnouncementPage] | {"title": f"{word} banjir", "slug": word}
    page = emergencies.add_child(instance=EmergencyAnnouncementPage(**fields))
    page.save_revision().publish()
    files = _files(word, shared_collections()[0], None)
    return files | {
        "page": page,
        "announcement": page,
        "alerts_section": emergencies,
        "relay": _relay(word, emergencies),
        # The province's words, for all who announce.
        "alert_template": AlertTemplate.objects.create(hazard="flood", name=word, title=word),
        # All agencies have it.
        "menu_item": PpidMenuItem.objects.create(slug=word, title=word, sort_order=1),
        "section": emergencies,
        "revision": page.latest_revision,
    }


def _province(word):
    page = PortalHomePage.objects.get().add_child(
        instance=Page(title=f"{word} konsep", slug=word, live=False)
    )
    revision = page.save_revision()
    admin = UserFactory(
        role=PROVINCE_ADMIN, username=f"{word}-admin", first_name=word, last_name="A"
    )
    webhook = subscribe(name=f"{word} kait", url=f"https://{word}.example/kait")
    consumer = FeedConsumer.objects.create(name=f"{word} pembaca", contact=f"{word}@example.test")
    return _files(word, Collection.get_first_root_node(), admin) | {
        "page": page,
        "section": page,
        "root": page,
        "revision": revision,
        "user": admin,
        "group": role_group(PROVINCE_ADMIN),
        "site": Site.objects.get(hostname="portal.example.test"),
        "consumer": consumer,
        "authority": AlertAuthority.objects.get(agency__code=FOREIGN),
        "alert_source": (source := _source(word)),
        "relayed_alert": RelayedAlert.objects.create(source=source, title=f"{word} x", mark=word),
        "cursor": ConsumerCursor.objects.create(
            consumer=consumer, agency=FOREIGN, epoch=uuid.uuid4(), pos=1, read_at=timezone.now()
        ),
        "mailing": Mailing.objects.create(
            about=uuid.uuid4(),
            agency=Agency.objects.get(code=FOREIGN),
            subject=f"{word} surat",
            priority=MailingPriority.ALERT,
            until=timezone.now(),
        ),
        "webhook": webhook,
        "delivery": WebhookDelivery.objects.create(
            subscription=webhook, message_id=word, event=WebhookEvent.values[0], body=word
        ),
    }


def _leave_traces(foreign, people):
    """Let everybody have worked for the foreign agency once; whoever changes agencies has."""
    for user in people:
        log(foreign.page, "wagtail.edit", user=user, title=foreign.page.title)
        locked = draft(
            NewsPage,
            foreign.agency,
            title=f"{FOREIGN} terkunci",
            slug=f"{FOREIGN}-terkunci-{user.pk}",
            owner=user,
        )
        locked.locked, locked.locked_by, locked.locked_at = True, user, timezone.now()
        locked.save()
        foreign.workflow.start(locked, user)
