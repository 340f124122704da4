"""A request to the admin, with nobody's id in the place of each that is not the user's."""

from functools import partial

from django.apps import apps
from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import ObjectDoesNotExist, PermissionDenied
from django.http import Http404
from django.views.generic.edit import FormMixin
from taggit.models import Tag
from wagtail.admin.views.bulk_action.registry import bulk_action_registry
from wagtail.models import Page, Site
from wagtail.permissions import policy_registry

from ..models import Agency
from ..walls import scope
from . import routes
from .ids import NOBODY, foreign_ids
from .posted import without_foreign_references

ADDS_PAGE = ("wagtailadmin_pages:add", "wagtailadmin_pages:preview_on_add")
EDITS_PAGE = (
    *("wagtailadmin_pages:edit", "wagtailadmin_pages:preview_on_edit"),
    "wagtailadmin_pages:revisions_revert",  # the whole form again, filled in from an old revision
)


def without_foreign_ids(request, view, kwargs: dict) -> None:
    """Change ``request`` and ``kwargs``, which the view is about to be called with.

    Django gives the view the very mapping that it showed to the middleware.
    """
    _in_address(request, view, kwargs)
    _in_query(request)
    if request.method == "POST":
        _in_small_form(request, kwargs)
        _in_content(request, view, kwargs)
    if adjust := ADJUSTED.get(request.resolver_match.view_name):
        adjust(request, kwargs)


def _in_address(request, view, kwargs):
    match = request.resolver_match
    among = routes.among_in_address(match)
    for name, model in routes.models_in_address(match, view).items():
        value = kwargs[name]
        if model is None:
            kwargs[name] = type(value)(NOBODY)
        else:
            foreign = foreign_ids(request.user, model, [value], among=among)
            kwargs[name] = foreign.get(value, value)


def _in_query(request):
    match = request.resolver_match
    names = routes.IN_QUERY | routes.IN_QUERY_OF.get(match.view_name, {})
    request.GET = _without_foreign(request, request.GET, names)
    if routes.TAG_QUERY in request.GET:
        _in_tags(request)
    if match.view_name == "wagtail_bulk_action":
        _in_bulk_action(request, match.kwargs)


def _without_foreign(request, data, names):
    changed, among = data, routes.among(request.resolver_match)
    for name in names.keys() & data.keys():
        model = apps.get_model(names[name])
        values = data.getlist(name)
        if foreign := foreign_ids(request.user, model, values, among=among):
            changed = changed.copy() if changed is data else changed
            changed.setlist(name, [foreign.get(value, value) for value in values])
    return changed


def _in_tags(request):
    """Ask for no tag that is on nothing of the user's: whether there is one is others' matter."""
    names = request.GET.getlist(routes.TAG_QUERY)
    own = set(
        scope(request.user, Tag.objects.filter(name__in=names)).values_list("name", flat=True)
    )
    request.GET = request.GET.copy()
    request.GET.setlist(routes.TAG_QUERY, [name if name in own else str(NOBODY) for name in names])


def _in_bulk_action(request, kwargs):
    """Name one by one what is asked for, and is the user's: ``all`` would mean all there is."""
    action = bulk_action_registry.get_bulk_action_class(
        kwargs["app_label"], kwargs["model_name"], kwargs["action"]
    )
    if action is None:
        return
    model = apps.get_model(kwargs["app_label"], kwargs["model_name"])
    ids = request.GET.getlist("id")
    if "all" in ids:
        ids = _all_in_listing(request, action(request, model))
    foreign = foreign_ids(request.user, model, ids)
    request.GET = request.GET.copy()
    request.GET.setlist("id", [foreign.get(key, key) for key in ids])


def _all_in_listing(request, action):
    parent = request.GET.get("childOf")
    if parent and issubclass(action.model, Page):
        if foreign_ids(request.user, Page, [parent]):
            return []
    listed = action.get_all_objects_in_listing_query(parent)
    own = scope(request.user, action.model._base_manager.filter(pk__in=list(listed)))
    return [str(key) for key in own.values_list("pk", flat=True)]


def _in_small_form(request, kwargs):
    match = request.resolver_match
    names = routes.IN_FORM_OF.get(match.view_name)
    if not names:
        return
    cleaned = _without_foreign(request, request.POST, names)
    if cleaned is not request.POST and match.view_name in routes.FAILS_ON_UNKNOWN:
        kwargs.update(dict.fromkeys(routes.IN_ADDRESS.keys() & kwargs.keys(), NOBODY))
    request.POST = cleaned


def _in_content(request, view, kwargs):
    form = _form_of(request, view, kwargs)
    if form is None:
        return
    form_class, prefix, before = form
    request.POST = without_foreign_references(
        request.user, form_class, request.POST, prefix=prefix, before=before
    )


def _form_of(request, view, kwargs):
    """Return class and prefix of the form that the view will read, and how to get what was before."""
    name = request.resolver_match.view_name
    if name in ADDS_PAGE:
        names = kwargs["content_type_app_name"], kwargs["content_type_model_name"]
        content_type = ContentType.objects.filter(app_label=names[0], model=names[1]).first()
        return content_type and _page_form(content_type, list)
    if name in EDITS_PAGE:
        page = Page.objects.filter(pk=kwargs["page_id"]).first()
        return page and _page_form(
            page.cached_content_type, partial(_versions_of, page, kwargs.get("revision_id"))
        )
    view_class = routes.class_of(view)
    if view_class and issubclass(view_class, FormMixin):
        return _form_of_view(view_class(**view.view_initkwargs), request, kwargs)
    return None


def _versions_of(page, revision_id):
    """Return the newest draft, and the revision that the address names."""
    named = page.revisions.filter(pk=revision_id).first() if revision_id else None
    newest = page.get_latest_revision_as_object()
    return [newest, named.as_object()] if named else [newest]


def _page_form(content_type, before):
    model = content_type.model_class()
    if model is None or not issubclass(model, Page):
        return None
    return model.get_edit_handler().get_form_class(), "", before


def _form_of_view(view, request, kwargs):
    try:
        view.setup(request, **kwargs)
        form_class = view.get_form_class()
    except (Http404, ObjectDoesNotExist, PermissionDenied):
        return None  # as the view itself will find
    return form_class, view.get_prefix() or "", lambda: [getattr(view, "object", None)]


# --- where an id is only implied -------------------------------------------------------------


def _begin_at_own_pages(request, kwargs):
    """Open the page chooser at one's own pages; Wagtail opens it where pages of a type lie."""
    policy = policy_registry.get_by_type(Page)
    if start := policy.explorable_root_instance(request.user):
        kwargs["parent_page_id"] = start.pk


def _know_own_sites(request, kwargs):
    """Recognise addresses of one's own sites as pages; others are what they are to everybody."""
    own = set(scope(request.user, Site.objects.all()).values_list("pk", flat=True))
    request._wagtail_cached_site_root_paths = [
        path for path in Site.get_site_root_paths() if path.site_id in own
    ]


def _override(request, kwargs):
    from .localize import without_foreign_override

    if request.method == "PUT":
        without_foreign_override(request, kwargs)


def _translate(request, kwargs):
    """Translate no top page of an agency: what would come of it stands beside all agencies."""
    if Agency.objects.filter(root_page=kwargs["page_id"]).exists():
        kwargs["page_id"] = NOBODY


ADJUSTED = {
    "wagtailadmin_choose_page": _begin_at_own_pages,
    "wagtailadmin_choose_page_external_link": _know_own_sites,
    "wagtail_localize:edit_override": _override,
    "wagtail_localize:submit_page_translation": _translate,
}
