"""Register entries that start with a file: one, or many at once, in one's own register only."""

import pytest
from bs4 import BeautifulSoup
from django.core.files.storage import FileSystemStorage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db.models.signals import pre_save
from django.http import HttpResponse
from django.urls import reverse
from wagtail import hooks
from wagtail.documents import get_document_model
from wagtail.models import Page, PageLogEntry
from wagtail.permissions import policy_registry
from wagtail.test.utils.form_data import querydict_from_html

from kip_pages import quick_entry
from kip_pages.choices import DocumentKind, InformationCategory
from kip_pages.intake.taking_in import RefusedFileError
from kip_pages.models import DipEntryPage, Obligation
from opd_sites.choices import AgencyRole, ProvinceRole

from .. import files
from ..factories import AgencyFactory, UserFactory, section_of

HOST = {"host": "dinkes.example.test"}
MISSING_AT_FIRST = (
    5  # seven columns, less number, summary (a title is one) and form: the file is online
)


@pytest.fixture
def section(agency):
    return section_of(agency, DipEntryPage)


@pytest.fixture
def editor(client, agency):
    client.user = UserFactory(role=AgencyRole.EDITOR, role__agency=agency)
    client.force_login(client.user)
    return client


def member(role, agency):
    place = {"role__agency": agency} if role in AgencyRole.values else {}
    return UserFactory(role=role, **place)


def upload(name="03_LAPORAN_KINERJA_2024.pdf", content=None):
    return SimpleUploadedFile(name, files.pdf() if content is None else content)


def enter(client, section, **fields):
    data = {"category": "periodic", "file": upload(), "title": "", "obligation": ""} | fields
    return client.post(reverse("quick_entry:one", args=[section.pk]), data, headers=HOST)


def drop(client, section, *sent, json=False, **fields):
    data = {"category": "always_available", "files": list(sent)} | fields
    headers = HOST | ({"accept": "application/json"} if json else {})
    return client.post(reverse("quick_entry:many", args=[section.pk]), data, headers=headers)


class FullStorage(FileSystemStorage):
    """A disk with room for a small file only."""

    def _save(self, name, content):
        if content.size > 100:
            raise OSError(28, "No space left on device")
        return super()._save(name, content)


# --- who may, and where ----------------------------------------------------------------------

#   role                          own   other agency's register
REGISTERS = [
    (AgencyRole.EDITOR, True, False),
    (AgencyRole.PUBLISHER, True, False),
    (AgencyRole.AGENCY_ADMIN, True, False),
    (ProvinceRole.PROVINCE_ADMIN, True, True),
    (ProvinceRole.DUTY_OFFICER, False, False),
]


def test_the_table_names_every_role():
    assert [row[0] for row in REGISTERS] == [*AgencyRole, *ProvinceRole]


@pytest.mark.parametrize(("role", "own", "other"), REGISTERS)
def test_who_enters_where(client, agency, other_agency, role, own, other):
    user = member(role, agency)
    client.force_login(user)
    for where, allowed in ((agency, own), (other_agency, other)):
        section = section_of(where, DipEntryPage)
        for name in ("one", "many"):
            address = reverse(f"quick_entry:{name}", args=[section.pk])
            assert client.get(address, headers=HOST).status_code == (200 if allowed else 404)
        assert enter(client, section).status_code == (302 if allowed else 404)
        assert drop(client, section, upload("a.csv", b"a;b\n")).status_code == (
            200 if allowed else 404
        )
        made = DipEntryPage.objects.child_of(section).count()
        assert made == (2 if allowed else 0)
        files_made = get_document_model().objects.filter(collection=where.collection).count()
        assert files_made == made


