"""What there is to confirm of a file: its tables and columns, and what states no category."""

from collections.abc import Iterable, Iterator

from ..import_choices import SetAside
from .understanding import Understanding
from .understood import Understood

EXAMPLES = 3
_HIDDEN = (SetAside.HIDDEN_ROW, SetAside.HIDDEN_SHEET)
# More questions than this are a column that was taken for one of categories.
MOST_QUESTIONS = 60


class Found:
    """Gathers, while the rows of a file go by, what an officer has to see of it."""

    def __init__(self, understanding: Understanding):
        self.tables: dict[str, dict] = {}
        self.questions: dict[str, dict] = {}
        self.hidden = 0
        self.entries = 0
        for sheet, layout in zip(understanding.workbook.sheets, understanding.layouts, strict=True):
            self._note_tables(sheet, layout)

    def noting(self, rows: Iterable[Understood]) -> Iterator[Understood]:
        """Yield the rows unchanged."""
        for row in rows:
            self._note(row)
            yield row

    def as_json(self) -> dict:
        return {
            "tables": list(self.tables.values()),
            "questions": list(self.questions.values())[:MOST_QUESTIONS],
            "hidden": self.hidden,
        }

    def _note_tables(self, sheet, layout):
        for table in layout.tables:
            if not table.roles:
                continue
            known = self.tables.setdefault(
                table.key,
                {
                    "key": table.key,
                    "sheets": [],
                    "has_header": table.has_header,
                    "columns": _columns(table),
                },
            )
            if sheet.name and sheet.name not in known["sheets"]:
                known["sheets"].append(sheet.name)

    def _note(self, row):
        if row.why in _HIDDEN:
            self.hidden += 1
        self.entries += row.is_entry
        if row.is_entry and row.question:
            self._ask(row)

    def _ask(self, row):
        asked = self.questions.setdefault(
            row.question,
            {
                "key": row.question,
                "sheet": row.sheet or "",
                "section": row.section,
                "said": row.said,
                "rows": 0,
                "examples": [],
            },
        )
        asked["rows"] += 1
        if len(asked["examples"]) < EXAMPLES:
            asked["examples"].append(row.title[:120])


def _columns(table):
    columns = []
    for column in sorted({*table.headings, *table.roles}):
        examples = table.profiles.of(column).samples
        columns.append(
            {
                "column": column,
                "heading": table.headings.get(column, ""),
                "role": table.roles.get(column, ""),
                "examples": examples,
            }
        )
    return columns
