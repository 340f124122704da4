"""The one setting of this app, ``OPD_SITES``, and its defaults."""

from django.conf import settings

DEFAULTS = {
    # Labels of the groups by role, where the province uses other words: {"publisher": "PPID Pelaksana"}.
    "ROLE_LABELS": {},
    # Alias of the cache that remembers for moments which host is whose; best a memory of the process.
    "HOST_CACHE": "default",
    # Days for which the link in an invitation works.
    "INVITATION_DAYS": 7,
    # Alias of the backend in TASKS that sends the e-mails of notices; best one with a worker.
    "MAIL_TASKS": "default",
}


def get_setting(name: str):
    """Return ``settings.OPD_SITES[name]``, or its default; read when used, so tests may override it."""
    return getattr(settings, "OPD_SITES", {}).get(name, DEFAULTS[name])
