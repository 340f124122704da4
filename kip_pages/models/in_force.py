"""The questions asked of announcements: which hold at a moment, and on whose sites they are shown."""

import datetime
from collections.abc import Iterable

from django.conf import settings
from django.db.models import Case, Exists, IntegerField, OuterRef, Q, Value, When
from django.db.models.functions import Substr
from wagtail.coreutils import get_supported_content_language_variant
from wagtail.models import Page
from wagtail.query import PageQuerySet

from opd_sites.models import Agency

from ..choices import AlertReach, AlertStatus, MessageType, Severity

_GRAVITY = Case(
    *(
        When(severity=severity, then=Value(place))
        for place, severity in enumerate(
            (
                Severity.EXTREME,
                Severity.SEVERE,
                Severity.MODERATE,
                Severity.UNKNOWN,
                Severity.MINOR,
            )
        )
    ),
    output_field=IntegerField(),
)


class EmergencyQuerySet(PageQuerySet):
    def taking_over(self, *, at: datetime.datetime, path):
        """What says something new about an announcement at ``at``: in earnest, and begun.

        ``path`` is the tree path of the announcement; only its own agency can take its place.
        """
        return self.filter(
            live=True,
            status=AlertStatus.ACTUAL,
            effective__lte=at,
            path__startswith=Substr(path, 1, 2 * self.model.steplen),
        )

    def holding(self, *, at: datetime.datetime):
        """What says of itself that it holds at ``at``: in earnest, begun, not expired; half-open."""
        return (
            self.filter(effective__lte=at, status=AlertStatus.ACTUAL)
            .filter(Q(expires=None) | Q(expires__gt=at))
            .exclude(message_type=MessageType.CANCEL)
        )

    def in_force(self, *, at: datetime.datetime):
        """What holds at ``at`` and is not superseded; a translation, only as long as what it translates.

        So whatever ends an announcement in the province's language ends it in every other one.
        """
        pages = EmergencyQuerySet(self.model)
        others = pages.filter(predecessor__translation_key=OuterRef("translation_key"))
        leaders = pages.filter(translation_key=OuterRef("translation_key")).leading()
        return (
            self.holding(at=at)
            .exclude(Exists(others.taking_over(at=at, path=OuterRef("path"))))
            .filter(~Exists(leaders) | Exists(leaders.filter(live=True).holding(at=at)))
        )

    def drills(self, *, at: datetime.datetime):
        """Exercises and tests whose window is open at ``at``; they show in no banner."""
        window = self.filter(effective__lte=at).filter(Q(expires=None) | Q(expires__gt=at))
        drills = window.exclude(status=AlertStatus.ACTUAL)
        return drills.exclude(message_type=MessageType.CANCEL)

    def leading(self):
        """Those in the province's language that were ever public: their translations follow them."""
        language = get_supported_content_language_variant(settings.LANGUAGE_CODE)
        return self.filter(locale__language_code=language).exclude(first_published_at=None)

    def reaching(self, agency: Agency | None):
        """Those whose banner stands on the site of ``agency``; on the portal, where it is None."""
        province = Q(reach=AlertReach.PROVINCE)
        if agency is None:
            agencies = Agency.objects.filter(root_page__path=Substr(OuterRef("path"), 1, _TOP))
            return self.filter(province | ~Exists(agencies))
        chosen = self.model.target_agencies.through.objects.filter(agency=agency)
        return self.filter(
            province
            | Q(path__startswith=agency.root_page.path)
            | Q(reach=AlertReach.CHOSEN_AGENCIES)
            & Q(pk__in=chosen.values("emergencyannouncementpage_id"))
        )

    def gravest_first(self):
        """As readers meet them: by severity, then newest first."""
        return self.annotate(gravity=_GRAVITY).order_by("gravity", "-effective", "-pk")

    def moments(self, *, at: datetime.datetime):
        """Return when each that has not run out at ``at`` begins and ends, whoever does what."""
        lasting = self.filter(Q(expires=None) | Q(expires__gt=at))
        lasting = lasting.filter(Q(expire_at=None) | Q(expire_at__gt=at)).order_by()
        return lasting.values_list("effective", "expires", "expire_at")


def one_of_each(alerts: Iterable, language: str) -> tuple:
    """Return one page of each announcement: in ``language``, or as it is where nobody translated it."""
    chosen = {}
    for alert in alerts:
        known = chosen.get(alert.translation_key)
        if known is None or alert.locale.language_code == language:
            chosen[alert.translation_key] = alert
    return tuple(chosen.values())


# Characters of a tree path that say which agency's, or whether the portal's, a page is.
_TOP = 2 * Page.steplen
