"""What an agency has to see to, as lists whose heads the dashboard shows."""

import datetime

from django.db.models import Case, IntegerField, When
from django.db.models.functions import Cast, Coalesce, Least
from django.forms import Media
from django.middleware.csrf import get_token
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from wagtail.admin.ui.components import Component
from wagtail.admin.ui.tables import (
    Column,
    DateColumn,
    StatusTagColumn,
    TitleColumn,
)
from wagtail.models import Page, Revision

from opd_sites.choices import NoticeKind
from opd_sites.desk import (
    Desk,
    MomentColumn,
    PendingList,
    PersonColumn,
    ToDoList,
    WaitingList,
    page_rows,
    rows_of,
    title_column,
)
from opd_sites.notices import notices_of

from .alerts.publishing import confirm_address
from .conf import get_setting
from .feed import consumers
from .models import DipEntryPage, EmergencyAnnouncementPage
from .models.base import showable

# How far ahead the lists of what ends and what goes live look.
AHEAD = datetime.timedelta(days=30)


class DeskList(ToDoList):
    namespace = "kip_desk"

    def prepared(self, rows):
        return rows_of(rows)


class AskedList(DeskList):
    """Announcements that an editor cannot publish and wants the user to publish."""

    name = "asked"
    heading = _("Asked to publish at once")
    nothing = _("Nobody has asked you to publish an announcement.")
    icon = "warning"
    order = 100
    columns = (
        TitleColumn(
            "title",
            label=_("Announcement"),
            get_url=lambda row: row.about.address or confirm_address(row),
        ),
        PersonColumn("about.actor", label=_("Asked by")),
        DateColumn("about.created_at", label=_("Since")),
    )

    def rows(self):
        asked = notices_of(self.desk.user).unseen().filter(kind=NoticeKind.ASKED)
        return asked.select_related("actor").order_by("created_at", "pk")

    def prepared(self, rows):
        return page_rows(self.desk, rows, lambda notice: notice.page_id)


class SequelColumn(Column):
    """One press from an alert in force to its update and to its all clear."""

    cell_template_name = "kip_pages/admin/sequel_cell.html"


class AlertList(DeskList):
    name = "alerts"
    heading = _("Alerts in force")
    nothing = _("No alert is in force.")
    icon = "warning"
    order = 105
    columns = (
        title_column(),
        Column("about.level_display", label=_("Level")),
        MomentColumn("about.effective", label=_("From")),
        MomentColumn("about.expires", label=_("Until")),
        SequelColumn("sequels", label=_("Action")),
    )

    def rows(self):
        shown = self.desk.pages(showable(EmergencyAnnouncementPage.objects.all(), at=self.desk.at))
        return shown.in_force(at=self.desk.at).order_by("-effective", "-pk")


class EndingList(DeskList):
    """What is public now and ends soon: pages that expire, and alerts that run out."""

    name = "ending"
    heading = _("Ends soon")
    explanation = _("What is public now and expires, or runs out, within 30 days.")
    nothing = _("Nothing ends within 30 days.")
    icon = "time"
    order = 140
    columns = (
        title_column(),
        Column("kind", label=_("Type")),
        MomentColumn("about.ends_at", label=pgettext_lazy("column", "Ends")),
    )

    def rows(self):
        expires = self._ahead("expire_at")
        runs_out = self._ahead("emergencyannouncementpage__expires")
        # Of a date and none some databases say that none is the least.
        ends_at = Least(Coalesce(expires, runs_out), Coalesce(runs_out, expires))
        pages = self.desk.pages(Page.objects.live()).annotate(ends_at=ends_at)
        return pages.filter(ends_at__lte=self.desk.at + AHEAD).order_by("ends_at", "pk")

    def _ahead(self, name):
        return Case(When(**{f"{name}__gte": self.desk.at}, then=name))


class PlannedList(DeskList):
    """What goes live by itself; what should have gone live already comes first."""

    name = "planned"
    heading = _("Goes live by itself")
    nothing = _("Nothing is planned.")
    icon = "calendar-check"
    order = 145
    columns = (
        title_column(),
        Column("kind", label=_("Type")),
        MomentColumn("about.approved_go_live_at", label=_("Goes live")),
    )

    def rows(self):
        ours = self.desk.pages(Page.objects.all()).values("pk")
        planned = Revision.page_revisions.exclude(approved_go_live_at=None)
        return (
            planned.annotate(page_pk=Cast("object_id", IntegerField()))
            .filter(page_pk__in=ours)
            .defer("content")
            .order_by("approved_go_live_at", "pk")
        )

    def prepared(self, rows):
        return page_rows(self.desk, rows, lambda revision: revision.page_pk)


class IncompleteList(DeskList):
    name = "incomplete"
    heading = _("Register entries that miss something")
    explanation = _(
        "The law wants seven columns in the register of public information. What is named here is "
        "still empty."
    )
    nothing = _("No entry misses a column.")
    icon = "table"
    order = 130
    columns = (
        title_column(),
        Column(
            "missing", label=_("Missing"), accessor=lambda row: "; ".join(row.about.missing_columns)
        ),
        StatusTagColumn(
            "state",
            label=_("State"),
            accessor=lambda row: _("Public") if row.about.live else _("Draft"),
            primary=lambda row: row.about.live,
        ),
    )

    def rows(self):
        entries = self.desk.pages(DipEntryPage.objects.all()).sources().filter(expired=False)
        return entries.incomplete().order_by("-live", "title", "pk")


class ConfirmColumn(Column):
    """A button that says: still current. Works without scripts, and leads back to where it stood."""

    cell_template_name = "kip_pages/admin/confirm_cell.html"

    def get_cell_context_data(self, instance, parent_context):
        request = parent_context["request"]
        return super().get_cell_context_data(instance, parent_context) | {
            "url": reverse("kip_desk:confirm", args=[instance.pk]),
            "next_url": request.get_full_path(),
            "csrf_token": get_token(request),
        }


class DoubtfulList(DeskList):
    name = "doubtful"
    heading = _("Still current?")
    explanation = _(
        "Periodic information is announced anew at least every six months (UU 14/2008 Ps. 9). Confirm "
        "what has not changed; open and publish anew what has."
    )
    nothing = _("Everything was published or confirmed within six months.")
    icon = "history"
    order = 135
    columns = (
        title_column(),
        DateColumn("about.assured_at", label=_("Last published or confirmed")),
        ConfirmColumn("confirm", label=_("Action")),
    )

    def rows(self):
        entries = self.desk.pages(DipEntryPage.objects.all()).sources()
        return entries.doubtful(at=self.desk.at).order_by("assured_at", "pk")


LISTS = (AskedList, AlertList, IncompleteList, DoubtfulList, EndingList, PlannedList)


class Overview(Component):
    """One line of figures: what there is to see to, and when a portal last read."""

    template_name = "kip_pages/admin/overview.html"
    order = 90
    SHOWN = (WaitingList, PendingList, AlertList, IncompleteList, DoubtfulList, EndingList)

    def __init__(self, desk: Desk):
        self.desk = desk

    @property
    def media(self):
        return Media(css={"all": ["kip_pages/admin.css"]})

    def get_context_data(self, parent_context):
        late = self.desk.at - datetime.timedelta(seconds=get_setting("FEED_CONSUMER_MAX_LAG"))
        return {
            "lists": [self.desk.todo(kind) for kind in self.SHOWN],
            "reads": consumers.last_reads(self.desk.agency_codes),
            "late": late,
        }
