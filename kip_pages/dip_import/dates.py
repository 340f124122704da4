"""When something was made, and which years it is about, in every notation that registers use."""

import dataclasses
import datetime
import re

from django.utils import timezone

from ..partial_dates import MONTHS, PartialDate
from .cells import Cell
from .vocabulary import tidy

_YEAR = r"(?:19|20)\d\d"
_LONE_YEAR = re.compile(rf"(?<!\d)(?<!\d[./]){_YEAR}(?![\d%])")
_TO = r"(?:-|–|—|/|s\.?\s?/?\s?d\.?|sampai(?:\s+dengan)?|hingga|to|until|&|dan|,)"
_RANGE = re.compile(rf"(?<!\d)({_YEAR})\s*{_TO}\s*(?:tahun\s+|thn\.?\s+)?({_YEAR})(?!\d)", re.I)
_SHORT_RANGE = re.compile(rf"(?<!\d)({_YEAR})\s*/\s*(\d\d)(?!\d)")
_MONTH_NAMES = "|".join(sorted(MONTHS, key=len, reverse=True))
_ANY_YEAR = rf"(?:(?P<y>{_YEAR})|(?P<yy>\d\d))(?!\d)"
_WORDED = re.compile(
    rf"(?<!\d)(?P<d>\d{{1,2}})(?:st|nd|rd|th)?[\s.\-/]*(?P<m>{_MONTH_NAMES})[.,]?"
    rf"(?:[\s\-/]*(?P<y>{_YEAR})|[\s\-/]'?(?P<yy>\d\d))(?!\d)(?!\s*(?:{_MONTH_NAMES})\b)",
    re.I,
)
_ENGLISH = re.compile(
    rf"\b(?P<m>{_MONTH_NAMES})\.?\s+(?P<d>\d{{1,2}})(?:st|nd|rd|th)?,\s*(?P<y>{_YEAR})(?!\d)", re.I
)
_ISO = re.compile(rf"(?<!\d)(?P<y>{_YEAR})[-/.](?P<m>\d{{1,2}})[-/.](?P<d>\d{{1,2}})(?!\d)")
_COMPACT = re.compile(rf"(?<!\d)(?P<y>{_YEAR})(?P<m>0[1-9]|1[0-2])(?P<d>[0-3]\d)(?!\d)")
_NUMBERS = re.compile(rf"(?<!\d)(?P<d>\d{{1,2}})\s?[-/.]\s?(?P<m>\d{{1,2}})\s?[-/.]\s?{_ANY_YEAR}")
_MONTH = re.compile(rf"\b({_MONTH_NAMES})\.?[\s\-/,]*(?:tahun\s+)?({_YEAR})(?!\d)", re.I)
_MONTH_NUMBER = re.compile(rf"(?<!\d)(\d{{1,2}})[-/]({_YEAR})(?!\d)")
_ISO_MONTH = re.compile(rf"(?<!\d)({_YEAR})-(0[1-9]|1[0-2])(?!\d)")
# A date stands at the beginning of a text, and a title names its year in its first lines.
LONGEST = 1_000
# What spreadsheets count in days: 1954 to 2064.
_SERIALS = range(20_000, 60_001)
_FIRST_DAY = datetime.date(1899, 12, 30)
_PLACE = re.compile(r"[A-Za-z][A-Za-z .'/-]{2,}")
_NO_PLACE = re.compile(
    r"\b(?:tahun|thn|ta|tgl|tanggal|tahunan|semester|triwulan|tw|bulan|periode|per|sejak|sampai|hingga|"
    r"dengan|sekarang|anggaran|senin|selasa|rabu|kamis|jum.?at|sabtu|minggu|dan|s.?d|i{1,3}|iv|"
    rf"mulai|setiap|update|terakhir|revisi|perubahan|{_MONTH_NAMES})\b\.?",
    re.I,
)


@dataclasses.dataclass(frozen=True)
class When:
    """What a cell says of time: years, the day or month where it is known, and a place."""

    first: int
    last: int
    day: str = ""
    month: str = ""
    place: str = ""

    @property
    def stored(self) -> str:
        """The notation of ``partial_dates``, as exact as it is known."""
        if self.day or self.month:
            return self.day or self.month
        return str(
            PartialDate(self.first, until_year=None if self.first == self.last else self.last)
        )


