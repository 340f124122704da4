"""``import_dip``: a register kept in a file becomes an agency's DIP, from the command line."""

import io
import json

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.utils import translation
from openpyxl import Workbook

from kip_pages.dip_import import uploading
from kip_pages.dip_import.questions import Answers
from kip_pages.import_choices import ImportState
from kip_pages.models import DipEntryPage, DipImport, DipImportRow, FeedItem

from ..factories import draft

HEADER = "dip_id,category,title,year,form,retention,document_url,extra_urls"


def csv_file(directory, *rows, header=HEADER, name="register.csv"):
    path = directory / name
    path.write_text("\n".join([header, *rows]), encoding="utf-8")
    return path


def import_dip(path, **options):
    out, err = io.StringIO(), io.StringIO()
    call_command("import_dip", str(path), agency="dinkes", stdout=out, stderr=err, **options)
    return out.getvalue(), err.getvalue()


def entries():
    return list(DipEntryPage.objects.order_by("pk"))


def addresses(entry):
    return [document.external_url for document in entry.documents.all()]


def test_a_row_becomes_a_live_entry_with_its_columns(agency, tmp_path):
    row = "A1,setiap_saat,⇒ Renstra,2017-2022,Hard & Soft File,5 tahun,https://x.test/a b.pdf,# /b"
    import_dip(csv_file(tmp_path, row))
    (entry,) = entries()
    assert entry.live
    assert (entry.title, entry.raw_title) == ("Renstra", "⇒ Renstra")
    assert entry.category == "always_available"
    assert entry.period == "2017/2022"
    assert entry.formats == ["print", "recording"]
    assert entry.retention == "5 tahun"
    assert addresses(entry) == ["https://x.test/a b.pdf", "/b"], '"#" leads nowhere'


def test_the_columns_of_the_law_come_in(agency, tmp_path):
    header = (
        "No;Ringkasan Isi Informasi;Pejabat/Unit yang Menguasai Informasi;Penanggung Jawab Pembuatan;"
        "Waktu dan Tempat Pembuatan;Bentuk Informasi;Jangka Waktu Penyimpanan;Kategori"
    )
    row = '1;"Renja\nMemuat rencana kerja.";Sekretariat;Subbagian Perencanaan;Serang, 4 Maret 2024;'
    import_dip(csv_file(tmp_path, f"{row}Cetak, online;5 tahun;Berkala", header=header))
    (entry,) = entries()
    assert (entry.title, entry.summary) == ("Renja", "Memuat rencana kerja.")
    assert (entry.holding_unit, entry.responsible_officer) == (
        "Sekretariat",
        "Subbagian Perencanaan",
    )
    assert (entry.made_when, entry.made_where, entry.period) == ("2024-03-04", "Serang", "")
    assert entry.formats == ["print", "online"]


def test_exempt_information_is_set_aside_whatever_else_the_row_says(agency, tmp_path):
    rows = ["A1,dikecualikan,Rekam medis,,,,https://x.test/r.pdf,"]
    rows += ["A2,Informasi Dikecualikan,Sandi,,,,,", "A3,DIKECUALIKAN (berkala),Memo,,,,,"]
    rows += ["A4,berkala,Pegawai sakit,,Dikecualikan,,,"]
    out, err = import_dip(csv_file(tmp_path, *rows), category="berkala")
    assert entries() == []
    assert err.count("exempt: ") == 4
    assert "line 2:" in err
    assert "4 exempt" in out
    stored = DipImportRow.objects.entries()
    assert [row.understood["links"] for row in stored] == [[]] * 4, "not even their addresses"
    assert "x.test" not in json.dumps([row.understood for row in stored])


def test_what_cannot_be_understood_is_refused_with_its_line_and_the_rest_comes_in(agency, tmp_path):
    rows = ["A1,berkala,Baik,2023,,,,", "A2,berkala,,2023,,,,", "A3,rahasia sekali,Apa,,,,,"]
    rows += ["A4,entah,Salah,2023,,,,", "A1,berkala,Kembar,2023,,,,", "A5,,Kosong,,,,,"]
    rows += [f"A6,berkala,Panjang,2023,,{'x' * 300},,", "A1,berkala,Baik,2023,,,,"]
    out, err = import_dip(csv_file(tmp_path, *rows))
    assert [entry.title for entry in entries()] == ["Baik"]
    for line, reason in (
        (3, "no title"),
        (4, "exempt information"),
        (5, "“entah” is no category"),
        (6, "same key as row 2"),
        (7, "No category is stated"),
        (8, "retention period: Ensure this value has at most 255 characters"),
        (9, "duplicate of row 2"),
    ):
        assert any(f"line {line}:" in told and reason in told for told in err.splitlines()), line
    assert "1 new, 0 changed, 0 same, 6 refused, 1 exempt" in out


def test_a_time_that_is_none_is_left_empty_and_its_row_comes_in(agency, tmp_path):
    import_dip(csv_file(tmp_path, "A1,berkala,Baik,kemarin,,,,"))
    (entry,) = entries()
    assert entry.period == ""
    assert DipImportRow.objects.entries().get().understood["raw"]["year"] == "kemarin"


