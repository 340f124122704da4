"""The register in the order of the law, frozen once a year, unchangeable and comparable."""

import datetime
import hashlib
import json

import pytest
from django.db import IntegrityError, connection, transaction
from django.utils import timezone
from wagtail.models import Locale, ModelLogEntry, PageViewRestriction

from kip_pages.choices import EditionFormat, EditionStatus, InformationCategory, PrintState
from kip_pages.editions import comparing, freezing, printing
from kip_pages.editions.entries import (
    count_incomplete_entries,
    count_live_entries,
    live_entries,
)
from kip_pages.editions.files import EditionDamagedError, file_content, read_frozen
from kip_pages.models import (
    DipEntryPage,
    EditionFile,
    FrozenEditionError,
    Obligation,
    RegisterEdition,
    RegisterPrint,
)
from kip_pages.obligations import load_obligations
from opd_sites.provisioning import suspend

from ..factories import (
    ONE_HOUR,
    UserFactory,
    draft,
    draft_edition,
    frozen_edition,
    publish,
    schedule,
)

NOW = timezone.now()


def entry(agency, title, *codes, **fields):
    page = publish(DipEntryPage, agency, title=title, **fields)
    page.obligations = Obligation.objects.filter(pk__in=codes)
    page.save()
    return page


def titles(agency, at=None):
    return [found.title for found in live_entries(agency, at=at or timezone.now())]


# --- the entries -----------------------------------------------------------------------------


def test_obligations_know_their_place_in_the_law_and_not_in_the_alphabet(portal):
    load_obligations()
    tops = Obligation.objects.filter(parent=None).order_by("position")
    codes = list(tops.values_list("code", flat=True))
    assert codes[:3] == ["BK.PROFIL", "BK.PROGRAM", "BK.KINERJA"]
    assert codes != sorted(codes)
    # What belongs together stands together, so that a heading comes once.
    in_order = Obligation.objects.order_by("position").values_list("code", "parent")
    roots = [parent or code for code, parent in in_order]
    assert len(set(roots)) == sum(1 for n, top in enumerate(roots) if n == 0 or roots[n - 1] != top)


def test_entries_stand_in_the_order_of_the_law(agency, other_agency):
    entry(agency, "Z lain", category=InformationCategory.PERIODIC)
    entry(agency, "Keuangan", "BK.KEUANGAN")
    entry(agency, "Profil B", "BK.PROFIL.STRUKTUR")
    entry(agency, "Profil A", "BK.PROFIL.STRUKTUR")
    entry(agency, "Kedudukan", "BK.PROFIL.KEDUDUKAN")
    entry(agency, "Renstra", "SS.RENSTRA_RENJA", category=InformationCategory.ALWAYS_AVAILABLE)
    entry(agency, "Evakuasi", category=InformationCategory.IMMEDIATE)
    entry(other_agency, "Milik lain", "BK.PROFIL")
    assert titles(agency) == [
        "Kedudukan",
        "Profil A",
        "Profil B",
        "Keuangan",
        "Z lain",
        "Evakuasi",
        "Renstra",
    ]


def test_an_entry_stands_under_the_subject_of_its_own_category(agency):
    category = InformationCategory.ALWAYS_AVAILABLE
    entry(agency, "Renstra", "BK.KINERJA.LKJIP", "SS.RENSTRA_RENJA.RENSTRA", category=category)
    (found,) = live_entries(agency, at=timezone.now())
    assert (found.subject, found.subject_title) == (
        "SS.RENSTRA_RENJA",
        "Rencana strategis dan rencana kerja",
    )


def test_an_entry_that_answers_only_obligations_of_another_category_stands_under_the_first(agency):
    entry(agency, "Laporan", "SS.DIP", "BK.KINERJA.LKJIP", category=InformationCategory.IMMEDIATE)
    (found,) = live_entries(agency, at=timezone.now())
    assert found.subject == "BK.KINERJA"


