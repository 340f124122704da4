"""The ids within a posted form of content: fields, inline rows, blocks of a stream, rich text.

Form fields that choose take any row of their model; only Wagtail's widgets offer fewer. So each id is
looked at before the form is made. What is not the user's to choose becomes nobody's, which every
field knows how to refuse; what the object referred to before may stay. An inline row says by its id
which row of the object it is, and may be no other object's.
"""

import json
from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial

from django import forms
from django.db.models import Model
from django.forms.formsets import TOTAL_FORM_COUNT, ManagementForm
from django.http import QueryDict
from modelcluster.models import get_all_child_relations
from wagtail.admin.rich_text import DraftailRichTextArea
from wagtail.blocks import BaseStreamBlock, BaseStructBlock, FieldBlock, ListBlock
from wagtail.blocks.base import BlockField
from wagtail.contrib.typed_table_block.blocks import BaseTypedTableBlock
from wagtail.documents import get_document_model
from wagtail.images import get_image_model
from wagtail.models import Page, ReferenceIndex

from ..walls import choosable
from .ids import foreign_ids

# What entities of rich text name. One that is not listed is taken for a page: it must name something.
ENTITIES = {"DOCUMENT": get_document_model, "IMAGE": get_image_model}


def without_foreign_references(
    user, form_class: type[forms.BaseForm], data: QueryDict, *, prefix: str, before: Callable
) -> QueryDict:
    """Return ``data`` with nobody's id for each reference that ``user`` may not choose.

    ``before()`` returns the object as it was, in all versions that the form may have been filled in
    from; what they refer to may stay.
    """
    places, rows = (
        list(places_in_form(form_class, data, prefix)),
        _rows_in(form_class, data, prefix),
    )
    foreign, numbered = _foreign(user, _named(places, data), choosable), _named(rows, data)
    if not foreign and not numbered:
        return data
    versions = [version for version in before() if version is not None and version.pk is not None]
    for version in versions:
        _keep(version, foreign)
    others = _foreign(user, numbered, partial(_among_rows_of, versions))
    cleaned = data.copy()
    for found, wanting in ((places, foreign), (rows, others)):
        for place in found:
            place.replace(cleaned, wanting)
    return cleaned


def _named(places, data):
    named = defaultdict(set)
    for place in places:
        for model, key in place.names_in(data):
            if key != "":
                named[model].add(key)
    return named


def _foreign(user, named, among):
    found = {model: foreign_ids(user, model, keys, among=among) for model, keys in named.items()}
    return {model: wanting for model, wanting in found.items() if wanting}


# --- where ids are ---------------------------------------------------------------------------


@dataclass(frozen=True)
class Choice:
    """A name in the form whose values are ids of ``model``."""

    name: str
    model: type[Model]

    def names_in(self, data):
        return [(self.model, key) for key in data.getlist(self.name)]

    def replace(self, data, foreign):
        nobody = foreign.get(self.model, {})
        data.setlist(self.name, [nobody.get(key, key) for key in data.getlist(self.name)])


@dataclass(frozen=True)
class Prose:
    """A name in the form whose value is rich text, as the editor sends it."""

    name: str

    def names_in(self, data):
        return [(model, entity["id"]) for model, entity in self._entities(self._content(data))]

    def replace(self, data, foreign):
        content = self._content(data)
        for model, entity in self._entities(content):
            entity["id"] = foreign.get(model, {}).get(entity["id"], entity["id"])
        if content is not None:
            data[self.name] = json.dumps(content)

    def _content(self, data):
        try:
            return json.loads(data[self.name])
        except ValueError:
            return None  # not from the editor; the field will complain

    def _entities(self, content) -> list[tuple[type[Model], dict]]:
        entities = content.get("entityMap") if isinstance(content, dict) else None
        found = []
        for entity in entities.values() if isinstance(entities, dict) else ():
            data = entity.get("data") if isinstance(entity, dict) else None
            if isinstance(data, dict) and isinstance(data.get("id"), (int, str)):
                found.append((ENTITIES.get(entity.get("type"), lambda: Page)(), data))
        return found


