"""Messages of others are read as they really are, and none of them can do any harm."""

import datetime
import socket
from pathlib import Path

import pytest
from django.utils import translation

from kip_pages.cap import CapUnreadable, Circle, Unreadable, check, read, write
from kip_pages.cap.markup import MAX_BYTES, MAX_DEPTH, MAX_ELEMENTS

from ..cap import ALERT, SHARED

# In the manner of an office that issues warnings for the weather: two languages, universal time,
# fractions, comments, empty elements, elements of its own, places by outline and by code.
NOWCAST = """\
<?xml version="1.0" encoding="UTF-8"?>
<?xml-stylesheet href="https://cuaca.contoh.test/cap.xsl" type="text/xsl"?>
<cap:alert xmlns:cap="urn:oasis:names:tc:emergency:cap:1.2" xmlns:own="urn:x">
  <cap:identifier> 2.49.0.1.360.0.2026.11.27.01 </cap:identifier>
  <cap:sender>info@cuaca.contoh.test</cap:sender>
  <cap:sent>2026-11-27T01:30:00.123Z</cap:sent>
  <cap:status>Actual</cap:status>
  <cap:msgType>Update</cap:msgType>
  <cap:scope>Public</cap:scope>
  <cap:restriction/>
  <cap:addresses>"Posko Anyer" b@contoh.test</cap:addresses>
  <cap:code>NOWCAST</cap:code>
  <cap:note/>
  <cap:references>info@cuaca.contoh.test,2.49.0.1.360.0.2026.11.27.00,2026-11-27T08:00:00+07:00
    info@cuaca.contoh.test,2.49.0.1.360.0.2026.11.26.99,2026-11-27T00:00:00-00:00</cap:references>
  <cap:incidents/>
  <cap:info>
    <cap:language>id</cap:language>
    <cap:category>Met</cap:category>
    <cap:event>Hujan lebat dan petir</cap:event>
    <cap:urgency>Immediate</cap:urgency>
    <cap:severity>Moderate</cap:severity>
    <cap:certainty>Very Likely</cap:certainty>
    <cap:eventCode><cap:valueName>OET</cap:valueName><cap:value>OET-142</cap:value></cap:eventCode>
    <cap:effective>2026-11-27T08:30:00+07:00</cap:effective>
    <cap:expires>2026-11-27T11:30:00+07:00</cap:expires>
    <cap:senderName>Kantor Cuaca</cap:senderName>
    <cap:headline>Hujan<!-- sangat --> lebat di Banten</cap:headline>
    <cap:description><![CDATA[Hujan > 10 mm & petir]]></cap:description>
    <cap:contact/>
    <own:warna>kuning</own:warna>
    <cap:area>
      <cap:areaDesc>Banten</cap:areaDesc>
      <cap:polygon>-6.1,106.1 -6.2,106.2
        -6.1,106.3 -6.1,106.1</cap:polygon>
      <cap:polygon/>
      <cap:circle>-6.12,106.15 12.5</cap:circle>
      <cap:geocode><cap:valueName>adm4</cap:valueName><cap:value>36.04.05.2001</cap:value></cap:geocode>
    </cap:area>
  </cap:info>
  <cap:info>
    <cap:language>en</cap:language>
    <cap:category>Met</cap:category>
    <cap:event>Heavy rain and lightning</cap:event>
    <cap:urgency>Immediate</cap:urgency>
    <cap:severity>Moderate</cap:severity>
    <cap:certainty>Likely</cap:certainty>
  </cap:info>
</cap:alert>
"""
SMALLEST = """\
<alert xmlns="urn:oasis:names:tc:emergency:cap:1.2"><identifier>1</identifier><sender>a</sender>
<sent>2026-11-27T08:30:00+07:00</sent><status>Test</status><msgType>Alert</msgType>
<scope>Public</scope></alert>"""
LAUGHS = (
    '<!DOCTYPE alert [<!ENTITY a "ha">'
    + "".join(
        f'<!ENTITY {b} "{f"&{a};" * 10}">' for a, b in zip("abcdefgh", "bcdefghi", strict=True)
    )
    + "]>"
)


def reason(xml):
    with pytest.raises(CapUnreadable) as caught:
        read(xml)
    return caught.value.reason


def utc(*parts):
    return datetime.datetime(*parts, tzinfo=datetime.UTC)


# --- what issuers write -----------------------------------------------------------------------


def test_a_message_of_another_office_is_read():
    alert = read(NOWCAST.encode())
    assert alert.identifier == "2.49.0.1.360.0.2026.11.27.01"
    assert alert.sent == utc(2026, 11, 27, 1, 30)
    assert (alert.status, alert.msg_type, alert.scope) == ("Actual", "Update", "Public")
    assert alert.addresses == ("Posko Anyer", "b@contoh.test")
    assert (alert.restriction, alert.note, alert.incidents) == ("", "", ())
    assert [named.sent for named in alert.references] == [
        utc(2026, 11, 27, 1),
        utc(2026, 11, 27),
    ]


