"""Make the sample province exist, step by step. Running any step again changes nothing."""

import csv
import datetime
from pathlib import Path

from opd_sites.models import Agency, portal_site
from opd_sites.provisioning import rename
from opd_sites.roster import load_roster

from ..obligations import load_obligations
from ..planting import set_up_portal
from ..ppid.loading import load_ppid_menu
from .texts import agency_texts

ROSTER_FILE = Path(__file__).parent / "roster.csv"
PORTAL_NAME = "Portal Informasi Publik Provinsi Banten (contoh)"
LEAD_AGENCY = "diskominfo"
DEMO_PASSWORD = "contoh-saja"  # noqa: S105 - printed on purpose; the command refuses without DEBUG


def make_portal(*, base_domain: str, port: int):
    """Load the lists of the law and set up the portal; a name that somebody gave it stays."""
    load_obligations()
    load_ppid_menu()
    portal = portal_site()
    name = (portal and portal.site_name) or PORTAL_NAME
    return set_up_portal(hostname=f"portal.{base_domain}", port=port, name=name)


def agency_codes() -> list[str]:
    """Return the codes of the roster, in its order."""
    with ROSTER_FILE.open(encoding="utf-8", newline="") as lines:
        return [row["code"] for row in csv.DictReader(lines)]


def make_agencies(*, base_domain: str, port: int):
    """Provision the agencies that are missing, yielding each result as it comes.

    Known agencies only follow ``base_domain`` and ``port``: their names may have been edited.
    """
    known = {agency.code: agency for agency in Agency.objects.select_related("site")}
    with ROSTER_FILE.open(encoding="utf-8", newline="") as file:
        header, *rows = file
    missing = [row for row in rows if row.split(",", 1)[0] not in known]
    yield from load_roster([header, *missing], base_domain=base_domain, port=port)
    for code in set(agency_codes()) & known.keys():
        hostname, site = f"{code}.{base_domain}", known[code].site
        if (site.hostname, site.port) != (hostname, port):
            rename(known[code], hostname=hostname, port=port)


def describe(agency: Agency, *, on: datetime.date) -> bool:
    """Give an agency without an address its contact and colour, and say whether it had none."""
    if agency.address:
        return False
    texts = agency_texts(agency, on=on)
    leads = agency.code == LEAD_AGENCY and not Agency.objects.filter(is_lead=True).exists()
    rename(
        agency,
        accent_colour=texts["colour"],
        is_lead=agency.is_lead or leads,
        **texts["contact"],
    )
    return True
