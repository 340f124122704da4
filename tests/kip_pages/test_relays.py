"""What becomes of a warning of others: offered, published by rule, left aside, ended."""

import datetime

import pytest
from django.core import mail
from django.urls import reverse
from django.utils import timezone
from wagtail.models import PageLogEntry

from kip_pages.alerts.authority import grant
from kip_pages.alerts.publishing import PUBLISHED_AT_ONCE, newest_text, publish_at_once
from kip_pages.choices import AlertReach, MessageType, RelayAction, RelayReason, RelayState
from kip_pages.feed import sequencer
from kip_pages.hazards import PRESETS
from kip_pages.models import (
    AlertSource,
    AlertTemplate,
    CapMessage,
    EmergencyAnnouncementPage,
    EmergencyIndexPage,
    RelayedAlert,
)
from kip_pages.relays import polling, upkeep
from opd_sites import mailing
from opd_sites.choices import AgencyRole, NoticeKind, ProvinceRole
from opd_sites.models import Notice

from ..factories import ONE_HOUR, UserFactory
from ..nowcast import NAME, SENDER, Office, message, source_at, words_of_the_province

SECOND, THIRD = f"{NAME}2", f"{NAME}3"
BOGOR = "-6.6,106.8 -6.6,106.9 -6.7,106.9 -6.6,106.8"
ELSEWHERE = f"<areaDesc>Jawa Barat</areaDesc><polygon>{BOGOR}</polygon>"


@pytest.fixture
def office():
    opened = Office()
    yield opened
    opened.stop()


@pytest.fixture
def source(office, agency):
    """Read for one agency, whose officers decide."""
    return source_at(office, agency=agency)


def look():
    """Look at every list, whenever it is due."""
    AlertSource.objects.update(next_attempt_at=timezone.now())
    polling.poll_due()


def bring(office, *messages):
    """Publish messages at the office, look, and return what is noted of the last one."""
    office.publish(*messages)
    look()
    return RelayedAlert.objects.order_by("pk").last()


def publish_draft(page):
    """Publish a draft as an officer who has looked at it, and added what it lacks."""
    page = EmergencyAnnouncementPage.objects.get(pk=page.pk)
    said = page.get_latest_revision_as_object()
    said.how_to_avoid, said.how_to_get_help = "Berteduh.", "Hubungi 112."
    said.save_revision()
    at = timezone.now()
    _text, version = newest_text(page)
    publish_at_once(page, version=version, reason="Dari BMKG", user=None, at=at)
    sequencer.catch_up(pressing_only=False, max_batches=None)
    page.refresh_from_db()
    return page


def banners(client, host="dinkes"):
    """The titles that the host tells its readers."""
    state = client.get("/_darurat.json", headers={"host": f"{host}.example.test"}).json()
    return [alert["title"] for alert in state["alerts"]]


def test_a_warning_for_the_province_waits_as_a_draft_with_credit_and_places(office, source, agency):
    alert = bring(office, message())
    page = alert.page
    assert (alert.state, alert.reason) == (RelayState.OFFERED, "")
    assert (alert.sender, alert.identifier) == (SENDER, NAME)
    assert bytes(alert.raw) == office.messages[next(iter(office.messages))]
    assert page.is_descendant_of(agency.root_page)
    assert not page.live
    assert page.title == "Hujan Lebat disertai Petir di Banten"
    assert (page.hazard, page.kind) == ("extreme_weather", "natural_disaster")
    assert (page.urgency, page.severity, page.certainty) == ("immediate", "moderate", "observed")
    assert page.areas == ["36.04"], "the regency into which its outlines reach"
    assert "jarak pandang berkurang & genangan" in page.hazard_and_impact
    assert page.affected_people == "Semua orang di: Kabupaten Serang."
    assert page.original_issuer == "BMKG"
    assert page.original_url.startswith("https://nowcasting.bmkg.go.id/infografis/")
    assert abs(page.original_sent - timezone.now()) < ONE_HOUR
    assert abs(page.expires - timezone.now() - 3 * ONE_HOUR) < datetime.timedelta(minutes=1)
    assert (page.status, page.message_type) == ("actual", "alert")


def test_the_officers_are_told_by_notice_and_by_mail_and_find_the_short_form(
    office, source, agency, other_agency
):
    people = {
        role: UserFactory(role=role, role__agency=agency, username=str(role)) for role in AgencyRole
    }
    UserFactory(role=AgencyRole.PUBLISHER, role__agency=other_agency)
    UserFactory(role=ProvinceRole.DUTY_OFFICER)
    page = bring(office, message()).page
    told = Notice.objects.filter(page=page, kind=NoticeKind.ASKED)
    assert {notice.recipient for notice in told} == {
        people[AgencyRole.PUBLISHER],
        people[AgencyRole.AGENCY_ADMIN],
    }
    for notice in told:
        assert notice.address == reverse("announce:relay", args=[page.pk])
        assert notice.reason == "Dari BMKG."
    mailing.send_due()
    sent = {letter.to[0] for letter in mail.outbox}
    assert sent == {notice.recipient.email for notice in told}