def test_all_its_languages_are_read():
    indonesian, english = read(NOWCAST.encode()).infos
    assert (indonesian.language, english.language) == ("id", "en")
    assert indonesian.headline == "Hujan lebat di Banten"
    assert indonesian.description == "Hujan > 10 mm & petir"
    assert indonesian.certainty == "Likely"
    assert indonesian.event_codes == (("OET", "OET-142"),)
    assert indonesian.expires.isoformat() == "2026-11-27T11:30:00+07:00"
    assert (english.expires, english.areas) == (None, ())


def test_its_places_are_read_latitude_first():
    (area,) = read(NOWCAST.encode()).infos[0].areas
    ring = ((-6.1, 106.1), (-6.2, 106.2), (-6.1, 106.3), (-6.1, 106.1))
    assert area.polygons == (ring,)
    assert area.circles == (Circle(-6.12, 106.15, 12.5),)
    assert area.geocodes == (("adm4", "36.04.05.2001"),)


def test_what_we_write_is_read_as_it_was():
    assert read(write(ALERT)) == ALERT


def test_a_message_with_nothing_optional_is_read():
    assert read(SMALLEST.encode()).infos == ()


@pytest.mark.parametrize("encoding", ["utf-16", "utf-8-sig"])
def test_other_encodings_are_read(encoding):
    assert read(SMALLEST.encode(encoding)).sender == "a"


# --- the samples that others test with --------------------------------------------------------


@pytest.fixture
def sample():
    if not SHARED.exists():
        pytest.skip("the samples (../shared/cap) are not on this machine; those above are")
    return lambda name: (Path(SHARED) / name).read_bytes()


@pytest.mark.parametrize("name", ["canada.cap", "canada_signed.cap"])
def test_canada_is_read(sample, name):
    alert = read(sample(name))
    assert [info.language for info in alert.infos] == ["en-CA", "fr-CA"]
    assert all(area.polygons and area.geocodes for info in alert.infos for area in info.areas)
    assert all(info.headline and info.expires > alert.sent for info in alert.infos)
    assert {reference.sender for reference in alert.references} == {alert.sender}


def test_canada_written_by_us_says_the_same(sample):
    alert = read(sample("canada.cap"))
    assert read(write(alert)) == alert
    assert {problem.code for problem in check(alert)} <= {"text_repeated", "same_text", "pair_form"}


@pytest.mark.parametrize("name", ["earthquake.cap", "weather.cap", "no_optional_fields.cap"])
def test_older_versions_are_told_apart(sample, name):
    assert reason(sample(name)) == Unreadable.OTHER_VERSION


def test_the_invalid_sample_lacks_what_it_lacks(sample):
    with pytest.raises(CapUnreadable) as caught:
        read(sample("invalid.cap"))
    assert (caught.value.reason, caught.value.element) == (Unreadable.MISSING, "scope")


def test_a_feed_is_no_message(sample):
    assert reason(sample("amber.atom")) == Unreadable.NOT_CAP


def test_the_attack_is_refused_before_anything_is_fetched(sample, monkeypatch):
    monkeypatch.setattr(
        socket, "socket", lambda *_args, **_kwargs: pytest.fail("asked the network")
    )
    assert reason(sample("xee.cap")) == Unreadable.FORBIDDEN


# --- hostile and broken -----------------------------------------------------------------------


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "utf-16-le", "utf-16-be"])
@pytest.mark.parametrize(
    "doctype",
    [
        LAUGHS,
        '<!DOCTYPE alert SYSTEM "https://contoh.test/a.dtd">',
        '<!DOCTYPE alert [<!ENTITY x SYSTEM "file:///etc/passwd">]>',
        "<!DOCTYPE alert>",
    ],
    ids=["laughs", "external", "file", "bare"],
)
def test_no_document_type_comes_in(doctype, encoding):
    text = doctype + SMALLEST.replace(
        "<sender>a", "<sender>&i;" if "&h;" in doctype else "<sender>a"
    )
    assert reason(text.encode(encoding)) in {Unreadable.FORBIDDEN, Unreadable.NOT_XML}
    if encoding == "utf-8":
        assert reason(text.encode()) == Unreadable.FORBIDDEN


def test_a_document_type_in_an_encoding_of_its_own_is_refused():
    text = '<?xml version="1.0" encoding="UTF-7"?><!DOCTYPE alert>' + SMALLEST
    assert reason(text.encode("utf-7")) in {Unreadable.FORBIDDEN, Unreadable.NOT_XML}
    text = '<?xml version="1.0" encoding="IBM037"?><!DOCTYPE alert>' + SMALLEST
    assert reason(text.encode("cp037")) in {Unreadable.FORBIDDEN, Unreadable.NOT_XML}


def test_a_message_has_a_limit_of_size():
    filled = SMALLEST.replace("</alert>", "<note>{}</note></alert>")
    room = MAX_BYTES - len(filled.format(""))
    assert read(filled.format("x" * room).encode()).note == "x" * room
    assert reason(filled.format("x" * (room + 1)).encode()) == Unreadable.TOO_LARGE


