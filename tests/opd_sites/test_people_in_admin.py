"""The screens of people and the link in the e-mail: what each role meets there, over HTTP."""

import datetime
import re

import pytest
from bs4 import BeautifulSoup
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group
from django.core import mail
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext
from django_tasks_db.models import DBTaskResult
from wagtail.users.models import UserProfile

from opd_sites import invitations, people
from opd_sites.choices import AgencyRole, ProvinceRole
from opd_sites.invitations import SENDING
from opd_sites.models import Invitation
from opd_sites.provisioning import suspend
from opd_sites.role_sync import role_group
from opd_sites.roles import role_word
from opd_sites.tasks import send_invitation, send_reset_link
from opd_sites.viewsets.people_forms import ROLE_HINTS

from ..factories import UserFactory
from .test_people import admin_of, invite, roles_of
from .test_roles import ROLES, member

HOST = {"host": "dinkes.example.test"}
HOME = "/admin/"
PASSWORD = "berkas-7-jambu"


@pytest.fixture
def admin(client, agency):
    """An administrator of the agency, logged in as ``client``."""
    user = admin_of(agency, first_name="Ani", last_name="Kepala")
    client.force_login(user)
    return user


def text_of(response):
    text = BeautifulSoup(response.content, "html.parser").get_text(" ")
    return " ".join(text.split())


def said(text, **values):
    """Return the text as the admin says it: in Indonesian."""
    with translation.override("id"):
        return gettext(text) % values


def get(client, name, /, *args, **query):
    return client.get(reverse(name, args=args), query, headers=HOST)


def post(client, name, /, *args, **data):
    return client.post(reverse(name, args=args), data, headers=HOST)


def editor_of(agency, **fields):
    return UserFactory(role=AgencyRole.EDITOR, role__agency=agency, **fields)


# --- who meets these screens -----------------------------------------------------------------

MANAGERS = {AgencyRole.AGENCY_ADMIN, ProvinceRole.PROVINCE_ADMIN}


@pytest.mark.parametrize("name", ["colleagues:index", "invitations:index", "invitations:add"])
@pytest.mark.parametrize("role", ROLES)
def test_who_opens_the_screens_of_people(client, agency, role, name):
    client.force_login(member(role, agency))
    response = get(client, name)
    if role in MANAGERS:
        assert response.status_code == 200
    else:
        assert (response.status_code, response["location"]) == (302, HOME)
    menu = get(client, "wagtailadmin_home").content.decode()
    assert (reverse("colleagues:index") in menu) is (role in MANAGERS)


@pytest.mark.parametrize("name", ["wagtailusers_users:index", "wagtailusers_groups:index"])
@pytest.mark.parametrize("role", ROLES)
def test_accounts_and_groups_themselves_are_the_superusers(client, agency, role, name):
    client.force_login(member(role, agency))
    response = get(client, name)
    assert (response.status_code, response["location"]) == (302, HOME)


#   view of somebody, and how it is left alone
VIEWS = ["colleagues:edit", "colleagues:delete", "colleagues:history", "colleagues:history_results"]


@pytest.mark.parametrize("name", VIEWS)
@pytest.mark.parametrize("role", ROLES)
def test_a_foreign_colleague_is_a_404_that_names_nobody(client, agency, other_agency, role, name):
    foreign = editor_of(other_agency, first_name="Zulaikha", last_name="Asing")
    client.force_login(member(role, agency))
    for method in (client.get, client.post):
        response = method(reverse(name, args=[foreign.pk]), headers=HOST)
        if role == ProvinceRole.PROVINCE_ADMIN:
            assert response.status_code in (200, 302, 405)
            continue
        assert response.status_code in (302, 404)
        assert "Zulaikha" not in response.content.decode()
        unknown = method(reverse(name, args=[987654]), headers=HOST)
        assert unknown.status_code == response.status_code
    foreign.refresh_from_db()
    if role != ProvinceRole.PROVINCE_ADMIN:
        assert foreign.is_active
        assert roles_of(foreign, other_agency) == ["editor"]