@pytest.mark.parametrize(("role", "own", "other"), REGISTERS)
def test_the_menu_leads_there_whoever_has_a_register(client, agency, role, own, other):
    client.force_login(member(role, agency))
    html = client.get(reverse("wagtailadmin_home"), headers=HOST).content.decode()
    assert (reverse("quick_entry:index") in html) is own
    answer = client.get(reverse("quick_entry:index"), headers=HOST)
    if other:
        shown = BeautifulSoup(answer.content, "html.parser").select(".kip-quick__sections a")
        assert [link.text for link in shown] == ["Dinas Dindik", "Dinas Dinkes"]
    elif own:
        section = section_of(agency, DipEntryPage)
        assert answer.url == reverse("quick_entry:one", args=[section.pk])
    else:
        assert answer.status_code == 302
        assert answer.url == reverse("wagtailadmin_home")


def test_the_menu_costs_one_query(agency, django_assert_num_queries):
    user = member(AgencyRole.EDITOR, agency)
    # Wagtail keeps the rights on pages for as long as the request lasts.
    list(policy_registry.get_by_type(Page).get_cached_permissions_for_user(user))
    with django_assert_num_queries(1):
        assert quick_entry.open_sections(user).exists()


def test_a_list_of_many_registers_costs_no_more_than_one_of_two(
    client, agency, other_agency, django_assert_max_num_queries
):
    client.force_login(member(ProvinceRole.PROVINCE_ADMIN, agency))
    address = reverse("quick_entry:index")
    client.get(address, headers=HOST)
    # Session, user, rights and menu of Wagtail, and what our own menu items ask; the line that names
    # the workplace and whether walls stand before her; then registers, languages and agencies at once.
    with django_assert_max_num_queries(17) as two:
        client.get(address, headers=HOST)
        cost = len(two)  # the next request empties the log
    for _number in range(3):
        AgencyFactory()
    client.get(address, headers=HOST)
    with django_assert_max_num_queries(cost):
        assert len(client.get(address, headers=HOST).context["places"]) == 5


def test_the_register_in_the_explorer_has_the_button_and_other_sections_do_not(editor, agency):
    register = section_of(agency, DipEntryPage)
    address = reverse("quick_entry:one", args=[register.pk])
    explore = reverse("wagtailadmin_explore", args=[register.pk])
    assert address in editor.get(explore, headers=HOST).content.decode()
    listed = reverse("wagtailadmin_explore", args=[register.get_parent().pk])
    assert editor.get(listed, headers=HOST).content.decode().count(address) == 1


# --- one file --------------------------------------------------------------------------------


def test_a_file_and_a_category_make_a_draft_and_open_the_editor(editor, agency, section):
    response = enter(editor, section)
    entry = DipEntryPage.objects.child_of(section).get()
    assert response.url == reverse("wagtailadmin_pages:edit", args=[entry.pk])
    assert (entry.title, entry.category, entry.live) == ("Laporan Kinerja 2024", "periodic", False)
    assert entry.owner == editor.user
    (row,) = entry.documents.all()
    assert (row.title, row.kind) == ("Laporan Kinerja 2024", DocumentKind.DOCUMENT)
    assert row.document.collection == agency.collection
    assert row.document.uploaded_by_user == editor.user
    assert entry.get_latest_revision().as_object().documents.count() == 1
    told = [(e.action, e.user) for e in PageLogEntry.objects.filter(page=entry.pk)]
    assert ("wagtail.create", editor.user) in told
    assert len(entry.missing_columns) == MISSING_AT_FIRST


def test_title_and_obligation_are_taken_as_they_are_given(editor, section):
    obligation = Obligation.objects.get(code="SS.RENSTRA_RENJA")
    enter(editor, section, title="Rencana strategis", obligation=obligation.pk)
    entry = DipEntryPage.objects.child_of(section).get()
    assert entry.title == "Rencana strategis"
    assert list(entry.obligations.all()) == [obligation]


def test_two_files_of_one_name_get_two_addresses(editor, section):
    for content in (files.pdf("Satu"), files.pdf("Dua")):
        enter(editor, section, file=upload(content=content))
    slugs = set(DipEntryPage.objects.child_of(section).values_list("slug", flat=True))
    assert slugs == {"laporan-kinerja-2024", "laporan-kinerja-2024-1"}


