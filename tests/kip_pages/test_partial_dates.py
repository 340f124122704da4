"""Dates as registers know them."""

import datetime

import pytest
from django.core.exceptions import ValidationError
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from kip_pages.partial_dates import PartialDate, normalise_partial_date, retention_end_year

#   typed                    stored        precision
GOOD = [
    ("2021-05-17", "2021-05-17", "day"),
    ("2021-05", "2021-05", "month"),
    ("2021", "2021", "year"),
    ("2017/2022", "2017/2022", "year_range"),
    ("17 Mei 2021", "2021-05-17", "day"),
    ("17-05-2021", "2021-05-17", "day"),
    ("17/05/2021", "2021-05-17", "day"),
    ("17.5.2021", "2021-05-17", "day"),
    ("1 januari 2020", "2020-01-01", "day"),
    ("17-Agustus-1945", "1945-08-17", "day"),
    ("05-2021", "2021-05", "month"),
    ("5/2021", "2021-05", "month"),
    ("Mei 2021", "2021-05", "month"),
    ("  mei 2021 ", "2021-05", "month"),
    ("2017-2022", "2017/2022", "year_range"),
    ("2017–2022", "2017/2022", "year_range"),
    ("2017 — 2022", "2017/2022", "year_range"),
    ("2017 / 2022", "2017/2022", "year_range"),
    ("2017 s.d. 2022", "2017/2022", "year_range"),
    ("2017 s.d 2022", "2017/2022", "year_range"),
    ("2017 sd 2022", "2017/2022", "year_range"),
    ("2017 s/d 2022", "2017/2022", "year_range"),
    ("2017 sampai 2022", "2017/2022", "year_range"),
    ("2020-2020", "2020/2020", "year_range"),
    ("Tahun 2023", "2023", "year"),
    ("tahun 2021-2026", "2021/2026", "year_range"),
    ("29 Februari 2024", "2024-02-29", "day"),
    ("29-02-2000", "2000-02-29", "day"),
    ("1899", "1899", "year"),
    ("2199-12-31", "2199-12-31", "day"),
]

BAD = [
    "",
    "kemarin",
    "2022-2017",
    "30 Februari 2024",
    "29-02-2023",
    "29-02-1900",
    "31-04-2021",
    "2021-13",
    "2021-00",
    "2021-05-00",
    "2021-02-30",
    "00-05-2021",
    "0-2021",
    "17 Mayo 2021",
    "17 Mei",
    "17 Mei 21",
    "1799",
    "2200",
    "20211",
    "202",
    "2021-5-17-1",
    "2017-2022-2023",
    "Tahun",
    "± 2021",
    "2021-05-17T00:00",
    "٢٠٢١",
]

MONTHS = [
    ("Januari", "Jan"),
    ("Februari", "Feb"),
    ("Maret", "Mar"),
    ("April", "Apr"),
    ("Mei", "Mei"),
    ("Juni", "Jun"),
    ("Juli", "Jul"),
    ("Agustus", "Agu"),
    ("September", "Sep"),
    ("Oktober", "Okt"),
    ("November", "Nov"),
    ("Desember", "Des"),
]
OTHER_SPELLINGS = [
    ("Pebruari", 2),
    ("Nopember", 11),
    ("Ags", 8),
    ("Sept", 9),
    ("August", 8),
    ("May", 5),
    ("October", 10),
    ("December", 12),
]


@pytest.mark.parametrize(("typed", "stored", "precision"), GOOD)
def test_what_an_officer_types_is_understood(typed, stored, precision):
    date = PartialDate.parse(typed)
    assert (str(date), date.precision) == (stored, precision)
    assert normalise_partial_date(typed) == stored


@pytest.mark.parametrize("typed", BAD)
def test_what_is_no_date_is_refused(typed):
    with pytest.raises(ValueError):
        PartialDate.parse(typed)


@pytest.mark.parametrize("typed", BAD[1:])
def test_a_refusal_repeats_what_was_typed(typed):
    with pytest.raises(ValidationError) as refusal:
        normalise_partial_date(typed)
    assert typed in refusal.value.messages[0]


@pytest.mark.parametrize("blank", ["", "  "])
def test_an_empty_field_is_no_mistake(blank):
    assert normalise_partial_date(blank) == ""


@pytest.mark.parametrize(("number", "names"), list(enumerate(MONTHS, start=1)))
def test_every_month_is_known_by_its_name_and_abbreviation(number, names):
    for name in names:
        for spelling in (name, name.lower(), name.upper()):
            assert str(PartialDate.parse(f"3 {spelling} 2021")) == f"2021-{number:02d}-03"


@pytest.mark.parametrize(("name", "number"), OTHER_SPELLINGS)
def test_other_spellings_of_months_are_known(name, number):
    assert PartialDate.parse(f"{name} 2021").month == number


@pytest.mark.parametrize(
    ("stored", "shown"),
    [
        ("2021-05-17", "17 Mei 2021"),
        ("2021-05", "Mei 2021"),
        ("2021", "2021"),
        ("2017/2022", "2017–2022"),
    ],
)
def test_a_date_is_shown_in_words_that_can_be_typed_again(stored, shown):
    with translation.override("id"):
        assert PartialDate.parse(stored).display() == shown
    assert str(PartialDate.parse(shown)) == stored


years = st.integers(1800, 2199)
partial_dates = st.one_of(
    st.builds(PartialDate, years),
    st.builds(PartialDate, years, st.integers(1, 12)),
    st.dates(datetime.date(1800, 1, 1), datetime.date(2199, 12, 31)).map(
        lambda d: PartialDate(d.year, d.month, d.day)
    ),
    st.tuples(years, years).map(lambda pair: PartialDate(min(pair), until_year=max(pair))),
)


@given(partial_dates)
def test_the_stored_notation_reads_back_as_the_same_date(date):
    assert PartialDate.parse(str(date)) == date


@given(partial_dates, st.sampled_from(["id", "en"]))
def test_every_date_can_be_typed_as_it_is_shown(date, language):
    with translation.override(language):
        shown = date.display()
    if language == "id":
        assert PartialDate.parse(shown) == date
    assert normalise_partial_date(str(date)) == str(date)


@given(st.text())
def test_any_text_is_a_date_or_a_value_error(text):
    try:
        date = PartialDate.parse(text)
    except ValueError:
        return
    assert PartialDate.parse(str(date)) == date


#   retention                   made          ends
RETENTIONS = [
    ("5 tahun", "2021", 2026),
    ("5 tahun", "2021-05-17", 2026),
    ("5 tahun", "2017/2022", 2027),
    ("5 (lima) tahun", "2021", 2026),
    ("10 Tahun setelah tidak berlaku", "2020", 2030),
    ("2 thn", "2021", 2023),
    ("2 th.", "2021", 2023),
    ("5 years", "2021", 2026),
    ("1 year", "2021", 2022),
    ("5tahun", "2021", 2026),
    ("5 tahun", None, None),
    ("Permanen", "2021", None),
    ("Selama berlaku", "2021", None),
    ("", "2021", None),
    ("lima tahun", "2021", None),
    ("6 bulan", "2021", None),
    ("tahun 2021", "2021", None),
]


@pytest.mark.parametrize(("retention", "made", "ends"), RETENTIONS)
def test_the_year_a_retention_ends(retention, made, ends):
    assert retention_end_year(retention, made and PartialDate.parse(made)) == ends
