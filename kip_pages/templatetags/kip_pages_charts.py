"""What templates ask of the journal's charts and maps: drawings with the words that go with them."""

import datetime
import math
from typing import NamedTuple

from django import template
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from ..charts.bars import Amounts, Share, chart_of, shares_chart
from ..charts.outlines import Shape, outline_map
from ..charts.rupiah import short_rupiah
from ..models.journal import AreaLine, Asked, Journal

register = template.Library()
register.filter(short_rupiah)

# How many shades a map has beside that of nothing.
SHADES = 4


class MapArea(NamedTuple):
    line: AreaLine
    shape: Shape
    step: int
    name: str


class LegendStep(NamedTuple):
    number: int
    label: str


class Step(NamedTuple):
    """A day of a schedule."""

    day: datetime.date
    label: str
    is_today: bool = False


@register.simple_tag
def everything(journal: Journal) -> str:
    """Return the query of the whole journal in the view that is chosen."""
    return Asked(view=journal.asked.view).query()


@register.inclusion_tag("kip_pages/includes/charts/budget.svg.html")
def budget_chart(amounts, title: str) -> dict:
    """Draw budget and realised budget, of one activity or of a row for each source, with the table."""
    is_one = isinstance(amounts, Amounts)
    chart = chart_of([amounts] if is_one else amounts, with_labels=not is_one)
    return {"chart": chart, "title": title, "id": "budget-chart", "with_labels": not is_one}


@register.inclusion_tag("kip_pages/includes/charts/shares.svg.html")
def progress_chart(activity) -> dict:
    """Draw what an activity reports of its progress beside the time and the money that are gone."""
    parts = [
        (_("Work done"), activity.progress),
        (_("Time gone by"), activity.time_gone(timezone.localdate())),
        (_("Budget realised"), activity.amounts.share),
    ]
    shares = [Share(label, part) for label, part in parts if part is not None]
    return {"chart": shares_chart(shares)}


@register.inclusion_tag("kip_pages/includes/charts/area_map.svg.html")
def area_map(journal: Journal) -> dict:
    """Draw the province, each regency shaded by its activities and leading to them."""
    drawn = outline_map()
    if drawn is None:
        return {}
    lines = {line.code: line for line in journal.area_lines}
    most = max(line.sums.count for line in lines.values())
    areas = [
        MapArea(line, shape, _shade(line.sums.count, most), _area_words(line))
        for shape in drawn.shapes
        for line in [lines[shape.code]]
    ]
    # Drawn last, its thick outline lies above its neighbours'.
    areas.sort(key=lambda area: area.line.is_chosen)
    return {"map": drawn, "areas": areas, "legend": _legend(most)}


@register.inclusion_tag("kip_pages/includes/charts/place_map.svg.html")
def place_map(codes: list[str], names: str) -> dict:
    """Draw the province with the regencies and cities of ``codes`` marked, and say their ``names``."""
    drawn = outline_map()
    shapes = drawn.shapes if drawn else ()
    areas = [{"shape": shape, "is_here": shape.code in codes} for shape in shapes]
    return {"map": drawn, "areas": areas, "names": names}


@register.simple_tag
def steps_of(activity) -> list[Step]:
    """Return the days of an activity's schedule and today, in their order."""
    steps = [
        Step(day, label)
        for day, label in [
            (activity.starts_on, _("First day")),
            (activity.ends_on, _("Last day")),
        ]
        if day
    ]
    steps.append(Step(timezone.localdate(), _("Today"), is_today=True))
    return sorted(steps, key=lambda step: (step.day, not step.is_today))


def _shade(count, most):
    return math.ceil(SHADES * count / most) if most else 0


def _area_words(line):
    total = line.sums.count
    words = ngettext("%(total)s activity", "%(total)s activities", total) % {"total": total}
    if line.sums.with_budget:
        amount = _("budget %(amount)s") % {"amount": short_rupiah(line.sums.budget)}
        words = f"{words}, {amount}"
    return f"{line.name}: {words}"


def _legend(most):
    """Return each shade with the numbers it stands for; with few activities some stand for none."""
    steps = [LegendStep(0, _("none"))]
    for number in range(1, SHADES + 1):
        least, highest = (number - 1) * most // SHADES + 1, number * most // SHADES
        if least <= highest:
            label = str(highest) if least == highest else f"{least}–{highest}"
            steps.append(LegendStep(number, label))
    return steps
