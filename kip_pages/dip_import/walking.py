"""Walk through the tables of a sheet and say of every row what it is."""

import dataclasses
from collections.abc import Iterator

from ..import_choices import SetAside
from .banners import categories_beside, category_of, is_said_in_full
from .cards import add_to_card, begins_card, caption_in
from .cells import Row, Sheet
from .columns import Role
from .dates import years_in
from .entries import Carried, is_exemption_table, is_link_row, read_entry, said_category
from .exemption import names_a_ground
from .headings import Alone, continues_title, is_dressed, is_heading
from .layout import Layout, Table, with_following
from .links import links_of
from .markers import Marker, split_marker
from .profile import MOST
from .questions import question_key
from .rowkinds import closing_of, footnote_of, is_sheet_title, is_total, may_sign
from .understood import TEXT_LENGTH, Understood
from .vocabulary import (
    Stated,
    is_nothing,
    names_both_lists,
    says_exempt,
    says_only_open,
    stated_heading,
    stated_in,
    stated_value,
    tidy,
)

# A title block is short; a text of this length above a table is prose.
LONGEST_TITLE = 200
# Columns in which an entry is said to be exempt.
_OF_NOTES = (Role.NOTE, Role.CATEGORY, Role.LEGAL_BASIS, Role.IGNORED, Role.IS_EXEMPT, None)
# Columns that only entries fill.
_OF_ENTRIES = (Role.KEY, Role.CATEGORY, Role.LINK, Role.YEAR)


@dataclasses.dataclass
class Place:
    """What the headings above a row say of it."""

    category: Stated | None = None
    section: str = ""
    # Behind an exempt part, or below a heading of a category that is not understood: what stands
    # above the header says nothing of it any more.
    is_unclear: bool = False
    # Such a heading, as it stands.
    unread: str = ""


@dataclasses.dataclass
class Run:
    """The walk through one table: what is carried from row to row."""

    table: Table
    place: Place
    carried: Carried = dataclasses.field(default_factory=Carried)
    # The last entry and what belongs to it; it may still get addresses from the rows below.
    held: list[Understood] = dataclasses.field(default_factory=list)
    last: Marker | None = None
    # The number of the last heading that named a category.
    banner: Marker | None = None
    # The row above, whatever it was.
    above: int = 0
    # Whether the last cell of the column of categories said so: those below may be left blank.
    says_exempt: bool = False
    # Whether the last entry is a card, which goes on in the rows below.
    is_card: bool = False
    has_entries: bool = False
    is_closing: bool = False

    @property
    def entry(self) -> Understood | None:
        return self.held[0] if self.held else None

    def release(self) -> list[Understood]:
        held, self.held = self.held, []
        return held


