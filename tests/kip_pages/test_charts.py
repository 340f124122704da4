"""Charts and maps: right in their lengths, small, and told in words as well."""

import datetime
import gzip
import json
import math
import re
from decimal import Decimal

import pytest
from bs4 import BeautifulSoup
from django.template.loader import render_to_string
from django.test import override_settings
from django.utils import translation

from kip_pages.areas import area_names
from kip_pages.boundaries import polygons_of
from kip_pages.charts.bars import LONGEST, Amounts, Share, chart_of, shares_chart
from kip_pages.charts.outlines import outline_map
from kip_pages.charts.rupiah import short_rupiah
from kip_pages.choices import ActivityState
from kip_pages.models import ActivityPage
from kip_pages.templatetags.kip_pages_charts import budget_chart, place_map

from ..factories import publish

HOST = {"host": "portal.example.test"}


def amounts(budget, spent, label="APBD"):
    def number(value):
        return None if value is None else Decimal(value)

    return Amounts(label, number(budget), number(spent))


# --- bars ------------------------------------------------------------------------------------


def test_bars_are_as_long_as_their_amounts_and_say_nothing_of_what_is_not_told():
    chart = chart_of([amounts(200, 50), amounts(100, None), amounts(None, None), amounts(1000, 1)])
    widths = [(row.budget.width, row.spent.width) for row in chart.rows]
    assert widths == [("30", "7.5"), ("15", "0"), ("0", "0"), (str(LONGEST), "1")]
    tops = [float(row.budget.y) for row in chart.rows]
    assert tops == sorted(tops)
    assert float(chart.rows[-1].spent.y) < float(chart.height)
    assert chart_of([amounts(0, 0)]).rows[0].budget.width == "0"
    assert chart_of([]).rows == []


@pytest.mark.parametrize(
    ("first", "last", "gone"),
    [
        ("2026-01-01", "2026-01-10", 100),
        ("2026-03-01", "2026-03-10", 0),
        ("2026-02-10", "2026-02-10", 0),
        ("2026-02-09", "2026-02-11", 33),
        ("2026-02-01", "2026-02-10", 90),
        ("2026-02-01", None, None),
        (None, "2026-03-01", None),
    ],
)
def test_time_is_gone_when_its_last_day_is_over(first, last, gone):
    days = [text and datetime.date.fromisoformat(text) for text in (first, last)]
    activity = ActivityPage(starts_on=days[0], ends_on=days[1])
    assert activity.time_gone(datetime.date(2026, 2, 10)) == gone


def test_a_part_is_as_long_as_its_share_of_the_whole():
    chart = shares_chart([Share("Waktu", 100), Share("Pekerjaan", 40), Share("Anggaran", 0)])
    assert [float(row.width) / float(chart.whole) for row in chart.rows] == [1, 0.4, 0]
    assert float(chart.rows[-1].y) + float(chart.bar_height) < float(chart.height)


@pytest.mark.parametrize(
    ("budget", "spent", "share"),
    [
        (100, 25, 25),
        (1000, 999, 99),
        (100, 100, 100),
        (0, 0, None),
        (None, 5, None),
        (9, None, None),
    ],
)
def test_a_share_is_cut_so_that_only_all_of_it_is_all(budget, spent, share):
    assert amounts(budget, spent).share == share


@pytest.mark.parametrize(
    ("amount", "indonesian", "english"),
    [
        (0, "Rp0", "Rp0"),
        (999_999, "Rp999.999", "Rp999,999"),
        (1_000_000, "Rp1 juta", "Rp1 million"),
        (12_540_000, "Rp12,5 juta", "Rp12.5 million"),
        (999_999_999, "Rp999,9 juta", "Rp999.9 million"),
        (Decimal("1250000000.00"), "Rp1,2 miliar", "Rp1.2 billion"),
        (2_000_000_000_000, "Rp2 triliun", "Rp2 trillion"),
        (2_345_000_000_000_000, "Rp2.345 triliun", "Rp2,345 trillion"),
    ],
)
def test_an_amount_is_written_as_people_say_it(amount, indonesian, english):
    for language, words in (("id", indonesian), ("en", english)):
        with translation.override(language):
            assert short_rupiah(amount) == words


