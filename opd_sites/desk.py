"""What somebody has to see to: lists whose heads the dashboard shows, each whole on a page of its own.

An app subclasses ``ToDoList`` and registers its panel and its page; whose things a list holds is the
list's own question, always asked for one user.
"""

import dataclasses
import datetime

from django.contrib.contenttypes.models import ContentType
from django.db.models import IntegerField, QuerySet
from django.db.models.functions import Cast
from django.forms import Media
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.functional import cached_property
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _
from wagtail.admin.paginator import WagtailPaginator
from wagtail.admin.ui.components import Component
from wagtail.admin.ui.tables import Column, DateColumn, StatusTagColumn, Table, TitleColumn
from wagtail.admin.utils import get_user_display_name
from wagtail.admin.views.generic.base import BaseListingView
from wagtail.models import Page, TaskState, WorkflowState, get_default_page_content_type

from .models import Agency
from .notices import notices_of
from .walls import pages_below, places_of
from .workflows import submitted_by, waiting_for

# Rows on the dashboard; the page of the list has the others.
SHOWN = 5
TABLE_CLASS = "listing opd-todo"
STYLE = Media(css={"all": ["opd_sites/desk.css"]})


class Desk:
    """Whose lists are asked for, and what of all of them is asked only once."""

    def __init__(self, user, *, at: datetime.datetime):
        self.user, self.at = user, at
        self._lists = {}

    @classmethod
    def of(cls, request):
        """Return the desk of the request's user, one for all lists of the request."""
        if not hasattr(request, "_opd_sites_desk"):
            request._opd_sites_desk = cls(request.user, at=timezone.now())
        return request._opd_sites_desk

    @cached_property
    def places(self):
        return places_of(self.user)

    @cached_property
    def has_several_agencies(self) -> bool:
        return self.places is None or len(self.places) > 1

    @cached_property
    def agency_codes(self) -> list[str] | None:
        """Return the codes of the user's agencies; None for the province, which works with all."""
        if self.places is None:
            return None
        agencies = Agency.objects.filter(root_page__path__in=self.places)
        return list(agencies.values_list("code", flat=True))

    def todo(self, kind: type["ToDoList"]) -> "ToDoList":
        """Return the user's list of this kind, the same one whoever shows it."""
        if kind not in self._lists:
            self._lists[kind] = kind(self)
        return self._lists[kind]

    def pages(self, pages):
        """Narrow a page queryset to what the user works with."""
        return pages_below(self.places, pages)


def edit_address(page_id) -> str:
    return reverse("wagtailadmin_pages:edit", args=[page_id])


class ToDoList:
    """What one user is to see to, of one kind."""

    name = ""  # in addresses and element ids
    namespace = "opd_desk"
    heading = ""
    explanation = ""  # said above the whole list
    nothing = ""  # said in its place while it is empty
    icon = "list-ul"
    order = 200
    # Shown for each row; of several agencies' rows, the agency is shown too.
    columns = ()

    def __init__(self, desk: Desk):
        self.desk = desk

    def rows(self) -> QuerySet:
        """Return everything the list holds for its user, what presses most first."""
        raise NotImplementedError

    def prepared(self, rows: list) -> list:
        """Turn the rows that are to be shown into what the columns read."""
        return rows

    @cached_property
    def count(self) -> int:
        return self.rows().count()

    @property
    def head(self) -> list:
        return self.prepared(list(self.rows()[:SHOWN])) if self.count else []

    @property
    def url(self) -> str:
        return reverse(f"{self.namespace}:{self.name}")

    def shown_columns(self):
        """Return the columns, with the agency where the user works with more than one."""
        columns = list(self.columns)
        if self.desk.has_several_agencies:
            columns.insert(1, Column("agency_name", label=_("Agency")))
        return columns


