from django.db import models
from django.utils.translation import gettext_lazy as _


class AgencyKind(models.TextChoices):
    """Kinds of regional agency; the values are those of the roster file, the order that of the law."""

    SECRETARIAT = "sekretariat", _("Secretariat")
    BUREAU = "biro", _("Bureau")
    INSPECTORATE = "inspektorat", _("Inspectorate")
    DEPARTMENT = "dinas", _("Department")
    CIVIL_SERVICE_POLICE = "satpol", _("Civil service police")
    BOARD = "badan", _("Board")
    HOSPITAL = "rsud", _("Regional hospital")


class AgencyStatus(models.TextChoices):
    ACTIVE = "active", _("Active")
    SUSPENDED = "suspended", _("Suspended")
    CLOSED = "closed", _("Closed")


class AgencyRole(models.TextChoices):
    """What somebody may be within one agency, weakest first."""

    EDITOR = "editor", _("Editor")
    PUBLISHER = "publisher", _("Publisher")
    AGENCY_ADMIN = "agency_admin", _("Agency administrator")


class ProvinceRole(models.TextChoices):
    """What somebody may be for the whole province."""

    PROVINCE_ADMIN = "province_admin", _("Province administrator")
    DUTY_OFFICER = "duty_officer", _("Duty officer")


class NoticeKind(models.TextChoices):
    """What somebody is told of: in the admin, and by e-mail."""

    SUBMITTED = "submitted", _("Waits for your approval")
    APPROVED = "approved", _("Approved")
    RETURNED = "returned", _("Sent back")
    ASKED = "asked", _("Asks you to publish at once")
    PUBLISHED = "published", _("Published at once")
    PLANNED = "planned", _("Planned without approval")