@pytest.mark.parametrize("who", ["superuser", "province", "duty"])
@pytest.mark.parametrize("name", VIEWS)
def test_an_agency_does_not_meet_whoever_works_for_the_province(admin, client, who, name):
    user = {
        "superuser": lambda: UserFactory(is_superuser=True),
        "province": lambda: UserFactory(role=ProvinceRole.PROVINCE_ADMIN),
        "duty": lambda: UserFactory(role=ProvinceRole.DUTY_OFFICER),
    }[who]()
    assert get(client, name, user.pk).status_code == 404


def test_not_even_the_province_meets_a_superuser(client, portal):
    client.force_login(UserFactory(role=ProvinceRole.PROVINCE_ADMIN))
    chief = UserFactory(is_superuser=True, first_name="Ratu", email="ratu@contoh.test")
    for name in VIEWS:
        assert get(client, name, chief.pk).status_code == 404
    listing = text_of(get(client, "colleagues:index", q="ratu"))
    assert "ratu@contoh.test" not in listing


# --- the list --------------------------------------------------------------------------------


def test_the_list_shows_own_colleagues_and_their_roles_here_only(
    admin, client, agency, other_agency
):
    shared = editor_of(agency, first_name="Bagus", last_name="Rangkap")
    shared.groups.add(role_group(AgencyRole.PUBLISHER, other_agency))
    editor_of(other_agency, first_name="Zulaikha", email="zulaikha@contoh.test")
    page = BeautifulSoup(get(client, "colleagues:index").content, "html.parser")
    rows = [row.get_text(" ") for row in page.select("table.listing tbody tr")]
    assert len(rows) == 2
    (row,) = [row for row in rows if "Bagus Rangkap" in row]
    assert role_word(AgencyRole.EDITOR) in row
    assert role_word(AgencyRole.PUBLISHER) not in row
    assert "Zulaikha" not in page.get_text()


@pytest.mark.parametrize(
    "query",
    [
        {"q": "zulaikha"},
        {"q": "contoh.test"},
        {"role": "publisher"},
        {"is_active": "true"},
        {"ordering": "email"},
        {"export": "csv"},
    ],
)
def test_no_search_filter_or_export_finds_anybody_foreign(
    admin, client, agency, other_agency, query
):
    editor_of(agency, email="dekat@contoh.test")
    publisher = UserFactory(
        role=AgencyRole.PUBLISHER,
        role__agency=other_agency,
        first_name="Zulaikha",
        email="zulaikha@contoh.test",
    )
    assert publisher.is_active
    for name in ("colleagues:index", "colleagues:index_results"):
        response = get(client, name, **query)
        assert response.status_code == 200
        body = response.getvalue().decode()
        assert "zulaikha@contoh.test" not in body
        assert "Zulaikha" not in body


def test_the_filter_by_role_does_not_tell_of_roles_elsewhere(admin, client, agency, other_agency):
    shared = editor_of(agency, first_name="Bagus")
    shared.groups.add(role_group(AgencyRole.PUBLISHER, other_agency))
    assert "Bagus" in text_of(get(client, "colleagues:index", role="editor"))
    assert "Bagus" not in text_of(get(client, "colleagues:index_results", role="publisher"))


def test_only_who_manages_several_agencies_may_filter_by_agency(
    admin, client, agency, other_agency
):
    editor_of(other_agency, first_name="Zulaikha")
    assert 'name="agency"' not in get(client, "colleagues:index").content.decode()
    province = Client()
    province.force_login(UserFactory(role=ProvinceRole.PROVINCE_ADMIN))
    assert 'name="agency"' in get(province, "colleagues:index").content.decode()
    found = text_of(get(province, "colleagues:index_results", agency=other_agency.pk))
    assert "Zulaikha" in found
    assert "Ani Kepala" not in found