def test_at_the_portal_the_duty_officers_are_told(office, portal, agency):
    source_at(office, reach=AlertReach.PROVINCE)
    officer = UserFactory(role=ProvinceRole.DUTY_OFFICER)
    UserFactory(role=AgencyRole.PUBLISHER, role__agency=agency)
    page = bring(office, message()).page
    section = EmergencyIndexPage.objects.child_of(portal.root_page).get()
    assert page.is_descendant_of(section)
    assert page.reach == AlertReach.PROVINCE
    assert [notice.recipient for notice in Notice.objects.filter(page=page)] == [officer]


ASIDE = [
    (message(status="Test"), RelayReason.DRILL),
    (message(status="Exercise"), RelayReason.DRILL),
    (message(status="Draft"), RelayReason.NO_ALERT),
    (message(msgType="Ack"), RelayReason.NO_ALERT),
    (message(scope="Restricted"), RelayReason.NOT_PUBLIC),
    (message(area=ELSEWHERE), RelayReason.ELSEWHERE),
    (message(area="<areaDesc>Laut Jawa</areaDesc>"), RelayReason.ELSEWHERE),
    (message(expires="2026-01-01T00:00:00+07:00"), RelayReason.EXPIRED),
    (message(msgType="Cancel", replaces=["lain"]), RelayReason.NOTHING_TO_END),
]


@pytest.mark.parametrize("action", RelayAction)
def test_what_is_no_warning_for_us_is_noted_with_the_reason_and_goes_no_further(
    office, source, action
):
    words_of_the_province()
    AlertSource.objects.update(action=action, least_severity="unknown")
    for number, (xml, reason) in enumerate(ASIDE):
        alert = bring(office, xml.replace(NAME.encode(), f"{NAME}.{number}".encode()))
        assert (alert.state, alert.reason, alert.page) == (RelayState.IGNORED, reason, None)
    assert not EmergencyAnnouncementPage.objects.exists()
    assert not Notice.objects.exists()


def test_what_came_once_makes_one_draft_wherever_it_is_listed(office, source, agency):
    other = Office()
    source_at(other, agency=agency, name="Cuaca BMKG, Inggris", language="en")
    first = bring(office, message())
    assert bring(office, message()).reason == RelayReason.DUPLICATE
    assert bring(other, message()).reason == RelayReason.DUPLICATE
    look()
    assert EmergencyAnnouncementPage.objects.get() == first.page
    fetched = [path for path in office.asked + other.asked if path.endswith(".xml")]
    assert len(fetched) == 3, "each message is fetched once"
    other.stop()


def test_an_update_of_what_waits_takes_its_place(office, source):
    first = bring(office, message()).page
    alert = bring(
        office,
        message(
            SECOND, msgType="Update", replaces=[NAME], headline="Hujan meluas", severity="Severe"
        ),
    )
    page = EmergencyAnnouncementPage.objects.get()  # the first draft is gone
    assert page.pk != first.pk
    assert (page.title, page.severity) == ("Hujan meluas", "severe")
    assert page.message_type == MessageType.ALERT, "nobody has read of the first"
    assert alert.page == page
    overtaken = RelayedAlert.objects.get(identifier=NAME)
    assert (overtaken.state, overtaken.reason) == (RelayState.IGNORED, RelayReason.OVERTAKEN)


def test_updates_and_cancels_that_come_first_keep_what_they_replace_from_being_offered(
    office, source
):
    bring(office, message(SECOND, msgType="Cancel", replaces=[NAME]))
    assert bring(office, message()).reason == RelayReason.OVERTAKEN
    # A drill that names an alert replaces nothing.
    bring(office, message(f"{NAME}.uji", status="Test", msgType="Cancel", replaces=[THIRD]))
    assert bring(office, message(THIRD)).state == RelayState.OFFERED