def test_only_what_a_citizen_may_see_is_in_the_register(agency):
    publish(DipEntryPage, agency, title="Terbuka")
    draft(DipEntryPage, agency, title="Konsep")
    schedule(DipEntryPage, agency, title="Nanti", go_live_in=ONE_HOUR)
    schedule(DipEntryPage, agency, title="Berakhir", expire_in=ONE_HOUR)
    private = publish(DipEntryPage, agency, title="Tertutup")
    PageViewRestriction.objects.create(page=private, restriction_type="login")
    alias = publish(DipEntryPage, agency, title="Asli")
    alias.create_alias(update_slug="salinan")
    now = timezone.now()
    assert titles(agency, now) == ["Asli", "Berakhir", "Terbuka"]
    assert titles(agency, now + 2 * ONE_HOUR) == ["Asli", "Terbuka"]
    assert count_live_entries(agency, at=now) == 3


def test_a_translation_is_no_entry_of_its_own(agency):
    page = publish(DipEntryPage, agency, title="Renstra")
    english = page.copy_for_translation(Locale.objects.get(language_code="en"), copy_parents=True)
    english.title = "Strategic plan"
    english.save_revision().publish()
    assert titles(agency) == ["Renstra"]


def test_a_suspended_agency_has_no_public_entry(agency):
    publish(DipEntryPage, agency)
    suspend(agency, at=timezone.now())
    assert titles(agency) == []


def test_entries_cost_the_same_queries_however_many_there_are(agency, django_assert_num_queries):
    for n in range(12):
        entry(agency, f"Entri {n}", "BK.PROFIL", "BK.KINERJA")
    Locale.get_default()
    # The language, the obligations, the restrictions, the entries.
    with django_assert_num_queries(4):
        assert len(titles(agency)) == 12


def test_entries_that_leave_a_legal_column_empty_are_counted(agency):
    whole = {
        "holding_unit": "Subbagian",
        "responsible_officer": "Kepala",
        "made_when": "2026",
        "retention": "5 tahun",
        "is_online": True,
    }
    publish(DipEntryPage, agency, **whole)
    for left_out in whole:
        fields = {name: value for name, value in whole.items() if name != left_out}
        publish(DipEntryPage, agency, title=f"Tanpa {left_out}", **fields)
    assert count_incomplete_entries(agency, at=timezone.now()) == len(whole)


# --- freezing --------------------------------------------------------------------------------


def test_a_frozen_edition_keeps_the_register_as_it_was(agency, other_agency):
    page = entry(agency, "Laporan 2025", "BK.KINERJA")
    publish(DipEntryPage, other_agency, title="Milik lain")
    edition = frozen_edition(agency)
    page.title = "Judul baru"
    page.save_revision().publish()
    publish(DipEntryPage, agency, title="Sesudahnya")
    frozen = read_frozen(edition)
    assert [found.title for found in frozen.entries] == ["Laporan 2025"]
    assert frozen.entries[0].uid == page.feed_id
    assert frozen.head.signer_name == "Siti Aminah"
    assert frozen.head.fingerprint == edition.sha256
    assert edition.entry_count == 1
    for name in (EditionFormat.XLSX, EditionFormat.CSV, EditionFormat.JSON):
        assert file_content(edition, name)
    assert "Judul baru" not in file_content(edition, EditionFormat.CSV).decode()


def test_the_rows_are_canonical_json_that_says_all_an_edition_says(agency):
    publish(DipEntryPage, agency, title="Renstra “2025”")
    edition = frozen_edition(agency, decree_number="12/PPID/2026")
    content = file_content(edition, EditionFormat.JSON)
    assert hashlib.sha256(content).hexdigest() == edition.sha256
    data = json.loads(content)
    again = json.dumps(data, ensure_ascii=False, separators=(",", ":"), sort_keys=True)
    assert again.encode() == content
    assert data["schema"] == "kip-pages/register-edition/1"
    assert data["agency"] == {"code": "dinkes", "name": agency.name}
    assert data["decree_number"] == "12/PPID/2026"
    assert [row["title"] for row in data["entries"]] == ["Renstra “2025”"]


