"""EDITOR → PAGE → FEED → PORTAL, over HTTP, on a written sample and on the real rows."""

import csv
import io
from collections import Counter
from pathlib import Path

import pytest
from django.core.management import call_command
from django.test import Client
from django.utils import timezone
from wagtail.test.utils.form_data import inline_formset, nested_form_data, rich_text, streamfield

from kip_pages.choices import EmergencyKind, Hazard
from kip_pages.models import EmergencyAnnouncementPage, FeedItem, NewsPage
from kip_pages.planting import set_up_portal
from opd_sites.choices import AgencyRole
from opd_sites.models import Agency

from .. import samples
from ..factories import UserFactory, publish, section_of
from ..mirror import Mirror

SHARED = Path(__file__).resolve().parents[3] / "shared" / "data"
REAL_FILES = ["opd.csv", "dip_real.csv", "news_real.csv", "serta_merta_real.csv"]

KINDS = {
    "klb_difteri": (EmergencyKind.INFECTIOUS_DISEASE, Hazard.EPIDEMIC),
    "covid19": (EmergencyKind.INFECTIOUS_DISEASE, Hazard.EPIDEMIC),
    "wabah_hewan": (EmergencyKind.INFECTIOUS_DISEASE, Hazard.EPIDEMIC),
    "keracunan_makanan": (EmergencyKind.FOOD_POISON, Hazard.FOOD_POISONING),
    "gangguan_listrik": (EmergencyKind.UTILITY_DISRUPTION, Hazard.UTILITY_OUTAGE),
    "bahaya_radiasi": (EmergencyKind.NON_NATURAL_DISASTER, Hazard.TECHNOLOGICAL_FAILURE),
    "gunung_api": (EmergencyKind.NATURAL_DISASTER, Hazard.VOLCANIC_ERUPTION),
    "tsunami": (EmergencyKind.NATURAL_DISASTER, Hazard.TSUNAMI),
    "gempa_bumi": (EmergencyKind.NATURAL_DISASTER, Hazard.EARTHQUAKE),
}


@pytest.fixture
def province(committed_db):
    return set_up_portal(hostname="portal.example.test", name="Portal Provinsi Contoh")


def written_sample(tmp_path):
    for name, text in zip(
        REAL_FILES, (samples.ROSTER, samples.DIP, samples.NEWS, samples.EMERGENCIES), strict=True
    ):
        (tmp_path / name).write_text(text, encoding="utf-8", newline="\r\n")
    return tmp_path


def rows_of(path):
    with path.open(encoding="utf-8", newline="") as file:
        return [row for row in csv.DictReader(file) if row.get("province", "Banten") == "Banten"]


def load(data, tmp_path):
    """Load all that the files hold for the roster's agencies, as administrators and editors would."""
    call_command("load_roster", str(data / "opd.csv"), stdout=io.StringIO())
    rows = rows_of(data / "dip_real.csv")
    of_province = tmp_path / "dip.csv"
    with of_province.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, rows[0].keys())
        writer.writeheader()
        writer.writerows(rows)
    for code in {row["opd_code"] for row in rows}:
        output = {"stdout": io.StringIO(), "stderr": io.StringIO()}
        call_command("import_dip", str(of_province), agency=code, **output)
    agencies = {agency.code: agency for agency in Agency.objects.select_related("root_page")}
    for row in rows_of(data / "news_real.csv"):
        publish(
            NewsPage,
            agencies[row["opd_code"]],
            title=row["title"],
            summary=row["summary_id"],
            date=row["date"] or timezone.localdate(),
        )
    for row in rows_of(data / "serta_merta_real.csv"):
        kind, hazard = KINDS.get(row["kind"], (EmergencyKind.NATURAL_DISASTER, Hazard.OTHER))
        publish(
            EmergencyAnnouncementPage,
            agencies[row["opd_code"]],
            title=row["title"],
            summary=row["summary_id"],
            kind=kind,
            hazard=hazard,
            original_issuer=row["issuer_original"],
            original_url=row["source_url"],
        )


def titles_as_received(mirror):
    """Count (agency, kind, title), an entry's as its list had it: with the number and the bullet."""
    for item in mirror.items.values():
        data = item["data"]
        if item["kind"] == "dip":
            assert data["title"] in data["raw_title"], "nothing is taken off but what goes before"
        yield data["agency"]["code"], item["kind"], data.get("raw_title") or data["title"]


