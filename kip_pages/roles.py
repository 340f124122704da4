"""What each role may do with the models of this app; ``opd_sites.role_sync`` grants it.

Pages are no matter of this table: they are granted by ``opd_sites.roles``, by place.
"""

from opd_sites.choices import AgencyRole, ProvinceRole

MODEL_PERMISSIONS = {
    AgencyRole.EDITOR: set(),
    AgencyRole.PUBLISHER: set(),
    AgencyRole.AGENCY_ADMIN: set(),
    ProvinceRole.PROVINCE_ADMIN: {
        f"kip_pages.{action}_{model}"
        for action in ("view", "add", "change", "delete")
        for model in ("feedconsumer", "webhooksubscription")
    },
    ProvinceRole.DUTY_OFFICER: set(),
}


def model_permissions(role: AgencyRole | ProvinceRole) -> set[str]:
    """Return the names (``app.codename``) of what ``role`` may do."""
    return MODEL_PERMISSIONS[role]
