"""What we write, other people's programs read.

Held against the schema of OASIS, and read back with the parser of the standard library, which shares
nothing with ours.
"""

import datetime
from dataclasses import replace
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kip_pages.boundaries import province_bounds
from kip_pages.cap import CapAlert, Circle, check, check_bytes, mapping, read, write
from kip_pages.cap.schema import VALUES
from kip_pages.choices import Hazard

from ..cap import ALERT, RING, SENT, passes_schema, update_of, with_area, with_info

CAP = "{urn:oasis:names:tc:emergency:cap:1.2}"
FULL = update_of(
    ALERT,
    source="Pusat Pengendalian Operasi",
    scope="Restricted",
    restriction="Petugas",
    addresses=("a@contoh.test", "Posko Anyer"),
    codes=("profile:x",),
    note="Catatan",
    incidents=("gempa", "Selat Sunda"),
)
FULL = with_area(FULL, polygons=(RING, RING[:-1]), circles=(Circle(-6.12345, 106.12345, 2.5),))


def independently_read(xml):
    return ElementTree.fromstring(xml)


def text(xml, path):
    return [
        element.text
        for element in independently_read(xml).findall(
            "/".join(CAP + tag for tag in path.split("/"))
        )
    ]


@pytest.mark.parametrize("alert", [ALERT, FULL], ids=["simple", "full"])
def test_what_is_written_follows_the_official_schema(alert):
    assert passes_schema(write(alert))


def test_the_schema_of_these_tests_can_refuse():
    assert not passes_schema(write(replace(ALERT, status="Sungguhan")))


def test_what_is_written_passes_our_own_gate_in_both_forms():
    assert check(ALERT) == check_bytes(write(ALERT)) == []


def test_another_parser_finds_every_word_where_cap_puts_it():
    xml = write(FULL)
    assert text(xml, "identifier") == [FULL.identifier]
    assert text(xml, "references") == [
        f"{ALERT.sender},{ALERT.identifier},2026-11-27T08:30:00+07:00"
    ]
    assert text(xml, "addresses") == ['a@contoh.test "Posko Anyer"']
    assert text(xml, "incidents") == ['gempa "Selat Sunda"']
    assert text(xml, "info/language") == ["id", "en"]
    assert text(xml, "info/description")[0] == FULL.infos[0].description
    assert text(xml, "info/instruction")[0] == FULL.infos[0].instruction
    assert text(xml, "info/eventCode/valueName") == ["kip-pages:hazard"] * 2
    assert text(xml, "info/area/geocode/value") == ["36.04"] * 2
    assert text(xml, "info/area/circle") == ["-6.12345,106.12345 2.500"] * 2


def test_the_same_alert_is_always_the_same_bytes_in_utf_8():
    assert write(FULL) == write(replace(FULL))
    xml = write(with_info(headline="Ombak ≥ 3 m – jauhi pantai"))
    assert xml.startswith(b"<?xml version='1.0' encoding='UTF-8'?>")
    assert "Ombak ≥ 3 m – jauhi pantai" in xml.decode()


@pytest.mark.parametrize(
    ("at", "written"),
    [
        (SENT, "2026-11-27T08:30:00+07:00"),
        (SENT.replace(microsecond=999_999), "2026-11-27T08:30:00+07:00"),
        (SENT.astimezone(datetime.UTC), "2026-11-27T01:30:00-00:00"),
        (
            SENT.astimezone(datetime.timezone(-datetime.timedelta(hours=3, minutes=30))),
            "2026-11-26T22:00:00-03:30",
        ),
        (
            SENT.astimezone(datetime.timezone(datetime.timedelta(minutes=30))),
            "2026-11-27T02:00:00+00:30",
        ),
    ],
)
def test_times_have_whole_seconds_and_their_own_offset(at, written):
    assert text(write(replace(ALERT, sent=at)), "sent") == [written]


@pytest.mark.parametrize(
    "at",
    [
        SENT.replace(tzinfo=None),
        SENT.replace(tzinfo=datetime.timezone(datetime.timedelta(seconds=25_632))),
    ],
)
def test_a_time_without_an_offset_in_minutes_is_not_written(at):
    with pytest.raises(ValueError, match="offset"):
        write(replace(ALERT, sent=at))


def test_rings_are_closed_and_coordinates_have_five_decimals_in_the_order_of_cap():
    written = text(
        write(with_area(polygons=(((-6.1, 106.123456789), *RING[1:-1]),))), "info/area/polygon"
    )
    points = written[0].split()
    assert points[0] == points[-1] == "-6.10000,106.12346"
    assert len(points) == len(RING)


def test_line_ends_of_a_browser_become_those_of_xml():
    xml = write(with_info(instruction="satu\r\ndua\rtiga"))
    assert text(xml, "info/instruction") == ["satu\ndua\ntiga"] * 2


def test_what_is_left_out_leaves_no_empty_element():
    xml = write(with_info(contact="", web=""))
    assert b"<contact" not in xml
    assert b"<web" not in xml
    assert b"<note" not in xml


names = st.text("abcdefghijklmnopqrstuvwxyz0123456789.-", min_size=1)
texts = st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cs", "Zs", "Zl", "Zp"]))
points = st.tuples(st.floats(-90, 90), st.floats(-180, 180))


@given(identifier=names, sender=names, words=texts, ring=st.lists(points, min_size=1, max_size=9))
def test_whatever_is_written_can_be_read_back(identifier, sender, words, ring):
    alert = with_area(
        with_info(replace(ALERT, identifier=identifier, sender=sender), description=words),
        polygons=(tuple(ring),),
    )
    again: CapAlert = read(write(alert))
    assert write(again) == write(alert)
    assert [info.description for info in again.infos] == [words] * 2


def test_every_hazard_has_its_category():
    assert mapping.CATEGORY.keys() == set(Hazard)
    assert all(
        categories and VALUES["category"] >= set(categories)
        for categories in mapping.CATEGORY.values()
    )


def test_our_words_are_words_of_cap():
    for table, tag in (
        (mapping.STATUS, "status"),
        (mapping.MESSAGE_TYPE, "msgType"),
        (mapping.URGENCY, "urgency"),
        (mapping.SEVERITY, "severity"),
        (mapping.CERTAINTY, "certainty"),
    ):
        assert VALUES[tag] >= set(table.values())


def test_the_area_of_a_code_passes_the_gate():
    for code in ("36", "36.04", "36.74", "36.01.01"):
        alert = with_info(areas=(mapping.area_of(code),))
        assert check(alert, province_bounds=province_bounds()) == []
        assert passes_schema(write(alert))
    assert mapping.area_of("36.01.01").desc == "Kecamatan Sumur, Kabupaten Pandeglang"
    assert mapping.area_of("36").desc == "Provinsi Banten"


def test_a_level_is_a_parameter_with_its_scheme():
    assert mapping.parameters("natural_disaster") == (("kip-pages:kind", "natural_disaster"),)
    assert mapping.parameters("natural_disaster", "tsunami", "awas")[1] == (
        "kip-pages:level",
        "tsunami:awas",
    )