def test_what_a_chart_draws_stands_in_its_table():
    rows = [amounts("1250000000", "640000000"), amounts(300, None, "Hibah <b>")]
    with translation.override("id"):
        context = budget_chart(rows, "Anggaran")
        shown = drawn("kip_pages/includes/charts/budget.svg.html", context)
    svg = shown.select_one("svg[role=img]")
    named = [svg.select_one(f"#{key}").text for key in svg["aria-labelledby"].split()]
    assert named[0] == "Anggaran"
    assert len(named[1]) > 20
    table = [[cell.text for cell in row.select("th, td")] for row in shown.select("tbody tr")]
    assert table == [
        ["APBD", "Rp1.250.000.000", "Rp640.000.000", "51%"],
        ["Hibah <b>", "Rp300", "–", "–"],
    ]
    # Coordinates are written as SVG reads them, whatever the language writes.
    numbers = [bar[name] for bar in shown.select("rect") for name in ("x", "y", "width", "height")]
    assert all(re.fullmatch(r"\d+(\.\d)?", number) for number in numbers)


def drawn(template, context):
    html = render_to_string(template, context)
    assert "style=" not in html
    assert not re.search(r"#[0-9a-f]{3,6}\b(?!-)", re.sub(r'id="[^"]*"', "", html))
    return BeautifulSoup(html, "html.parser")


# --- the map ---------------------------------------------------------------------------------


def test_the_map_has_every_regency_where_it_lies():
    drawing = outline_map()
    assert {shape.code for shape in drawing.shapes} == set(area_names())
    at = {shape.code: (int(shape.label_x), int(shape.label_y)) for shape in drawing.shapes}
    pandeglang, lebak, cilegon, tangerang = (at[c] for c in ("36.01", "36.02", "36.72", "36.71"))
    # West to east, and north above south.
    assert pandeglang[0] < lebak[0] < tangerang[0]
    assert cilegon[1] < lebak[1]
    # As wide as it is on the ground: a degree of longitude is a little less than one of latitude.
    points = [p for code in area_names() for ring in polygons_of(code) for p in ring]
    latitudes, longitudes = zip(*points, strict=True)
    ratio = (max(longitudes) - min(longitudes)) / (max(latitudes) - min(latitudes)) * 0.9935
    assert int(drawing.width) / int(drawing.height) == pytest.approx(ratio, rel=0.02)
    assert outline_map() is drawing


def dots_of(path):
    """Every dot of a path, as the browser would go from one to the next."""
    rings = []
    for part in filter(None, path.split("z")):
        start, steps = re.fullmatch(r"M(\d+ \d+)l(.*)", part).groups()
        x, y = map(int, start.split())
        ring = [(x, y)]
        numbers = [int(number) for number in re.findall(r"-?\d+", steps)]
        for dx, dy in zip(numbers[::2], numbers[1::2], strict=True):
            x, y = x + dx, y + dy
            ring.append((x, y))
        rings.append(ring)
    return rings


def test_a_path_leads_round_within_the_drawing_and_holds_its_label():
    drawing = outline_map()
    for shape in drawing.shapes:
        rings = dots_of(shape.path)
        xs, ys = zip(*(dot for ring in rings for dot in ring), strict=True)
        assert min(*xs, *ys) >= 0
        assert max(xs) <= int(drawing.width)
        assert max(ys) <= int(drawing.height)
        largest = max(rings, key=len)
        assert len(largest) >= 10
        assert min(x for x, _y in largest) < int(shape.label_x) < max(x for x, _y in largest)
        assert min(y for _x, y in largest) < int(shape.label_y) < max(y for _x, y in largest)


