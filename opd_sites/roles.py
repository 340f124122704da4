"""The role table: what each role may do, and nothing more. ``sync_roles`` makes the groups match it.

Page permissions hold at the agency's root page and below, collection permissions in the agency's
collection; those of the province hold at the root of the tree.
"""

from django.conf import settings
from django.utils import translation

from .choices import AgencyRole, ProvinceRole
from .conf import get_setting

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

# In Wagtail "add" covers one's own files, "change" those of everybody, deleting included.
_OWN_FILES = {"add_image", "choose_image", "add_document", "choose_document"}
_ALL_FILES = _OWN_FILES | {"change_image", "change_document"}

COLLECTION_PERMISSIONS = {
    AgencyRole.EDITOR: _OWN_FILES,
    AgencyRole.PUBLISHER: _ALL_FILES,
    AgencyRole.AGENCY_ADMIN: _ALL_FILES,
    # A right over collections is one that is held in a collection, too.
    ProvinceRole.PROVINCE_ADMIN: _ALL_FILES | {"add_collection", "change_collection"},
    ProvinceRole.DUTY_OFFICER: set(),
}

_CHOOSE = {"choose_image", "choose_document"}

# In the collections that the province shares with all agencies.
SHARED_COLLECTION_PERMISSIONS = {
    AgencyRole.EDITOR: _CHOOSE,
    AgencyRole.PUBLISHER: _CHOOSE,
    AgencyRole.AGENCY_ADMIN: _CHOOSE,
    ProvinceRole.PROVINCE_ADMIN: set(),  # has it at the root
    ProvinceRole.DUTY_OFFICER: set(),
}

_ADMIN = {"wagtailadmin.access_admin"}
# A right over all pages; the walls keep it to one's own. What it makes is a draft, see `opd_sites.E006`.
_TRANSLATE = {"wagtail_localize.submit_translation"}

# Inviting colleagues, changing their roles, removing them. Accounts themselves (`auth.change_user`) are
# nobody's: that screen could make superusers, and only these have it.
_PEOPLE = {
    "opd_sites.view_colleague",
    "opd_sites.change_colleague",
    "opd_sites.delete_colleague",
    "opd_sites.view_invitation",
    "opd_sites.add_invitation",
    "opd_sites.delete_invitation",
}

MODEL_PERMISSIONS = {
    AgencyRole.EDITOR: _ADMIN | _TRANSLATE,
    AgencyRole.PUBLISHER: _ADMIN | _TRANSLATE,
    AgencyRole.AGENCY_ADMIN: _ADMIN | _TRANSLATE | _PEOPLE,
    ProvinceRole.PROVINCE_ADMIN: _ADMIN
    | _TRANSLATE
    | _PEOPLE
    | {
        "opd_sites.view_agency",
        "opd_sites.add_agency",
        "opd_sites.change_agency",
        "opd_sites.view_rolegroup",  # who came and went, in the site history
        "wagtailcore.add_collection",
        "wagtailcore.change_collection",
        "wagtailcore.change_site",
    },
    ProvinceRole.DUTY_OFFICER: _ADMIN,
}


def role_label(role: str) -> str:
    """Return the province's word for a role; one word, whoever's language is active."""
    with translation.override(settings.LANGUAGE_CODE):
        return role_word(role)


def role_word(role: str) -> str:
    """Return the word for a role to somebody who is reading now: the province's, or in their language."""
    kind = AgencyRole if role in AgencyRole.values else ProvinceRole
    return get_setting("ROLE_LABELS").get(str(role)) or str(kind(role).label)