class ToDoPanel(Component):
    """The head of a list on the dashboard; nothing while the list is empty."""

    template_name = "opd_sites/desk/panel.html"

    def __init__(self, todo: ToDoList):
        self.todo, self.order = todo, todo.order

    @property
    def media(self):
        return STYLE

    def get_context_data(self, parent_context):
        rows = self.todo.head
        columns = self.todo.shown_columns()
        table = Table(columns, rows, classname=TABLE_CLASS) if rows else None
        return {
            "todo": self.todo,
            "table": table,
            "is_cut": self.todo.count > len(rows),
            "request": parent_context["request"],
        }


class ToDoPaginator(WagtailPaginator):
    """Counts what a reader sees; Wagtail would name the model that the rows are of."""

    model = None
    verbose_name = _("item")
    verbose_name_plural = _("items")


class ToDoView(BaseListingView):
    """A whole list, page by page."""

    todo_class = None
    template_name = "opd_sites/desk/list.html"
    table_classname = TABLE_CLASS
    paginator_class = ToDoPaginator
    paginate_by = 50

    @cached_property
    def todo(self) -> ToDoList:
        return Desk.of(self.request).todo(self.todo_class)

    def get_queryset(self):
        return self.todo.rows()

    def paginate_queryset(self, queryset, page_size):
        paginator, page, rows, has_others = super().paginate_queryset(queryset, page_size)
        return paginator, page, self.todo.prepared(list(rows)), has_others

    def get_page_title(self):
        return self.todo.heading

    @property
    def header_icon(self):
        return self.todo.icon

    @cached_property
    def columns(self):
        return self.todo.shown_columns()

    @cached_property
    def no_results_message(self):
        return self.todo.nothing

    def get_context_data(self, *args, **kwargs):
        context = super().get_context_data(*args, todo=self.todo, **kwargs)
        return context | {"media": context["media"] + STYLE}


@dataclasses.dataclass
class PageRow:
    """What the lists show of a page: its newest title, what it is, and whose."""

    pk: int
    title: str
    kind: str
    agency_name: str = ""
    about: object = None  # what else the columns of a list want to read


def page_rows(desk: Desk, things, page_id_of) -> list[PageRow]:
    """Return a row for each of ``things`` whose page is there and the user's, in two queries."""
    pages = desk.pages(Page.objects.all()).in_bulk({page_id_of(thing) for thing in things})
    names = agency_names(pages.values())
    return [
        _row_of(page, thing, names) for thing in things if (page := pages.get(page_id_of(thing)))
    ]


def rows_of(pages) -> list[PageRow]:
    """Return a row for each of ``pages``, which are known to be the user's, in one query."""
    names = agency_names(pages)
    return [_row_of(page, page, names) for page in pages]


def _row_of(page, thing, names):
    return PageRow(
        pk=page.pk,
        title=page.draft_title or page.title,
        kind=capfirst(ContentType.objects.get_for_id(page.content_type_id).name),
        agency_name=names.get(top_of(page), _("Portal")),
        about=thing,
    )


def top_of(page) -> str:
    """Return the tree path of the page's top page, by which its agency is known."""
    return page.path[: 2 * Page.steplen]


def agency_names(pages) -> dict[str, str]:
    """Return the short names of the agencies of ``pages``, by the tree path of their top page."""
    tops = {top_of(page) for page in pages}
    found = Agency.objects.filter(root_page__path__in=tops)
    return dict(found.values_list("root_page__path", "short_name"))


class PersonColumn(Column):
    """A person by name; by log-in where there is none."""

    def get_value(self, instance):
        person = super().get_value(instance)
        return get_user_display_name(person) if person else ""


class MomentColumn(Column):
    """A date with its time, for what lies ahead: Wagtail's column counts back from now."""

    def get_value(self, instance):
        moment = super().get_value(instance)
        return date_format(timezone.localtime(moment), "j M Y, H.i") if moment else ""


def title_column():
    return TitleColumn("title", label=_("Title"), get_url=lambda row: edit_address(row.pk))


