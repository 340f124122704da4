"""Make the groups hold exactly what the role table says, and the workflows lead past them."""

from django.conf import settings
from django.contrib.auth.models import Group, Permission
from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext
from wagtail import hooks
from wagtail.models import Collection, GroupCollectionPermission, GroupPagePermission, Page

from .choices import AgencyRole, ProvinceRole
from .models import Agency, RoleGroup, SharedCollection
from .roles import (
    COLLECTION_PERMISSIONS,
    MODEL_PERMISSIONS,
    PAGE_PERMISSIONS,
    SHARED_COLLECTION_PERMISSIONS,
    role_label,
)
from .workflows import retire_dead_workflows, sync_workflow

DUTY_OFFICER_HOOK = "duty_officer_pages"
# Asked with a role: names of further model permissions, of apps this one does not know.
PERMISSIONS_HOOK = "role_model_permissions"


@transaction.atomic
def sync_roles() -> int:
    """Sync groups and workflows of the province and of every agency; return how many groups changed."""
    retire_dead_workflows()
    changed = sum(_sync_province_role(role) for role in ProvinceRole)
    agencies = Agency.objects.select_related("root_page", "collection").order_by("pk")
    return changed + sum(sync_agency_roles(agency) for agency in agencies)


@transaction.atomic
def sync_agency_roles(agency: Agency) -> int:
    """Create or correct the agency's groups and workflows; return how many groups changed."""
    changed = sum(_sync_agency_role(agency, role) for role in AgencyRole)
    sync_workflow(agency)
    return changed


def role_group(role: AgencyRole | ProvinceRole, agency: Agency | None = None) -> Group:
    """Return the group whose members have ``role``, in ``agency`` or for the province."""
    return RoleGroup.objects.select_related("group").get(role=role, agency=agency).group


def duty_officer_pages() -> list[Page]:
    """Return the pages at which duty officers announce, as the apps that have such pages say."""
    return [page for ask in hooks.get_hooks(DUTY_OFFICER_HOOK) for page in ask()]


def _sync_agency_role(agency, role):
    group, changed = _group(role, agency)
    return changed | _grant(group, role, [agency.root_page], agency.collection)


def _sync_province_role(role):
    group, changed = _group(role, None)
    if role == ProvinceRole.DUTY_OFFICER:
        pages = duty_officer_pages()
    else:
        pages = [Page.get_first_root_node()]
    return changed | _grant(group, role, pages, Collection.get_first_root_node())


def shared_collections() -> list[Collection]:
    """Return the collections from which all agencies choose; there is one at least."""
    shared = [row.collection for row in SharedCollection.objects.select_related("collection")]
    if not shared:
        with translation.override(settings.LANGUAGE_CODE):
            name = gettext("Shared by the province")
        shared = [Collection.get_first_root_node().add_child(name=name)]
        SharedCollection.objects.create(collection=shared[0])
    return shared


def _group(role, agency):
    """Return the group of a role, made or renamed where needed, and whether that was needed."""
    name = f"{agency.code} · {role_label(role)}" if agency else role_label(role)
    held = RoleGroup.objects.select_related("group").filter(agency=agency, role=role).first()
    if held is None:
        group = Group.objects.create(name=name)
        RoleGroup.objects.create(agency=agency, role=role, group=group)
        return group, True
    if held.group.name == name:
        return held.group, False
    held.group.name = name
    held.group.save()
    return held.group, True


def model_permissions(role: AgencyRole | ProvinceRole) -> set[str]:
    """Return the names (``app.codename``) of what ``role`` may do with models."""
    asked = (ask(role) for ask in hooks.get_hooks(PERMISSIONS_HOOK))
    return MODEL_PERMISSIONS[role].union(*asked)


def rights(role: AgencyRole | ProvinceRole) -> set[tuple[str, str]]:
    """Return all that ``role`` may do, so that one role can be held against another."""
    return {
        *(("pages", name) for name in PAGE_PERMISSIONS[role]),
        *(("files", name) for name in COLLECTION_PERMISSIONS[role]),
        *(("models", name) for name in model_permissions(role)),
    }


def _grant(group, role, pages, collection):
    """Give ``group`` exactly the rights of ``role``; say whether anything had to change."""
    changed = _set_rows(
        GroupPagePermission.objects.filter(group=group),
        "page_id",
        {
            (page.pk, permission.pk)
            for page in pages
            for permission in _permissions("wagtailcore", PAGE_PERMISSIONS[role])
        },
        lambda page_id, permission_id: GroupPagePermission(
            group=group, page_id=page_id, permission_id=permission_id
        ),
    )
    places = [(collection, COLLECTION_PERMISSIONS[role])]
    places += [(shared, SHARED_COLLECTION_PERMISSIONS[role]) for shared in shared_collections()]
    changed |= _set_rows(
        GroupCollectionPermission.objects.filter(group=group),
        "collection_id",
        {
            (place.pk, permission.pk)
            for place, names in places
            for app in ("wagtailcore", "wagtailimages", "wagtaildocs")
            for permission in _permissions(app, names)
        },
        lambda collection_id, permission_id: GroupCollectionPermission(
            group=group, collection_id=collection_id, permission_id=permission_id
        ),
    )
    wanted = {_permission(name) for name in model_permissions(role)}
    if set(group.permissions.all()) != wanted:
        group.permissions.set(wanted)
        changed = True
    return changed


def _set_rows(rows, target, wanted, make):
    present = {(getattr(row, target), row.permission_id): row.pk for row in rows}
    surplus = [pk for key, pk in present.items() if key not in wanted]
    missing = [make(*key) for key in sorted(wanted - present.keys())]
    rows.filter(pk__in=surplus).delete()
    rows.model.objects.bulk_create(missing)
    return bool(surplus or missing)


def _permissions(app_label, codenames):
    return Permission.objects.filter(content_type__app_label=app_label, codename__in=codenames)


def _permission(dotted):
    app_label, codename = dotted.split(".")
    return Permission.objects.get(content_type__app_label=app_label, codename=codename)
