"""Officers bring in a register through the admin: upload, confirm, check, run, report."""

import io

import pytest
from bs4 import BeautifulSoup
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test.client import Client
from django.urls import reverse
from django.utils import timezone
from openpyxl import load_workbook
from wagtail.users.models import UserProfile

from kip_pages.dip_import import applying, uploading
from kip_pages.import_choices import ImportState, RowPlan
from kip_pages.import_tasks import work_on
from kip_pages.models import DipEntryPage, DipImport
from opd_sites.choices import AgencyRole, ProvinceRole
from opd_sites.workflows import choose_reviewed

from ..factories import UserFactory

HOST = {"host": "portal.example.test"}
ROLES = [*AgencyRole, *ProvinceRole]
REGISTER = "\n".join(
    [
        "Daftar Informasi Publik;;;",
        "No;Judul Informasi;Kategori;Tautan",
        "1;Renja 2024;Berkala;https://x.test/renja.pdf",
        "2;Renstra;Setiap Saat;",
        "3;Notulen rapat;Internal;",
        "4;=cmd|' /C calc'!A0;Berkala;",
        "5;Rekam medis;Dikecualikan;",
    ]
)

#   role                          sees and prepares own  runs and deletes own  anything of others
MAY = [
    (AgencyRole.EDITOR, True, False, False),
    (AgencyRole.PUBLISHER, True, True, False),
    (AgencyRole.AGENCY_ADMIN, True, True, False),
    (ProvinceRole.PROVINCE_ADMIN, True, True, True),
    (ProvinceRole.DUTY_OFFICER, False, False, False),
]


def upload(agency, text=REGISTER, name="register.csv", by=None):
    return uploading.take_in(io.BytesIO(text.encode()), name=name, agency=agency, by=by)


def work(job):
    """Do what a worker does."""
    work_on(job.pk, until=float("inf"))
    job.refresh_from_db()
    return job


def ready(agency, **options):
    """Return an import that somebody has confirmed."""
    job = work(upload(agency, **options))
    uploading.confirm(job, uploading.Answers())
    return work(job)


def member(role, agency):
    place = {"role__agency": agency} if role in AgencyRole.values else {}
    user = UserFactory(role=role, **place)
    # The tests read the screens in the language of the code.
    UserProfile.objects.create(user=user, preferred_language="en")
    return user


def address(name, job=None):
    return reverse(f"imports:{name}", args=[job.pk] if job else [])


def page(client, name, job=None, **query):
    response = client.get(address(name, job), query, headers=HOST)
    assert response.status_code == 200, (name, response.get("location"))
    return BeautifulSoup(response.content, "html.parser").select_one("main")


def texts(found):
    return " ".join(" ".join(node.stripped_strings) for node in found)


@pytest.fixture
def publisher(client, agency):
    user = member(AgencyRole.PUBLISHER, agency)
    client.force_login(user)
    return user


# --- who -------------------------------------------------------------------------------------


def test_the_table_names_every_role():
    assert [row[0] for row in MAY] == ROLES


GET = ("inspect", "edit", "delete", "history", "usage", "progress", "report_xlsx", "report_csv")
POST = ("run", "cancel", "delete", "edit")


@pytest.mark.parametrize(("role", "prepares", "runs", "everywhere"), MAY)
def test_who_sees_what(client, agency, other_agency, role, prepares, runs, everywhere):
    own, other = ready(agency), ready(other_agency, name="rahasia-dindik.csv")
    client.force_login(member(role, agency))
    for name in GET:
        may = runs if name == "delete" else prepares
        response = client.get(address(name, own), headers=HOST)
        assert (response.status_code == 200) is may, name
        # Another agency's does not exist, and nothing of it is said.
        foreign = client.get(address(name, other), headers=HOST)
        if everywhere:
            assert foreign.status_code == 200
        elif may:
            assert foreign.status_code == 404, name
        assert everywhere or b"rahasia-dindik" not in foreign.content
    listed = client.get(address("index"), headers=HOST)
    assert (listed.status_code == 200) is prepares
    if prepares:
        assert (b"rahasia-dindik" in listed.content) is everywhere
    menu = client.get(reverse("wagtailadmin_home"), headers=HOST).content.decode()
    assert (address("index") in menu) is prepares


def test_where_the_province_approves_entries_a_publisher_is_told_and_nothing_runs(
    client, publisher, agency
):
    job = ready(agency)
    assert address("run", job) in client.get(address("inspect", job), headers=HOST).content.decode()
    choose_reviewed([DipEntryPage])
    shown = client.get(address("inspect", job), headers=HOST).content.decode()
    assert address("run", job) not in shown, "no button that leads to a refusal"
    assert "You may not publish entries here" in shown
    response = client.post(address("run", job), headers=HOST, follow=True)
    assert "You may not publish entries here" in response.content.decode()
    job.refresh_from_db()
    assert job.state == ImportState.READY


