"""Which of the register's seven legal columns an entry misses, said in one place."""

import pytest

from kip_pages.models import DipEntryPage
from kip_pages.models.dip import COLUMNS

from ..factories import draft

COMPLETE = {
    "summary": "Rencana strategis lima tahun.",
    "holding_unit": "Sekretariat",
    "responsible_officer": "Kepala Dinas",
    "made_when": "2021-05-17",
    "made_where": "Serang",
    "is_online": True,
    "retention": "5 tahun",
}

#   column                  emptied by
EMPTIED = [
    ("holding_unit", {"holding_unit": ""}),
    ("responsible_officer", {"responsible_officer": ""}),
    ("made_when", {"made_when": ""}),
    ("made_where", {"made_where": ""}),
    ("formats", {"is_online": False}),
    ("retention", {"retention": ""}),
]


def test_the_table_names_every_column():
    assert [row[0] for row in EMPTIED] == list(COLUMNS)


def test_a_complete_entry_misses_nothing(agency):
    entry = draft(DipEntryPage, agency, **COMPLETE)
    assert entry.missing_columns == []
    assert not DipEntryPage.objects.incomplete().exists()


@pytest.mark.parametrize(("column", "emptied"), EMPTIED)
def test_an_entry_misses_the_column_that_is_empty_and_no_other(agency, column, emptied):
    entry = draft(DipEntryPage, agency, **COMPLETE | emptied)
    assert entry.missing_columns == [str(COLUMNS[column])]
    assert list(DipEntryPage.objects.incomplete()) == [entry]


def test_the_title_stands_in_the_column_of_the_summary_where_there_is_none(agency):
    entry = draft(DipEntryPage, agency, **COMPLETE | {"summary": "", "title": "Renstra"})
    assert entry.missing_columns == []
    assert entry.feed_object()["summary"] == "Renstra"


@pytest.mark.parametrize("flag", ["is_printed", "is_recorded", "is_online"])
def test_one_form_is_enough(agency, flag):
    entry = draft(DipEntryPage, agency, **COMPLETE | {"is_online": False} | {flag: True})
    assert entry.missing_columns == []
    assert not DipEntryPage.objects.incomplete().exists()


def test_what_is_missing_stands_in_the_order_of_the_law(agency):
    entry = draft(DipEntryPage, agency)
    assert entry.missing_columns == [str(label) for label in COLUMNS.values()]
