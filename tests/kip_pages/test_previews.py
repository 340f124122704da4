"""A draft is shown to its editor, to a front end and to who was given the link; and to nobody else."""

import datetime
from urllib.parse import parse_qs, urlsplit

import pytest
from bs4 import BeautifulSoup
from django.core import signing
from django.urls import reverse
from django.utils import timezone
from wagtail.models import PageLogEntry

from kip_pages import preview_tokens
from kip_pages.models import (
    ActivityPage,
    AgencyHomePage,
    DipEntryPage,
    DraftSnapshot,
    EmergencyAnnouncementPage,
    InformationPage,
    NewsPage,
    PortalHomePage,
)
from kip_pages.preview_tokens import Key, NoPreviewError, PreviewExpiredError
from kip_pages.sharing import SHARED_PREVIEW, share_preview
from opd_sites.choices import AgencyRole, ProvinceRole
from opd_sites.provisioning import suspend

from ..factories import SECTIONS, draft, publish
from ..opd_sites.test_roles import ROLES, announce, member, portal_emergencies
from .test_pages_in_admin import FORMS, HOST, add_view, form_data

OTHER_HOST = {"host": "dindik.example.test"}
API = "/api/v2/preview/"
CLIENT = "https://muka.example/pratinjau?opd={host}"
TYPES = [NewsPage, DipEntryPage, ActivityPage, InformationPage, EmergencyAnnouncementPage]


def now():
    return timezone.now().replace(microsecond=0)


def path_of(page, *, at=None, user=None):
    address, _until = share_preview(page, user=user, at=at or now())
    return urlsplit(address).path


def token_of(page, **options):
    return path_of(page, **options).strip("/").split("/")[-1]


def fetch(client, token, host=HOST):
    return client.get(API, {"token": token}, headers=host)


# --- the token -------------------------------------------------------------------------------


def test_a_token_says_what_it_opens_until_its_time_is_over():
    key = Key(page=7, revision=9, until=now() + datetime.timedelta(hours=1))
    token = preview_tokens.sign(key)
    assert preview_tokens.read(token, at=key.until - datetime.timedelta(seconds=1)) == key
    with pytest.raises(PreviewExpiredError):
        preview_tokens.read(token, at=key.until)


TAMPERED = [
    lambda token: "",
    lambda token: "x",
    lambda token: token[:-1],
    lambda token: token[1:],
    lambda token: token + "A",
    lambda token: signing.dumps([1, 1, None, 9999999999], salt="another"),
    lambda token: signing.dumps("something else", salt=preview_tokens.SALT),
]


@pytest.mark.parametrize("tamper", TAMPERED)
def test_a_token_that_is_not_ours_opens_nothing(tamper):
    token = preview_tokens.sign(Key(page=7, revision=9, until=now() + datetime.timedelta(hours=1)))
    with pytest.raises(NoPreviewError):
        preview_tokens.read(tamper(token), at=now())


# --- the shared link -------------------------------------------------------------------------


@pytest.mark.parametrize("model", TYPES)
def test_who_has_the_link_reads_the_draft_without_a_log_in(client, agency, model):
    page = draft(model, agency, title="Rancangan kami")
    response = client.get(path_of(page), headers=HOST)
    assert response.status_code == 200
    soup = BeautifulSoup(response.content, "html.parser")
    assert soup.select_one("h1").get_text(strip=True) == "Rancangan kami"
    assert soup.select_one(".preview-banner").get_text().startswith("Pratinjau – belum terbit")
    assert soup.select_one("meta[name=robots]")["content"] == "noindex, nofollow"
    assert response["Cache-Control"] == "no-store, private"
    assert response["X-Robots-Tag"] == "noindex, nofollow"
    assert response["Referrer-Policy"] == "no-referrer"
    assert client.get(page.get_url(), headers=HOST).status_code == 404


def test_a_public_page_has_no_banner(client, agency):
    page = publish(NewsPage, agency)
    assert "preview-banner" not in client.get(page.get_url(), headers=HOST).content.decode()


