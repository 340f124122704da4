"""The role table: what each role may do, and nothing more. ``sync_roles`` makes the groups match it.

Page permissions hold at the agency's root page and below, collection permissions in the agency's
collection; those of the province hold at the root of the tree.
"""

from .choices import AgencyRole, ProvinceRole

PAGE_PERMISSIONS = {
    AgencyRole.EDITOR: {"add_page", "change_page"},
    AgencyRole.PUBLISHER: {"add_page", "change_page", "publish_page", "lock_page", "unlock_page"},
    AgencyRole.AGENCY_ADMIN: {
        "add_page",
        "change_page",
        "publish_page",
        "lock_page",
        "unlock_page",
    },
    ProvinceRole.PROVINCE_ADMIN: {
        "add_page",
        "change_page",
        "publish_page",
        "lock_page",
        "unlock_page",
        "bulk_delete_page",
    },
    # Only at the pages named by the `duty_officer_pages` hook.
    ProvinceRole.DUTY_OFFICER: {"add_page", "change_page", "publish_page"},
}

_FILES = {"add_image", "change_image", "choose_image"} | {
    "add_document",
    "change_document",
    "choose_document",
}

COLLECTION_PERMISSIONS = {
    AgencyRole.EDITOR: _FILES,
    AgencyRole.PUBLISHER: _FILES | {"delete_image", "delete_document"},
    AgencyRole.AGENCY_ADMIN: _FILES | {"delete_image", "delete_document"},
    ProvinceRole.PROVINCE_ADMIN: _FILES | {"delete_image", "delete_document"},
    ProvinceRole.DUTY_OFFICER: set(),
}

_ADMIN = {"wagtailadmin.access_admin"}

MODEL_PERMISSIONS = {
    AgencyRole.EDITOR: _ADMIN,
    AgencyRole.PUBLISHER: _ADMIN,
    AgencyRole.AGENCY_ADMIN: _ADMIN,
    ProvinceRole.PROVINCE_ADMIN: _ADMIN
    | {
        "opd_sites.view_agency",
        "opd_sites.add_agency",
        "opd_sites.change_agency",
        "auth.add_user",
        "auth.change_user",
        "wagtailcore.add_collection",
        "wagtailcore.change_collection",
        "wagtailcore.change_site",
        "wagtail_localize.submit_translation",
    },
    ProvinceRole.DUTY_OFFICER: _ADMIN,
}
