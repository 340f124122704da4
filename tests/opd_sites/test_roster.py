"""The list of agencies that a province keeps in a spreadsheet."""

from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from wagtail.models import Page, Site

from opd_sites.models import Agency
from opd_sites.roster import REQUIRED_COLUMNS, MissingColumnsError, Outcome, load_roster

from ..factories import AgencyFactory
from .whole_database import whole_database

pytestmark = pytest.mark.django_db

HEADER = "code,name_id,short_name,kind,subdomain,note\n"
DINKES = "dinkes,Dinas Kesehatan,Dinkes,dinas,dinkes.example.test,\n"
DINDIK = "dindik,Dinas Pendidikan,Dindik,dinas,dindik.example.test,\n"


def load(*lines, **options):
    return list(load_roster(StringIO(HEADER + "".join(lines)), **options))


def outcomes(results):
    return [(result.line, result.code, result.outcome) for result in results]


def test_good_lines_become_agencies():
    results = load(DINKES, DINDIK)
    assert outcomes(results) == [
        (2, "dinkes", Outcome.CREATED),
        (3, "dindik", Outcome.CREATED),
    ]
    agency = Agency.objects.get(code="dinkes")
    assert (agency.name, agency.short_name, agency.kind) == ("Dinas Kesehatan", "Dinkes", "dinas")
    assert agency.url == "http://dinkes.example.test"


def test_quotes_commas_and_blanks_are_read_as_a_spreadsheet_writes_them():
    load('bppd,"Badan ""A"", Penelitian",  BPPD  ,badan,bppd.example.test,"a, b"\n')
    agency = Agency.objects.get()
    assert (agency.name, agency.short_name) == ('Badan "A", Penelitian', "BPPD")


def test_a_second_run_changes_nothing():
    load(DINKES, DINDIK)
    before = whole_database()
    assert [result.outcome for result in load(DINKES, DINDIK)] == [Outcome.SAME, Outcome.SAME]
    assert whole_database() == before


def test_a_changed_line_says_what_changed():
    load(DINKES)
    (result,) = load("dinkes,Dinas Kesehatan,Dinkesprov,dinas,kesehatan.example.test,\n")
    assert result.outcome == Outcome.UPDATED
    assert result.detail == (
        "short_name: Dinkes → Dinkesprov; "
        "hostname: dinkes.example.test:80 → kesehatan.example.test:80"
    )
    assert Agency.objects.get().url == "http://kesehatan.example.test"


def test_an_agency_that_left_the_roster_stays():
    load(DINKES, DINDIK)
    load(DINKES)
    assert Agency.objects.count() == 2


#   line                                             reason
BAD = [
    ("x,Nama,X,kantor,x.example.test,\n", "kind 'kantor' is not one of"),
    ("y,,X,dinas,y.example.test,\n", "empty: name_id"),
    ("z,   ,X,dinas,z.example.test,\n", "empty: name_id"),
    (",Nama,X,dinas,a.example.test,\n", "empty: code"),
    ("b,Nama,X,dinas,,\n", "empty: subdomain"),
    ("c,,,dinas,c.example.test,\n", "empty: name_id, short_name"),
    ("d,Nama\n", "empty: short_name, kind"),
    ("Dinsos,Nama,X,dinas,dinsos.example.test,\n", "dinkes"),  # how a code looks
    ("dinas x,Nama,X,dinas,e.example.test,\n", "dinkes"),
    (f"f,{'x' * 256},X,dinas,f.example.test,\n", "256"),
    (DINKES, "'dinkes' stands already on line 2"),
    ("g,Nama,X,dinas,dinkes.example.test,\n", "dinkes.example.test:80 belongs to another"),
    ("h,Nama,X,dinas,https://h.example.test/,\n", "“https://h.example.test/”"),
    ("i,Nama,X,dinas,i example.test,\n", "“i example.test”"),
]


@pytest.mark.parametrize("dry_run", [False, True], ids=["loaded", "dry"])
def test_a_bad_line_is_refused_with_its_reason_and_the_others_load(dry_run):
    results = load(DINKES, *(line for line, _reason in BAD), DINDIK, dry_run=dry_run)
    first, *bad, last = results
    assert outcomes([first, last]) == [
        (2, "dinkes", Outcome.CREATED),
        (3 + len(BAD), "dindik", Outcome.CREATED),
    ]
    assert outcomes(bad) == [
        (number, line.split(",")[0], Outcome.REFUSED)
        for number, (line, _reason) in enumerate(BAD, start=3)
    ]
    for result, (_line, reason) in zip(bad, BAD, strict=True):
        assert reason in result.detail
    kept = [] if dry_run else ["dindik", "dinkes"]
    assert sorted(agency.code for agency in Agency.objects.all()) == kept


def test_the_hostname_of_any_site_is_taken():
    Site.objects.create(hostname="portal.example.test", root_page=Page.get_first_root_node())
    (result,) = load("x,Nama,X,dinas,PORTAL.example.test,\n")
    assert result.outcome == Outcome.REFUSED
    assert not Agency.objects.exists()