def read_when(cell: Cell) -> When | None:
    """Read a cell of a column of dates or years; None where it tells no year."""
    if cell.date:
        return _of_cell_date(cell.date)
    text = tidy(cell.text[:LONGEST])
    if text.isdecimal() and len(text) == 5 and int(text) in _SERIALS:
        # A date of a spreadsheet that lost its format.
        return _of_day(_FIRST_DAY + datetime.timedelta(days=int(text)))
    return _read_text(text)


def years_in(text: str) -> tuple[int, int] | None:
    """Return the years that a title is about: a range, or else the first one it names.

    A regulation is of its own year, which comes before those of what it changes.
    """
    text = tidy(text[:LONGEST])
    first = _LONE_YEAR.search(text)
    if found := _range(text):
        ranged, years = found
        if first is None or ranged.start() <= first.start():
            return years
    if first is None:
        # "Nomor 5/2020" and "700/Kep.228/2023": a year behind a stroke.
        first = re.search(rf"(?<=[/.]){_YEAR}(?!\d)", text)
    return (int(first[0]), int(first[0])) if first else None


def _of_cell_date(date):
    """A slip of the keyboard such as 2202 is a date to a spreadsheet, but tells none."""
    if not re.match(rf"{_YEAR}-", date):
        return None
    try:
        return _of_day(datetime.date.fromisoformat(date))
    except ValueError:
        return None


def _of_day(day, place=""):
    return When(day.year, day.year, day=day.isoformat(), place=place)


def _read_text(text):
    days = _days(text)
    if len(days) == 1 and len(re.findall(rf"\b(?:{_MONTH_NAMES})\b", text, re.I)) < 2:
        return _of_day(days[0], _place(text))
    if days:
        return When(min(days).year, max(days).year, place=_place(text))
    if found := _range(text):
        return When(*found[1], place=_place(text))
    years = [int(year) for year in re.findall(rf"(?<!\d){_YEAR}(?!\d)", text)]
    if not years:
        return None
    return When(min(years), max(years), month=_month(text, years), place=_place(text))


def _days(text):
    """Return the days that ``text`` names, each once."""
    for pattern in (_WORDED, _ENGLISH, _ISO, _COMPACT, _NUMBERS):
        days = [_day(match.groupdict()) for match in pattern.finditer(text)]
        if any(days):
            return list(dict.fromkeys(filter(None, days)))
    return []


def _day(parts):
    year = int(parts["y"]) if parts["y"] else _year_of_two_digits(parts["yy"])
    month = MONTHS.get(parts["m"].lower()) or int(parts["m"])
    day = int(parts["d"])
    if month > 12 >= day:  # as Americans write
        day, month = month, day
    try:
        return datetime.date(year, month, day)
    except ValueError:
        return None


def _year_of_two_digits(digits):
    """Nothing is made more than a year ahead: what would be is of the last century."""
    year = 2000 + int(digits)
    return year if year <= timezone.localdate().year + 1 else year - 100


def _range(text):
    """Return the first range of years and what it says, or None."""
    if match := _RANGE.search(text):
        years = [int(match[1]), int(match[2])]
        # "2021, 2022 dan 2023" goes on.
        rest = text[match.end() :]
        while more := re.match(rf"\s*{_TO}\s*({_YEAR})(?!\d)", rest, re.I):
            years.append(int(more[1]))
            rest = rest[more.end() :]
        if years == sorted(years):
            return match, (years[0], years[-1])
    if match := _SHORT_RANGE.search(text):
        first = int(match[1])
        last = first // 100 * 100 + int(match[2])
        if first < last <= first + 10:
            return match, (first, last)
    return None


def _month(text, years):
    if len(set(years)) > 1:
        return ""
    named = list(_MONTH.finditer(text))
    others = re.findall(rf"\b(?:{_MONTH_NAMES})\b", text, re.I)
    if len(named) == 1 and len(others) == 1:
        return f"{int(named[0][2]):04d}-{MONTHS[named[0][1].lower()]:02d}"
    if match := _MONTH_NUMBER.fullmatch(text):
        return f"{match[2]}-{int(match[1]):02d}" if 1 <= int(match[1]) <= 12 else ""
    return text if _ISO_MONTH.fullmatch(text) else ""


def _place(text):
    """Return the name of a place beside a date: "Serang, 4 Maret 2024"."""
    found = _PLACE.findall(_NO_PLACE.sub(" ", text))
    names = [name.strip(" .-/'") for name in found]
    return next((name for name in names if len(name) > 2 and name[0].isupper()), "")
