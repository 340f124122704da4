"""What is cut when a page moves to another agency, and when somebody leaves one.

Wagtail ties much to a page by its key, wherever the page goes: the workflow it is in, who is sent its
comments, aliases that follow it. Each of these would go on across the wall. What is the page's own
goes with it: its revisions, its comments and the names of who wrote them.
"""

from django.apps import apps
from django.db import transaction
from django.db.models import CharField, QuerySet
from django.db.models.functions import Cast
from wagtail.actions.convert_alias import ConvertAliasPageAction
from wagtail.models import (
    Comment,
    Page,
    PageSubscription,
    PageViewRestriction,
    WorkflowState,
    get_default_page_content_type,
)

from .audience import agency_of_page, colleagues_in, pages_of
from .models import Agency, Notice
from .notices import readers_of
from .walls import scope


@transaction.atomic
def page_moved(page: Page, *, left: Agency | None) -> None:
    """Cut what ties ``page``, and all below it, to the agency it ``left``; ``None`` is the portal.

    Nothing is cut where the page still lies in the same. Aliases become pages of their own, workflows
    are cancelled, translations stop following; who is no colleague any more is told nothing.
    """
    agency = agency_of_page(page)
    if agency == left:
        return
    moved = Page.objects.descendant_of(page, inclusive=True).order_by()
    here = pages_of(agency).order_by()
    for alias in _aliases_across(moved, here):
        make_ordinary(alias)
    for state in _unfinished(moved):
        state.cancel()
    if apps.is_installed("wagtail_localize"):
        from .translating import stop_across

        stop_across(moved, here)
    following = PageSubscription.objects.filter(page__in=moved)
    following.exclude(user__in=colleagues_in(agency)).delete()
    notices = Notice.objects.filter(page__in=moved)
    notices.exclude(recipient__in=readers_of(agency)).delete()
    notices.update(agency=agency)


def person_left(user) -> None:
    """Send ``user`` no more of what is said about pages that are not theirs any more."""
    own = scope(user, Page.objects.order_by())
    PageSubscription.objects.filter(user=user).exclude(page__in=own).delete()


@transaction.atomic
def make_ordinary(alias: Page) -> None:
    """Let an alias follow its source no more; it stays as private as it was with it."""
    restriction = alias.get_view_restrictions().order_by("-page__depth").first()
    forget_comments_of_source(alias)
    ConvertAliasPageAction(alias.specific).execute(skip_permission_checks=True)
    ordinary = Page.objects.get(pk=alias.pk)
    if restriction and not ordinary.get_view_restrictions().exists():
        kept = PageViewRestriction.objects.create(
            page=ordinary,
            restriction_type=restriction.restriction_type,
            password=restriction.password,
        )
        kept.groups.set(restriction.groups.all())


def forget_comments_of_source(alias: Page) -> None:
    """Delete the copies of what was said about an alias's source, where nobody reads them.

    Wagtail copies comments along with the content, and shows them once the alias is a page of its own.
    """
    Comment.objects.filter(page=alias.pk).delete()


def _aliases_across(moved, here) -> list[Page]:
    """Return the aliases of which either end was moved, and the other one lies elsewhere."""
    from_elsewhere = moved.filter(alias_of__isnull=False).exclude(alias_of__in=here)
    elsewhere = Page.objects.filter(alias_of__in=moved).exclude(pk__in=here)
    return [*from_elsewhere, *elsewhere]


def _unfinished(pages) -> QuerySet[WorkflowState]:
    keys = pages.values_list(Cast("pk", CharField()))
    states = WorkflowState.objects.active().filter(object_id__in=keys)
    return states.filter(base_content_type=get_default_page_content_type())
