"""Put an exemption in force, open what it held back, or withdraw it. Each is logged with its reason."""

import datetime

from django.core.exceptions import ValidationError
from django.db import transaction
from wagtail.log_actions import log
from wagtail.models import Locale

from ..choices import ExemptionState, InformationCategory
from ..models import DipEntryPage, DipIndexPage, ExemptItem, Obligation

# What was declared open after a test, an objection, a dispute or the end of its period.
DECLARED_OPEN = "SS.DINYATAKAN_TERBUKA"


class WrongStateError(RuntimeError):
    """The item is not in the state that this needs: somebody else was faster. Look at it again."""


class NoRegisterSectionError(ValueError):
    """The agency has no register section in the default language to put a draft into."""


@transaction.atomic
def put_in_force(item: ExemptItem, *, at: datetime.datetime, user=None) -> ExemptItem:
    """Make the exemption hold, as its officer decided. Raises ``ValidationError`` by field.

    The messages say what the law asks for and is not stated yet.
    """
    item = _lock(item, ExemptionState.DRAFT)
    item.state = ExemptionState.IN_FORCE
    item.full_clean()
    return _keep(item, "kip_pages.exempt_in_force", at=at, user=user)


@transaction.atomic
def withdraw(item: ExemptItem, *, reason: str, at: datetime.datetime, user=None) -> ExemptItem:
    """Take an item out of the list without opening it, for example because it was entered twice."""
    item = _lock(item, ExemptionState.DRAFT, ExemptionState.IN_FORCE)
    item.state, item.state_reason = ExemptionState.WITHDRAWN, _needed(reason)
    return _keep(item, "kip_pages.exempt_withdrawn", at=at, user=user)


@transaction.atomic
def open_item(
    item: ExemptItem,
    *,
    title: str,
    holding_unit: str,
    reason: str,
    at: datetime.datetime,
    user=None,
) -> DipEntryPage:
    """End an exemption and return the draft that its information gets in the register.

    Nothing of the item goes over but the title and the unit that the officer confirms here. The
    draft is public only when somebody publishes it. Raises ``NoRegisterSectionError``.
    """
    item = _lock(item, ExemptionState.IN_FORCE)
    section = register_section(item.agency)
    page = DipEntryPage(
        title=title,
        slug=section.free_slug(title),
        category=InformationCategory.ALWAYS_AVAILABLE,
        holding_unit=holding_unit,
        owner=user,
        live=False,
        has_unpublished_changes=True,
    )
    page.obligations = Obligation.objects.filter(pk=DECLARED_OPEN)
    section.add_child(instance=page)
    page.save_revision(user=user, log_action="wagtail.create")
    item.state, item.state_reason = ExemptionState.OPENED, _needed(reason)
    item.opened_as = page
    _keep(item, "kip_pages.exempt_opened", at=at, user=user)
    return page


def register_section(agency) -> DipIndexPage:
    """Return the agency's register section; raises ``NoRegisterSectionError``."""
    sections = DipIndexPage.objects.descendant_of(agency.root_page)
    section = sections.filter(locale=Locale.get_default()).first()
    if section is None:
        raise NoRegisterSectionError(f"{agency.code} has no register section")
    return section


def _lock(item, *states):
    locked = ExemptItem.objects.select_for_update(of=("self",)).select_related("agency")
    locked = locked.get(pk=item.pk)
    if locked.state not in states:
        raise WrongStateError(f"{locked} is {locked.state}")
    return locked


def _needed(reason):
    if not reason.strip():
        raise ValidationError({"reason": "say why"}, code="required")
    return reason.strip()


def _keep(item, action, *, at, user):
    item.state_changed_at = at
    item.save()
    log(item, action, user=user, data={"reason": item.state_reason})
    return item