@pytest.mark.parametrize("count", [3, 30])
def test_the_list_costs_as_many_queries_whatever_its_length(
    admin, client, agency, count, django_assert_max_num_queries
):
    for _ in range(count):
        editor_of(agency)
    get(client, "colleagues:index")
    # Session, user, menu and permissions; then: count, colleagues, their roles.
    with django_assert_max_num_queries(30):
        get(client, "colleagues:index")


def test_every_role_has_a_hint_beside_its_tick():
    assert list(ROLE_HINTS) == ROLES


# --- changing roles --------------------------------------------------------------------------


def test_an_administrator_makes_an_editor_a_publisher(admin, client, agency):
    colleague = editor_of(agency)
    response = post(client, "colleagues:edit", colleague.pk, **{f"roles_{agency.pk}": "publisher"})
    assert (response.status_code, response["location"]) == (302, reverse("colleagues:index"))
    assert roles_of(colleague, agency) == ["publisher"]


@pytest.mark.parametrize(
    "extra",
    [
        {"is_superuser": "on"},
        {"is_staff": "on"},
        {"groups": "FOREIGN"},
        {"roles": "province_admin"},
        {"roles_OTHER": "editor"},
        {"agency": "OTHER"},
        {"name": "Nama Lain", "email": "lain@contoh.test"},
    ],
)
def test_nothing_beyond_own_roles_can_be_smuggled_in(admin, client, agency, other_agency, extra):
    colleague = editor_of(agency, email="asli@contoh.test")
    foreign = role_group(AgencyRole.EDITOR, other_agency)
    swaps = {"FOREIGN": str(foreign.pk), "OTHER": str(other_agency.pk)}
    data = {
        key.replace("OTHER", str(other_agency.pk)): swaps.get(value, value)
        for key, value in extra.items()
    }
    data[f"roles_{agency.pk}"] = "publisher"
    post(client, "colleagues:edit", colleague.pk, **data)
    colleague.refresh_from_db()
    assert list(colleague.groups.all()) == [role_group(AgencyRole.PUBLISHER, agency)]
    assert not (colleague.is_superuser or colleague.is_staff)
    assert colleague.email == "asli@contoh.test"


def test_a_role_of_another_kind_is_refused(admin, client, agency):
    colleague = editor_of(agency)
    response = post(
        client, "colleagues:edit", colleague.pk, **{f"roles_{agency.pk}": "province_admin"}
    )
    assert response.status_code == 200
    assert roles_of(colleague, agency) == ["editor"]


def test_taking_all_roles_in_the_form_is_refused_and_says_how_to_remove(admin, client, agency):
    colleague = editor_of(agency)
    response = post(client, "colleagues:edit", colleague.pk)
    assert response.status_code == 200
    assert list(response.context["form"].errors) == ["__all__"]
    assert roles_of(colleague, agency) == ["editor"]


def test_the_last_administrator_steps_down_only_knowingly(admin, client, agency):
    data = {f"roles_{agency.pk}": "publisher"}
    response = post(client, "colleagues:edit", admin.pk, **data)
    assert response.status_code == 200
    shown = BeautifulSoup(response.content, "html.parser")
    assert shown.select_one("input[name=leave_alone][type=checkbox]")
    # What was typed is kept.
    assert shown.select_one("input[name^=roles_][value=publisher]").has_attr("checked")
    assert roles_of(admin, agency) == ["agency_admin"]
    assert post(client, "colleagues:edit", admin.pk, **data, leave_alone="on").status_code == 302
    assert roles_of(admin, agency) == ["publisher"]


def test_the_province_corrects_names_and_gives_roles_of_the_province(client, agency):
    client.force_login(UserFactory(role=ProvinceRole.PROVINCE_ADMIN))
    colleague = editor_of(agency)
    data = {"name": "Siti Aminah", "email": "Siti@Contoh.test", f"roles_{agency.pk}": "editor"}
    post(client, "colleagues:edit", colleague.pk, **data, roles="duty_officer")
    colleague.refresh_from_db()
    assert (colleague.get_full_name(), colleague.email) == ("Siti Aminah", "siti@contoh.test")
    assert roles_of(colleague, None) == ["duty_officer"]


