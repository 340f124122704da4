"""The gate refuses what receivers misread, row by row, and lets the good message pass.

The table is the one of ``docs/reference/cap.md``. Each row breaks a good alert in one way and expects
one code, no other. Whether the schema of OASIS notices is part of each row: what it lets through is
why there is a gate.
"""

import datetime
from dataclasses import replace

import pytest
from django.utils import translation

from kip_pages.boundaries import Bounds
from kip_pages.cap import CapArea, Circle, Fault, Reference, check, check_bytes, write
from kip_pages.cap.rings import crosses_itself

from ..cap import (
    ALERT,
    ENGLISH,
    HOUR,
    INDONESIAN,
    RING,
    SENT,
    WIB,
    passes_schema,
    update_of,
    with_area,
    with_info,
)

BANTEN = Bounds(-7.1, 105.0, -5.7, 106.9)
PASSES, CAUGHT = "the schema lets it through", "the schema refuses it too"
FIRST = replace(ALERT, identifier="pertama")
SECOND = update_of(FIRST, identifier="kedua")
EXPIRED = with_info(replace(FIRST, identifier="lama"), expires=SENT + HOUR / 2)
BOW_TIE = (RING[0], RING[2], RING[1], RING[3], RING[0])
SWAPPED = tuple((longitude, latitude) for latitude, longitude in RING)
FAR = tuple((latitude + 3, longitude) for latitude, longitude in RING)
COARSE = tuple((round(latitude, 2), round(longitude, 2)) for latitude, longitude in RING)
MANY = tuple((-6 - (i % 2) / 100_000, 106 + i / 1000) for i in range(1, 101))
MANY = (*MANY, (-6.5, 106.05123), MANY[0])


def changed(**changes):
    return replace(ALERT, **changes)


def in_english(**changes):
    return replace(ALERT, infos=(INDONESIAN, replace(ENGLISH, **changes)))