def test_a_download_years_later_is_the_same_bytes(agency):
    publish(DipEntryPage, agency)
    edition = frozen_edition(agency)
    before = {name: file_content(edition, name) for name in ("xlsx", "csv", "json")}
    agency.name = "Dinas Kesehatan dan Keluarga"
    agency.save()
    assert {name: file_content(edition, name) for name in before} == before


@pytest.mark.parametrize(
    "fields",
    [
        {"decree_number": ""},
        {"decided_on": None},
        {"signer_name": ""},
        {"signer_position": ""},
        {"place": ""},
        {"decided_on": datetime.date(2999, 1, 1)},
    ],
)
def test_an_edition_that_states_too_little_is_not_frozen(agency, fields):
    publish(DipEntryPage, agency)
    edition = draft_edition(agency, **fields)
    with pytest.raises(freezing.EditionNotReadyError) as refused:
        freezing.freeze(edition, at=timezone.now())
    assert len(refused.value.obstacles) == 1
    edition.refresh_from_db()
    assert not edition.is_frozen
    assert not EditionFile.objects.exists()


def test_an_empty_register_is_not_frozen(agency, other_agency):
    publish(DipEntryPage, other_agency)
    with pytest.raises(freezing.EditionNotReadyError):
        freezing.freeze(draft_edition(agency), at=timezone.now())


def test_freezing_is_logged_with_who_and_the_hash(agency):
    publish(DipEntryPage, agency)
    user = UserFactory()
    edition = freezing.freeze(draft_edition(agency), at=NOW, user=user)
    logged = ModelLogEntry.objects.get(action="kip_pages.freeze_edition")
    assert (logged.user, logged.object_id) == (user, str(edition.pk))
    assert logged.data == {"sha256": edition.sha256, "entries": 1}


def test_an_edition_that_somebody_changed_meanwhile_is_not_frozen(agency):
    publish(DipEntryPage, agency)
    edition = draft_edition(agency)
    RegisterEdition.objects.filter(pk=edition.pk).update(signer_name="Orang lain")
    with pytest.raises(freezing.EditionChangedError):
        freezing.freeze(edition, at=timezone.now())
    assert not EditionFile.objects.exists()


def test_an_edition_is_frozen_once(agency):
    publish(DipEntryPage, agency)
    edition = draft_edition(agency)
    freezing.freeze(edition, at=timezone.now())
    with pytest.raises(freezing.EditionChangedError):
        freezing.freeze(edition, at=timezone.now())
    assert EditionFile.objects.count() == 3


# --- unchangeable ----------------------------------------------------------------------------


@pytest.fixture
def edition(agency):
    publish(DipEntryPage, agency)
    return frozen_edition(agency)


def test_the_model_refuses_to_change_or_delete_a_frozen_edition(edition):
    edition.signer_name = "Orang lain"
    stale = RegisterEdition(pk=edition.pk, agency=edition.agency, year=2000)
    for attempt in (
        edition.save,
        lambda: edition.save(update_fields=["signer_name"]),
        stale.save,
        edition.delete,
        lambda: RegisterEdition.objects.filter(pk=edition.pk).update(signer_name="x"),
        lambda: RegisterEdition.objects.all().delete(),
        lambda: RegisterEdition.objects.bulk_update([edition], ["signer_name"]),
        edition.files.get(format="csv").save,
        edition.files.get(format="csv").delete,
        lambda: edition.files.update(size=1),
        lambda: EditionFile.objects.all().delete(),
    ):
        with pytest.raises(FrozenEditionError), transaction.atomic():
            attempt()
    edition.refresh_from_db()
    assert edition.signer_name == "Siti Aminah"
    assert edition.files.count() == 3


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE kip_pages_registeredition SET signer_name = 'x'",
        "UPDATE kip_pages_registeredition SET status = 'draft'",
        "DELETE FROM kip_pages_registeredition",
        "UPDATE kip_pages_editionfile SET size = 1",
        "DELETE FROM kip_pages_editionfile",
    ],
)
def test_the_database_refuses_as_well(edition, statement):
    with pytest.raises(IntegrityError, match="stays as it is"), transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute(statement)