def test_the_category_option_stands_in_only_where_a_row_says_nothing(agency, tmp_path):
    rows = ["A1,,Tanpa,,,,,", "A2,Serta Merta,Dengan,,,,,", "A3,entah,Salah,,,,,"]
    import_dip(csv_file(tmp_path, *rows), category="berkala")
    assert [(e.title, e.category) for e in entries()] == [
        ("Tanpa", "periodic"),
        ("Dengan", "immediate"),
    ]


def test_a_dry_run_says_what_it_would_do_and_changes_nothing(agency, tmp_path):
    out, _err = import_dip(csv_file(tmp_path, "A1,berkala,Baru,,,,,"), dry_run=True)
    assert "dry run: 1 new" in out
    assert entries() == []
    assert not DipImport.objects.exists()


def test_a_dry_run_prints_what_was_understood_in_the_schema_of_the_samples(agency, tmp_path):
    path = csv_file(
        tmp_path, "A1,entah,a. Renja 2024,,Cetak,,https://x.test/a.pdf,", "", "A2,,,,,,,"
    )
    out, _err = import_dip(path, dry_run=True, json=True)
    (told,) = json.loads(out)["files"].values()
    assert told["opd_code"] == "dinkes"
    assert told["rows"] == [
        {
            "sheet": None, "row": 2, "category": None, "section": None, "title": "Renja 2024",
            "summary": None, "year_start": 2024, "year_end": 2024, "date": None,
            "responsible_unit": None, "holder_unit": None, "form": ["hardcopy"], "retention": None,
            "document_urls": ["https://x.test/a.pdf"], "legal_basis": None, "dip_id": "A1", "flag": None,
        }
    ]  # fmt: skip
    assert [(row["row"], row["why"]) for row in told["not_imported"]] == [
        (1, "header"),
        (4, "no title: cannot be an entry"),
    ]


def test_json_is_refused_without_a_dry_run(agency, tmp_path):
    with pytest.raises(CommandError, match="dry-run"):
        import_dip(csv_file(tmp_path), json=True)


@pytest.mark.parametrize("identity", ["A1", ""])
def test_running_it_again_changes_nothing(agency, tmp_path, identity):
    path = csv_file(tmp_path, f"{identity},berkala,LHKPN 2023,2023,Cetak,,https://x.test/l.pdf,")
    import_dip(path)
    (before,) = entries()
    out, _err = import_dip(path)
    (after,) = entries()
    assert "1 same" in out
    assert after.latest_revision_id == before.latest_revision_id


def test_a_changed_row_changes_its_entry_and_keeps_its_address(agency, tmp_path):
    import_dip(csv_file(tmp_path, "A1,berkala,Nama lama,2023,,,,"))
    (before,) = entries()
    out, _err = import_dip(csv_file(tmp_path, "A1,berkala,Nama baru,2024,,,https://x.test/b,"))
    (after,) = entries()
    assert "1 changed" in out
    assert (after.title, after.period, after.url) == ("Nama baru", "2024", before.url)
    assert addresses(after) == ["https://x.test/b"]
    assert DipImportRow.objects.latest("pk").changes == [
        "title",
        "raw_title",
        "period",
        "documents",
    ]


def test_without_a_key_a_new_wording_is_new_and_says_what_it_resembles(agency, tmp_path):
    import_dip(csv_file(tmp_path, ",berkala,Laporan Kinerja Instansi Pemerintah,2023,,,,"))
    path = csv_file(
        tmp_path,
        ",berkala,Laporan Kinerja Instansi Pemerinta,2023,,,,",
        ",berkala,Laporan Kinerja Instansi Pemerintah 2022,,,,,",
    )
    import_dip(path)
    resembling = DipImportRow.objects.filter(of=DipImport.objects.latest("pk")).order_by("row")
    assert [row.resembles for row in resembling.entries()] == [
        "Laporan Kinerja Instansi Pemerintah",
        "",  # of another year
    ]
    assert len(entries()) == 3


def test_the_same_title_with_other_addresses_is_another_entry_and_stays_one(agency, tmp_path):
    rows = [f",berkala,DPPA SKPD 2023,2023,,,https://x.test/{n}.pdf," for n in (1, 2)]
    path = csv_file(tmp_path, *rows)
    import_dip(path)
    out, _err = import_dip(path)
    assert [addresses(entry) for entry in entries()] == [
        ["https://x.test/1.pdf"],
        ["https://x.test/2.pdf"],
    ]
    assert "0 new, 0 changed, 2 same" in out


def test_what_somebody_is_changing_locked_or_took_away_is_left_alone(agency, tmp_path):
    rows = ["A1,berkala,Satu,2023,,,,", "A2,berkala,Dua,2023,,,,", "A3,berkala,Tiga,2023,,,,"]
    import_dip(csv_file(tmp_path, *rows))
    edited, locked, offline = entries()
    edited.title = "Satu yang sedang diubah"
    edited.save_revision()
    locked.locked = True
    locked.save()
    offline.unpublish()
    out, err = import_dip(csv_file(tmp_path, *(row.replace("2023", "2024") for row in rows)))
    assert "0 new, 0 changed, 0 same, 3 refused" in out
    for reason in ("has changes that are not published", "is locked", "was taken offline"):
        assert reason in err
    assert [entry.period for entry in entries()] == ["2023"] * 3