def places_in_form(form_class, data, prefix="") -> Iterator[Choice | Prose]:
    """Find what in ``data`` names things, by the form that will read it."""
    for name, field in form_class.base_fields.items():
        yield from _in_field(field, f"{prefix}-{name}" if prefix else name, data)
    for formset_class, row in _inline_rows(form_class, data, prefix):
        yield from places_in_form(formset_class.form, data, row)


def _rows_in(form_class, data, prefix) -> list[Choice]:
    """Find where the form says which row of the object an inline row is; formsets add the field late."""
    found = []
    for formset_class, row in _inline_rows(form_class, data, prefix):
        model = formset_class.model
        found.append(Choice(f"{row}-{model._meta.pk.name}", model))
        found += _rows_in(formset_class.form, data, row)
    return found


def _inline_rows(form_class, data, prefix):
    """Walk the rows of a form's formsets: the formset, and how the names in the row begin."""
    for name, formset_class in getattr(form_class, "formsets", {}).items():
        start = f"{prefix}-{name}" if prefix else name
        for row in range(_forms(formset_class, data, start)):
            yield formset_class, f"{start}-{row}"


def _in_field(field, name, data):
    if isinstance(field, BlockField):
        yield from _in_block(field.block, name, data)
    elif name not in data:
        return
    elif isinstance(field, forms.ModelChoiceField):
        yield Choice(name, field.queryset.model)
    elif isinstance(field.widget, DraftailRichTextArea):
        yield Prose(name)


def _in_block(block, name, data):
    """Walk a block as its ``value_from_datadict`` does."""
    match block:
        case BaseStreamBlock():
            for row in range(_count(data, f"{name}-count")):
                child = block.child_blocks.get(data.get(f"{name}-{row}-type"))
                yield from _in_block(child, f"{name}-{row}-value", data)
        case ListBlock():
            for row in range(_count(data, f"{name}-count")):
                yield from _in_block(block.child_block, f"{name}-{row}-value", data)
        case BaseStructBlock():
            for key, child in block.child_blocks.items():
                yield from _in_block(child, f"{name}-{key}", data)
        case BaseTypedTableBlock():
            for column in range(_count(data, f"{name}-column-count")):
                child = block.child_blocks.get(data.get(f"{name}-column-{column}-type"))
                for row in range(_count(data, f"{name}-row-count")):
                    yield from _in_block(child, f"{name}-cell-{row}-{column}", data)
        case FieldBlock():
            yield from _in_field(block.field, name, data)


def _forms(formset_class, data, prefix):
    """Return how many forms a formset will read, as it finds out itself ("2.0" are two)."""
    management = ManagementForm(data, prefix=prefix)
    management.full_clean()
    return min(management.cleaned_data.get(TOTAL_FORM_COUNT, 0), formset_class.absolute_max)


def _count(data, name):
    """Return how many rows of a block there can be: each has a field of its own, or none is read."""
    try:
        return min(int(data.get(name, 0)), len(data))
    except ValueError:
        return 0  # the form will complain


# --- what may stay ---------------------------------------------------------------------------


def _keep(instance, foreign):
    """Take from ``foreign`` what ``instance`` refers to already."""
    kept = set(_references(instance))
    for model, wanting in foreign.items():
        type_id = ReferenceIndex._get_base_content_type(model).pk
        for key in [key for key in wanting if (type_id, str(key)) in kept]:
            del wanting[key]


def _among_rows_of(versions, user, rows):
    """Narrow ``rows`` to the inline rows of ``versions``: a row of another object is nobody's."""
    own = (key for version in versions for key in _own_rows(version, rows.model))
    return rows.filter(pk__in=set(own))


def _own_rows(instance, model):
    for relation in get_all_child_relations(type(instance)):
        for row in getattr(instance, relation.get_accessor_name()).all():
            if isinstance(row, model) and row.pk is not None:
                yield row.pk
            yield from _own_rows(row, model)


def _references(instance):
    """Return type and key of all that ``instance`` refers to, as the reference index finds it."""
    for type_id, key, *_where in ReferenceIndex._extract_references_from_object(instance):
        yield type_id, key
    for field in instance._meta.many_to_many:
        type_id = ReferenceIndex._get_base_content_type(field.related_model).pk
        for key in field.value_from_object(instance):
            yield type_id, str(key.pk)