def test_who_moves_from_an_agency_to_the_province_is_not_shut_out(client, agency):
    client.force_login(UserFactory(role=ProvinceRole.PROVINCE_ADMIN))
    colleague = editor_of(agency)
    theirs = Client()
    theirs.force_login(colleague)
    data = {"name": "Siti Aminah", "email": "siti@contoh.test", "roles": "duty_officer"}
    assert post(client, "colleagues:edit", colleague.pk, **data).status_code == 302
    assert (roles_of(colleague, None), roles_of(colleague, agency)) == (["duty_officer"], [])
    assert theirs.get(HOME, headers=HOST).status_code == 200


def administrator_who_writes_for(agency):
    user = UserFactory(role=ProvinceRole.PROVINCE_ADMIN, email="ani@contoh.test")
    user.groups.add(role_group(AgencyRole.EDITOR, agency))
    return user


def test_who_administers_the_province_steps_down_and_keeps_a_role_in_an_agency(client, agency):
    user = administrator_who_writes_for(agency)
    client.force_login(user)
    data = {"name": "Ani Kepala", "email": user.email, f"roles_{agency.pk}": "publisher"}
    response = post(client, "colleagues:edit", user.pk, **data)
    assert response.status_code == 302
    assert (roles_of(user, None), roles_of(user, agency)) == ([], ["publisher"])


def test_who_administers_the_province_leaves_it_and_an_agency_at_once(client, agency):
    user = administrator_who_writes_for(agency)
    client.force_login(user)
    assert post(client, "colleagues:delete", user.pk).status_code == 302
    user.refresh_from_db()
    assert not user.groups.exists()
    assert not user.is_active


# --- removing --------------------------------------------------------------------------------


def test_removing_asks_first_and_then_closes_the_account(admin, client, agency):
    colleague = editor_of(agency, first_name="Budi")
    theirs = Client()
    theirs.force_login(colleague)
    assert "Budi" in text_of(get(client, "colleagues:delete", colleague.pk))
    assert roles_of(colleague, agency) == ["editor"]
    assert post(client, "colleagues:delete", colleague.pk).status_code == 302
    colleague.refresh_from_db()
    assert not colleague.is_active
    assert get_user_model().objects.filter(pk=colleague.pk).exists()
    # Who is logged in at that moment is out, too.
    assert get(theirs, "wagtailadmin_home").status_code == 302


def test_the_last_administrator_is_told_before_removing_themselves(admin, client, agency):
    hint = said(
        "You are the last administrator of %(agencies)s. After this only the province can invite "
        "colleagues there.",
        agencies=agency.name,
    )
    assert hint in text_of(get(client, "colleagues:delete", admin.pk))
    admin_of(agency)
    assert hint not in text_of(get(client, "colleagues:delete", admin.pk))


# --- inviting --------------------------------------------------------------------------------


def invite_by_form(client, email="siti@contoh.test", **fields):
    data = {"name": "Siti Aminah", "email": email, "roles": ["editor"]} | fields
    return post(client, "invitations:add", **data)


def link_in(message):
    (link,) = re.findall(r"http://\S+", message.body)
    return link


def test_an_invitation_goes_out_in_indonesian_with_a_link_on_the_agencys_own_host(
    admin, client, agency
):
    """In the province's language, whatever the inviter's is."""
    agency.email = "ppid@dinkes.test"
    agency.save()
    UserProfile.objects.create(user=admin, preferred_language="en")
    response = invite_by_form(client)
    assert (response.status_code, response["location"]) == (302, reverse("invitations:index"))
    (message,) = mail.outbox
    assert message.to == ["siti@contoh.test"]
    assert message.reply_to == ["ppid@dinkes.test"]
    assert message.subject == said("Invitation to write for %(agency)s", agency=agency.name)
    assert said("Dear %(name)s,", name="Siti Aminah") in message.body
    with translation.override("id"):
        assert role_word(AgencyRole.EDITOR) in message.body
    assert link_in(message).startswith("http://dinkes.example.test/undangan/")
    shown = text_of(get(client, "invitations:index"))
    assert "Siti Aminah" in shown
    assert "Waiting for an answer" in shown