@pytest.mark.parametrize(("role", "prepares", "runs", "everywhere"), MAY)
def test_who_runs_what(client, agency, other_agency, role, prepares, runs, everywhere):
    own, other = ready(agency), ready(other_agency)
    client.force_login(member(role, agency))
    for job, may in ((own, runs), (other, everywhere)):
        client.post(address("run", job), headers=HOST)
        job.refresh_from_db()
        assert (job.state == ImportState.RUNNING) is may
        client.post(address("cancel", job), headers=HOST)
        job.refresh_from_db()
        assert job.is_cancelling is may
    left = ready(other_agency)
    client.post(address("delete", left), headers=HOST)
    assert DipImport.objects.filter(pk=left.pk).exists() is not everywhere


def test_nobody_uploads_for_another_agency(client, agency, other_agency):
    client.force_login(member(AgencyRole.PUBLISHER, agency))
    file = SimpleUploadedFile("register.csv", REGISTER.encode())
    client.post(address("add"), {"agency": other_agency.pk, "upload": file}, headers=HOST)
    assert DipImport.objects.get().agency == agency
    form = page(client, "add")
    assert other_agency.name not in texts(form)


def test_who_works_for_two_agencies_chooses_and_runs_only_where_they_may(
    client, agency, other_agency
):
    user = member(AgencyRole.PUBLISHER, agency)
    user.groups.add(*member(AgencyRole.EDITOR, other_agency).groups.all())
    client.force_login(user)
    choices = {o["value"] for o in page(client, "add").select("select[name=agency] option")}
    assert choices == {"", str(agency.pk), str(other_agency.pk)}
    there = ready(other_agency)
    assert client.post(address("run", there), headers=HOST).status_code == 404
    assert "A publisher of your agency" in texts(page(client, "inspect", there))


@pytest.mark.parametrize("name", ["run", "cancel"])
def test_a_button_needs_a_post_with_a_token(client, publisher, agency, name):
    job = ready(agency)
    assert client.get(address(name, job), headers=HOST).status_code == 405
    strict = Client(enforce_csrf_checks=True)
    strict.cookies = client.cookies
    assert strict.post(address(name, job), headers=HOST).status_code == 403


# --- the steps -------------------------------------------------------------------------------


def test_from_an_upload_to_the_report(client, publisher, agency):
    file = SimpleUploadedFile("register.csv", REGISTER.encode())
    response = client.post(address("add"), {"upload": file}, headers=HOST)
    job = DipImport.objects.get()
    assert response["location"] == address("inspect", job)
    assert (job.agency, job.created_by, job.state) == (agency, publisher, ImportState.READING)
    assert page(client, "inspect", job).select("progress")

    work(job)
    assert job.state == ImportState.MAPPING
    shown = page(client, "inspect", job)
    assert address("edit", job) in {a.get("href") for a in shown.select("a")}
    assert "Renja 2024" in texts(shown)
    assert not shown.select(f"form[action='{address('run', job)}']"), "nothing runs unconfirmed"

    form = page(client, "edit", job)
    fields = {select["name"]: chosen(select) for select in form.select("form select")}
    (question,) = (name for name in fields if name.startswith("category-"))
    assert fields[question] == "", "nothing is chosen for the officer"
    assert "Internal" in texts(form)
    response = client.post(address("edit", job), fields | {question: "setiap_saat"}, headers=HOST)
    assert response["location"] == address("inspect", job)

    work(job)
    assert job.state == ImportState.READY
    shown = page(client, "inspect", job)
    assert shown.select_one(f"form[action='{address('run', job)}'] button")
    client.post(address("run", job), headers=HOST)
    job.refresh_from_db()
    assert (job.state, job.started_by) == (ImportState.RUNNING, publisher)

    work(job)
    assert job.state == ImportState.DONE
    titles = DipEntryPage.objects.order_by("pk").values_list("title", "category")
    assert list(titles) == [
        ("Renja 2024", "periodic"),
        ("Renstra", "always_available"),
        ("Notulen rapat", "always_available"),
        ("=cmd|' /C calc'!A0", "periodic"),
    ]
    entry = DipEntryPage.objects.first()
    assert entry.live_revision.user == publisher
    shown = page(client, "inspect", job)
    assert reverse("wagtailadmin_pages:edit", args=[entry.pk]) in str(shown)
    assert address("report_xlsx", job) in str(shown)