def test_the_address_is_on_the_agencys_own_host_and_on_no_other(client, agency, other_agency):
    address, _until = share_preview(draft(NewsPage, agency), user=None, at=now())
    assert address.startswith("http://dinkes.example.test/pratinjau/")
    path = urlsplit(address).path
    refused = client.get(path, headers=OTHER_HOST)
    assert refused.status_code == 404
    assert "Judul contoh" not in refused.content.decode()


def test_a_link_shows_the_version_it_was_made_for(client, agency):
    page = draft(NewsPage, agency, title="Pertama")
    path = path_of(page)
    page.title = "Kedua"
    page.save_revision()
    shown = client.get(path, headers=HOST).content.decode()
    assert "Pertama" in shown
    assert "Kedua" not in shown


def test_the_draft_of_a_live_page_is_shown_and_the_public_goes_on_reading_the_old(client, agency):
    page = publish(NewsPage, agency, title="Terbit")
    page.title = "Rancangan"
    page.save_revision()
    assert "Rancangan" in client.get(path_of(page), headers=HOST).content.decode()
    assert "Terbit" in client.get(page.get_url(), headers=HOST).content.decode()


def test_a_link_to_what_is_public_by_now_leads_to_the_page(client, agency):
    page = draft(NewsPage, agency)
    path = path_of(page)
    page.get_latest_revision().publish()
    page.refresh_from_db()
    response = client.get(path, headers=HOST)
    assert (response.status_code, response["location"]) == (302, urlsplit(page.full_url).path)


def test_an_expired_link_says_so_in_plain_words(client, agency):
    path = path_of(draft(NewsPage, agency, title="Rahasia"), at=now() - datetime.timedelta(days=4))
    response = client.get(path, headers=HOST)
    assert response.status_code == 410
    text = BeautifulSoup(response.content, "html.parser").get_text(" ")
    assert "Pratinjau ini sudah kedaluwarsa" in text
    assert "Rahasia" not in text


@pytest.mark.parametrize("tamper", TAMPERED[1:])
def test_a_wrong_link_is_refused_in_plain_words(client, agency, tamper):
    token = tamper(token_of(draft(NewsPage, agency, title="Rahasia")))
    response = client.get(reverse("kip_preview", args=[token]), headers=HOST)
    assert response.status_code == 404
    text = BeautifulSoup(response.content, "html.parser").get_text(" ")
    assert "Tidak ada pratinjau di sini" in text
    assert "Rahasia" not in text


def test_a_revision_of_one_page_opens_no_other(client, agency, other_agency):
    ours, theirs = draft(NewsPage, agency), draft(NewsPage, other_agency)
    mixed = Key(
        page=ours.pk, revision=theirs.latest_revision_id, until=now() + datetime.timedelta(hours=1)
    )
    path = reverse("kip_preview", args=[preview_tokens.sign(mixed)])
    assert client.get(path, headers=HOST).status_code == 404
    assert client.get(path, headers=OTHER_HOST).status_code == 404


def test_a_draft_that_was_deleted_is_shown_no_more(client, agency):
    page = draft(NewsPage, agency)
    path = path_of(page)
    page.delete()
    assert client.get(path, headers=HOST).status_code == 404


def test_a_suspended_agency_shows_no_drafts_either(client, agency):
    path = path_of(draft(NewsPage, agency))
    suspend(agency, at=now())
    assert client.get(path, headers=HOST).status_code == 404


def test_a_link_cannot_be_posted_to(client, agency):
    assert client.post(path_of(draft(NewsPage, agency)), headers=HOST).status_code == 405


def test_the_hours_are_a_setting(client, agency, settings):
    settings.KIP_PAGES = settings.KIP_PAGES | {"PREVIEW_HOURS": 1}
    page = draft(NewsPage, agency)
    at = now()
    assert share_preview(page, user=None, at=at)[1] == at + datetime.timedelta(hours=1)


# --- who makes links -------------------------------------------------------------------------