def test_a_draft_called_like_a_list_of_the_register_can_be_saved_later(client, agency):
    client.force_login(member(AgencyRole.EDITOR, agency))
    enter(client, section_of(agency, DipEntryPage), title="Edisi")
    entry = DipEntryPage.objects.get()
    assert entry.slug == "edisi-1"
    entry.get_latest_revision_as_object().full_clean()


@pytest.mark.parametrize("fields", [{"file": upload("a.pdf", b"MZ")}, {"category": "dikecualikan"}])
def test_what_is_wrong_is_said_and_what_was_typed_stays(editor, section, fields):
    response = enter(editor, section, title="Rencana kita", **fields)
    assert response.status_code == 200
    assert set(response.context["form"].errors) == set(fields)
    shown = BeautifulSoup(response.content, "html.parser")
    assert shown.select_one("[name=title]")["value"] == "Rencana kita"
    assert not DipEntryPage.objects.child_of(section).exists()
    assert not get_document_model().objects.exists()


def test_a_file_that_is_here_already_is_pointed_out(editor, section):
    sent = files.pdf("Sama")
    enter(editor, section, title="Yang pertama", file=upload(content=sent))
    response = enter(editor, section, title="Yang kedua", file=upload(content=sent))
    page = editor.get(response.url, headers=HOST)
    assert "Yang pertama" in page.content.decode()


def test_the_same_file_of_another_agency_is_never_mentioned(editor, section, other_agency):
    sent = files.pdf("Sama")
    quick_entry.enter(
        section=section_of(other_agency, DipEntryPage),
        user=UserFactory(role=AgencyRole.EDITOR, role__agency=other_agency),
        category=InformationCategory.PERIODIC,
        file=upload(content=sent),
        title="Milik Dindik",
    )
    entered = quick_entry.enter(
        section=section,
        user=editor.user,
        category=InformationCategory.PERIODIC,
        file=upload(content=sent),
        even_if_known=False,
    )
    assert entered.entry
    assert entered.twins == []


def test_other_apps_may_forbid_a_new_page_here_as_well(editor, section):
    def forbid(request, parent, page_class):
        assert (parent, page_class) == (section, DipEntryPage)
        return HttpResponse("Tidak hari ini")

    with hooks.register_temporarily("before_create_page", forbid):
        assert enter(editor, section).content == b"Tidak hari ini"
        assert not DipEntryPage.objects.child_of(section).exists()


def test_a_failure_in_between_leaves_no_file_behind(section, agency):
    user = UserFactory(role=AgencyRole.EDITOR, role__agency=agency)
    document = get_document_model()
    storage = document._meta.get_field("file").storage

    def stored():
        return set(storage.listdir("documents")[1]) if storage.exists("documents") else set()

    def fail(**kwargs):
        assert document.objects.exists()
        raise RuntimeError("no room in the tree")

    before = stored()
    pre_save.connect(fail, sender=DipEntryPage)
    try:
        with pytest.raises(RuntimeError):
            quick_entry.enter(
                section=section,
                user=user,
                category=InformationCategory.PERIODIC,
                file=upload(),
            )
    finally:
        pre_save.disconnect(fail, sender=DipEntryPage)
    assert stored() == before
    assert not document.objects.exists()


# --- what is missing -------------------------------------------------------------------------


def test_the_editor_lists_the_missing_columns_and_links_their_fields(editor, section):
    page = editor.get(enter(editor, section).url, headers=HOST)
    shown = BeautifulSoup(page.content, "html.parser")
    open_items = [item for item in shown.select("[data-fields]") if not item.has_attr("hidden")]
    assert len(open_items) == MISSING_AT_FIRST
    for item in open_items:
        target = item.a["href"].removeprefix("#")
        assert shown.find(id=target), target


def test_a_draft_is_saved_with_its_columns_empty(editor, section):
    address = enter(editor, section).url
    html = editor.get(address, headers=HOST).content.decode()
    shown = querydict_from_html(html, form_id="page-edit-form").dict()
    response = editor.post(
        address, shown | {"made_where": "Serang", "is_online": "on"}, headers=HOST
    )
    assert response.status_code == 302
    entry = DipEntryPage.objects.child_of(section).get().get_latest_revision_as_object()
    assert entry.made_where == "Serang"
    assert len(entry.missing_columns) == MISSING_AT_FIRST - 1