def test_uploaded_files_of_an_entry_stay_when_its_row_changes(agency, tmp_path):
    from wagtail.documents import get_document_model

    from kip_pages.models import DipDocument

    import_dip(csv_file(tmp_path, "A1,berkala,Renja,2023,,,https://x.test/lama,"))
    (entry,) = entries()
    file = get_document_model().objects.create(title="Berkas", collection=agency.collection)
    entry.documents = [*entry.documents.all(), DipDocument(title="Berkas", document=file)]
    entry.save_revision().publish()
    import_dip(csv_file(tmp_path, "A1,berkala,Renja,2023,,,https://x.test/baru,"))
    (entry,) = entries()
    kept = entry.documents.all()
    assert {d.external_url or d.title for d in kept} == {"Berkas", "https://x.test/baru"}


def test_rows_of_another_agency_are_left_alone(agency, other_agency, tmp_path):
    header = "opd_code,banten_equivalent,category,title"
    rows = ["dinkes,,berkala,Kami", "dindik,,berkala,Mereka", "jabar-x,dinkes,berkala,Setara"]
    import_dip(csv_file(tmp_path, *rows, header=header))
    assert [entry.title for entry in entries()] == ["Kami", "Setara"]
    other = DipImportRow.objects.get(reason="other_agency")
    with translation.override("en"):
        assert other.reason_text == "of another agency: dindik"


def test_an_entry_of_another_agency_with_the_same_key_is_not_touched(
    agency, other_agency, tmp_path
):
    theirs = draft(DipEntryPage, other_agency, title="Mereka", source_key="A1")
    import_dip(csv_file(tmp_path, "A1,berkala,Kami,,,,,"))
    theirs.refresh_from_db()
    assert theirs.title == "Mereka"
    assert DipEntryPage.objects.child_of(theirs.get_parent()).count() == 1


def test_a_workbook_is_read_like_a_csv(agency, tmp_path):
    book = Workbook()
    book.active.append(["title", "category", "year", "holder_unit"])
    book.active.append(["DPA 2024", "berkala", 2024, "Sekretariat"])
    book.active.append([None, None, None, None])
    book.save(tmp_path / "register.xlsx")
    import_dip(tmp_path / "register.xlsx")
    (entry,) = entries()
    assert (entry.title, entry.period, entry.holding_unit) == ("DPA 2024", "2024", "Sekretariat")


@pytest.mark.parametrize(
    ("make", "advice"),
    [
        (lambda d: csv_file(d, header="No,Kategori,Jumlah"), "holds no entries"),
        (lambda d: d / "tidak-ada.csv", "cannot be read"),
        (lambda d: csv_file(d, "x").rename(d / "register.xlsx"), "save it as XLSX"),
    ],
)
def test_a_file_that_cannot_be_read_says_what_to_do(agency, tmp_path, make, advice):
    with pytest.raises(CommandError, match=advice):
        import_dip(make(tmp_path))
    assert not DipImport.objects.exists(), "a refused file is not kept"


def test_a_command_whose_import_is_changed_meanwhile_says_where_to_look(agency, tmp_path):
    def confirm_otherwise(execute, sql, params, many, context):
        done = execute(sql, params, many, context)
        if sql.startswith('UPDATE "kip_pages_dipimport" SET "state"') and "ready" in params:
            uploading.confirm(DipImport.objects.get(), Answers())  # as an officer does in the admin
        return done

    with connection.execute_wrapper(confirm_otherwise), pytest.raises(CommandError, match="admin"):
        import_dip(csv_file(tmp_path, "A1,berkala,Renja"))
    assert not DipEntryPage.objects.exists()


def test_an_unknown_agency_is_named(portal, tmp_path):
    with pytest.raises(CommandError, match="There is no agency tidak-ada"):
        call_command("import_dip", str(csv_file(tmp_path)), agency="tidak-ada")


def test_what_is_imported_reaches_the_feed(client, agency, tmp_path):
    import_dip(csv_file(tmp_path, "A1,berkala,Masuk umpan,,,,,"))
    call_command("feed_worker", once=True)
    assert FeedItem.objects.present().get().title == "Masuk umpan"


def test_a_file_is_kept_privately_until_its_import_is_forgotten(agency, tmp_path, settings):
    import_dip(csv_file(tmp_path, "A1,berkala,Satu,,,,,", name="Daftar Rahasia.csv"))
    job = DipImport.objects.get()
    assert job.state == ImportState.DONE
    assert job.name == "Daftar Rahasia.csv"
    assert "Rahasia" not in job.file.name
    assert not job.file.path.startswith(str(settings.MEDIA_ROOT))
    path = job.file.path
    uploading.forget(job)
    assert not DipImportRow.objects.exists()
    assert len(entries()) == 1
    with pytest.raises(FileNotFoundError):
        open(path)
