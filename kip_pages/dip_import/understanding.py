"""Understand a register: every row of a workbook as an entry, or as something else and why."""

import dataclasses
import hashlib
from collections.abc import Iterator

from ..import_choices import SetAside
from .cells import Sheet, Workbook
from .columns import Role
from .layout import Layout, survey
from .questions import LEFT_OUT, Answers
from .rowkinds import counts, explains, may_explain
from .understood import TEXT_LENGTH, Understood
from .vocabulary import Stated, plain, stated_sheet
from .walking import SheetWalk


@dataclasses.dataclass(frozen=True)
class Understanding:
    """A workbook, what was found where in it, and what the officer has confirmed."""

    workbook: Workbook
    layouts: list[Layout]
    answers: Answers

    def rows(self) -> Iterator[Understood]:
        """Yield every row that is not blank, in the order of the sheets; entries are seen once."""
        seen = Seen()
        for sheet, layout in zip(self.workbook.sheets, self.layouts, strict=True):
            for row in self._of_sheet(sheet, layout):
                if row.is_entry:
                    self._answer(row)
                    seen.judge(row)
                yield row

    def _of_sheet(self, sheet, layout):
        if why := _no_register(sheet, layout, self.answers):
            for row in sheet.rows():
                if not row.is_blank:
                    yield Understood(sheet.name, row.number, row.text[:TEXT_LENGTH], why)
            return
        walk = SheetWalk(
            sheet,
            layout,
            stated=stated_sheet(sheet.name) if sheet.name else None,
            with_hidden=self.answers.with_hidden,
        )
        yield from walk.rows()

    def _answer(self, row):
        if row.category is None:
            row.answer = self.answers.to(row.question, row.said)
            if row.answer and row.answer != LEFT_OUT:
                row.category = Stated(row.answer)


def understand(workbook: Workbook, answers: Answers | None = None) -> Understanding:
    """Walk through the workbook once to find its tables; its rows are read when they are asked for."""
    answers = answers or Answers()
    layouts = [survey(sheet, answers.columns) for sheet in workbook.sheets]
    return Understanding(workbook, layouts, answers)


def _no_register(sheet: Sheet, layout: Layout, answers: Answers) -> SetAside | None:
    if sheet.is_hidden and not answers.with_hidden:
        return SetAside.HIDDEN_SHEET
    is_list = not any(table.has_header for table in layout.tables)
    is_of_choices = may_explain(sheet.name) and not any(map(_is_register, layout.tables))
    if explains(sheet.name) or is_of_choices or (is_list and counts(sheet.name)):
        return SetAside.INSTRUCTIONS
    return None


def _is_register(table):
    told = {role for role in table.roles.values() if role is not Role.IGNORED}
    return table.has_header and table.title is not None and len(told) >= 4


class Seen:
    """The entries of a file so far, so that none comes in twice and each has a key of its own.

    A few bytes for each: the file itself is never held.
    """

    def __init__(self):
        self._contents: dict[bytes, int] = {}
        self._likenesses: set[bytes] = set()
        self._keys: dict[bytes, int] = {}

    def judge(self, row: Understood) -> None:
        """Set ``row`` aside where it repeats another, and make sure of its key."""
        content = _digest(_content(row))
        if content in self._contents:
            row.why = SetAside.DUPLICATE
            row.about = {"row": str(self._contents[content])}
            return
        self._contents[content] = row.row
        if row.key:
            keys, why = [row.key], SetAside.SAME_KEY
        else:
            keys, why = self._natural_keys(row), SetAside.DUPLICATE
            row.has_natural_key = True
        free = [key for key in keys if _digest(key) not in self._keys]
        if not free:
            row.why, row.about = why, {"row": str(self._keys[_digest(keys[-1])])}
            return
        row.key = free[0]
        self._keys[_digest(row.key)] = row.row

    def _natural_keys(self, row):
        """Return the keys of an entry, the plainest first.

        What differs only in what plain keys leave out takes none of them, so that the keys of the
        others stay what they were.
        """
        likeness = _digest(_likeness(row))
        is_first = likeness not in self._likenesses
        self._likenesses.add(likeness)
        return _natural_keys(row) if is_first else _longer_keys(row)


NATURAL = "sha256:"


def natural_key(row: Understood, *more: str) -> str:
    """Return the key of an entry that has none of its own: what it is called, where and of when."""
    years = "-".join(map(str, dict.fromkeys(row.years or ())))
    category = row.category.value if row.category else ""
    named = "\n".join([category, plain(row.section), plain(row.title), years, *more])
    return NATURAL + hashlib.sha256(named.encode()).hexdigest()


def _natural_keys(row):
    """Return the keys of an entry, the plainest first.

    The same title twice under one heading is two entries where the addresses, or the unit that holds
    it, are others. A register that came in before is known by the first key that is free.
    """
    return [
        natural_key(row),
        natural_key(row, *row.links),
        natural_key(row, *row.links, plain(row.holder)),
    ]


def _longer_keys(row):
    """Return the keys of an entry that is like another one, but made at another time, or other in its
    summary, or on another sheet, which may be that of another unit."""
    made, summary, sheet = _further(row)
    named = [*row.links, plain(row.holder)]
    return [
        natural_key(row, *named, "made", made),
        natural_key(row, *named, "made", made, plain(summary)),
        natural_key(row, *named, "made", made, plain(summary), plain(sheet)),
    ]


def _further(row):
    return (row.made.stored if row.made else "", row.summary, row.sheet or "")


def _likeness(row):
    parts = (row.category, plain(row.section), plain(row.title), row.years, *row.links, row.holder)
    return repr((parts, row.key))


def _content(row):
    return _likeness(row) + repr(_further(row))


def _digest(text):
    return hashlib.blake2b(text.encode(), digest_size=12).digest()
