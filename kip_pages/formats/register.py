"""The register of public information (Daftar Informasi Publik) as rows, and as JSON Lines.

The headings are those of the annex of PERKI 1/2010, which PERKI 1/2021 keeps: a legal form, so they
are Indonesian in whatever language somebody asks.
"""

import datetime
from collections.abc import Iterable, Iterator

from django.utils import translation

from ..choices import ActivityState, InformationCategory, InformationFormat
from ..models import FeedItem

LEGAL_LANGUAGE = "id"

HEADINGS = (
    "No.",
    "Ringkasan Isi Informasi",
    "Keterangan",
    "Kategori Informasi",
    "Pejabat/Unit/Satuan Kerja yang Menguasai Informasi",
    "Penanggung Jawab Pembuatan atau Penerbitan Informasi",
    "Waktu Pembuatan Informasi",
    "Tempat Pembuatan Informasi",
    "Bentuk Informasi yang Tersedia",
    "Jangka Waktu Penyimpanan atau Retensi Arsip",
    "Periode",
    "Status Kegiatan",
    "Kode Kewajiban",
    "Tautan Dokumen",
    "Badan Publik",
    "Kode Badan Publik",
    "Alamat Halaman",
    "Bahasa",
    "Waktu Terbit",
    "Waktu Pembaruan",
    "ID",
)

Value = str | int | datetime.date | datetime.datetime | None


def register_rows(items: Iterable[FeedItem]) -> Iterator[list[Value]]:
    """Yield the rows of stored items, see ``table_rows``."""
    return table_rows((str(item.uid), item.data) for item in items)


def table_rows(entries: Iterable[tuple[str, dict]]) -> Iterator[list[Value]]:
    """Yield the register's rows in the order of ``HEADINGS``, numbered from 1.

    ``entries`` are ids with what the feed's ``data`` says. A date is a date only where its day is known;
    a month, a year or a range of years stays the text of ISO 8601-2, which sorts.
    """
    labels = _labels()
    for number, (uid, data) in enumerate(entries, start=1):
        yield _row(number, uid, data, labels)


def json_lines(items: Iterable[FeedItem]) -> Iterator[str]:
    """Yield an object per line: ``id``, ``modified`` and the ``data`` of ``/changes`` as stored."""
    for item in items:
        yield f'{{"id":"{item.uid}","modified":{item.pos},"data":{item.payload}}}\n'


def category_label(value: str) -> str:
    """Return the legal name of a category."""
    with translation.override(LEGAL_LANGUAGE):
        return str(InformationCategory(value).label)


def _labels():
    # Read at once: a language that is active between two rows would be active for others as well.
    with translation.override(LEGAL_LANGUAGE):
        choices = (InformationCategory, InformationFormat, ActivityState)
        return {member.value: str(member.label) for enum in choices for member in enum}


def _row(number, uid, data, labels):
    dip = data["dip"]
    return [
        number,
        data["title"],
        data["summary"],
        labels.get(dip["category"], dip["category"]),
        dip["holding_unit"],
        dip["responsible_officer"],
        _date(dip["made_when"], dip["made_when_precision"]),
        dip["made_where"],
        ", ".join(labels.get(form, form) for form in dip["formats"]),
        dip["retention"],
        dip["period"],
        labels.get(dip["activity_state"], dip["activity_state"]),
        ", ".join(dip["obligations"]),
        "\n".join(attachment["url"] for attachment in data["attachments"]),
        data["agency"]["name"],
        data["agency"]["code"],
        data["url"],
        data["locale"],
        _moment(data["published_at"]),
        _moment(data["updated_at"]),
        uid,
    ]


def _date(text, precision):
    return datetime.date.fromisoformat(text) if precision == "day" else text


def _moment(text):
    return datetime.datetime.fromisoformat(text) if text else None