def test_lines_are_counted_as_an_editor_counts_them():
    results = load("\n", DINKES, "\n\n", DINDIK)
    assert [result.line for result in results] == [3, 6]


def test_a_dry_run_changes_nothing_and_says_the_same():
    load(DINKES)
    changed = "dinkes,Dinas Kesehatan Baru,Dinkes,dinas,dinkes.example.test,\n"
    lines = [changed, DINDIK, "x,Nama,X,kantor,x.example.test,\n"]
    before = whole_database()
    dry = load(*lines, dry_run=True)
    assert whole_database() == before
    assert dry == load(*lines)
    assert whole_database() != before
    assert dry[0].detail == "name: Dinas Kesehatan → Dinas Kesehatan Baru"


def test_the_base_domain_takes_the_place_of_the_subdomain():
    load(DINKES, "x,Nama,X,dinas,,\n", base_domain="localhost", port=8000)
    urls = [agency.url for agency in Agency.objects.order_by("code")]
    assert urls == ["http://dinkes.localhost:8000", "http://x.localhost:8000"]


@pytest.mark.parametrize("column", REQUIRED_COLUMNS)
def test_a_missing_column_is_named_before_anything_is_loaded(column):
    lines = HEADER.replace(column, "lain") + DINKES
    with pytest.raises(MissingColumnsError, match=f"lacks the columns {column}$"):
        list(load_roster(StringIO(lines)))
    assert not Agency.objects.exists()


def test_an_empty_file_lacks_every_column():
    with pytest.raises(MissingColumnsError, match=", ".join(REQUIRED_COLUMNS)):
        list(load_roster(StringIO("")))


# --- the command -----------------------------------------------------------------------------


@pytest.fixture
def roster(tmp_path):
    """Write a roster and return a function that loads it and returns what was printed."""
    path = tmp_path / "opd.csv"

    def run(*lines, encoding="utf-8", **options):
        path.write_text(HEADER + "".join(lines), encoding=encoding)
        out, err = StringIO(), StringIO()
        try:
            call_command("load_roster", str(path), stdout=out, stderr=err, **options)
        except CommandError as error:
            return out.getvalue(), err.getvalue(), str(error)
        return out.getvalue(), err.getvalue(), None

    return run


def test_the_command_prints_what_it_did(roster):
    AgencyFactory(code="dindik", name="Dinas Pendidikan", short_name="Dindik")
    assert roster(DINKES, DINDIK) == (
        "line 2: dinkes: new: Dinas Kesehatan · dinkes.example.test\n"
        "1 new, 0 changed, 1 same, 0 refused\n",
        "",
        None,
    )


def test_the_command_fails_when_lines_were_refused_and_loads_the_others(roster):
    out, err, failure = roster(DINKES, "x,Nama,X,kantor,x.example.test,\n")
    assert out.endswith("1 new, 0 changed, 0 same, 1 refused\n")
    assert err.startswith("line 3: x: refused: kind 'kantor'")
    assert failure == "1 lines were refused; the others are loaded."
    assert [agency.code for agency in Agency.objects.all()] == ["dinkes"]


def test_the_dry_command_shows_the_difference_and_loads_nothing(roster):
    AgencyFactory(code="dindik", name="Dinas Pendidikan", short_name="Disdik")
    out, _err, failure = roster(DINKES, DINDIK, dry_run=True)
    assert out == (
        "line 2: dinkes: new: Dinas Kesehatan · dinkes.example.test\n"
        "line 3: dindik: changed: short_name: Disdik → Dindik\n"
        "dry run: 1 new, 1 changed, 0 same, 0 refused\n"
    )
    assert failure is None
    assert [agency.short_name for agency in Agency.objects.all()] == ["Disdik"]


def test_the_command_takes_the_base_domain_and_the_port(roster):
    roster(DINKES, base_domain="localhost", port=8000)
    assert Agency.objects.get().url == "http://dinkes.localhost:8000"


def test_a_byte_order_mark_does_no_harm(roster):
    assert roster(DINKES, encoding="utf-8-sig")[2] is None
    assert Agency.objects.get().code == "dinkes"


def test_the_command_refuses_another_encoding(roster):
    failure = roster("x,Café,X,dinas,x.example.test,\n", encoding="latin-1")[2]
    assert "is not UTF-8" in failure
    assert not Agency.objects.exists()


def test_the_command_refuses_a_file_that_is_not_there(tmp_path):
    with pytest.raises(CommandError, match="cannot be read"):
        call_command("load_roster", str(tmp_path / "tidak-ada.csv"))


def test_the_command_names_missing_columns(tmp_path):
    path = tmp_path / "opd.csv"
    path.write_text("code,name_id\n")
    with pytest.raises(CommandError, match="short_name, kind, subdomain"):
        call_command("load_roster", str(path))