#    what is wrong                       the broken alert                     code, schema
ROWS = {
    # identifier and sender
    "identifier with a space": (changed(identifier="a b"), "identifier_form", PASSES),
    "identifier with a comma": (changed(identifier="a,b"), "identifier_form", PASSES),
    "identifier with <": (changed(identifier="a<b"), "identifier_form", PASSES),
    "identifier with &": (changed(identifier="a&b"), "identifier_form", PASSES),
    "no identifier": (changed(identifier=""), "identifier_form", CAUGHT),
    "sender with a space": (changed(sender="BPBD Banten"), "sender_form", PASSES),
    # references
    "update without references": (update_of(FIRST, references=()), "references_missing", PASSES),
    "cancel without references": (
        update_of(FIRST, msg_type="Cancel", references=()),
        "references_missing",
        PASSES,
    ),
    "malformed reference": (
        update_of(FIRST, references=(Reference("a b", "pertama", SENT),)),
        "reference_form",
        PASSES,
    ),
    "reference to itself": (
        update_of(FIRST, identifier="sama", references=(Reference("x", "sama", SENT),)),
        "reference_self",
        PASSES,
    ),
    "reference to a later message": (
        update_of(FIRST, sent=SENT - HOUR),
        "reference_later",
        PASSES,
    ),
    # how long
    "no end": (with_info(expires=None), "expires_missing", PASSES),
    "ends before it is sent": (
        with_info(effective=None, onset=None, expires=SENT - HOUR),
        "expires_before_sent",
        PASSES,
    ),
    "ends when it is sent": (
        with_info(effective=None, onset=None, expires=SENT),
        "expires_before_sent",
        PASSES,
    ),
    "ends before it takes effect": (
        with_info(effective=SENT + 8 * HOUR, onset=None),
        "expires_before_start",
        PASSES,
    ),
    "ends before the event begins": (
        with_info(onset=SENT + 8 * HOUR),
        "expires_before_start",
        PASSES,
    ),
    # what and where
    "no information": (changed(infos=()), "info_missing", PASSES),
    "no area": (with_info(areas=()), "area_missing", PASSES),
    "area with a name only": (with_area(polygons=(), geocodes=()), "area_empty", PASSES),
    "area without a name": (with_area(desc=" "), "area_unnamed", PASSES),
    "geocode without its value": (with_area(geocodes=(("kemendagri", ""),)), "pair_form", PASSES),
    # polygons and circles
    "three points": (with_area(polygons=((*RING[:2], RING[0]),)), "polygon_few", PASSES),
    "open ring": (with_area(polygons=(RING[:-1],)), "polygon_open", None),  # the writer closes it
    "longitude first": (with_area(polygons=(SWAPPED,)), "coordinate_range", PASSES),
    "outside the province": (with_area(polygons=(FAR,)), "outside", PASSES),
    "bow-tie": (with_area(polygons=(BOW_TIE,)), "polygon_crosses", PASSES),
    "all points on a line": (
        with_area(polygons=((RING[0], RING[1], RING[0], RING[1], RING[0]),)),
        "polygon_flat",
        PASSES,
    ),
    "the same point four times": (with_area(polygons=((RING[0],) * 4,)), "polygon_flat", PASSES),
    "more than 100 points": (with_area(polygons=(MANY,)), "polygon_many", PASSES),
    "coordinates cut to two decimals": (
        with_area(polygons=(COARSE,)),
        "coordinates_coarse",
        PASSES,
    ),
    "circle without a radius": (
        with_area(circles=(Circle(-6.12345, 106.12345, 0),)),
        "circle_radius",
        PASSES,
    ),
    "circle of less than nothing": (
        with_area(circles=(Circle(-6.12345, 106.12345, -1),)),
        "circle_radius",
        PASSES,
    ),
    "circle elsewhere": (with_area(circles=(Circle(-6.12345, 110.12345, 1),)), "outside", PASSES),
    # languages
    "language left out": (in_english(language=""), "language_missing", PASSES),
    "language as id_ID": (in_english(language="id_ID"), "language_form", CAUGHT),
    "one language twice": (in_english(language="ID"), "language_twice", PASSES),
    "other category in English": (in_english(category=("Met",)), "category_differs", PASSES),
    "other event code in English": (in_english(event_codes=()), "event_code_differs", PASSES),
    "not translated": (in_english(headline=f" {INDONESIAN.headline.upper()}"), "same_text", PASSES),
    # to whom
    "private without addresses": (changed(scope="Private"), "scope_addresses", PASSES),
    "restricted without restriction": (changed(scope="Restricted"), "scope_restriction", PASSES),
    # texts
    "HTML in the description": (in_english(description="<p>Run</p>"), "markup", PASSES),
    "HTML entity": (in_english(description="Run&nbsp;now"), "markup", PASSES),
    "long headline": (in_english(headline="x" * 141), "headline_long", PASSES),
    "headline is the description": (
        in_english(description=f"{ENGLISH.headline}\n"),
        "text_repeated",
        PASSES,
    ),
    "description is the instruction": (
        in_english(instruction=ENGLISH.description),
        "text_repeated",
        PASSES,
    ),
    "no headline": (in_english(headline=""), "text_missing", PASSES),
    "address without a host": (with_info(web="/serta-merta/1"), "web_form", PASSES),
    # closed lists
    "unknown status": (changed(status="Real"), "value_unknown", CAUGHT),
    "unknown severity": (with_info(severity="Awas"), "value_unknown", CAUGHT),
    "no category": (with_info(category=()), "category_missing", CAUGHT),
}


def codes(problems):
    return {problem.code for problem in problems}


@pytest.mark.parametrize(("alert", "code", "_schema"), ROWS.values(), ids=ROWS)
def test_the_gate_refuses(alert, code, _schema):
    assert codes(check(alert, province_bounds=BANTEN)) == {code}


@pytest.mark.parametrize(("alert", "_code", "schema"), ROWS.values(), ids=ROWS)
def test_the_schema_alone_would_not_do(alert, _code, schema):
    if schema is None:
        assert passes_schema(write(alert))
    else:
        assert passes_schema(write(alert)) is (schema == PASSES)


#    what is wrong           in the XML of the good alert                       code, schema
XML_ROWS = {
    "Z": ("2026-11-27T08:30:00+07:00</sent>", "2026-11-27T01:30:00Z</sent>", "time_form", CAUGHT),
    "fraction": ("08:30:00+07:00</sent>", "08:30:00.5+07:00</sent>", "time_fraction", CAUGHT),
    "no offset": ("14:30:00+07:00</expires>", "14:30:00</expires>", "time_form", CAUGHT),
    "comma offset": ("08:30:00+07:00</sent>", "08:30:00,07:00</sent>", "time_form", CAUGHT),
    "UTC as +00:00": ("08:30:00+07:00</sent>", "01:30:00+00:00</sent>", "utc_form", PASSES),
    "order": (
        "<status>Actual</status>\n  <msgType>Alert</msgType>",
        "<msgType>Alert</msgType><status>Actual</status>",
        "element_order",
        CAUGHT,
    ),
    "unknown element": ("<status>", "<urgent>yes</urgent><status>", "element_unknown", CAUGHT),
    "unknown value": ("Immediate", "Segera", "value_unknown", CAUGHT),
    "malformed references": (
        "<scope>Public</scope>",
        "<scope>Public</scope><references>pertama</references>",
        "reference_form",
        PASSES,
    ),
    "open ring": (" -6.10123,106.10123</polygon>", "</polygon>", "polygon_open", PASSES),
    "nothing of an alert": ("urn:oasis:names:tc:emergency:cap:1.2", "x", "unreadable", CAUGHT),
}


