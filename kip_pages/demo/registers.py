"""A frozen edition and some exempt items for a few agencies, as their information officers would."""

import datetime

from django.contrib.auth import get_user_model
from django.db import transaction
from django.utils import timezone

from opd_sites.choices import AgencyRole
from opd_sites.models import Agency

from ..choices import ExemptionState
from ..editions.freezing import freeze
from ..exempt.deciding import put_in_force
from ..models import ExemptItem, RegisterEdition
from .people import username_of
from .texts import agency_texts, fill, read

# Days before today on which the decree was signed, and the exemptions were decided.
DECREED, DECIDED = 5, 400


def freeze_editions(*, now: datetime.datetime) -> int:
    """Freeze this year's register of the agencies that have no edition yet; return how many."""
    agencies = list(_agencies().filter(register_editions=None))
    for agency in agencies:
        _freeze_edition(agency, now)
    return len(agencies)


@transaction.atomic
def _freeze_edition(agency, now):
    today = timezone.localdate(now)
    said = fill(read("registers")["edition"], agency_texts(agency, on=today))
    decided_on = today - datetime.timedelta(days=DECREED)
    edition = RegisterEdition.objects.create(
        agency=agency, year=today.year, decided_on=decided_on, **said
    )
    freeze(edition, at=now, user=_publisher(agency))


def list_exempt(*, now: datetime.datetime) -> int:
    """Fill the list of exempt information of the agencies that have none; return how many items."""
    agencies = list(_agencies().filter(exempt_items=None))
    return sum(_list_of(agency, now) for agency in agencies)


@transaction.atomic
def _list_of(agency, now):
    words = agency_texts(agency, on=timezone.localdate(now))
    said = fill({k: v for k, v in read("registers").items() if k != "agencies"}, words)
    for number, item in enumerate(said["items"], start=1):
        _item(agency, number, item, said["decision"], now)
    return len(said["items"])


def _item(agency, number, said, decision, now):
    today = timezone.localdate(now)
    state, days = said.pop("state"), said.pop("days", None)
    item = ExemptItem(agency=agency, **said)
    if state == ExemptionState.IN_FORCE:
        decided = today - datetime.timedelta(days=DECIDED)
        item.tested_on = item.decided_on = decided
        item.decision_number = f"CONTOH/{agency.code}/DIK/{decided.year}/{number}"
        item.expires_on = today + datetime.timedelta(days=days)
        for name, value in decision.items():
            setattr(item, name, value)
    item.save()
    if state == ExemptionState.IN_FORCE:
        put_in_force(item, at=now, user=_publisher(agency))


def _agencies():
    return Agency.objects.filter(code__in=read("registers")["agencies"]).order_by("pk")


def _publisher(agency):
    username = username_of(agency, AgencyRole.PUBLISHER)
    return get_user_model().objects.filter(username=username).first()
