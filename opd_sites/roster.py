"""Load the list of agencies a province keeps; none is ever deleted by it."""

import csv
import dataclasses
import enum
from collections.abc import Iterable, Iterator

from django.core.exceptions import ValidationError
from django.db import transaction

from .choices import AgencyKind
from .models import Agency
from .provisioning import HostnameTakenError, provision

REQUIRED_COLUMNS = ("code", "name_id", "short_name", "kind", "subdomain")


class MissingColumnsError(ValueError):
    """The roster lacks columns; its first line must name code, name_id, short_name, kind, subdomain."""


class Outcome(enum.Enum):
    CREATED = "new"
    UPDATED = "changed"
    SAME = "same"
    REFUSED = "refused"


@dataclasses.dataclass(frozen=True)
class RosterResult:
    """What became of one line: ``line`` as an editor counts, ``detail`` says what changed or is wrong."""

    line: int
    code: str
    outcome: Outcome
    detail: str = ""


def load_roster(
    lines: Iterable[str], *, base_domain: str = "", port: int = 80, dry_run: bool = False
) -> Iterator[RosterResult]:
    """Provision the new agencies of a CSV roster and update the known ones, a transaction per line.

    ``base_domain`` serves an agency at ``<code>.<base_domain>`` instead of its ``subdomain``, for
    development. With ``dry_run`` the whole file is tried and rolled back. A bad line is refused with its
    reason and the others are loaded. Raises ``MissingColumnsError`` before the first line.
    """
    reader = csv.DictReader(lines)
    missing = [name for name in REQUIRED_COLUMNS if name not in (reader.fieldnames or ())]
    if missing:
        raise MissingColumnsError(f"the roster lacks the columns {', '.join(missing)}")
    results = _load_rows(reader, base_domain, port)
    if dry_run:
        # In one transaction: a line must meet what the lines before it would have made.
        with transaction.atomic():
            results = list(results)
            transaction.set_rollback(True)
    yield from results


def _load_rows(reader, base_domain, port):
    seen = {}
    for row in reader:
        yield _load(row, reader.line_num, seen, base_domain, port)


def _load(row, line, seen, base_domain, port):
    values = {name: (row[name] or "").strip() for name in REQUIRED_COLUMNS}
    code = values["code"]
    if code in seen:
        detail = f"the code {code!r} stands already on line {seen[code]}"
        return RosterResult(line, code, Outcome.REFUSED, detail)
    seen[code] = line
    hostname = f"{code}.{base_domain}" if base_domain else values["subdomain"]
    empty = [name for name in REQUIRED_COLUMNS if not values[name] and name != "subdomain"]
    if empty or not hostname:
        detail = f"empty: {', '.join(empty or ['subdomain'])}"
        return RosterResult(line, code, Outcome.REFUSED, detail)
    if values["kind"] not in AgencyKind.values:
        detail = f"kind {values['kind']!r} is not one of {', '.join(AgencyKind.values)}"
        return RosterResult(line, code, Outcome.REFUSED, detail)
    try:
        return _provision(values, line, hostname, port)
    except ValidationError as error:
        return RosterResult(line, code, Outcome.REFUSED, "; ".join(error.messages))
    except HostnameTakenError as error:
        return RosterResult(line, code, Outcome.REFUSED, str(error))


def _provision(values, line, hostname, port):
    code = values["code"]
    before = _facts(code)
    with transaction.atomic():
        provision(
            code=code,
            hostname=hostname,
            port=port,
            name=values["name_id"],
            short_name=values["short_name"],
            kind=values["kind"],
        )
        after = _facts(code)
    if not before:
        return RosterResult(line, code, Outcome.CREATED, f"{after['name']} · {hostname}")
    changes = [f"{k}: {before[k]} → {after[k]}" for k in after if before[k] != after[k]]
    return RosterResult(
        line, code, Outcome.UPDATED if changes else Outcome.SAME, "; ".join(changes)
    )


def _facts(code):
    agency = Agency.objects.select_related("site").filter(code=code).first()
    if agency is None:
        return {}
    return {
        "name": agency.name,
        "short_name": agency.short_name,
        "kind": agency.kind,
        "hostname": f"{agency.site.hostname}:{agency.site.port}",
    }
