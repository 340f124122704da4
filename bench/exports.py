"""What the register costs to download: 100,000 entries against 1,000, in every format."""

import contextlib
import http
import time

from django.db import connection

from kip_pages.models import FeedItem
from opd_sites.models import Agency

from .figures import Figure, mebibytes, milliseconds
from .memory import peak_memory
from .province import PORTAL_HOST
from .serving import Client, NoAnswerError, serving

FEW, MANY = 1_000, 100_000
ENDINGS = ("jsonl", "csv", "xlsx")
PIECE = 1 << 20


def measure(small: Agency, large: Agency) -> list[Figure]:
    """Store copies of an entry of each agency's register, download them all, and remove them."""
    with _copies(small, FEW), _copies(large, MANY), serving("config.wsgi") as site:
        client = Client(site.port, PORTAL_HOST)
        for ending in ENDINGS:
            _download(client, ending, small)
        before = peak_memory(site.worker.pid)
        downloads = {ending: _download(client, ending, large) for ending in ENDINGS}
        return [_memory(before, peak_memory(site.worker.pid)), _waiting(downloads)]


@contextlib.contextmanager
def _copies(agency, entries):
    """Copy a stored entry by SQL: what is measured is the reading, and pages cost hours to make."""
    model = FeedItem.objects.register().present().filter(agency=agency).first()
    columns = [f.column for f in FeedItem._meta.fields if f.name not in ("id", "uid", "pos")]
    quoted = ", ".join(connection.ops.quote_name(column) for column in columns)
    table = FeedItem._meta.db_table
    last = FeedItem.objects.order_by("-pos").values_list("pos", flat=True)[0]
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO {table} (uid, pos, {quoted}) "
            f"SELECT gen_random_uuid(), %s + n, {quoted} FROM {table}, "
            "generate_series(1, %s) AS n WHERE id = %s",
            [last, entries - 1, model.pk],
        )
        cursor.execute(f"ANALYZE {table}")
    try:
        yield
    finally:
        FeedItem.objects.filter(pos__gt=last, page_id=model.page_id).delete()


def _download(client, ending, agency):
    """Return the seconds until the first byte and until the last, and the number of bytes."""
    began = time.perf_counter()
    address = f"/api/feed/v1/register.{ending}?agency={agency.code}"
    client.connection.request("GET", address, headers=client.headers)
    answer = client.connection.getresponse()
    size = len(answer.read(1))
    first = time.perf_counter() - began
    while piece := answer.read(PIECE):
        size += len(piece)
    if answer.status != http.HTTPStatus.OK:
        raise NoAnswerError(f"{address}: {answer.status}")
    return first, time.perf_counter() - began, size


def _memory(before, after):
    return Figure(
        f"peak memory of a worker, {MANY:,} entries against {FEW:,}",
        after / before,
        "×",
        "≤",
        1.1,
        f"{mebibytes(after)} against {mebibytes(before)}; {', '.join(ENDINGS)}",
    )


def _waiting(downloads):
    """The share of a download that its reader waits for the first byte: a proxy gives up on that."""
    return Figure(
        f"first byte of {MANY:,} entries against the last, at most",
        max(first / last for first, last, _size in downloads.values()),
        "×",
        "≤",
        0.5,
        ", ".join(
            f"{ending} {milliseconds(first)} of {last:.1f} s for {mebibytes(size)}"
            for ending, (first, last, size) in downloads.items()
        ),
    )