def test_the_answer_is_the_same_whether_the_address_has_an_account_or_not(
    admin, client, agency, other_agency
):
    """The wall: nobody learns by inviting who works elsewhere, or under which name."""
    editor_of(other_agency, email="ada@contoh.test", first_name="Zulaikha")
    UserFactory(email="utama@contoh.test", is_superuser=True, first_name="Zulaikha")
    answers = set()
    for address in ("ada@contoh.test", "utama@contoh.test", "kosong@contoh.test"):
        response = invite_by_form(client, email=address)
        listing = get(client, "invitations:index").content.decode()
        detail = get(client, "invitations:inspect", Invitation.objects.latest("pk").pk)
        shown = text_of(detail).replace(address, "ADDRESS")
        answers.add((response.status_code, response["location"], re.sub(r"\s+", " ", shown)))
        assert "Zulaikha" not in listing + shown
    assert len({(status, location) for status, location, _shown in answers}) == 1
    # But for the address and the number of the object nothing differs.
    assert len({re.sub(r"\d+", "", shown) for _status, _location, shown in answers}) == 1


def test_a_colleague_of_ours_is_not_invited_and_nothing_typed_is_lost(admin, client, agency):
    editor_of(agency, email="budi@contoh.test")
    response = invite_by_form(client, email="Budi@contoh.test", name="Budi")
    assert response.status_code == 200
    form = response.context["form"]
    assert list(form.errors) == ["email"]
    shown = BeautifulSoup(response.content, "html.parser")
    assert shown.select_one("[name=name]")["value"] == "Budi"
    assert not mail.outbox


@pytest.mark.parametrize(
    "fields", [{"agency": "OTHER"}, {"roles": ["province_admin"]}, {"roles": []}]
)
def test_an_agency_invites_to_nothing_but_its_own_roles(
    admin, client, agency, other_agency, fields
):
    if "agency" in fields:
        fields = {"agency": other_agency.pk}
    invite_by_form(client, **fields)
    for invitation in Invitation.objects.all():
        assert invitation.agency == agency
        assert [group.role for group in invitation.roles.all()] == ["editor"]
    assert Invitation.objects.exists() is ("agency" in fields)


@pytest.mark.parametrize(
    ("where", "roles", "accepted"),
    [
        ("agency", ["editor"], True),
        ("", ["duty_officer"], True),
        ("agency", ["duty_officer"], False),
        ("", ["editor"], False),
    ],
)
def test_the_province_invites_to_any_agency_and_to_itself(client, agency, where, roles, accepted):
    client.force_login(UserFactory(role=ProvinceRole.PROVINCE_ADMIN))
    place = agency.pk if where else ""
    response = invite_by_form(client, agency=place, roles=roles)
    assert (response.status_code == 302) is accepted
    assert Invitation.objects.exists() is accepted
    if accepted and not where:
        assert link_in(mail.outbox[0]).startswith("http://portal.example.test/undangan/")


def test_who_administers_two_agencies_chooses_among_them(client, agency, other_agency):
    user = admin_of(agency)
    user.groups.add(role_group(AgencyRole.AGENCY_ADMIN, other_agency))
    client.force_login(user)
    assert invite_by_form(client).status_code == 200  # which one?
    assert invite_by_form(client, agency=other_agency.pk).status_code == 302
    assert Invitation.objects.get().agency == other_agency