def test_the_database_lets_a_draft_be_changed_and_deleted(agency):
    edition = draft_edition(agency)
    edition.place = "Pandeglang"
    edition.save()
    RegisterEdition.objects.filter(pk=edition.pk).update(place="Lebak")
    edition.delete()
    assert not RegisterEdition.objects.exists()


def test_a_file_that_was_exchanged_past_the_triggers_is_not_handed_out(edition):
    other = draft_edition(edition.agency, year=2024)
    EditionFile.objects.bulk_create(
        [
            EditionFile(
                edition=other,
                format=EditionFormat.CSV,
                content=b"diganti",
                size=7,
                sha256="0" * 64,
                made_at=NOW,
            )
        ]
    )
    with pytest.raises(EditionDamagedError):
        file_content(other, EditionFormat.CSV)


def test_rows_whose_hash_was_exchanged_with_them_do_not_pass_either(agency):
    other = draft_edition(agency)
    content = b"{}"
    EditionFile.objects.create(
        edition=other,
        format=EditionFormat.JSON,
        content=content,
        size=2,
        sha256=hashlib.sha256(content).hexdigest(),
        made_at=NOW,
    )
    with pytest.raises(EditionDamagedError):
        file_content(other, EditionFormat.JSON)


# --- corrections and differences -------------------------------------------------------------


def test_a_correction_is_a_new_edition_with_a_number_and_a_reason(edition):
    correction = draft_edition(edition.agency, revision_reason="Satu entri tertinggal")
    assert (correction.revision, correction.label) == (1, "2026/1")
    corrected = freezing.freeze(correction, at=timezone.now())
    assert read_frozen(corrected).head.remarks == ["Perubahan ke-1: Satu entri tertinggal"]
    assert comparing.corrected_by(corrected) == edition
    assert RegisterEdition.objects.frozen().count() == 2


def test_what_changed_is_told_by_id_with_the_columns(agency):
    kept = entry(agency, "Laporan", "BK.KINERJA", holding_unit="Subbagian A", is_online=True)
    gone = entry(agency, "Dihapus")
    entry(agency, "Sama", "BK.PROFIL")
    before = frozen_edition(agency, year=2025)
    kept.title, kept.holding_unit, kept.is_printed = "Laporan baru", "Subbagian B", True
    kept.save_revision().publish()
    gone.delete()
    entry(agency, "Laporan")  # the title of the one that was renamed
    after = frozen_edition(agency, year=2026)
    assert comparing.year_before(after) == before
    difference = comparing.compare_editions(before, after)
    assert [found.title for found in difference.added] == ["Laporan"]
    assert [found.title for found in difference.removed] == ["Dihapus"]
    (change,) = difference.changed
    assert [(c.heading, c.before, c.after) for c in change.columns] == [
        ("Ringkasan isi informasi", "Laporan", "Laporan baru"),
        (
            "Pejabat/unit/satuan kerja yang menguasai informasi",
            "Subbagian A",
            "Subbagian B",
        ),
        ("Bentuk/format informasi yang tersedia", "Online", "Cetak, Online"),
    ]
    assert next(iter(difference.rows())) == ["Ditambahkan", "Laporan", "", "", ""]


def test_the_year_before_is_the_last_correction_of_the_last_year_that_has_one(agency, other_agency):
    publish(DipEntryPage, agency)
    publish(DipEntryPage, other_agency)
    frozen_edition(agency, year=2023)
    frozen_edition(agency, year=2023, revision_reason="Salah ketik")
    frozen_edition(other_agency, year=2025)
    draft_edition(agency, year=2024)
    edition = frozen_edition(agency, year=2026)
    assert str(comparing.year_before(edition)) == "dinkes 2023/1"
    assert comparing.corrected_by(edition) is None


