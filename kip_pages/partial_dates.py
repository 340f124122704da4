"""Dates as registers know them: a day, a month, a year or a range of years.

Stored in the notation of ISO 8601-2 (EDTF level 0): ``2021-05-17``, ``2021-05``, ``2021``,
``2017/2022``, which sorts and says its own precision.
"""

import datetime
import re
from dataclasses import dataclass

from django.core.exceptions import ValidationError
from django.utils import formats
from django.utils.translation import gettext_lazy as _

MONTHS = {
    name: number
    for number, names in enumerate(
        (
            ("januari", "jan", "january"),
            ("februari", "pebruari", "feb", "february"),
            ("maret", "mar", "march"),
            ("april", "apr"),
            ("mei", "may"),
            ("juni", "jun", "june"),
            ("juli", "jul", "july"),
            ("agustus", "agu", "ags", "aug", "august"),
            ("september", "sep", "sept"),
            ("oktober", "okt", "oct", "october"),
            ("november", "nopember", "nov"),
            ("desember", "des", "dec", "december"),
        ),
        start=1,
    )
    for name in names
}
_YEAR = r"(?:18|19|20|21)\d\d"
_RANGE = re.compile(rf"({_YEAR})\s*(?:/|-|–|—|s\.?/?d\.?|sampai|to)\s*({_YEAR})", re.I)
_ISO = re.compile(rf"({_YEAR})(?:-(\d\d))?(?:-(\d\d))?")
_LOCAL = re.compile(rf"(?:(\d\d?)[-/. ])?(\d\d?|[a-z]+)[-/. ]({_YEAR})", re.I)


@dataclass(frozen=True)
class PartialDate:
    year: int
    month: int | None = None
    day: int | None = None
    until_year: int | None = None

    @classmethod
    def parse(cls, text: str) -> "PartialDate":
        """Read ISO notation or what an Indonesian officer types: ``17 Mei 2021``, ``2017-2022``.

        Raises ``ValueError`` when it is none of these, or no day of the calendar.
        """
        text = re.sub(r"^tahun\s+", "", text.strip(), flags=re.I)
        if match := _RANGE.fullmatch(text):
            first, last = int(match[1]), int(match[2])
            if last < first:
                raise ValueError(f"{last} is before {first}")
            return cls(first, until_year=last)
        if match := _ISO.fullmatch(text):
            parts = [int(part) if part else None for part in match.groups()]
        elif match := _LOCAL.fullmatch(text):
            day, month, year = match.groups()
            number = int(month) if month.isdigit() else MONTHS.get(month.lower())
            if number is None:
                raise ValueError(f"{month!r} is no month")
            parts = [int(year), number, int(day) if day else None]
        else:
            raise ValueError(f"{text!r} is no date")
        datetime.date(*(1 if part is None else part for part in parts))
        return cls(*parts)

    def __str__(self):
        if self.until_year:
            return f"{self.year:04d}/{self.until_year:04d}"
        return "-".join(
            [f"{self.year:04d}", *(f"{p:02d}" for p in (self.month, self.day) if p is not None)]
        )

    @property
    def last_year(self):
        return self.until_year or self.year

    @property
    def precision(self):
        if self.until_year:
            return "year_range"
        return "day" if self.day else "month" if self.month else "year"

    def display(self) -> str:
        """Return the date in words of the active language."""
        if self.until_year:
            return f"{self.year}–{self.until_year}"
        if self.month is None:
            return str(self.year)
        date = datetime.date(self.year, self.month, self.day or 1)
        return formats.date_format(date, "j F Y" if self.day else "F Y")


def normalise_partial_date(text: str) -> str:
    """Return ``text`` in stored notation; raises ``ValidationError`` with what to type instead."""
    if not text.strip():
        return ""
    try:
        return str(PartialDate.parse(text))
    except ValueError:
        raise ValidationError(
            _(
                "“%(text)s” is not understood. Type a day (17-05-2021), a month (05-2021), "
                "a year (2021) or a range of years (2017-2022)."
            ),
            params={"text": text},
        ) from None


_RETENTION_YEARS = re.compile(r"(\d{1,3})\s*(?:\([^)]*\)\s*)?(?:tahun|thn|th|years?)\b", re.I)


def retention_end_year(retention: str, made: PartialDate | None) -> int | None:
    """Return the year in which a retention such as ``5 tahun`` ends, or None if it cannot be known."""
    match = _RETENTION_YEARS.search(retention)
    return made.last_year + int(match[1]) if match and made else None