def expected_titles(data):
    """Count (agency, kind, title) in the files; what is exempt is not expected."""
    titles = Counter()
    for name, kind in (
        ("dip_real", "dip"),
        ("news_real", "news"),
        ("serta_merta_real", "emergency"),
    ):
        for row in rows_of(data / f"{name}.csv"):
            if row.get("category") != "dikecualikan":
                titles[row["opd_code"], kind, " ".join(row["title"].split())] += 1
    return titles


@pytest.mark.parametrize("source", ["written", "real"])
def test_what_agencies_publish_is_what_the_portal_has(province, source, tmp_path):
    if source == "real" and not all((SHARED / name).exists() for name in REAL_FILES):
        pytest.skip("the real rows (../shared/data) are not on this machine")
    data = SHARED if source == "real" else written_sample(tmp_path)
    load(data, tmp_path)
    mirror = Mirror(Client(), limit=50).follow()
    assert Counter(titles_as_received(mirror)) == expected_titles(data)
    stored = FeedItem.objects.present().values_list("agency__code", "kind")
    assert mirror.counts == Counter(stored)
    told = Client().get("/api/feed/v1/digest", headers={"host": "portal.example.test"}).json()
    digest = {(row["agency"], row["kind"]): (row["count"], row["hash"]) for row in told["items"]}
    assert mirror.digest() == digest
    if source == "real":
        assert Agency.objects.count() == len(rows_of(data / "opd.csv"))
        # Loading the same once more changes nothing and gives no number.
        numbers = {key: item["modified"] for key, item in mirror.items.items()}
        call_command("load_roster", str(data / "opd.csv"), stdout=io.StringIO())
        for code in {row["opd_code"] for row in rows_of(data / "dip_real.csv")}:
            call_command("import_dip", str(tmp_path / "dip.csv"), agency=code, stdout=io.StringIO())
        again = Mirror(Client(), limit=500).follow()
        assert {key: item["modified"] for key, item in again.items.items()} == numbers


def test_an_editor_drafts_a_publisher_publishes_and_the_portal_reads_it(province):
    call_command("provision_agency", "dinkes", name="Dinas Kesehatan", short_name="Dinkes",
                 kind="dinas", hostname="dinkes.example.test", stdout=io.StringIO())  # fmt: skip
    agency = Agency.objects.get(code="dinkes")
    section = section_of(agency, NewsPage)
    host = {"host": "dinkes.example.test"}
    form = nested_form_data(
        {
            "title": "Imunisasi dimulai",
            "slug": "imunisasi-dimulai",
            "summary": "Imunisasi dimulai hari ini.",
            "date": "2026-11-24",
            "category": "news",
            "lead_image": "",
            "lead_image_alt": "",
            "body": streamfield([("paragraph", rich_text("<p>Di semua puskesmas.</p>"))]),
            "related_entries": inline_formset([]),
            "tags": "imunisasi, anak",
            "comments": inline_formset([]),
        }
    )
    mirror = Mirror(Client()).follow()

    editor = Client()
    editor.force_login(UserFactory(role=AgencyRole.EDITOR, role__agency=agency))
    address = f"/admin/pages/add/kip_pages/newspage/{section.pk}/"
    response = editor.post(address, form, headers=host)
    assert response.status_code == 302, response.context and response.context["form"].errors
    page = NewsPage.objects.get(slug="imunisasi-dimulai")
    assert not page.live
    assert mirror.follow().items == {}

    publisher = Client()
    publisher.force_login(UserFactory(role=AgencyRole.PUBLISHER, role__agency=agency))
    edit = f"/admin/pages/{page.pk}/edit/"
    response = publisher.post(edit, form | {"action-publish": "1"}, headers=host)
    assert response.status_code == 302, response.context and response.context["form"].errors

    (item,) = mirror.follow().items.values()
    assert item["data"]["title"] == "Imunisasi dimulai"
    assert item["data"]["tags"] == ["anak", "imunisasi"]
    assert item["data"]["url"] == "http://dinkes.example.test/berita/imunisasi-dimulai/"
    citizen = Client().get("/berita/imunisasi-dimulai/", headers=host)
    assert citizen.status_code == 200
    assert "Di semua puskesmas." in citizen.content.decode()