# --- many files ------------------------------------------------------------------------------


def test_each_file_becomes_a_draft_and_one_bad_one_loses_no_other(editor, section):
    sent = [
        upload("01_RENJA_2024.pdf", files.pdf("Satu")),
        upload("virus.exe", b"MZ"),
        upload("02 data aset.xlsx", files.xlsx()),
        upload("rusak.pdf", b"%PDF-1.7"),
    ]
    response = drop(editor, section, *sent)
    assert response.status_code == 200
    entries = DipEntryPage.objects.child_of(section).order_by("pk")
    assert [entry.title for entry in entries] == ["Renja 2024", "Data Aset"]
    assert {entry.category for entry in entries} == {"always_available"}
    assert [entry.documents.get().kind for entry in entries] == ["document", "dataset"]
    shown = BeautifulSoup(response.content, "html.parser").select(".kip-quick__row")
    assert [bool(row.a) for row in shown] == [True, False, True, False]
    for row, file in zip(shown, sent, strict=True):
        assert file.name in row.text


def test_a_full_disk_fails_the_one_file_it_meets(editor, section, settings):
    full = {"BACKEND": f"{__name__}.FullStorage"}
    settings.STORAGES = settings.STORAGES | {"private": settings.STORAGES["private"] | full}
    big, small = upload("besar.csv", b"a;b\n" * 50), upload("kecil.csv", b"a;b\n")
    response = drop(editor, section, big, small)
    rows = BeautifulSoup(response.content, "html.parser").select(".kip-quick__row")
    assert [bool(row.a) for row in rows] == [False, True]
    assert [entry.title for entry in DipEntryPage.objects.child_of(section)] == ["Kecil"]


def test_with_scripts_a_row_is_answered_for_each_file(editor, section):
    told = drop(editor, section, upload("a.csv", b"a;b\n"), json=True)
    assert told.status_code == 200
    (row,) = told.json()["rows"]
    entry = DipEntryPage.objects.child_of(section).get()
    assert reverse("wagtailadmin_pages:edit", args=[entry.pk]) in row
    told = drop(editor, section, upload("b.exe", b"MZ"), json=True)
    assert told.status_code == 200
    assert "b.exe" in told.json()["rows"][0]


@pytest.mark.parametrize("json", [False, True])
def test_without_a_category_nothing_is_made(editor, section, json):
    response = drop(editor, section, upload(), json=json, category="")
    assert response.status_code == (400 if json else 200)
    if json:
        assert response.json()["errors"]
    else:
        assert set(response.context["form"].errors) == {"category"}
    assert not DipEntryPage.objects.child_of(section).exists()


def test_a_file_that_is_here_already_makes_a_second_draft_only_when_asked(editor, section):
    content = files.pdf("Sama")
    drop(editor, section, upload("pertama.pdf", content))
    response = drop(editor, section, upload("kedua.pdf", content))
    (row,) = BeautifulSoup(response.content, "html.parser").select(".kip-quick__row")
    assert "Pertama" in row.text
    assert DipEntryPage.objects.child_of(section).count() == 1
    drop(editor, section, upload("kedua.pdf", content), even_if_known="on")
    assert DipEntryPage.objects.child_of(section).count() == 2


def test_the_public_copy_that_somebody_downloaded_is_known_too(editor, section):
    drop(editor, section, upload("pertama.pdf"))
    document = get_document_model().objects.get()
    with document.open_file() as file:
        again = file.read()
    drop(editor, section, upload("diunduh.pdf", again))
    assert DipEntryPage.objects.child_of(section).count() == 1


def test_a_shell_gets_the_reason_of_a_refusal(section, agency):
    with pytest.raises(RefusedFileError, match=r"a\.exe"):
        quick_entry.enter(
            section=section,
            user=UserFactory(role=AgencyRole.EDITOR, role__agency=agency),
            category=InformationCategory.PERIODIC,
            file=upload("a.exe", b"MZ"),
        )