def test_sending_again_makes_the_first_link_worthless(admin, client, agency):
    invite_by_form(client)
    invitation = Invitation.objects.get()
    post(client, "invitations:send", invitation.pk)
    first, second = map(link_in, mail.outbox)
    visitor = Client()
    assert visitor.get(first, headers=HOST).status_code == 404
    assert visitor.get(second, headers=HOST).status_code == 200


def test_a_withdrawn_link_does_not_work(admin, client, agency):
    invite_by_form(client)
    assert post(client, "invitations:delete", Invitation.objects.get().pk).status_code == 302
    assert Client().get(link_in(mail.outbox[0]), headers=HOST).status_code == 404


class BrokenBackend:
    """A mail server that refuses."""

    def __init__(self, **kwargs):
        pass

    def send_messages(self, messages):
        raise ConnectionRefusedError


def test_when_the_mail_server_refuses_the_list_says_so_and_it_can_be_tried_again(
    admin, client, agency, settings
):
    settings.EMAIL_BACKEND = f"{__name__}.BrokenBackend"
    assert invite_by_form(client).status_code == 302
    assert said("The e-mail has not gone out yet") in text_of(get(client, "invitations:index"))
    Invitation.objects.update(invited_at=timezone.now() - SENDING)
    unsent = said("The e-mail has not gone out: send it again")
    assert unsent in text_of(get(client, "invitations:index"))
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    post(client, "invitations:send", Invitation.objects.get().pk)
    assert len(mail.outbox) == 1
    assert said("Waiting for an answer") in text_of(get(client, "invitations:index"))


def test_with_a_worker_nobody_waits_for_the_mail_server(admin, client, settings):
    settings.OPD_SITES = {"MAIL_TASKS": "webhooks"}
    settings.EMAIL_BACKEND = f"{__name__}.BrokenBackend"
    assert invite_by_form(client).status_code == 302
    on_its_way = said("An invitation is on its way to %(email)s.", email="siti@contoh.test")
    assert on_its_way in text_of(get(client, "invitations:index"))
    waiting = DBTaskResult.objects.get(backend_name="webhooks")
    assert waiting.task_path == send_invitation.module_path
    assert waiting.args_kwargs["args"] == [Invitation.objects.get().pk]
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    send_invitation.call(Invitation.objects.get().pk)  # as the worker does
    assert [message.to for message in mail.outbox] == [["siti@contoh.test"]]
    assert said("Waiting for an answer") in text_of(get(client, "invitations:index"))


@pytest.mark.parametrize("name", ["invitations:inspect", "invitations:delete", "invitations:send"])
def test_a_foreign_invitation_is_a_404(admin, client, other_agency, name):
    foreign = invite(other_agency, name="Zulaikha")
    for method in (get, post):
        response = method(client, name, foreign.pk)
        assert response.status_code in (404, 405)
        assert "Zulaikha" not in response.content.decode()
    assert Invitation.objects.filter(pk=foreign.pk).exists()
    assert "Zulaikha" not in text_of(get(client, "invitations:index"))
    assert not mail.outbox


# --- accepting -------------------------------------------------------------------------------


@pytest.fixture
def link(admin, client, agency):
    invite_by_form(client)
    return link_in(mail.outbox[0])


def test_a_newcomer_chooses_a_password_and_is_in(link, agency):
    visitor = Client()
    page = visitor.get(link, headers=HOST)
    assert agency.name in text_of(page)
    assert "siti@contoh.test" in text_of(page)
    response = visitor.post(
        link, {"new_password1": PASSWORD, "new_password2": PASSWORD}, headers=HOST
    )
    assert (response.status_code, response["location"]) == (302, HOME)
    assert get(visitor, "wagtailadmin_home").status_code == 200
    visitor.logout()
    login = {"username": "siti@contoh.test", "password": PASSWORD}
    assert post(visitor, "wagtailadmin_login", **login).status_code == 302
    assert visitor.get(link, headers=HOST).status_code == 404


