"""Data for tests, made by the verbs that make it in real life."""

import datetime

import factory
from django.contrib.auth import get_user_model
from django.utils import timezone

from kip_pages.alerts.authority import grant
from kip_pages.choices import (
    AlertReach,
    EmergencyKind,
    ExemptionGround,
    Hazard,
    InformationCategory,
    InformationTopic,
)
from kip_pages.editions import freezing
from kip_pages.exempt.deciding import put_in_force
from kip_pages.models import (
    ActivityIndexPage,
    ActivityPage,
    DipEntryPage,
    DipIndexPage,
    EmergencyAnnouncementPage,
    EmergencyIndexPage,
    ExemptItem,
    InformationIndexPage,
    InformationPage,
    NewsIndexPage,
    NewsPage,
    RegisterEdition,
    Subscriber,
    WebhookSubscription,
)
from kip_pages.push import managing
from opd_sites.models import Agency
from opd_sites.provisioning import provision
from opd_sites.role_sync import role_group


class AgencyFactory(factory.Factory):
    """An agency as ``provision`` makes it, at http://<code>.example.test."""

    class Meta:
        model = Agency

    code = factory.Sequence(lambda n: f"opd-{n}")
    name = factory.LazyAttribute(lambda a: f"Dinas {a.code.title()}")
    short_name = factory.LazyAttribute(lambda a: a.code.upper())
    kind = "dinas"
    hostname = factory.LazyAttribute(lambda a: f"{a.code}.example.test")

    @classmethod
    def _create(cls, model_class, **kwargs):
        """In charge of every kind of emergency, on its own site."""
        agency = provision(**kwargs)
        grant(agency, originates=EmergencyKind.values, reach=AlertReach.OWN_SITE)
        return agency


class UserFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = get_user_model()
        skip_postgeneration_save = True

    username = factory.Sequence(lambda n: f"user{n}")
    email = factory.LazyAttribute(lambda u: f"{u.username}@example.test")

    @factory.post_generation
    def role(self, create, role, agency=None):
        """``UserFactory(role=AgencyRole.EDITOR, role__agency=agency)``"""
        if role:
            self.groups.add(role_group(role, agency))


SECTIONS = {
    NewsPage: NewsIndexPage,
    DipEntryPage: DipIndexPage,
    EmergencyAnnouncementPage: EmergencyIndexPage,
    ActivityPage: ActivityIndexPage,
    InformationPage: InformationIndexPage,
}

REQUIRED = {
    NewsPage: {"body": [("paragraph", "<p>Isi berita.</p>")]},
    DipEntryPage: {"category": InformationCategory.PERIODIC},
    EmergencyAnnouncementPage: {
        "kind": EmergencyKind.NATURAL_DISASTER,
        "hazard": Hazard.FLOOD,
        "hazard_and_impact": "Banjir setinggi satu meter.",
        "affected_people": "Warga bantaran sungai.",
        "how_to_avoid": "Jauhi sungai.",
        "how_to_get_help": "Hubungi 112.",
    },
    ActivityPage: {"state": "running"},
    InformationPage: {"topic": InformationTopic.PROFILE},
}


def section_of(agency, model):
    """Return the agency's section for pages of ``model``."""
    return SECTIONS[model].objects.descendant_of(agency.root_page).get(locale__language_code="id")


def draft(model, agency, **fields):
    """Add a draft of ``model`` to the agency's section, as an editor would."""
    fields = REQUIRED[model] | {"title": "Judul contoh"} | fields
    page = model(live=False, **fields)
    section_of(agency, model).add_child(instance=page)
    page.save_revision()
    return page


def publish(model, agency, **fields):
    """Publish a page of ``model`` in the agency's section, as a publisher would."""
    page = draft(model, agency, **fields)
    page.get_latest_revision().publish()
    page.refresh_from_db()
    return page


def schedule(model, agency, *, go_live_in=None, expire_in=None, **fields):
    """Schedule a page to go live or to expire, relative to now."""
    now = timezone.now()
    if go_live_in:
        fields["go_live_at"] = now + go_live_in
    if expire_in:
        fields["expire_at"] = now + expire_in
    return publish(model, agency, **fields)


ONE_HOUR = datetime.timedelta(hours=1)


def subscribe(url="https://portal.example/hook", **fields):
    """Subscribe a receiver of webhooks, as an administrator would."""
    fields = {"name": "Portal", "url": url} | fields
    return managing.subscribe(WebhookSubscription(**fields))


def subscribers(count, *, name="warga", **fields):
    """As many citizens who have confirmed that they want to be told; made at once."""
    fields = {"language": "id", "confirmed_at": timezone.now()} | fields
    return Subscriber.objects.bulk_create(
        Subscriber(email=f"{name}{number}@example.test", **fields) for number in range(count)
    )


def subscriber(email="warga@example.test", *, agencies=(), **fields):
    """A citizen who has confirmed that they want to be told."""
    fields = {"language": "id", "confirmed_at": timezone.now()} | fields
    made = Subscriber.objects.create(email=email, **fields)
    made.agencies.set(agencies)
    return made


def draft_edition(agency, **fields):
    """A draft of a yearly edition of the register that states all it has to, as its form would."""
    fields = {
        "year": 2026,
        "decree_number": "489.1/Kep.12-PPID/2026",
        "decided_on": datetime.date(2026, 1, 20),
        "place": "Serang",
        "signer_name": "Siti Aminah",
        "signer_position": "Kepala Dinas selaku PPID Pelaksana",
        "signer_nip": "19700131 199503 2 001",
    } | fields
    edition = RegisterEdition(agency=agency, **fields)
    edition.clean()
    edition.save()
    return edition


def frozen_edition(agency, **fields):
    """A yearly edition, frozen; its PDF waits for the worker."""
    return freezing.freeze(draft_edition(agency, **fields), at=timezone.now())


def exempt_item(agency, *, in_force=True, **fields):
    """An exempt item that states all the law asks for, in force unless told otherwise."""
    fields = {
        "document": "Berkas pasien",
        "exempt_part": "Nama dan alamat pasien",
        "holding_unit": "Rekam Medis",
        "ground": ExemptionGround.PERSONAL_SECRET,
        "statute": "UU 27/2022 Ps. 4 ayat (2)",
        "if_opened": "Pasien dirugikan",
        "if_closed": "Pasien terlindungi",
        "public_interest": "Jumlah pasien terbuka",
        "tested_on": datetime.date(2026, 1, 10),
        "testers": "Tim Pertimbangan",
        "decision_number": "12/DIK/2026",
        "decided_on": datetime.date(2026, 1, 20),
        "place": "Serang",
        "decider_name": "Siti Aminah",
        "decider_position": "PPID Pelaksana",
        "expires_on": datetime.date(2099, 12, 31),
        "public_information": "Data pribadi pasien",
        "public_if_opened": "Mengungkap rahasia pribadi",
        "public_if_closed": "Melindungi pasien",
    } | fields
    item = ExemptItem.objects.create(agency=agency, **fields)
    return put_in_force(item, at=timezone.now()) if in_force else item