class SheetWalk:
    """One walk through one sheet."""

    def __init__(self, sheet: Sheet, layout: Layout, *, stated: Stated | None, with_hidden: bool):
        self.sheet, self.layout = sheet, layout
        self.stated, self.with_hidden = stated, with_hidden
        self.years = years_in(sheet.name) if sheet.name else None
        self.place = Place()
        # Categories that were named above tables that may stand side by side, by column.
        self.beside: dict[int, Stated] = {}
        self.runs: list[Run] = []
        self.has_header = any(table.has_header for table in layout.tables)
        if not self.has_header:
            self._begin(0)

    def rows(self) -> Iterator[Understood]:
        for row, following in with_following(self.sheet):
            yield from self._row(row, following)
        for run in self.runs:
            yield from run.release()

    def _row(self, row, following):
        if row.number in self.layout.header_rows:
            if row.number in self.layout.starts:
                yield from self._begin(row.number)
            yield self._aside(row, SetAside.HEADER)
        elif row.number in self.layout.numbering_rows:
            yield self._aside(row, SetAside.NUMBERING)
        elif row.is_hidden and not self.with_hidden:
            self._heed_hidden(row, following)
            yield self._aside(row, SetAside.HIDDEN_ROW)
        elif not self.runs:
            yield self._leading(row)
        elif len(self.runs) == 1:
            yield from self._read(self.runs[0], row, following)
        else:
            yield from self._side_by_side(row, following)

    def _begin(self, number):
        """Start the tables below a header; a header that is repeated goes on with the same ones."""
        released = [item for run in self.runs for item in run.release()]
        tables = self.layout.starts[number]
        if [run.table for run in self.runs] != tables:
            # What stood between the tables heads what comes.
            place = self.runs[0].place if len(self.runs) == 1 else self.place
            self.runs = [Run(table, dataclasses.replace(place)) for table in tables]
            self._divide_categories()
        for run in self.runs:
            run.is_closing = False
        return released

    def _divide_categories(self):
        """Give each of the tables side by side the category that is named above itself."""
        if len(self.runs) > 1 and len(set(self.beside.values())) > 1:
            self.place = Place()
            for run, begin, end in self._bounds():
                own = [self.beside[c] for c in sorted(self.beside) if begin <= c < end]
                run.place = Place(own[0] if len(set(own)) == 1 else None, is_unclear=not own)
        self.beside = {}

    def _aside(self, row, why, **about):
        return Understood(self.sheet.name, row.number, row.text[:TEXT_LENGTH], why, about)

    # --- above the first header --------------------------------------------------------------

    def _leading(self, row):
        cells = sorted(row.cells.items())
        named = {column: stated for column, cell in cells if (stated := _stated_above(cell))}
        if named:
            self.beside |= named
            self.place = Place(_only_or_exempt(named))
            return self._aside(row, SetAside.CATEGORY)
        texts = [tidy(cell.text) for _column, cell in cells]
        marker, rest = split_marker(" ".join(texts))
        if marker and len(texts) <= 2 and not is_sheet_title(rest):
            self.place.section = rest.rstrip(" :")
            return self._aside(row, SetAside.SECTION)
        return self._aside(row, closing_of(row.text) or SetAside.TITLE)

    # --- tables side by side -----------------------------------------------------------------

    def _side_by_side(self, row, following):
        for run, part, below in self._parts(row, following):
            yield from self._read(run, part, below)

    def _parts(self, row, following):
        """Yield each table with its part of a row, and with that of the rows that follow."""
        if len(self.runs) == 1:
            yield self.runs[0], row, following
            return
        for run, begin, end in self._bounds():
            part = _part(row, begin, end)
            if not part.is_blank:
                yield run, part, [_part(r, begin, end) for r in following]

    def _bounds(self):
        """Yield each table with the columns from which and up to which it reaches."""
        ends = [min(run.table.headings) for run in self.runs[1:]] + [1 << 30]
        yield from zip(self.runs, [0, *ends], ends, strict=False)

    # --- hidden rows -------------------------------------------------------------------------

    def _heed_hidden(self, row, following):
        """A filter hides headings as well: what they say still holds for the rows one sees."""
        if not self.runs:
            self._leading(row)
            return
        for run, part, below in self._parts(row, following):
            alone = Alone.of(part, run.table)
            if alone is not None and stated_in(alone.whole):
                self._kind_of(run, part, alone, below)
            else:
                self._is_mark_below(run, part)

    # --- the rows of a table -----------------------------------------------------------------

    def _read(self, run, row, following):
        alone = Alone.of(row, run.table)
        if self._is_mark_below(run, row):
            run.held.append(self._aside(row, SetAside.CONTINUED))
        elif run.is_card and run.entry and (caption := self._caption_in(row)):
            add_to_card(run.entry, *caption)
            run.held.append(self._aside(row, SetAside.CONTINUED))
        elif named := categories_beside(row):
            yield from run.release()
            self.beside = named
            self._enter(run, Place(_only_or_exempt(named), is_unclear=True), None)
            yield self._aside(row, SetAside.CATEGORY)
        elif alone is not None:
            yield from self._alone(run, row, alone, following)
        else:
            yield from self._full(run, row)
        run.above = row.number

    def _caption_in(self, row):
        caption = caption_in(row)
        return caption if caption and caption[0] is not Role.TITLE else None

    def _is_mark_below(self, run, row):
        """Say whether a row without a title says only that the entry above it is exempt.

        Where it may as well be a heading, it counts for what stands above it and below.
        """
        table, columns = run.table, [c for c, cell in row.cells.items() if cell.text.strip()]
        if run.entry is None or not table.has_header or table.title is None or not columns:
            return False
        if min(columns) <= table.title or table.title in row.above or is_link_row(row):
            return False
        is_note = any(table.roles.get(c) in _OF_NOTES and c in table.headings for c in columns)
        if not is_note and any(is_said_in_full(row.cells[c].text) for c in columns):
            return False
        own = self._own(run, row)
        if not own.is_exempt or any(last - c > 1 for c, last in row.spans.items()):
            return False
        run.entry.category = Stated.EXEMPT
        run.entry.legal_basis = run.entry.legal_basis or own.legal_basis
        alone = Alone.of(row, table)
        is_dressed_up = alone is not None and is_dressed(row, alone, table)
        return is_note and not is_dressed_up and row.number == run.above + 1

    def _own(self, run, row):
        """Return what a row says by itself, whatever stands above it."""
        cells = run.carried.resolve(row, run.table)
        return read_entry(row, run.table, cells, self.sheet.name, self.layout.legend)

    def _alone(self, run, row, alone, following):
        """A row with one text, or a text and its number."""
        if is_link_row(row):
            yield from self._continue(run, row)
            return
        why = self._kind_of(run, row, alone, following)
        if why is None:
            yield from self._entry(run, row, alone.marker)
            return
        if why is SetAside.CONTINUED:
            run.entry.title = f"{run.entry.title} {alone.text}"
            run.held.append(self._aside(row, why))
            return
        yield from run.release()
        yield self._aside(row, why)

    def _kind_of(self, run, row, alone, following) -> SetAside | None:
        """Say what a lone text is, and remember what it means for the rows below; None: an entry."""
        stated = self._stated(run, row, alone)
        goes_on = alone.goes_on(run.last)
        if (
            stated
            and (not goes_on or is_heading(row, alone, run, following))
            and not alone.has_link
        ):
            self._enter(run, Place(stated), alone.marker)
            run.is_closing, run.last = False, None
            return SetAside.CATEGORY
        if why := self._closing(run, alone, goes_on):
            return why
        if alone.has_link:
            return None
        if alone.continues(run):
            return SetAside.CONTINUED
        if is_heading(row, alone, run, following):
            return self._head(run, row, alone, following)
        if alone.may_be_title(run.table):
            return None
        is_of_entry = run.table.roles.get(alone.column) in _OF_ENTRIES
        return SetAside.NO_TITLE if is_of_entry else SetAside.NOTE

    def _stated(self, run, row, alone):
        """Return the category that a heading names, unless it must be an entry that is called so."""
        if not is_dressed(row, alone, run.table):
            if run.table.is_list_of_category or alone.is_below(run.banner):
                return None
        return stated_heading(alone.text)

    def _closing(self, run, alone, goes_on):
        why = closing_of(alone.whole)
        if why is SetAside.SIGNATURE:
            run.is_closing = True
        elif run.is_closing and not goes_on:
            return why or SetAside.SIGNATURE
        elif why is None and may_sign(alone.text) and not alone.may_be_title(run.table):
            run.is_closing = True
            return SetAside.SIGNATURE
        return why

    def _head(self, run, row, alone, following):
        text = alone.text.rstrip(" :")
        if is_sheet_title(text) and self._is_above_header(following):
            return SetAside.TITLE
        found = stated_in(text)
        if names_a_ground(text) or (Stated.EXEMPT in found and not names_both_lists(text)):
            self._enter(run, Place(Stated.EXEMPT, text), alone.marker)
        elif following and self._is_title_of_list(run, row, following):
            if len(found) == 1:
                run.place.category = next(iter(found))
            return SetAside.TITLE
        else:
            run.place.section = text
            if run.place.category is Stated.EXEMPT:
                self._go_on_or_leave(run, alone)
            elif found - {run.place.category}:
                # It names another category, and more than that: nobody knows which one is meant.
                run.place = Place(None, text, is_unclear=True, unread=text)
        run.last = None
        return SetAside.SECTION

    def _enter(self, run, place, banner):
        """Begin a part; one that is exempt within one that is exempt does not end it."""
        is_within = run.place.category is Stated.EXEMPT and place.category is Stated.EXEMPT
        if not is_within:
            run.banner = banner
        run.place = place
        run.says_exempt = False

    def _go_on_or_leave(self, run, alone):
        """Leave an exempt part at the next heading of its own list; one without a number has no next.

        Where its parts are numbered as it is itself, nothing tells the next heading from theirs.
        """
        if not alone.is_beside(run.banner):
            return
        if alone.marker.place > run.banner.place:
            run.place.category, run.place.is_unclear = None, True
        run.banner = None

    def _is_above_header(self, following):
        """Say whether nothing but lone texts stands between here and the next header."""
        for row in following:
            if row.number in self.layout.header_rows:
                return True
            if len(row.cells) > 1:
                return False
        return False

    def _is_title_of_list(self, run, row, following):
        """Above a list without a header, a heading with nothing but a heading under it is its title."""
        if run.table.has_header or run.has_entries or run.place.section:
            return False
        below = Alone.of(following[0], run.table)
        return below is not None and is_heading(
            following[0], below, run, following[1:], above=row.number
        )

    def _full(self, run, row):
        """A row with several texts."""
        if is_link_row(row):
            yield from self._continue(run, row)
        elif run.table.title in row.above and run.table.title is not None and run.held:
            yield from self._below_title(run, row)
        elif why := self._end(run, row):
            yield from run.release()
            yield self._aside(row, why)
        elif self._is_rest_of_exempt(run, row):
            run.held.append(self._aside(row, SetAside.CONTINUED))
        else:
            yield from self._entry(run, row, self._number(run, row))

    def _is_rest_of_exempt(self, run, row):
        """Say whether a row without a number goes on with the entry above, and marks it as exempt.

        Where it may as well be an entry that somebody did not number, both are set aside.
        """
        number = next(iter(run.table.columns(Role.NUMBER)), None)
        title = row.cells.get(run.table.title)
        if run.entry is None or number is None or row.seen(number) or title is None:
            return False
        profiles = run.table.profiles
        is_numbered = profiles.of(number).filled * 2 > min(profiles.full, MOST)
        if not is_numbered or row.number != run.above + 1 or not self._own(run, row).is_exempt:
            return False
        run.entry.category = Stated.EXEMPT
        if not continues_title(title.text):
            return False
        run.entry.title = f"{run.entry.title} {tidy(title.text)}"
        return True

    def _below_title(self, run, row):
        """A row over which the title is merged: more addresses of the same entry.

        Unless it is exempt by itself: then it is set aside, with whatever follows below the title.
        """
        own = self._read_entry(run, row)
        if own.is_exempt and not run.entry.is_exempt:
            yield from self._entry(run, row, run.last)
        else:
            yield from self._continue(run, row, SetAside.CONTINUED)

    def _end(self, run, row):
        """Return which end of the register a row of several texts is, if it is one."""
        texts = [tidy(cell.text) for cell in row.cells.values() if cell.text.strip()]
        if is_total(texts):
            return SetAside.TOTAL
        signs = all(closing_of(t) is SetAside.SIGNATURE or may_sign(t) for t in texts)
        if signs or (run.is_closing and not self._is_full_entry(run, row)):
            run.is_closing = True
            return SetAside.SIGNATURE
        run.is_closing = False
        return None

    def _is_full_entry(self, run, row):
        """Say whether a row below a signature is an entry all the same; signatures fill two columns."""
        if run.table.columns(Role.NUMBER):
            return bool(self._number(run, row))
        columns = {c for c in row.cells if run.table.roles.get(c) and row.cells[c].text.strip()}
        stated = any(
            stated_value(row.cells[c].text)
            for c in run.table.columns(Role.CATEGORY)
            if c in columns
        )
        return run.table.title in columns and (stated or len(columns) > 2)

    def _number(self, run, row):
        return Marker.of_cell(row.cells.get(next(iter(run.table.columns(Role.NUMBER)), None)))

    def _continue(self, run, row, why=SetAside.LINK):
        if run.entry is None:
            yield self._aside(row, SetAside.NO_TITLE)
            return
        for column, cell in sorted(row.cells.items()):
            for address in links_of(cell, is_link_column=run.table.roles.get(column) is Role.LINK):
                if address not in run.entry.links:
                    run.entry.links.append(address)
        run.held.append(self._aside(row, why))

    def _entry(self, run, row, marker):
        yield from run.release()
        entry = self._read_entry(run, row)
        if run.table.title is None:
            entry.why = SetAside.NO_REGISTER
        elif not entry.title:
            entry.why = SetAside.NO_TITLE
        entry.years = entry.years or self.years
        entry.period = entry.period or self.years
        run.held = [entry]
        run.last, run.has_entries = marker, True
        run.is_card = not run.table.has_header and begins_card(row)

    def _read_entry(self, run, row):
        entry = self._own(run, row)
        cells = run.carried.resolve(row, run.table)
        entry.section = entry.section or run.place.section
        if self.layout.exempt_footnotes & {footnote_of(cell.text) for cell in cells.values()}:
            entry.category = Stated.EXEMPT
        self._categorise(run, entry, said_category(run.table, cells))
        return entry

    def _categorise(self, run, entry, said):
        above = run.place.category
        if not run.place.is_unclear:
            above = above or self.place.category or self.stated
        exempt = Stated.EXEMPT in (run.place.category, self.place.category, self.stated)
        if said and not is_nothing(said):
            run.says_exempt = says_exempt(said)
        if exempt or run.says_exempt or is_exemption_table(run.table):
            entry.category = Stated.EXEMPT
        elif entry.category is None and (not said or says_only_open(said)):
            entry.category = above
            said = run.place.unread or said
        if entry.category is None:
            entry.question = question_key(self.sheet.name, entry.section, said)
            entry.said = said or ""


def _stated_above(cell):
    """Return the category that a text above a table names; a title may say more than that."""
    if (stated := category_of(cell)) or names_both_lists(cell.text):
        return stated
    text = tidy(cell.text)
    return stated_value(text) if _is_title(text) else None


def _only_or_exempt(named):
    """Return the one category that is named; of several the exempt one, or none."""
    found = set(named.values())
    return Stated.EXEMPT if Stated.EXEMPT in found else found.pop() if len(found) == 1 else None


def _is_title(text):
    return len(text) <= LONGEST_TITLE and is_sheet_title(text)


def _part(row, begin, end):
    """Return the cells of a row from column ``begin`` up to ``end``."""
    return Row(
        row.number,
        {c: cell for c, cell in row.cells.items() if begin <= c < end},
        row.is_hidden,
        {c: last for c, last in row.spans.items() if begin <= c < end},
        {c: cell for c, cell in row.above.items() if begin <= c < end},
    )
