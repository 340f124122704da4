"""A province that many tests share: building one takes longer than most tests do."""

import contextlib

from django.db import transaction

from kip_pages.feed import sequencer
from kip_pages.obligations import load_obligations
from kip_pages.planting import set_up_portal
from kip_pages.ppid.loading import load_ppid_menu
from opd_sites.models import Agency

from .factories import AgencyFactory


@contextlib.contextmanager
def shared_province():
    """Build a portal and two agencies once; each test rolls back to them, and the end to nothing."""
    with transaction.atomic():
        load_obligations()
        load_ppid_menu()
        set_up_portal(hostname="portal.example.test", name="Portal Provinsi Contoh")
        for code in ("dinkes", "dindik"):
            AgencyFactory(code=code)
        # Nothing commits here, so nothing was numbered on commit.
        sequencer.catch_up(pressing_only=False, max_batches=None)
        yield
        transaction.set_rollback(True)


def agency_named(code):
    """Return the agency fresh from the database, so that no test sees another one's object."""
    return Agency.objects.select_related("site", "root_page", "collection").get(code=code)