def chosen(select):
    option = select.select_one("option[selected]") or select.select_one("option")
    return option["value"]


def test_the_officer_corrects_what_a_column_holds(client, publisher, agency):
    job = work(upload(agency, "Nama;Uraian;Kategori\nKode 1;Renja dinas;Berkala\n"))
    form = page(client, "edit", job)
    fields = {select["name"]: chosen(select) for select in form.select("form select")}
    first, second, third = (name for name in fields if name.startswith("column-"))
    assert [fields[name] for name in (first, second, third)] == ["title", "summary", "category"]
    client.post(address("edit", job), fields | {first: "section", second: "title"}, headers=HOST)
    work(job)
    row = job.rows.entries().get()
    assert (row.title, row.understood["section"]) == ("Renja dinas", "Kode 1")
    # The form shows what was chosen, and a table needs its titles.
    form = page(client, "edit", job)
    assert chosen(form.select_one(f"select[name={first}]")) == "section"
    response = client.post(
        address("edit", job), fields | {first: "note", second: "note"}, headers=HOST
    )
    assert "One column must hold the titles" in response.content.decode()
    assert chosen_in(response, third) == "category", "nothing that was chosen is lost"


def chosen_in(response, name):
    found = BeautifulSoup(response.content, "html.parser").select_one(f"select[name={name}]")
    return chosen(found)


def test_hidden_rows_are_asked_about(client, publisher, agency, tmp_path):
    from ..registers.flat import a_sheet_for_every_year

    path = a_sheet_for_every_year().save(tmp_path)
    job = uploading.take_in(path.open("rb"), name=path.name, agency=agency)
    work(job)
    form = page(client, "edit", job)
    fields = {select["name"]: chosen(select) for select in form.select("form select")}
    assert "are hidden in the file" in texts(form)
    before = job.rows.entries().count()
    client.post(address("edit", job), fields | {"with_hidden": "on"}, headers=HOST)
    work(job)
    titles = set(job.rows.entries().values_list("title", flat=True))
    assert {"Konsep yang belum disetujui", "Dokumen lama"} <= titles
    assert job.rows.entries().count() > before


def test_rows_are_shown_with_what_was_understood_beside_what_stands(client, publisher, agency):
    job = ready(agency)
    shown = page(client, "inspect", job)
    row = next(r for r in shown.select("tbody tr") if "Renja 2024" in texts([r]))
    place, plan, understood, raw = row.select("th, td")
    assert texts([place]) == "3"
    assert "New" in texts([plan])
    assert "Category Periodic" in texts([understood])
    assert "https://x.test/renja.pdf" in texts([understood])
    assert "Kategori Berkala" in texts([raw])


def test_rows_are_narrowed_to_what_is_to_become_of_them(client, publisher, agency):
    job = ready(agency)
    for plan, titles in (
        (RowPlan.NEW, ["Renja 2024", "Renstra", "=cmd|' /C calc'!A0"]),
        (RowPlan.REFUSED, ["Notulen rapat"]),
        (RowPlan.EXEMPT, ["Rekam medis"]),
    ):
        shown = page(client, "inspect", job, rows=plan.value)
        assert [texts([t]) for t in shown.select(".kip-import__title")] == titles
        assert shown.select_one("[aria-current=true]")["href"].startswith(f"?rows={plan.value}")
    aside = page(client, "inspect", job, rows="aside")
    assert [texts(r.select("th")) for r in aside.select("tbody tr")] == ["1", "2"]
    assert page(client, "inspect", job, rows="nonsense").select("tbody tr")


def test_a_long_register_is_shown_by_pages_at_the_same_cost(
    client, publisher, agency, django_assert_num_queries
):
    lines = ["Judul;Kategori", *(f"Dokumen nomor {n};Berkala" for n in range(120))]
    job = ready(agency, text="\n".join(lines))
    assert len(page(client, "inspect", job).select("tbody tr")) == 50
    assert len(page(client, "inspect", job, p=3).select("tbody tr")) == 21
    counts = []
    for query in ({}, {"p": 3}):
        from django.db import connection
        from django.test.utils import CaptureQueriesContext

        with CaptureQueriesContext(connection) as queries:
            page(client, "inspect", job, **query)
        counts.append(len(queries))
    # The walls ask two, the line that names the workplace one.
    assert counts[0] == counts[1] <= 33, "not one for each row"


