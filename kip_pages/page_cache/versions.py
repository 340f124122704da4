"""Name the state that public pages show; another name as soon as anything else can be seen."""

import dataclasses
import time
from collections.abc import Callable

from django.db import connection

from opd_sites.models import Agency

from ..models import PublicChange
from .scopes import ALERTS, EVERYWHERE, top_of


@dataclasses.dataclass(frozen=True)
class Versions:
    """Names of states: ``pages`` of a site's own, ``alerts`` of all alerts, ``hosts`` of all sites."""

    pages: str
    alerts: str
    hosts: str


# An id alone would not do: of two transactions at once the one that began first may be seen last.
_STATEMENT = "SELECT scope, MAX(id), COUNT(*), SUM(id) FROM {} GROUP BY scope ORDER BY scope"

# Seconds for which a process that is asked by many believes what it was told. What the process itself
# changes it knows at once.
BELIEVED = 0.2

# When it was asked and what was answered; and by name what was made of it, with its version.
_believed: dict[str, tuple] = {}


def forget() -> None:
    """Ask anew from now on."""
    global _believed
    # Another one, so that nobody who asked before puts an old answer into it.
    _believed = {}


def known_versions(agency: Agency | None) -> Versions:
    """Return ``versions_of`` the site, or what they were ``BELIEVED`` seconds ago at the earliest."""
    return _of(agency, _known_rows())


def kept_while_true(scope: str, name: str, make: Callable):
    """Return what ``make`` made of what ``scope`` names, kept in this process until that changes.

    It is shared by threads: nobody may change it.
    """
    known = _believed
    version = _name(row for row in _known_rows() if row[0] == scope)
    kept = known.get(name)
    if kept is None or kept[0] != version:
        kept = known[name] = version, make()
    return kept[1]


def _known_rows() -> list:
    known, now = _believed, time.monotonic()
    asked_at, rows = known.get("", (now, None))
    if rows is None or now - asked_at >= BELIEVED:
        rows = _ask()
        known[""] = now, rows
    return rows


def versions_of(agency: Agency | None) -> Versions:
    """Return the versions of an agency's site; of the portal, which shows what all say, for None.

    Ask before what they name is read, never after: so a page may be newer than its version, but never
    older. Raises ``DatabaseError`` or ``InterfaceError`` while the database is away.
    """
    return _of(agency, _ask())


def _ask() -> list:
    """Return what is known of all sites: one question serves them all."""
    with connection.cursor() as cursor:
        cursor.execute(_STATEMENT.format(PublicChange._meta.db_table))
        return cursor.fetchall()


def _of(agency, rows):
    own = (top_of(agency.root_page.path), EVERYWHERE) if agency else None
    return Versions(
        pages=_name(row for row in rows if own is None or row[0] in own),
        alerts=_name(row for row in rows if row[0] in (ALERTS, EVERYWHERE)),
        hosts=_name(row for row in rows if row[0] == EVERYWHERE),
    )


def _name(rows):
    return ";".join(" ".join(map(str, row)) for row in rows)