@pytest.mark.parametrize(("old", "new", "code", "schema"), XML_ROWS.values(), ids=XML_ROWS)
def test_the_gate_refuses_in_xml(old, new, code, schema):
    xml = write(ALERT).decode()
    assert old in xml
    xml = xml.replace(old, new).encode()
    assert codes(check_bytes(xml, province_bounds=BANTEN)) == {code}
    assert passes_schema(xml) is (schema == PASSES)


def test_every_row_of_the_alert_is_refused_in_xml_as_well():
    for name, (alert, code, _schema) in ROWS.items():
        found = codes(check_bytes(write(alert), province_bounds=BANTEN))
        if name == "open ring":
            assert found == set(), "the writer closes it"
        else:
            assert found & {code, "unreadable"}, name


def test_every_code_can_be_given():
    told = {code for _alert, code, _schema in ROWS.values()}
    told |= {code for _old, _new, code, _schema in XML_ROWS.values()}
    elsewhere = {
        *("identifier_used", "reference_unknown", "reference_left_out", "too_long", "character"),
    }
    assert told | elsewhere == set(Fault.values)
    assert told.isdisjoint(elsewhere)


# --- what went before -------------------------------------------------------------------------


def test_a_good_chain_of_messages_passes():
    ending = update_of(FIRST, SECOND, msg_type="Cancel")
    assert check(FIRST, province_bounds=BANTEN) == []
    assert check(SECOND, earlier=[FIRST], province_bounds=BANTEN) == []
    assert check(ending, earlier=[FIRST, SECOND], province_bounds=BANTEN) == []


def test_an_identifier_is_never_used_again():
    assert codes(check(ALERT, earlier=[replace(ALERT, sent=SENT - HOUR)])) == {"identifier_used"}


def test_a_reference_names_a_message_that_was_sent_like_this():
    restamped = (Reference(FIRST.sender, FIRST.identifier, FIRST.sent + HOUR / 60),)
    found = codes(check(update_of(FIRST, references=restamped), earlier=[FIRST]))
    assert found == {"reference_unknown"}


def test_all_that_still_holds_of_the_event_is_referred_to():
    assert codes(check(update_of(SECOND), earlier=[FIRST, SECOND])) == {"reference_left_out"}
    beside = update_of(FIRST, identifier="samping")
    found = check(update_of(FIRST, beside), earlier=[FIRST, SECOND, beside])
    assert [(problem.code, problem.where) for problem in found] == [
        ("reference_left_out", "references kedua")
    ]


def test_what_has_expired_or_is_about_something_else_need_not_be_referred_to():
    follower = update_of(EXPIRED, identifier="susulan")
    elsewhere = replace(ALERT, identifier="lain")
    assert check(update_of(follower), earlier=[EXPIRED, follower, elsewhere]) == []


# --- limits that are given --------------------------------------------------------------------


def test_a_message_holds_no_longer_than_is_allowed():
    six_hours = datetime.timedelta(hours=6)
    assert check(ALERT, max_duration=six_hours) == []
    longer = with_info(expires=SENT + six_hours + datetime.timedelta(seconds=1))
    assert codes(check(longer, max_duration=six_hours)) == {"too_long"}
    assert check(longer) == []


def test_without_a_province_any_place_on_earth_will_do():
    assert check(with_area(polygons=(FAR,))) == []


def test_bounds_catch_a_swap_that_is_on_earth():
    elsewhere = Bounds(-8.0, 80.0, -5.0, 89.0)
    ring = tuple((latitude, longitude - 20) for latitude, longitude in RING)
    swapped = tuple((longitude, latitude) for latitude, longitude in ring)
    assert check(with_area(polygons=(ring,)), province_bounds=elsewhere) == []
    assert codes(check(with_area(polygons=(swapped,)), province_bounds=elsewhere)) == {"outside"}