def test_a_refused_file_says_why_and_what_to_do(client, publisher, agency):
    file = SimpleUploadedFile("register.xlsx", b"%PDF-1.7 not a workbook")
    client.post(address("add"), {"upload": file}, headers=HOST)
    job = work(DipImport.objects.get())
    assert job.state == ImportState.REFUSED
    shown = page(client, "inspect", job)
    assert "save it as XLSX" in texts(shown)
    assert address("add") in str(shown)
    assert client.get(address("report_csv", job), headers=HOST).status_code == 404


def test_a_file_that_is_too_large_is_refused_at_the_form(client, publisher, settings):
    settings.KIP_PAGES = settings.KIP_PAGES | {"IMPORT_MAX_MEGABYTES": 1}
    file = SimpleUploadedFile("register.csv", b"x" * (2 << 20))
    response = client.post(address("add"), {"upload": file}, headers=HOST)
    assert "larger than" in response.content.decode()
    assert not DipImport.objects.exists()


def test_progress_is_told_to_the_script(client, publisher, agency):
    lines = ["Judul;Kategori", *(f"Dokumen nomor {n};Berkala" for n in range(60))]
    job = ready(agency, text="\n".join(lines))
    applying.start(job, by=publisher, at=timezone.now())
    applying.run_batch(job.pk, at=timezone.now())
    told = client.get(address("progress", job), headers=HOST).json()
    assert told == {"state": "running", "done": 50, "total": 60, "rows_read": 61}
    bar = page(client, "inspect", job).select_one("progress")
    assert (bar["value"], bar["max"]) == ("50", "60")


def test_a_stopped_import_says_which_batches_stand_and_goes_on_when_told(client, publisher, agency):
    lines = ["Judul;Kategori", *(f"Dokumen nomor {n};Berkala" for n in range(120))]
    job = ready(agency, text="\n".join(lines))
    client.post(address("run", job), headers=HOST)
    applying.run_batch(job.pk, at=timezone.now())
    client.post(address("cancel", job), headers=HOST)
    work(job)
    assert job.state == ImportState.CANCELLED
    assert DipEntryPage.objects.live().count() == 50
    assert "Stopped after batch 1: 50 of 120" in texts(page(client, "inspect", job))
    client.post(address("run", job), headers=HOST)
    work(job)
    assert job.state == ImportState.DONE
    assert DipEntryPage.objects.live().count() == 120


def test_the_report_names_every_row_and_is_safe_to_open(client, publisher, agency):
    job = ready(agency)
    applying.start(job, by=publisher, at=timezone.now())
    work(job)
    response = client.get(address("report_csv", job), headers=HOST)
    text = b"".join(response.streaming_content).decode("utf-8-sig")
    assert "'=cmd|' /C calc'!A0" in text, "an apostrophe keeps it from being calculated"
    assert len(text.splitlines()) == 1 + len(REGISTER.splitlines())
    assert response["Content-Disposition"] == f'attachment; filename="import-{job.pk}.csv"'
    response = client.get(address("report_xlsx", job), headers=HOST)
    book = load_workbook(io.BytesIO(b"".join(response.streaming_content)))
    rows = list(book.active.iter_rows(values_only=True))
    assert rows[0][:4] == ("Sheet", "Row", "Outcome", "Reason")
    outcomes = [row[2] for row in rows[1:]]
    assert outcomes == ["No entry", "No entry", "New", "New", "Refused", "New", "Exempt: set aside"]
    assert all(cell.data_type != "f" for row in book.active.iter_rows() for cell in row)
    assert DipEntryPage.objects.first().full_url in [row[11] for row in rows]


def test_deleting_an_import_keeps_its_entries_and_takes_its_file_away(client, publisher, agency):
    job = ready(agency)
    applying.start(job, by=publisher, at=timezone.now())
    work(job)
    path = job.file.path
    shown = page(client, "delete", job)
    assert "Entries that were published stay" in texts(shown)
    client.post(address("delete", job), headers=HOST)
    assert not DipImport.objects.exists()
    assert DipEntryPage.objects.live().count() == 3
    with pytest.raises(FileNotFoundError):
        open(path)


def test_a_running_import_is_not_confirmed_or_deleted(client, publisher, agency):
    job = ready(agency)
    applying.start(job, by=publisher, at=timezone.now())
    for name in ("edit", "delete"):
        for ask in (client.get, client.post):
            response = ask(address(name, job), headers=HOST)
            assert response["location"] == address("inspect", job), name
    assert DipImport.objects.get().state == ImportState.RUNNING


def test_without_a_worker_there_is_no_screen(client, agency, settings):
    from kip_pages.wagtail_hooks import register_import_viewset

    assert register_import_viewset() != []
    settings.TASKS = {"default": settings.TASKS["default"]}
    assert register_import_viewset() == []
