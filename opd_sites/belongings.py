"""Whose is it? For each type of thing, where to look. A type that nobody named here is nobody's.

A rule takes the ground somebody stands on (see ``walls``) and a model, and returns as ``Q`` which of
its rows are theirs. Models with a foreign key ``agency`` need none. Apps name the rest of theirs in
``AppConfig.ready``:

    belongs_through(ImportRow, "run")   # whose run it is
    belongs(Snapshot, of_oneself("user"))
    belongs_to_all(Obligation)          # a list of the province, to choose from
"""

from collections.abc import Callable
from functools import reduce
from operator import or_

from django.apps import apps
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group
from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import FieldDoesNotExist
from django.db.models import CharField, Exists, Model, OuterRef, Q
from django.db.models.functions import Cast
from taggit.models import CommonGenericTaggedItemBase, ItemBase, TagBase
from wagtail.documents import get_document_model
from wagtail.images import get_image_model
from wagtail.models import (
    Collection,
    CollectionMember,
    Locale,
    Page,
    Site,
    Task,
    TaskState,
    UploadedFile,
    Workflow,
    WorkflowPage,
    WorkflowState,
    WorkflowTask,
    get_default_page_content_type,
)
from wagtail.utils.registry import ObjectTypeRegistry

from .models import Agency, Notice

NOTHING = Q(pk__in=[])

_rules = ObjectTypeRegistry()
_for_all = set()


def belongs(model: type[Model], rule: Callable) -> None:
    """Let ``rule(ground, model)``, a ``Q``, say which rows of ``model`` are somebody's."""
    _rules.register(model, rule)


def belongs_through(model: type[Model], name: str) -> None:
    """Let rows of ``model`` be of whoever owns what their foreign key ``name`` leads to."""
    _rules.register(model, lambda ground, model: _through(ground, model, name))


def of_oneself(name: str) -> Callable:
    """Return the rule for what is of one person alone, whom the foreign key ``name`` leads to."""
    return lambda ground, model: Q(**{name: ground.user})


def belongs_to_all(model: type[Model]) -> None:
    """Let everybody see and choose rows of ``model``; they are nobody's to change."""
    _for_all.add(model)


def is_for_all(model: type[Model]) -> bool:
    return not _for_all.isdisjoint(model.mro())


def rule_for(model: type[Model]) -> Callable | None:
    """Return the rule for rows of ``model``, or None where nobody said whose they are."""
    if rule := _rules.get_by_type(model):
        return rule
    try:
        field = model._meta.get_field("agency")
    except FieldDoesNotExist:
        return None
    return _of_agency if field.related_model is Agency else None


def below(paths, name: str = "path") -> Q:
    """Match what lies at or below any of the tree's ``paths``."""
    return reduce(or_, (Q(**{f"{name}__startswith": path}) for path in paths), NOTHING)


def register_types_of_wagtail() -> None:
    """Name whose Wagtail's own things are; called once, when all models are known."""
    belongs(Agency, lambda ground, model: Q(pk__in=ground.agency_ids))
    belongs(Site, lambda ground, model: Q(agency__in=ground.agency_ids))
    belongs(Group, lambda ground, model: Q(held_role__agency__in=ground.agency_ids))
    belongs(get_user_model(), _users)
    belongs(Page, lambda ground, model: below(ground.page_paths))
    belongs(Collection, lambda ground, model: below(ground.collection_paths))
    belongs_through(CollectionMember, "collection")
    belongs(UploadedFile, of_oneself("uploaded_by_user"))
    belongs(Notice, of_oneself("recipient"))
    belongs(WorkflowState, _attached_to_page)
    belongs_through(TaskState, "workflow_state")
    belongs(Workflow, _workflows)
    belongs(Task, _tasks)
    belongs(TagBase, _tags)
    belongs_to_all(Locale)
    belongs_to_all(ContentType)
    if apps.is_installed("wagtail_localize"):
        _register_types_of_localize()


def _register_types_of_localize():
    from wagtail_localize.models import BaseSegment, Translation, TranslationSource

    def sources(ground, model):
        """Those of one's own pages in the very language they are translated from."""
        return Q(Exists(_pages_at("object_id", "locale").filter(ground.own(Page))))

    def translations(ground, model):
        """Those from one's own pages, and to nobody else's: either may have moved away."""
        foreign = _pages_at("source__object_id", "target_locale").exclude(ground.own(Page))
        return _through(ground, model, "source") & ~Q(Exists(foreign))

    belongs(TranslationSource, sources)
    belongs(Translation, translations)
    belongs_through(BaseSegment, "source")


def _pages_at(key, locale):
    pages = Page.objects.filter(translation_key=OuterRef(key), locale=OuterRef(locale))
    return pages.order_by()


# --- the rules -------------------------------------------------------------------------------


def _through(ground, model, name):
    target = model._meta.get_field(name).related_model
    return Q(**{f"{name}__in": target._base_manager.filter(ground.own(target))})


def _of_agency(ground, model):
    return Q(agency__in=ground.agency_ids)


def _attached_to_page(ground, model):
    """For what is tied to its object by type and key, as Wagtail ties what all types share."""
    own = Page.objects.filter(ground.own(Page)).order_by()
    return Q(
        base_content_type=get_default_page_content_type(),
        object_id__in=own.values_list(Cast("pk", CharField())),
    )


def _users(ground, model):
    """Oneself and one's colleagues."""
    colleagues = model._base_manager.filter(groups__held_role__agency__in=ground.agency_ids)
    return Q(pk=ground.user.pk) | Q(pk__in=colleagues.values("pk"))


def _workflows(ground, model):
    """Those assigned to one's own pages, or by the province to the whole tree."""
    places = WorkflowPage.objects.filter(below(ground.page_paths, "page__path") | Q(page__depth=1))
    return Q(pk__in=places.values("workflow"))


def _tasks(ground, model):
    steps = WorkflowTask.objects.filter(workflow__in=Workflow.objects.filter(ground.own(Workflow)))
    return Q(pk__in=steps.values("task"))


def _tags(ground, model):
    """Those that one's own pages and files carry: a tag is nobody's by itself."""
    throughs = [relation.related_model for relation in model._meta.related_objects]
    carried = (
        Q(pk__in=_tagged(ground, through).values("tag"))
        for through in throughs
        if issubclass(through, ItemBase)
    )
    return reduce(or_, carried, NOTHING)


def _tagged(ground, through):
    if not issubclass(through, CommonGenericTaggedItemBase):
        return through.objects.filter(_through(ground, through, "content_object"))
    files = NOTHING
    for model in (get_image_model(), get_document_model()):
        own = model._base_manager.filter(ground.own(model)).values("pk")
        files |= Q(content_type=ContentType.objects.get_for_model(model), object_id__in=own)
    return through.objects.filter(files)
