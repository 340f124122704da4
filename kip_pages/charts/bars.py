"""Bars: what was planned and what came of it as lengths of one scale, and parts of a whole.

Numbers for SVG are text: a template would write them as the reader's language does, 1.250,5.
"""

from collections.abc import Iterable
from decimal import Decimal
from typing import NamedTuple

# Units of the drawing: what a narrow phone has in pixels, so that letters keep their size there.
WIDTH = 320
# As much as leaves room for the amount beside the longest bar.
LONGEST = 150
WHOLE = 270
LABEL, STEP, GAP = 20, 20, 12
THICK = 14
# What is more than nothing is seen.
SHORTEST = 1


class Amounts(NamedTuple):
    """One row: None where an amount is not told."""

    label: str
    budget: Decimal | None
    spent: Decimal | None

    @property
    def share(self) -> int | None:
        """How much of the budget is realised, in whole per cent, cut: 99.9 is not all of it."""
        if not self.budget or self.spent is None:
            return None
        return int(self.spent * 100 / self.budget)


class Bar(NamedTuple):
    """Where a bar lies, and where its amount is written."""

    y: str
    width: str
    text_x: str
    text_y: str


class Row(NamedTuple):
    amounts: Amounts
    label_y: str
    budget: Bar
    spent: Bar


class Chart(NamedTuple):
    width: str
    height: str
    bar_height: str
    rows: list[Row]


class Share(NamedTuple):
    """A part of a whole, in per cent."""

    label: str
    per_cent: int


class ShareRow(NamedTuple):
    share: Share
    label_y: str
    y: str
    width: str
    text_y: str


class ShareChart(NamedTuple):
    width: str
    height: str
    bar_height: str
    whole: str
    text_x: str
    rows: list[ShareRow]


def shares_chart(shares: Iterable[Share]) -> ShareChart:
    """Lay parts out from top to bottom, each within the whole that it is a part of."""
    rows = []
    for number, share in enumerate(shares):
        top = number * (LABEL + STEP + GAP)
        rows.append(
            ShareRow(
                share,
                _text(top + LABEL - 6),
                _text(top + LABEL + 1),
                _text(WHOLE * share.per_cent / 100),
                _text(top + LABEL + THICK - 1),
            )
        )
    height = (LABEL + STEP + GAP) * len(rows)
    return ShareChart(
        _text(WIDTH), _text(height), _text(THICK), _text(WHOLE), _text(WHOLE + 8), rows
    )


def chart_of(amounts: Iterable[Amounts], *, with_labels: bool = True) -> Chart:
    """Lay rows out from top to bottom; the largest amount has the longest bar."""
    amounts = list(amounts)
    largest = max((amount for row in amounts for amount in row[1:] if amount), default=0)
    head = LABEL if with_labels else 0
    height = head + 2 * STEP + GAP
    rows = []
    for number, row in enumerate(amounts):
        top = number * height
        rows.append(
            Row(
                row,
                _text(top + LABEL - 6),
                _bar(row.budget, largest, top + head),
                _bar(row.spent, largest, top + head + STEP),
            )
        )
    return Chart(_text(WIDTH), _text(height * len(rows)), _text(THICK), rows)


def _bar(amount, largest, y):
    width = max(float(LONGEST * amount / largest), SHORTEST) if amount else 0
    return Bar(_text(y + 1), _text(width), _text(width + 6), _text(y + THICK - 1))


def _text(number):
    return f"{round(number, 1):g}"