#   role                          own draft  other agency's  portal's announcement
SHARES = [
    (AgencyRole.EDITOR, True, False, False),
    (AgencyRole.PUBLISHER, True, False, False),
    (AgencyRole.AGENCY_ADMIN, True, False, False),
    (ProvinceRole.PROVINCE_ADMIN, True, True, True),
    (ProvinceRole.DUTY_OFFICER, False, False, True),
]


def test_the_table_names_every_role():
    assert [row[0] for row in SHARES] == ROLES


@pytest.mark.parametrize(("role", "own", "other", "portals"), SHARES)
def test_who_makes_a_link_to_which_draft(client, agency, other_agency, role, own, other, portals):
    announcement = announce(portal_emergencies())
    announcement.live = False
    announcement.save()
    user = member(role, agency)
    client.force_login(user)
    for page, allowed in (
        (draft(NewsPage, agency), own),
        (draft(NewsPage, other_agency), other),
        (announcement, portals),
    ):
        view = reverse("kip_desk:share_preview", args=[page.pk])
        opened, made = client.get(view, headers=HOST), client.post(view, headers=HOST)
        assert (opened.status_code == made.status_code == 200) is allowed
        assert (b"/pratinjau/" in made.content) is allowed
        assert b"/pratinjau/" not in opened.content
        log = PageLogEntry.objects.filter(action=SHARED_PREVIEW, page_id=page.pk, user=user)
        assert log.exists() is allowed
        if not allowed:
            assert opened.status_code == made.status_code == 404


def test_what_is_public_as_it_is_needs_no_link(client, agency):
    client.force_login(member(AgencyRole.EDITOR, agency))
    view = reverse("kip_desk:share_preview", args=[publish(NewsPage, agency).pk])
    assert client.get(view, headers=HOST).status_code == 404


def test_the_editor_offers_to_share_a_draft(client, agency):
    client.force_login(member(AgencyRole.EDITOR, agency))
    page = draft(NewsPage, agency)
    edit = client.get(reverse("wagtailadmin_pages:edit", args=[page.pk]), headers=HOST)
    assert reverse("kip_desk:share_preview", args=[page.pk]) in edit.content.decode()


# --- a front end -----------------------------------------------------------------------------


@pytest.mark.parametrize("model", TYPES)
def test_a_front_end_fetches_the_draft_as_the_pages_api_will_answer_it(client, agency, model):
    page = draft(model, agency, title="Rancangan")
    token = token_of(page)
    assert client.get(f"/api/v2/pages/{page.pk}/", headers=HOST).status_code == 404
    response = fetch(client, token)
    assert response.status_code == 200, response.content
    assert response["Access-Control-Allow-Origin"] == "*"
    assert response["Cache-Control"] == "no-store, private"
    before = response.json()
    model.objects.get(pk=page.pk).get_latest_revision().publish()
    after = client.get(f"/api/v2/pages/{page.pk}/", headers=HOST).json()
    for answer in (before, after):
        answer["meta"].pop("first_published_at")
    assert before == after


@pytest.mark.parametrize("tamper", TAMPERED)
def test_a_front_end_gets_nothing_for_a_wrong_token(client, agency, tamper):
    response = fetch(client, tamper(token_of(draft(NewsPage, agency, title="Rahasia"))))
    assert response.status_code == 404
    assert response["Access-Control-Allow-Origin"] == "*"
    assert "Rahasia" not in response.content.decode()


def test_a_front_end_is_told_when_the_token_has_expired(client, agency):
    token = token_of(draft(NewsPage, agency), at=now() - datetime.timedelta(days=4))
    response = fetch(client, token)
    assert response.status_code == 410
    assert "expired" in response.json()["detail"]


def test_a_front_end_asks_the_pages_own_host(client, agency, other_agency):
    token = token_of(draft(NewsPage, agency))
    assert fetch(client, token, OTHER_HOST).status_code == 404


@pytest.fixture
def front_end(settings):
    settings.KIP_PAGES = settings.KIP_PAGES | {"PREVIEW_CLIENT_URL": CLIENT}