def test_an_update_of_what_is_public_is_offered_as_its_update(client, office, source):
    public = publish_draft(bring(office, message()).page)
    alert = bring(
        office, message(SECOND, msgType="Update", replaces=[NAME], headline="Hujan meluas")
    )
    page = alert.page
    assert (page.message_type, page.predecessor) == (MessageType.UPDATE, public)
    assert page.how_to_avoid == "Berteduh.", "what the message leaves out, the officer's words say"
    assert banners(client) == ["Hujan Lebat disertai Petir di Banten"]
    publish_draft(page)
    assert banners(client) == ["Hujan meluas"]
    third = bring(office, message(THIRD, msgType="Update", replaces=[NAME, SECOND])).page
    assert third.predecessor.pk == page.pk, "of the newest, once"


@pytest.mark.parametrize("how", ["cancel", "moves away"])
def test_what_its_sender_ends_is_offered_as_all_clear(client, office, source, how):
    public = publish_draft(bring(office, message()).page)
    changes = {"msgType": "Cancel"} if how == "cancel" else {"msgType": "Update", "area": ELSEWHERE}
    alert = bring(office, message(SECOND, replaces=[NAME], **changes))
    page = alert.page
    assert (alert.state, page.message_type) == (RelayState.OFFERED, MessageType.CANCEL)
    assert page.predecessor == public
    assert alert.expires == public.expires, "nobody needs it once the warning has run out"
    assert banners(client) == [public.title]
    publish_draft(page)
    assert banners(client) == []


def test_the_cancel_of_what_only_waits_takes_the_draft_away(office, source):
    bring(office, message())
    alert = bring(office, message(SECOND, msgType="Cancel", replaces=[NAME]))
    assert alert.reason == RelayReason.NOTHING_TO_END
    assert not EmergencyAnnouncementPage.objects.exists()


@pytest.fixture
def by_rule(source, agency):
    """The province has the agency pass on at once, everywhere, whatever is moderate or worse."""
    grant(agency, originates=[], reach=AlertReach.PROVINCE)
    words_of_the_province()
    source.action, source.reach = RelayAction.PUBLISH, AlertReach.PROVINCE
    source.least_severity = "moderate"
    source.save()
    return source


def test_by_rule_a_warning_is_public_at_once_with_banner_message_log_and_notice(
    client, office, by_rule, agency
):
    publisher = UserFactory(role=AgencyRole.PUBLISHER, role__agency=agency)
    alert = bring(office, message())
    sequencer.catch_up(pressing_only=True)
    page = alert.page
    assert (alert.state, page.live) == (RelayState.PUBLISHED, True)
    assert page.how_to_avoid == "Berteduh di bangunan kokoh, jauhi pohon."
    for host in ("dinkes", "dindik", "portal"):
        assert banners(client, host) == ["Hujan Lebat disertai Petir di Banten"], host
    home = client.get("/", headers={"host": "dinkes.example.test"}).content.decode()
    assert "diteruskan dari BMKG" in home
    said = CapMessage.objects.get().alert
    assert (said.source, said.infos[0].severity) == ("BMKG", "Moderate")
    assert page.receipts.exists()
    entry = PageLogEntry.objects.get(action=PUBLISHED_AT_ONCE)
    assert entry.user is None
    assert "Cuaca BMKG" in entry.data["reason"]
    notice = Notice.objects.get(recipient=publisher)
    assert (notice.kind, notice.page_id) == (NoticeKind.PUBLISHED, page.pk)


def test_by_rule_updates_and_all_clears_follow_at_once(client, office, by_rule):
    bring(office, message())
    sequencer.catch_up(pressing_only=True)
    bring(office, message(SECOND, msgType="Update", replaces=[NAME], headline="Hujan meluas"))
    sequencer.catch_up(pressing_only=True)
    assert banners(client) == ["Hujan meluas"]
    alert = bring(
        office,
        message(THIRD, msgType="Cancel", replaces=[SECOND], severity="Minor", area=ELSEWHERE),
    )
    assert (alert.state, alert.page.message_type) == (RelayState.PUBLISHED, MessageType.CANCEL)
    assert banners(client) == []
    sequencer.catch_up(pressing_only=True)
    kinds = CapMessage.objects.order_by("pk").values_list("message_type", flat=True)
    assert list(kinds) == ["alert", "update", "cancel"]


#   what differs from a rule that publishes                what the message says       published
RULES = [
    ({}, {}, True),
    ({"least_severity": "severe"}, {}, False),
    ({"least_severity": "severe"}, {"severity": "Extreme"}, True),
    ({"least_severity": "minor"}, {"severity": "Unknown"}, False),
    ({}, {"urgency": "Future"}, False),
    ({}, {"urgency": "Expected"}, True),
    ({}, {"certainty": "Possible"}, False),
    ({"hazards": ["flood"]}, {}, False),
    ({"hazards": ["flood"]}, {"event": "Banjir"}, False),  # nobody wrote words for it
    ({"hazards": ["extreme_weather"]}, {}, True),
    ({"action": "draft"}, {}, False),
]


