"""What each role may do with the models of this app; ``opd_sites.role_sync`` grants it.

Pages are no matter of this table: they are granted by ``opd_sites.roles``, by place.
"""

from django.apps import apps

from opd_sites.choices import AgencyRole, ProvinceRole

# Editors print the register; only the information officer (PPID) and the agency's administrator
# decide on editions, and only they know what is exempt: a consequence test is nobody else's business.
_SEES_EDITIONS = {"kip_pages.view_registeredition"}
_DECIDES = _SEES_EDITIONS | {
    *(f"kip_pages.{action}_registeredition" for action in ("add", "change", "delete")),
    *(f"kip_pages.{action}_exemptitem" for action in ("view", "add", "change")),
}

# Whoever drafts may prepare an import, whoever publishes may run it.
_PREPARE_IMPORTS = {f"kip_pages.{action}_dipimport" for action in ("view", "add", "change")}
_RUN_IMPORTS = _PREPARE_IMPORTS | {"kip_pages.run_dipimport", "kip_pages.delete_dipimport"}

_OF_THE_PROVINCE = (
    *("alertauthority", "alertsource", "alerttemplate"),
    *("feedconsumer", "webhooksubscription"),
)

# Old addresses of sites that moved here; Wagtail itself keeps those of pages that get another one.
_REDIRECTS = {f"wagtailredirects.{action}_redirect" for action in ("add", "change", "delete")}

MODEL_PERMISSIONS = {
    AgencyRole.EDITOR: _SEES_EDITIONS | _PREPARE_IMPORTS,
    AgencyRole.PUBLISHER: _DECIDES | _RUN_IMPORTS,
    AgencyRole.AGENCY_ADMIN: _DECIDES | _RUN_IMPORTS,
    ProvinceRole.PROVINCE_ADMIN: _DECIDES
    | _RUN_IMPORTS
    | {
        f"kip_pages.{action}_{model}"
        for action in ("view", "add", "change", "delete")
        for model in _OF_THE_PROVINCE
    }
    # How far e-mails to subscribers are. Nobody sees the subscribers themselves.
    | {"kip_pages.view_mailing"}
    # The menu of all agencies; an item is hidden, never deleted: pages may name it.
    | {f"kip_pages.{action}_ppidmenuitem" for action in ("view", "add", "change")}
    # What came from others; nobody changes what is noted of it.
    | {"kip_pages.view_relayedalert"},
    ProvinceRole.DUTY_OFFICER: set(),
}


def model_permissions(role: AgencyRole | ProvinceRole) -> set[str]:
    """Return the names (``app.codename``) of what ``role`` may do."""
    if role == ProvinceRole.PROVINCE_ADMIN and apps.is_installed("wagtail.contrib.redirects"):
        return MODEL_PERMISSIONS[role] | _REDIRECTS
    return MODEL_PERMISSIONS[role]