def test_a_message_has_a_limit_of_parts_and_of_depth():
    def holding(parts):
        return SMALLEST.replace("</alert>", f"{parts}</alert>").encode()

    own = 7
    assert read(holding("<x/>" * (MAX_ELEMENTS - own)))
    assert reason(holding("<x/>" * (MAX_ELEMENTS - own + 1))) == Unreadable.TOO_COMPLEX
    assert read(holding("<x>" * (MAX_DEPTH - 1) + "</x>" * (MAX_DEPTH - 1)))
    assert reason(holding("<x>" * MAX_DEPTH + "</x>" * MAX_DEPTH)) == Unreadable.TOO_COMPLEX
    assert reason(holding("<x>" * 5000 + "</x>" * 5000)) == Unreadable.NOT_XML


@pytest.mark.parametrize(
    ("xml", "expected"),
    [
        (b"", Unreadable.NOT_XML),
        (b"<alert", Unreadable.NOT_XML),
        (b"\x00\xff", Unreadable.NOT_XML),
        (b"%PDF-1.7", Unreadable.NOT_XML),
        (SMALLEST.replace("<sender>a", "<sender>&nbsp;").encode(), Unreadable.NOT_XML),
        (b"<alert/>", Unreadable.NOT_CAP),
        (SMALLEST.replace("cap:1.2", "cap:1.3").encode(), Unreadable.NOT_CAP),
        (SMALLEST.replace("cap:1.2", "cap:1.1").encode(), Unreadable.OTHER_VERSION),
        (b'<alert xmlns="http://www.incident.com/cap/1.0"/>', Unreadable.OTHER_VERSION),
        (b'<info xmlns="urn:oasis:names:tc:emergency:cap:1.2"/>', Unreadable.NOT_CAP),
    ],
)
def test_what_is_no_message_is_told_apart(xml, expected):
    assert reason(xml) == expected


@pytest.mark.parametrize("element", ["identifier", "sender", "sent", "status", "msgType", "scope"])
def test_what_every_message_has_cannot_be_missing(element):
    without = SMALLEST.replace(f"<{element}>", f"<x-{element}>").replace(
        f"</{element}>", f"</x-{element}>"
    )
    with pytest.raises(CapUnreadable) as caught:
        read(without.encode())
    assert (caught.value.reason, caught.value.element) == (Unreadable.MISSING, element)


@pytest.mark.parametrize(
    ("old", "new", "element"),
    [
        ("<cap:status>Actual", "<cap:status>Sungguhan", "status"),
        ("<cap:severity>Moderate", "<cap:severity>Awas", "severity"),
        ("01:30:00.123Z", "01:30:00", "sent"),
        ("01:30:00.123Z", "25:30:00Z", "sent"),
        ("2026-11-27T01:30:00.123Z", "2026-11-31T01:30:00Z", "sent"),
        ("2026-11-27T01:30:00.123Z", "0001-01-01T00:00:00+14:00", "sent"),
        ("2026-11-27T01:30:00.123Z", "9999-12-31T23:59:59-12:00", "sent"),
        ("2026-11-27T01:30:00.123Z", "kemarin", "sent"),
        ("11:30:00+07:00", "11:30:00,07:00", "expires"),
        ("-6.1,106.1 -6.2,106.2", "-6.1 106.1 -6.2,106.2", "polygon"),
        ("-6.1,106.1 -6.2,106.2", "-6.1,106.1,3 -6.2,106.2", "polygon"),
        ("-6.1,106.1 -6.2,106.2", "nan,106.1 -6.2,106.2", "polygon"),
        ("-6.1,106.1 -6.2,106.2", "1_0,106.1 -6.2,106.2", "polygon"),
        ("-6.1,106.1 -6.2,106.2", "1e400,106.1 -6.2,106.2", "polygon"),
        ("-6.12,106.15 12.5", "-6.12,106.15", "circle"),
        ("-6.12,106.15 12.5", "-6.12,106.15 12,5", "circle"),
        ("2.49.0.1.360.0.2026.11.26.99,", "", "references"),
        ("Hujan lebat dan petir", "Hujan <cap:x>lebat</cap:x>", "event"),
    ],
)
def test_what_would_have_to_be_guessed_is_refused(old, new, element):
    assert old in NOWCAST
    with pytest.raises(CapUnreadable) as caught:
        read(NOWCAST.replace(old, new).encode())
    assert (caught.value.reason, caught.value.element) == (Unreadable.BAD_VALUE, element)


def test_the_officer_is_told_in_indonesian_what_is_wrong_and_where():
    with translation.override("id"), pytest.raises(CapUnreadable) as caught:
        read(SMALLEST.replace("<status>Test", "<status>Coba").encode())
    with translation.override("id"):
        assert str(caught.value) == "Pesan memuat nilai yang tidak dikenal CAP 1.2. (status)"