@pytest.mark.parametrize("password", ["12345678", "siti@contoh.test", "pendek"])
def test_a_weak_password_is_refused(link, password):
    visitor = Client()
    data = {"new_password1": password, "new_password2": password}
    response = visitor.post(link, data, headers=HOST)
    assert response.status_code == 200
    assert response.context["form"].errors
    assert not get_user_model().objects.filter(email="siti@contoh.test").exists()
    assert Invitation.objects.exists()


def test_who_has_an_account_logs_in_and_accepts_with_it(link, agency, other_agency):
    user = editor_of(other_agency, email="siti@contoh.test")
    user.set_password(PASSWORD)
    user.save()
    visitor = Client()
    hint = "%(email)s has an account here already. Log in with it to accept."
    assert said(hint, email=user.email) in text_of(visitor.get(link, headers=HOST))
    path = link.removeprefix("http://dinkes.example.test")
    login = {"username": user.username, "password": PASSWORD, "next": path}
    assert post(visitor, "wagtailadmin_login", **login)["location"] == path
    assert user.username in text_of(visitor.get(link, headers=HOST))
    assert roles_of(user, agency) == []
    assert visitor.post(link, headers=HOST).status_code == 302
    assert roles_of(user, agency) == ["editor"]
    assert roles_of(user, other_agency) == ["editor"]


def test_an_old_link_does_not_work(link, settings):
    settings.OPD_SITES = {"INVITATION_DAYS": 0}
    response = Client().get(link, headers=HOST)
    assert response.status_code == 404
    assert said("This invitation is no longer valid") in text_of(response)


def test_a_forged_link_does_not_work(link):
    token = link.rstrip("/").rsplit("/", 1)[1]
    for forged in (f"{token[:-1]}x", token.split(":")[0], "x"):
        path = reverse("opd_sites:accept", args=[forged])
        assert Client().get(path, headers=HOST).status_code == 404


def test_a_list_says_when_an_invitation_is_too_old(admin, client, agency):
    invitation = invite(agency)
    old = timezone.now() - datetime.timedelta(days=8)
    Invitation.objects.filter(pk=invitation.pk).update(invited_at=old, sent_at=old)
    assert said("Too old: send it again") in text_of(get(client, "invitations:index"))


def test_the_link_of_a_suspended_agency_leads_to_the_portal(agency):
    suspend(agency, at=timezone.now())
    assert invitations.link_of(invite(agency)).startswith("http://portal.example.test/")


# --- log-in, password and account ------------------------------------------------------------


@pytest.mark.parametrize(
    "host", ["dinkes.example.test", "dindik.example.test", "portal.example.test"]
)
def test_a_forgotten_password_is_reset_on_the_host_that_was_asked(agency, other_agency, host):
    user = editor_of(agency, email="budi@contoh.test")
    user.set_password("lama-sekali-9")
    user.save()
    visitor, headers = Client(), {"host": host}
    path = reverse("wagtailadmin_password_reset")
    visitor.post(path, {"email": "budi@contoh.test"}, headers=headers)
    (message,) = mail.outbox
    link = link_in(message)
    assert link.startswith(f"http://{host}/admin/password_reset/confirm/")
    form = visitor.get(link, headers=headers, follow=True)
    data = {"new_password1": PASSWORD, "new_password2": PASSWORD}
    visitor.post(form.redirect_chain[-1][0], data, headers=headers)
    user.refresh_from_db()
    assert user.check_password(PASSWORD)


def test_a_forgotten_password_answers_the_same_for_an_unknown_address(agency):
    editor_of(agency, email="budi@contoh.test")
    answers = set()
    for address in ("budi@contoh.test", "kosong@contoh.test"):
        response = post(Client(), "wagtailadmin_password_reset", email=address)
        answers.add((response.status_code, response["location"]))
    assert len(answers) == 1


