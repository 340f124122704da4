"""What a host says of alerts, in its pages and to machines: made once, and kept while it is true."""

import dataclasses
import datetime
import hashlib
import secrets

from django.core.cache import caches
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.functional import cached_property
from django.utils.safestring import mark_safe
from wagtail.models import Site

from opd_sites.models import Agency

from ..conf import get_setting
from .showing import board_of
from .state import MAX_AGE, state_of, state_path

# Should anything change in silence, it is seen after this time all the same.
LOOK_AGAIN = datetime.timedelta(seconds=MAX_AGE)
# Seconds for which it can be used while the database is away; its own moments end it in any case.
KEPT = 3600


@dataclasses.dataclass(frozen=True)
class HostAlerts:
    """``place`` is the HTML of every page, ``said`` what ``/_darurat.json`` says, but for the time."""

    version: str
    made_at: datetime.datetime
    until: datetime.datetime | None
    said: dict
    place: str

    def holds(self, *, at: datetime.datetime) -> bool:
        """Say whether no alert has begun or ended since."""
        return self.until is None or at < self.until

    def seconds(self, limit: int, *, at: datetime.datetime) -> int:
        """Return for how many whole seconds others may keep it: never beyond its next change."""
        if self.until is None:
            return limit
        return max(0, min(limit, int((self.until - at).total_seconds())))

    @cached_property
    def tag(self) -> str:
        return hashlib.sha256(self.place.encode()).hexdigest()[:16]


def kept_alerts(
    site: Site, agency: Agency | None, *, language: str, version: str, at: datetime.datetime
) -> HostAlerts:
    """Return what the host says at ``at``; ``version`` is that of the alerts (``known_versions``)."""
    cache = caches[get_setting("PAGE_CACHE")]
    key = _key(site, language)
    kept = cache.get(key)
    if (
        kept is None
        or kept.version != version
        or not kept.holds(at=at)
        or at - kept.made_at >= LOOK_AGAIN
    ):
        kept = make_alerts(site, agency, language=language, version=version, at=at)
        cache.set(key, kept, KEPT)
    return kept


def last_known(site: Site, *, language: str, at: datetime.datetime) -> HostAlerts | None:
    """Return what was said last, unless an alert has begun or ended since; asks no database."""
    kept = caches[get_setting("PAGE_CACHE")].get(_key(site, language))
    return kept if kept and kept.holds(at=at) else None


def make_alerts(site, agency, *, language, at, version="") -> HostAlerts:
    board = board_of(agency, language=language, at=at)
    said = state_of(board, site=site, language=language)
    context = {"board": board, "banners": said["html"], "state_url": state_path(language)}
    with translation.override(language):
        place = render_to_string("kip_pages/includes/alerts.html", context).strip()
    return HostAlerts(
        version=version,
        made_at=at,
        until=board.next_change,
        said=said,
        place=mark_safe(place),  # noqa: S308 - a template's own, but for the blanks around it
    )


class Gap:
    """Where the banners of a page go that is kept without them. Nothing else contains its mark."""

    def __init__(self):
        self.mark = f"<!--{secrets.token_hex(16)}-->"
        self.language = ""

    def leave(self, language: str) -> str:
        """Return what the page has in the place of the banners, which are to be in ``language``."""
        self.language = language
        return mark_safe(self.mark)  # noqa: S308 - hexadecimal digits


def _key(site, language):
    return f"kip_pages.alerts.{site.pk}.{language}"
