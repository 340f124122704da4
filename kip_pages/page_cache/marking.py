"""Views beside the page tree that are kept as pages are."""

from collections.abc import Callable

from django.urls import ResolverMatch

# Where Wagtail serves pages: which of its answers may be kept is seen when there is one.
PAGES = "wagtail_serve"


def may_be_kept(view: Callable) -> Callable:
    """Say of a view that it tells everybody the same, and only what ``PublicChange`` names.

    What it marks as its own ``Cache-Control``, answers to a query string and whatever sets a cookie,
    as a form with a token does, are made anew for everybody all the same.
    """
    view.may_be_kept = True
    return view


def is_kept_at(match: ResolverMatch | None) -> bool:
    """Say whether an address leads to a page or to such a view."""
    return match is not None and (
        match.url_name == PAGES or getattr(match.func, "may_be_kept", False)
    )