@pytest.mark.parametrize("number", [float("nan"), float("inf"), -91.0])
def test_a_number_that_is_no_latitude_is_refused(number):
    for area in (
        CapArea("x", polygons=(((number, 106.12345), *RING[1:-1], (number, 106.12345)),)),
        CapArea("x", circles=(Circle(number, 106.12345, 1.0),)),
    ):
        assert codes(check(with_info(areas=(area,)))) == {"coordinate_range"}


def test_times_that_cannot_be_written_are_refused():
    assert codes(check(changed(sent=SENT.replace(tzinfo=None)))) == {"time_form"}
    assert codes(check(changed(sent=SENT.replace(microsecond=1)))) == {"time_fraction"}
    naive = with_info(expires=(SENT + HOUR).replace(tzinfo=None))
    assert codes(check(naive)) == {"time_form"}


@pytest.mark.parametrize("character", ["\x00", "\x0b", "\ud800", "\ufffe"])
def test_a_character_that_no_xml_carries_is_refused_before_it_is_written(character):
    for alert in (
        in_english(description=f"Run {character}"),
        with_area(desc=f"Serang {character}"),
        with_area(geocodes=(("kemendagri", f"36{character}"),)),
        changed(note=character),
    ):
        assert "character" in codes(check(alert))
        with pytest.raises(ValueError, match=r"."):
            write(alert)


# --- what is not wrong ------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text", ["tinggi < 3 m dan > 1 m", "A & B", "a <- b", "5<6", "R&D; lalu", "<3", "x > y < z"]
)
def test_signs_of_arithmetic_are_no_markup(text):
    assert check(in_english(description=text)) == []


def test_a_code_alone_is_place_enough():
    assert check(with_area(polygons=())) == []


def test_one_language_is_enough():
    assert check(changed(infos=(INDONESIAN,)), province_bounds=BANTEN) == []


@pytest.mark.parametrize("status", ["Exercise", "Test"])
def test_a_drill_passes_like_the_real_thing(status):
    assert check(changed(status=status)) == []


def test_universal_time_passes_in_both_forms():
    alert = changed(sent=SENT.astimezone(datetime.UTC))
    assert check(alert) == check_bytes(write(alert)) == []


def test_a_reference_in_another_zone_is_the_same_moment():
    universal = Reference(FIRST.sender, FIRST.identifier, FIRST.sent.astimezone(datetime.UTC))
    assert check(update_of(FIRST, references=(universal,)), earlier=[FIRST]) == []
    assert SENT.tzinfo is WIB


def test_exactly_a_hundred_points_pass():
    ring = (*MANY[:98], MANY[-2], MANY[0])
    assert len(ring) == 100
    assert check(with_area(polygons=(ring,))) == []


@pytest.mark.parametrize(
    ("points", "crossing"),
    [
        ([(0, 0), (4, 0), (4, 4), (0, 4)], False),
        ([(0, 0), (4, 4), (4, 0), (0, 4)], True),
        ([(0, 0), (4, 0), (4, 4), (2, 0), (0, 4)], True),  # a corner on another side
        ([(0, 0), (4, 0), (2, 2), (4, 4), (0, 4), (2, 2)], True),  # a corner twice
        ([(0, 0), (4, 0), (4, 4), (4, 2), (0, 4)], True),  # back over its own side
        ([(2, 0), (4, 0), (4, 4), (0, 4), (0, 0), (3, 0)], True),  # past where it began
        ([(0, 0), (2, 0), (4, 0), (4, 4), (0, 4)], False),  # a corner that does not turn
        ([(0, 0), (4, 0), (4, 4), (2, 1), (0, 4)], False),  # a deep notch
    ],
)
def test_an_outline_meets_itself_only_in_the_corners_of_neighbours(points, crossing):
    for start in range(len(points)):
        turned = [*points[start:], *points[:start]]
        assert crosses_itself(turned) is crossing
        assert crosses_itself(turned[::-1]) is crossing


# --- what people are told ---------------------------------------------------------------------


def test_every_problem_is_told_in_indonesian():
    problems = check(with_info(expires=None))
    with translation.override("id"):
        assert {problem.message for problem in problems} == {
            "Belum disebutkan sampai kapan pesan berlaku."
        }
        indonesian = {fault: str(fault.label) for fault in Fault}
    with translation.override("en"):
        assert not [fault for fault in Fault if indonesian[fault] == str(fault.label)]


def test_a_problem_says_where_it_is():
    found = check(with_area(polygons=(RING, BOW_TIE)))
    assert [problem.where for problem in found] == [
        "info id, area 1, polygon 2",
        "info en, area 1, polygon 2",
    ]
