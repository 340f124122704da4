"""Flat registers, as officers keep them."""

import io
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from openpyxl import Workbook

from kip_pages.dip_import.flat import COLUMNS
from kip_pages.models import DipEntryPage, FeedItem

HEADER = "dip_id,category,title,year,form,retention,document_url,extra_urls"


def csv_file(directory, *rows, header=HEADER, encoding="utf-8"):
    path = directory / "register.csv"
    path.write_text("\n".join([header, *rows]), encoding=encoding)
    return path


def import_dip(path, **options):
    out, err = io.StringIO(), io.StringIO()
    call_command("import_dip", str(path), agency="dinkes", stdout=out, stderr=err, **options)
    return out.getvalue(), err.getvalue()


def entries():
    return list(DipEntryPage.objects.order_by("pk"))


def test_a_row_becomes_a_live_entry_with_its_columns(agency, tmp_path):
    row = "A1,setiap_saat,⇒ Renstra,2017-2022,Hard & Soft File,5 tahun,https://x.test/a b.pdf,# /b"
    import_dip(csv_file(tmp_path, row))
    (entry,) = entries()
    assert entry.live
    assert (entry.title, entry.raw_title) == ("⇒ Renstra", "⇒ Renstra")
    assert entry.category == "always_available"
    assert entry.period == "2017/2022"
    assert entry.formats == ["print", "recording"]
    assert entry.retention == "5 tahun"
    addresses = [document.external_url for document in entry.documents.all()]
    assert addresses == ["https://x.test/a b.pdf", "#", "/b"]


def test_exempt_information_is_refused_whatever_else_the_row_says(agency, tmp_path):
    rows = ["A1,dikecualikan,Rekam medis,,,,https://x.test/r.pdf,"]
    rows += ["A2,Informasi Dikecualikan,Sandi,,,,,", "A3,DIKECUALIKAN (berkala),Memo,,,,,"]
    out, err = import_dip(csv_file(tmp_path, *rows), category="berkala")
    assert entries() == []
    assert err.count("refused: dikecualikan") == 3
    assert "line 2:" in err
    assert "3 refused" in out


def test_what_cannot_be_understood_is_refused_with_its_line_and_the_rest_comes_in(agency, tmp_path):
    rows = ["A1,berkala,Baik,2023,,,,", "A2,berkala,,2023,,,,", "A3,rahasia sekali,Apa,,,,,"]
    rows += ["A4,berkala,Salah tahun,kemarin,,,,", "A1,berkala,Kembar,2023,,,,", "A5,,Kosong,,,,,"]
    out, err = import_dip(csv_file(tmp_path, *rows))
    assert [entry.title for entry in entries()] == ["Baik"]
    for line, reason in (
        (3, "the title is empty"),
        (4, "rahasia sekali"),
        (5, "kemarin"),
        (6, "line 2"),
        (7, "category ''"),
    ):
        assert any(f"line {line}:" in told and reason in told for told in err.splitlines()), line
    assert "1 new" in out


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
    out, _err = import_dip(csv_file(tmp_path, "A1,berkala,Nama baru,2024,,,,"))
    (after,) = entries()
    assert "1 changed" in out
    assert (after.title, after.period, after.url) == ("Nama baru", "2024", before.url)


def test_rows_of_another_agency_are_left_alone(agency, other_agency, tmp_path):
    header = "opd_code,banten_equivalent,category,title"
    rows = ["dinkes,,berkala,Kami", "dindik,,berkala,Mereka", "jabar-x,dinkes,berkala,Setara"]
    out, _err = import_dip(csv_file(tmp_path, *rows, header=header))
    assert [entry.title for entry in entries()] == ["Kami", "Setara"]
    assert "1 of another agency" in out


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
        (lambda d: csv_file(d, "x", header="judul"), "no column title"),
        (lambda d: csv_file(d, "A1,berkala,é,,,,,", encoding="latin-1"), "save it as CSV UTF-8"),
        (lambda d: d / "tidak-ada.csv", "cannot be read"),
        (lambda d: csv_file(d, "x").rename(d / "register.xlsx"), "no XLSX workbook"),
    ],
)
def test_a_file_that_cannot_be_read_says_what_to_do(agency, tmp_path, make, advice):
    with pytest.raises(CommandError, match=advice):
        import_dip(make(tmp_path))


def test_an_unknown_agency_is_named(portal, tmp_path):
    with pytest.raises(CommandError, match="There is no agency tidak-ada"):
        call_command("import_dip", str(csv_file(tmp_path)), agency="tidak-ada")


def test_the_columns_of_the_documentation_are_those_that_are_read():
    page = Path(__file__).resolve().parents[2] / "docs" / "how-to" / "import-a-register.md"
    text = page.read_text(encoding="utf-8")
    assert all(name in text for name in COLUMNS)


def test_what_is_imported_reaches_the_feed(client, agency, tmp_path):
    import_dip(csv_file(tmp_path, "A1,berkala,Masuk umpan,,,,,"))
    call_command("feed_worker", once=True)
    assert FeedItem.objects.present().get().title == "Masuk umpan"