@pytest.mark.parametrize(("rule", "said", "is_published"), RULES)
def test_a_rule_publishes_what_is_as_grave_as_it_says_and_offers_the_rest(
    office, by_rule, rule, said, is_published
):
    AlertSource.objects.update(**rule)
    alert = bring(office, message(**said))
    assert alert.state == (RelayState.PUBLISHED if is_published else RelayState.OFFERED)
    assert alert.page.live is is_published


@pytest.mark.parametrize(
    ("template", "lacks"),
    [
        ({"how_to_get_help": ""}, "e. cara"),
        ({"how_to_avoid": "Jauhi [nama sungai]."}, "d. cara"),
        (None, "d. cara"),
    ],
)
def test_a_rule_publishes_nothing_incomplete_and_says_what_is_missing(
    office, by_rule, agency, template, lacks
):
    publisher = UserFactory(role=AgencyRole.PUBLISHER, role__agency=agency)
    AlertTemplate.objects.all().delete()
    if template is not None:
        words_of_the_province(**template)
    alert = bring(office, message())
    assert (alert.state, alert.page.live) == (RelayState.OFFERED, False)
    assert EmergencyAnnouncementPage.objects.count() == 1
    notice = Notice.objects.get(recipient=publisher)
    assert notice.kind == NoticeKind.ASKED
    assert lacks in notice.reason
    assert lacks in alert.detail


def test_a_rule_goes_no_farther_than_the_agency_may(office, by_rule, agency):
    grant(agency, originates=[], reach=AlertReach.OWN_SITE)
    alert = bring(office, message())
    assert (alert.state, alert.page.live) == (RelayState.OFFERED, False)
    assert "tampil" in alert.detail


def test_texts_of_others_are_made_plain_and_no_warning_holds_longer_than_its_hazard(office, source):
    said = "<p>Hujan &amp;lt;b&amp;gt; lebat</p><br/>dan\tpetir <script>alert(1)</script>"
    alert = bring(
        office,
        message(
            description=said, expires=moment_in_a_year(), headline="H" * 400, web="javascript:x"
        ),
    )
    page = alert.page
    assert "<" not in page.hazard_and_impact
    assert "dan petir" in page.hazard_and_impact
    assert len(page.title) == 255
    assert page.original_url.startswith(office.root)
    at_most = PRESETS["extreme_weather"].at_most
    assert page.expires - timezone.now() <= at_most


def moment_in_a_year():
    return (timezone.localtime() + datetime.timedelta(days=365)).isoformat(timespec="seconds")


def test_a_list_of_another_body_can_neither_end_nor_forestall_what_this_one_says(office, source):
    forger = Office()
    source_at(forger, name="Lain", issuer="Lain", agency=source.agency)
    public = publish_draft(bring(office, message()).page)
    assert bring(forger, message(SECOND, msgType="Cancel", replaces=[NAME])).reason == (
        RelayReason.NOTHING_TO_END
    )
    bring(forger, message(THIRD))
    assert bring(office, message(THIRD)).state == RelayState.OFFERED
    assert public.is_in_force(at=timezone.now())
    forger.stop()


def test_what_nobody_decided_on_runs_out_and_its_draft_is_taken_away(office, source):
    alert = bring(office, message())
    at = alert.expires
    assert list(RelayedAlert.objects.waiting(at=timezone.now())) == [alert]
    assert not RelayedAlert.objects.waiting(at=at).exists()
    upkeep.tidy(at=at)
    assert EmergencyAnnouncementPage.objects.exists(), "somebody may be writing in it"
    upkeep.tidy(at=at + upkeep.GRACE)
    alert.refresh_from_db()
    assert (alert.state, alert.reason, alert.page) == (RelayState.IGNORED, RelayReason.LAPSED, None)
    assert not EmergencyAnnouncementPage.objects.exists()
    upkeep.forget(at=at + datetime.timedelta(days=31))
    alert.refresh_from_db()
    assert alert.raw is None
    upkeep.forget(at=at + datetime.timedelta(days=181))
    assert not RelayedAlert.objects.exists()


def test_what_an_officer_has_published_is_never_taken_away(office, source):
    alert = bring(office, message())
    page = publish_draft(alert.page)
    alert.refresh_from_db()
    assert alert.outcome == "Diterbitkan oleh petugas"
    page.unpublish()
    upkeep.tidy(at=alert.expires + 2 * upkeep.GRACE)
    alert.refresh_from_db()
    assert (alert.state, alert.page.pk) == (RelayState.OFFERED, page.pk)