def test_a_map_of_much_finer_outlines_is_as_small(tmp_path):
    finer = tmp_path / "boundaries.json"
    finer.write_text(fine_outlines())
    with override_settings(KIP_PAGES={"BOUNDARIES_FILE": finer}):
        drawing = outline_map()
    paths = "".join(shape.path for shape in drawing.shapes)
    assert len(drawing.shapes) == 2
    assert len(paths) < 25_000
    assert drawing is not outline_map()


def fine_outlines():
    """Two regencies with 8,000 points each, jagged all round."""

    def ring(west, south):
        turns = [n * math.tau / 8000 for n in range(8000)]
        dots = [
            [west + math.cos(t) * r, south + math.sin(t) * r]
            for n, t in enumerate(turns)
            for r in [0.4 + 0.05 * (n % 2)]
        ]
        return [*dots, dots[0]]

    features = [
        {
            "type": "Feature",
            "properties": {"code": code, "name": code},
            "geometry": {"type": "MultiPolygon", "coordinates": [[ring(west, -6.5)]]},
        }
        for code, west in (("36.01", 105.5), ("36.02", 106.5))
    ]
    return json.dumps({"type": "FeatureCollection", "features": features})


def test_a_province_without_outlines_has_no_map(tmp_path):
    bare = tmp_path / "boundaries.json"
    bare.write_text('{"type": "FeatureCollection", "features": []}')
    with override_settings(KIP_PAGES={"BOUNDARIES_FILE": bare}):
        assert outline_map() is None
        context = place_map(["36.01"], "Kabupaten Pandeglang")
        shown = drawn("kip_pages/includes/charts/place_map.svg.html", context)
        assert shown.text.strip() == "Kabupaten Pandeglang"
        assert not shown.select("svg")


def test_the_map_of_a_journal_says_in_words_and_links_what_it_shades(client, agency):
    for areas, times in ((["36.01"], 5), (["36.01", "36.02"], 1), (["36.71"], 3)):
        for number in range(times):
            publish(
                ActivityPage,
                agency,
                title=f"Jalan {areas} {number}",
                state=ActivityState.RUNNING,
                areas=areas,
                budget_source="APBD",
                budget_amount=1_000_000,
            )
    publish(ActivityPage, agency, title="Di mana saja", state=ActivityState.RUNNING)
    response = client.get("/kegiatan/?tampilan=peta&wilayah=36.02", headers=HOST)
    shown = BeautifulSoup(response.content, "html.parser")
    figure = shown.select_one("figure.map")
    links = {link["aria-label"]: link for link in figure.select("a")}
    assert len(links) == len(area_names())
    pandeglang = links["Kabupaten Pandeglang: 6 kegiatan, anggaran Rp6 juta"]
    assert pandeglang["href"] == "?wilayah=36.01&tampilan=peta"
    assert pandeglang.select_one(".map__area--4")
    assert pandeglang.select_one("text").text == "6"
    assert links["Kota Tangerang: 3 kegiatan, anggaran Rp3 juta"].select_one(".map__area--2")
    assert links["Kota Serang: 0 kegiatan"].select_one(".map__area--0")
    chosen = figure.select_one("a[aria-current=true]")
    assert chosen["aria-label"].startswith("Kabupaten Lebak: 1 kegiatan")
    assert chosen["href"] == "?tampilan=peta"
    legend = [step.text.strip() for step in figure.select("figcaption li")]
    assert legend == ["tidak ada", "1", "2–3", "4", "5–6"]
    rows = shown.select("[aria-labelledby=journal-map] tbody tr")
    table = {row.th.text.strip(): row.select("td") for row in rows}
    assert [cell.text for cell in table["Kabupaten Pandeglang"]] == ["6", "Rp6 juta"]
    assert [cell.text for cell in table["Tanpa kabupaten atau kota"]] == ["1", "–"]
    assert [cell.text for cell in table["Kota Serang"]] == ["0", "–"]
    svg = str(figure.svg)
    assert len(svg) <= 25_000
    assert len(gzip.compress(svg.encode())) <= 10_000
    assert "style=" not in response.text.partition("<main")[2]
