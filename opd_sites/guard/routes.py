"""Which names carry ids, and of what. Routes are named as ``reverse`` names them.

A view of ours whose address carries ids of something else than its ``model`` says so itself:
``wall_models = {"row_pk": ImportRow, "format": str}``; what is ``str`` is no id. A view that is a
function carries the same attribute.
"""

import logging
from collections.abc import Callable

from django.apps import apps
from django.conf import settings
from django.db.models import Model
from wagtail.documents import get_document_model_string
from wagtail.images import get_image_model_string

from ..belongings import is_for_all
from ..walls import choosable, reachable, scope

logger = logging.getLogger(__name__)

PAGE = "wagtailcore.Page"
IMAGE = get_image_model_string()
DOCUMENT = get_document_model_string()
USER = settings.AUTH_USER_MODEL

# What is there belongs to all agencies at once. Agencies get screens of their own where they need any.
CLOSED_NAMESPACES = frozenset(
    {
        "wagtailadmin_collections",
        "wagtailadmin_workflows",
        "wagtaillocales",
        "wagtailredirects",
        "wagtailsearchpromotions",
        "wagtailsettings",
        "wagtailsites",
        "wagtailstyleguide",
        "wagtailusers_api_tokens",
        "wagtailusers_groups",
        "wagtailusers_users",
    }
)
# Choosers of snippets list them all, whatever the permission policy says: right for a list of the
# province, wrong for anything else.
SNIPPET_CHOOSERS = "wagtailsnippetchoosers_"
CLOSED_ROUTES = frozenset(
    {
        # Counts and names the pages of all sites.
        "wagtailadmin_reports:page_types_usage",
        "wagtailadmin_reports:page_types_usage_results",
        # Copies, moves and deletes by JSON; no screen of Wagtail's calls it.
        "wagtailadmin_api:pages:action",
        # Lists every snippet; nothing calls it.
        "wagtail_localize:snippets_api_listing",
    }
)

# Parts of an address that are no ids, or ids of which the view itself asks whether they belong to
# the page of the same address (revisions) or to the user (editing sessions).
NO_IDS = frozenset(
    {
        *("app_label", "app_name", "model_name"),
        *("content_type_app_name", "content_type_model_name"),
        *("action", "action_name", "filter_spec", "mode"),
        *("revision_id", "revision_id_a", "revision_id_b", "session_id"),
        *("token", "uidb64"),
    }
)
IN_ADDRESS = {
    "doc_id": DOCUMENT,
    "document_id": DOCUMENT,
    "image_id": IMAGE,
    "destination_id": PAGE,
    "page_id": PAGE,
    "page_to_move_id": PAGE,
    "parent_page_id": PAGE,
    "overridable_segment_id": "wagtail_localize.OverridableSegment",
    "string_segment_id": "wagtail_localize.StringSegment",
    "task_id": "wagtailcore.Task",
    "task_state_id": "wagtailcore.TaskState",
    "translation_id": "wagtail_localize.Translation",
    "translation_source_id": "wagtail_localize.TranslationSource",
    "uploaded_file_id": "wagtailcore.UploadedFile",
    "workflow_state_id": "wagtailcore.WorkflowState",
}
# Where the name alone does not say it.
PK_OF = {
    "wagtailadmin_api:documents:detail": DOCUMENT,
    "wagtailadmin_api:images:detail": IMAGE,
    "wagtailadmin_api:pages:detail": PAGE,
    "wagtailadmin_pages:revisions_compare": PAGE,
}

# Of the filters of listings and reports, by the name they have everywhere.
IN_QUERY = {
    "edited_by": USER,
    "locked_by": USER,
    "owner": USER,
    "requested_by": USER,
    "user": USER,
    "site": "wagtailcore.Site",
    "task": "wagtailcore.Task",
    "workflow": "wagtailcore.Workflow",
    "target_pages[]": PAGE,
}
# Tags are asked for by name.
TAG_QUERY = "tag"
IN_QUERY_OF = {"wagtailadmin_choose_page_chosen_multiple": {"id": PAGE}}

# Small forms of Wagtail's own; the forms of content are read by `posted`.
IN_FORM_OF = {
    "wagtail_bulk_action": {"chooser": PAGE},
    "wagtailadmin_pages:choose_parent": {"parent_page": PAGE},
    "wagtailadmin_pages:copy": {"new_parent_page": PAGE},
    "wagtailadmin_pages:move": {"new_parent_page": PAGE},
}
# There a form with an id that is nobody's ends in an error of the server (Wagtail 8.0.1).
FAILS_ON_UNKNOWN = frozenset({"wagtailadmin_pages:copy"})

# Where somebody chooses, what the province shares may be met as well.
CHOOSING = ("wagtailadmin_choose_page_child", "wagtailadmin_choose_page_chosen_multiple")
# Where somebody walks down to what is their own.
EXPLORING = ("wagtailadmin_explore", "wagtailadmin_explore_results")


def is_closed(match) -> bool:
    """Say whether the route lies in an area that only the province works in."""
    if match.view_name.startswith(SNIPPET_CHOOSERS):
        model = _own_model(match, match.func)
        return model is None or not is_for_all(model)
    return match.view_name in CLOSED_ROUTES or not CLOSED_NAMESPACES.isdisjoint(match.namespaces)


def among_in_address(match) -> Callable:
    """Return which rows ids in the address may name, as one of the questions of ``walls``."""
    return reachable if match.view_name in EXPLORING else among(match)


def among(match) -> Callable:
    """Return which rows other ids of the request may name."""
    choosing = match.view_name in CHOOSING or match.view_name.endswith(":chosen")
    return choosable if choosing else scope


def models_in_address(match, view) -> dict[str, type[Model] | None]:
    """Return of what each id in the address is; None where nobody said it, and it opens nothing."""
    declared = getattr(class_of(view) or view, "wall_models", {})
    models = {
        name: declared.get(name) or _model(IN_ADDRESS.get(name)) or _own_model(match, view)
        for name in match.kwargs.keys() - NO_IDS
        if declared.get(name) is not str
    }
    for name in (name for name, model in models.items() if model is None):
        logger.warning(
            "%s: %r opens nothing to agencies, as nobody said of what it is the id. "
            "Set wall_models = {%r: …} on the view.",
            *(match.view_name, name, name),
        )
    return models


def class_of(view) -> type | None:
    return getattr(view, "view_class", None)


def _own_model(match, view):
    """Return the model of the objects that a route is about."""
    named = match.kwargs
    if label := PK_OF.get(match.view_name):
        return _model(label)
    if {"app_label", "model_name"} <= named.keys():
        return _model(f"{named['app_label']}.{named['model_name']}")
    initkwargs = getattr(view, "view_initkwargs", {})
    return _model(initkwargs.get("model") or getattr(class_of(view), "model", None))


def _model(label):
    """Return the model of that name, or None where there is none; the view will say so."""
    try:
        return apps.get_model(label) if isinstance(label, str) else label
    except (LookupError, ValueError):
        return None