def preview_as_typed(client, page, **changes):
    """Look at the preview in the front end as the editor's panel does; return its token."""
    view = reverse("wagtailadmin_pages:preview_on_edit", args=[page.pk])
    data = form_data(type(page), slug=page.slug, **changes)
    assert client.post(view, data, headers=HOST).json()["is_valid"]
    response = client.get(view, {"mode": "front_end"}, headers=HOST)
    assert response.status_code == 302
    address = urlsplit(response["location"])
    assert f"{address.scheme}://{address.netloc}{address.path}" == "https://muka.example/pratinjau"
    query = parse_qs(address.query)
    assert query["opd"] == ["dinkes.example.test"]
    return query["token"][0]


@pytest.mark.parametrize("model", FORMS)
def test_the_editors_preview_shows_in_the_front_end_what_is_typed(client, agency, front_end, model):
    page = draft(model, agency)
    client.force_login(member(AgencyRole.EDITOR, agency))
    token = preview_as_typed(client, page, title="Baru diketik")
    page.refresh_from_db()
    assert page.get_latest_revision_as_object().title == "Judul contoh", "nothing was saved"
    client.logout()
    assert fetch(client, token).json()["title"] == "Baru diketik"


@pytest.mark.parametrize("model", [PortalHomePage, AgencyHomePage, *SECTIONS.values()])
def test_a_section_or_front_page_is_previewed_in_the_front_end_too(agency, front_end, rf, model):
    page = model.objects.filter(locale__language_code="id").first()
    request = rf.get("/", headers=HOST)
    request.user = member(AgencyRole.EDITOR, agency)
    response = page.serve_preview(request, "front_end")
    assert response.status_code == 302
    assert response["location"].startswith("https://muka.example/pratinjau")


def test_typing_on_replaces_what_the_front_end_shows(client, agency, front_end):
    page = draft(NewsPage, agency)
    client.force_login(member(AgencyRole.EDITOR, agency))
    first = preview_as_typed(client, page, title="Satu")
    second = preview_as_typed(client, page, title="Dua")
    assert fetch(client, first).json()["title"] == fetch(client, second).json()["title"] == "Dua"
    assert DraftSnapshot.objects.count() == 1


def test_what_was_typed_is_forgotten_after_an_hour(client, agency, front_end):
    page = draft(NewsPage, agency)
    client.force_login(member(AgencyRole.EDITOR, agency))
    preview_as_typed(client, page)
    assert not DraftSnapshot.objects.worthless(at=now()).exists()
    assert DraftSnapshot.objects.worthless(at=now() + datetime.timedelta(hours=2)).exists()


def test_a_page_that_was_never_saved_says_what_to_do(client, agency, front_end):
    client.force_login(member(AgencyRole.EDITOR, agency))
    view = add_view(NewsPage, agency) + "preview/"
    assert client.post(view, form_data(NewsPage), headers=HOST).json()["is_valid"]
    response = client.get(view, {"mode": "front_end"}, headers=HOST)
    assert response.status_code == 200
    assert "Beri judul" in response.content.decode()


def test_without_a_front_end_there_is_one_preview(agency):
    assert [mode for mode, _label in draft(NewsPage, agency).preview_modes] == [""]


def test_the_built_in_preview_stays_the_first_choice(client, agency, front_end):
    page = draft(NewsPage, agency)
    assert page.default_preview_mode == ""
    client.force_login(member(AgencyRole.EDITOR, agency))
    view = reverse("wagtailadmin_pages:preview_on_edit", args=[page.pk])
    client.post(view, form_data(NewsPage, slug=page.slug, title="Diketik"), headers=HOST)
    response = client.get(view, {"mode": ""}, headers=HOST)
    assert "Diketik" in response.content.decode()


def test_an_alias_has_no_draft_to_share(client, agency):
    alias = draft(NewsPage, agency).create_alias(update_slug="alias")
    client.force_login(member(AgencyRole.PUBLISHER, agency))
    address = reverse("kip_desk:share_preview", args=[alias.pk])
    assert client.post(address, headers=HOST).status_code == 404
    edit = reverse("wagtailadmin_pages:edit", args=[alias.pk])
    assert address not in client.get(edit, headers=HOST).content.decode()