class WaitingList(ToDoList):
    """What waits for the user to approve it or to send it back."""

    name = "waiting"
    heading = _("Waiting for me")
    nothing = _("Nothing waits for you.")
    icon = "clipboard-list"
    order = 110
    columns = (
        title_column(),
        Column("kind", label=_("Type")),
        Column("about.task.name", label=_("Step")),
        PersonColumn("about.workflow_state.requested_by", label=_("Submitted by")),
        DateColumn("about.started_at", label=_("Since")),
    )

    def rows(self):
        return waiting_for(self.desk.user)

    def prepared(self, rows):
        states = TaskState.objects.select_related("task", "workflow_state__requested_by")
        states = states.in_bulk([row.pk for row in rows])
        return page_rows(
            self.desk,
            [states[row.pk] for row in rows],
            lambda state: int(state.workflow_state.object_id),
        )


class PendingList(WaitingList):
    """What else waits in the user's agencies: submitted by others, for others to decide."""

    name = "pending"
    heading = _("Waits for others")
    nothing = _("Nothing waits for anybody else.")
    icon = "time"
    order = 117

    def rows(self):
        user = self.desk.user
        waiting = TaskState.objects.filter(
            status=TaskState.STATUS_IN_PROGRESS,
            workflow_state__base_content_type=get_default_page_content_type(),
        )
        waiting = waiting.exclude(pk__in=waiting_for(user).values("pk"))
        waiting = waiting.exclude(workflow_state__requested_by=user)
        ours = self.desk.pages(Page.objects.all()).values("pk")
        page_pk = Cast("workflow_state__object_id", IntegerField())
        return (
            waiting.annotate(page_pk=page_pk).filter(page_pk__in=ours).order_by("started_at", "pk")
        )


def is_sent_back(state: WorkflowState) -> bool:
    return state.status == WorkflowState.STATUS_NEEDS_CHANGES


class SubmittedList(ToDoList):
    """What the user submitted and is not decided, or has come back to be changed."""

    name = "submitted"
    heading = _("Submitted by me")
    nothing = _("Nothing of yours waits for approval.")
    icon = "resubmit"
    order = 115
    columns = (
        title_column(),
        Column("kind", label=_("Type")),
        StatusTagColumn(
            "status",
            label=_("State"),
            accessor=lambda row: _("Sent back") if is_sent_back(row.about) else _("Waits"),
            primary=lambda row: is_sent_back(row.about),
        ),
        Column("about.current_task_state.task.name", label=_("Step")),
        Column("about.current_task_state.comment", label=_("Reason")),
    )

    def rows(self):
        return submitted_by(self.desk.user).select_related("current_task_state__task")

    def prepared(self, rows):
        return page_rows(self.desk, rows, lambda state: int(state.object_id))


class NoticeList(ToDoList):
    """What the user was told."""

    name = "notices"
    heading = _("Notices")
    nothing = _("Nobody has told you anything yet.")
    icon = "mail"
    order = 120
    columns = (
        TitleColumn(
            "notice",
            label=_("Notice"),
            accessor=str,
            get_url=lambda notice: reverse("opd_desk:notice", args=[notice.pk]),
        ),
        Column("reason", label=_("Reason")),
        PersonColumn("actor", label=_("By")),
        DateColumn("created_at", label=_("When")),
        StatusTagColumn(
            "state",
            label=_("State"),
            accessor=lambda notice: _("Read") if notice.seen_at else _("New"),
            primary=lambda notice: not notice.seen_at,
        ),
    )

    def rows(self):
        return notices_of(self.desk.user).select_related("page", "actor").newest_first()


class UnseenNoticeList(NoticeList):
    """The news among them. What somebody is asked for stands in the lists of what is to be done."""

    heading = _("New notices")
    columns = NoticeList.columns[:-1]

    def rows(self):
        return super().rows().unseen().news()