# --- printing --------------------------------------------------------------------------------


def test_the_pdf_of_a_frozen_edition_is_made_in_the_background_of_its_own_rows(edition):
    page = DipEntryPage.objects.get()
    page.delete()
    (job,) = RegisterPrint.objects.all()
    assert (job.edition, job.state) == (edition, PrintState.WAITING)
    assert printing.make_prints(at=timezone.now()) == 1
    content = file_content(edition, EditionFormat.PDF)
    assert content.startswith(b"%PDF")
    job.refresh_from_db()
    assert (job.state, job.content) == (PrintState.DONE, None)
    assert printing.make_prints(at=timezone.now()) == 0


def test_who_asks_again_gets_the_print_that_is_open(agency, other_agency):
    first = printing.request_print(agency=agency, at=NOW)
    assert printing.request_print(agency=agency, at=NOW) == first
    assert printing.request_print(agency=other_agency, at=NOW) != first


def test_a_print_of_the_live_register_is_kept_for_a_day(agency):
    publish(DipEntryPage, agency)
    job = printing.request_print(agency=agency, at=NOW)
    printing.make_prints(at=NOW)
    job.refresh_from_db()
    assert (job.state, bytes(job.content)[:4]) == (PrintState.DONE, b"%PDF")
    printing.catch_up(at=NOW + datetime.timedelta(hours=23))
    assert RegisterPrint.objects.exists()
    printing.catch_up(at=NOW + datetime.timedelta(hours=25))
    assert not RegisterPrint.objects.exists()


def no_pango(*args):
    raise printing.PdfUnavailableError


def broken(*args):
    raise ValueError


@pytest.mark.parametrize(
    ("fails", "state"), [(no_pango, PrintState.UNAVAILABLE), (broken, PrintState.FAILED)]
)
def test_a_pdf_that_could_not_be_made_is_tried_again_a_day_later(
    edition, monkeypatch, fails, state
):
    with monkeypatch.context() as patched:
        patched.setattr(printing, "legal_pdf", fails)
        printing.make_prints(at=NOW)
    assert RegisterPrint.objects.get().state == state
    assert edition.is_frozen
    printing.catch_up(at=NOW + datetime.timedelta(hours=25))
    assert [job.state for job in RegisterPrint.objects.all()] == [PrintState.WAITING]
    printing.catch_up(at=NOW + datetime.timedelta(hours=26))
    assert RegisterPrint.objects.count() == 1


def test_a_print_that_was_interrupted_is_taken_up_again(agency):
    job = printing.request_print(agency=agency, at=NOW)
    RegisterPrint.objects.update(state=PrintState.MAKING, started_at=NOW)
    printing.catch_up(at=NOW + datetime.timedelta(minutes=50))
    job.refresh_from_db()
    assert job.state == PrintState.MAKING
    printing.catch_up(at=NOW + datetime.timedelta(minutes=70))
    job.refresh_from_db()
    assert job.state == PrintState.WAITING


def test_an_edition_frozen_while_its_draft_is_printed_still_gets_its_own_pdf(agency, monkeypatch):
    publish(DipEntryPage, agency)
    edition = draft_edition(agency)
    job = printing.request_print(agency=agency, edition=edition, at=NOW)

    def freezes_meanwhile(head, entries):
        if not edition.is_frozen and head.is_draft:
            freezing.freeze(RegisterEdition.objects.get(pk=edition.pk), at=NOW)
        return b"%PDF"

    monkeypatch.setattr(printing, "legal_pdf", freezes_meanwhile)
    assert printing.make_prints(at=NOW) == 2
    job.refresh_from_db()
    assert bytes(job.content) == b"%PDF"
    later = RegisterPrint.objects.get(edition=edition, content=None)
    assert job.started_at < job.finished_at < later.started_at, "no claim is older than it is"
    edition.refresh_from_db()
    assert edition.status == EditionStatus.FROZEN
    assert edition.files.filter(format=EditionFormat.PDF).count() == 1