def test_a_forgotten_password_is_looked_up_by_the_worker(agency, settings):
    """So no answer tells by its time whether an address has an account; and no link stands in a task."""
    settings.OPD_SITES = {"MAIL_TASKS": "webhooks"}
    editor_of(agency, email="budi@contoh.test")
    for address in ("budi@contoh.test", "kosong@contoh.test"):
        with CaptureQueriesContext(connection) as asked:
            post(Client(), "wagtailadmin_password_reset", email=address)
        assert not [query for query in asked if "auth_user" in query["sql"]]
    assert not mail.outbox
    tasks = DBTaskResult.objects.filter(backend_name="webhooks")
    assert tasks.count() == 2
    for task in tasks:
        send_reset_link.call(*task.args_kwargs["args"])
    (message,) = mail.outbox
    assert message.to == ["budi@contoh.test"]
    token = link_in(message).rstrip("/").rsplit("/", 1)[1]
    assert token not in str(list(tasks.values()))


@pytest.mark.parametrize(
    ("language", "words"), [("id", "ikuti tautan di bawah"), ("en", "follow the link below")]
)
def test_who_has_forgotten_a_password_reads_it_in_their_language(agency, language, words):
    user = editor_of(agency, email="budi@contoh.test")
    UserProfile.objects.create(user=user, preferred_language=language)
    post(Client(), "wagtailadmin_password_reset", email="budi@contoh.test")
    (message,) = mail.outbox
    assert words in message.body.lower()


def test_no_link_is_sent_that_leads_to_a_host_of_nobody(agency):
    editor_of(agency, email="budi@contoh.test")
    path = reverse("wagtailadmin_password_reset")
    response = Client().post(
        path, {"email": "budi@contoh.test"}, headers={"host": "jahat.example.test"}
    )
    assert response.status_code == 404
    assert not mail.outbox


@pytest.mark.parametrize("host", ["dindik.example.test", "portal.example.test"])
def test_one_logs_in_on_any_host_and_sees_ones_own_colleagues_only(agency, other_agency, host):
    user = admin_of(agency, first_name="Ani")
    user.set_password(PASSWORD)
    user.save()
    editor_of(other_agency, first_name="Zulaikha")
    visitor, headers = Client(), {"host": host}
    login = {"username": user.username, "password": PASSWORD}
    response = visitor.post(reverse("wagtailadmin_login"), login, headers=headers)
    assert response.status_code == 302
    shown = text_of(visitor.get(reverse("colleagues:index"), headers=headers))
    assert "Ani" in shown
    assert "Zulaikha" not in shown


def test_somebody_with_one_name_only_can_save_their_account(client, agency):
    people.accept_with_new_account(invite(agency, name="Suharto"), password=PASSWORD)
    user = get_user_model().objects.get(email="siti@contoh.test")
    assert (user.first_name, user.last_name) == ("Suharto", "")
    client.force_login(user)
    page = get(client, "wagtailadmin_account")
    form = BeautifulSoup(page.content, "html.parser")
    assert not form.select_one("[name=name_email-last_name]").has_attr("required")
    data = {
        "name_email-first_name": "Suharto",
        "name_email-last_name": "",
        "name_email-email": user.email,
        "theme-theme": "system",
        "theme-contrast": "system",
        "theme-density": "default",
        "locale-preferred_language": "",
        "locale-current_time_zone": "",
    }
    assert post(client, "wagtailadmin_account", **data).status_code == 302


def test_nobody_of_an_agency_can_use_the_actions_on_many_accounts(admin, client, other_agency):
    foreign = editor_of(other_agency, first_name="Zulaikha")
    group = Group.objects.get(pk=role_group(AgencyRole.EDITOR, other_agency).pk)
    for action in ("assign_role", "delete", "set_active_state"):
        path = reverse("wagtail_bulk_action", args=["auth", "user", action])
        for ids in (str(foreign.pk), "all"):
            response = client.get(path, {"id": ids}, headers=HOST)
            assert "Zulaikha" not in response.content.decode()
            data = {"role": group.pk, "mark_as_active": "False"}
            client.post(f"{path}?id={ids}", data, headers=HOST)
    foreign.refresh_from_db()
    assert foreign.is_active
