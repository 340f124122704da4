"""Read the cells of an entry."""

import re

from .cells import Cell, Row
from .columns import CATEGORY_TICKS, FORM_TICKS, REPEATABLE, TICKS, Role, asks_whether_open
from .dates import read_when, years_in
from .exemption import (
    begins_with_mark,
    is_about_exemption,
    is_marked_title,
    leads_up_to_mark,
    names_a_ground,
    names_a_letter,
)
from .layout import Table
from .links import formula_text, is_address, is_placeholder, links_of
from .markers import split_marker, without_caption
from .understood import Understood
from .vocabulary import (
    LONGEST_CITED,
    Stated,
    forms_in,
    is_ditto,
    is_file_name,
    is_nothing,
    is_ticked,
    plain,
    says_exempt,
    stated_in,
    stated_value,
    tidy,
)

# Where a line break in a cell is no end of the title.
_GOES_ON = re.compile(
    r"(?:[:,;(/-]|\b(?:dan|atau|serta|yang|tentang|di|pada|untuk|atas|oleh|dari|ke))\s*$", re.I
)
_CONTINUES = re.compile(
    r"\s*(?:[a-z(]|[•●▪·*-]\s|\(?(?:\d{1,2}|[a-z])[.)]\s?|tahun\b|(?:provinsi|kabupaten|kota|dinas|badan)\b)",
    re.I,
)
_LIST_ITEM = re.compile(r"\s*(?:[•●▪·*-]\s|\(?(?:\d{1,2}|[a-z])[.)]\s?)")
_TELLS = re.compile(
    r"\s*(?:memuat|berisi|mengurai|menyajikan|informasi|merupakan|menjelaskan|tentang)\b", re.I
)


class Carried:
    """The last value of each column, for marks such as "sda"."""

    def __init__(self):
        self._cells: dict[int, Cell] = {}

    def resolve(self, row: Row, table: Table) -> dict[int, Cell]:
        """Return what every column says in this row, also one of which nobody knows what it holds."""
        resolved = {}
        for column in dict.fromkeys([*table.roles, *sorted({*row.cells, *row.above})]):
            cell = row.seen(column)
            if cell is None or not (cell.text.strip() or cell.links):
                continue
            role = table.roles.get(column)
            if (role is None or role in REPEATABLE) and is_ditto(cell.text):
                cell = self._cells.get(column)
                if cell is None:
                    continue
            self._cells[column] = cell
            resolved[column] = cell
        return resolved


def read_entry(
    row: Row, table: Table, cells: dict[int, Cell], sheet: str | None, legend: dict[str, str]
) -> Understood:
    """Return the entry of a row, its category and section only where columns of their own say them."""
    entry = Understood(sheet, row.number, row.text)
    _read_title(entry, row, table, cells)
    entry.holder = _text(table, cells, Role.HOLDER)
    entry.responsible = _text(table, cells, Role.RESPONSIBLE)
    entry.retention = _text(table, cells, Role.RETENTION)
    entry.legal_basis = _text(table, cells, Role.LEGAL_BASIS)
    entry.key = _text(table, cells, Role.KEY)
    entry.section = split_marker(_text(table, cells, Role.SECTION))[1].rstrip(" :")
    entry.agency = (_texts(table, cells, Role.AGENCY) or [""])[-1]
    entry.made_place = _text(table, cells, Role.PLACE)
    _read_times(entry, table, cells)
    _read_forms(entry, table, cells)
    entry.links = _links(row, table, cells)
    entry.category = stated_of(table, cells, legend)
    _read_exemption(entry, table, cells)
    entry.raw = _raw(table, cells)
    return entry


def stated_of(table: Table, cells: dict[int, Cell], legend: dict[str, str]) -> Stated | None:
    """Return the category that the row's own cells state."""
    ticked = {
        CATEGORY_TICKS[table.roles[column]]
        for column in table.columns(*CATEGORY_TICKS)
        if column in cells and _is_ticked(table, column, cells[column])
    }
    # Whatever else is stated: what is ticked as exempt is.
    if Stated.EXEMPT in ticked:
        return Stated.EXEMPT
    if table.stated:
        return table.stated
    for column in table.columns(Role.CATEGORY):
        text = cells[column].text if column in cells else ""
        if stated := stated_value(legend.get(plain(text), text)):
            return stated
    return ticked.pop() if len(ticked) == 1 else None


def said_category(table: Table, cells: dict[int, Cell]) -> str | None:
    """Return what stands in the column of categories; None where there is no such column."""
    columns = table.columns(Role.CATEGORY)
    if not columns:
        return "" if table.columns(*CATEGORY_TICKS) else None
    return tidy(" ".join(cells[column].text for column in columns if column in cells))


def _is_ticked(table, column, cell):
    profile = table.profiles.of(column)
    # A cross beside ticks says no; alone it is how somebody ticks. Categories may be ticked
    # otherwise than forms.
    alike = CATEGORY_TICKS if table.roles.get(column) in CATEGORY_TICKS else TICKS
    same = [table.profiles.of(c) for c in {column, *table.columns(*alike)}]
    ticks = sum(p.ticks - p.crosses for p in same)
    crosses = sum(p.crosses for p in same)
    return is_ticked(cell, crosses_count=crosses > ticks or not profile.ticks)


def _read_title(entry, row, table, cells):
    cell = cells.get(table.title)
    if cell is None:
        return
    caption = formula_text(cell)
    text = cell.text if caption is None else caption
    if cell.formula and caption is None and text.startswith("="):
        return  # nothing is calculated, and a formula is no title
    title, summary = text, ""
    if not table.columns(Role.SUMMARY) and "\n" in text.strip():
        title, summary = _divide(text.strip())
    entry.raw_title = tidy(title)
    entry.title = split_marker(without_caption(title))[1]
    entry.summary = tidy(summary) or _summary(table, cells)
    if not any(character.isalnum() for character in entry.title):
        entry.title = ""  # a dash, or dots


def _divide(text):
    """Divide a cell into title and summary, which stand on lines of their own where both are there."""
    first, _break, rest = text.partition("\n")
    rest = rest.strip()
    if _GOES_ON.search(first) or _LIST_ITEM.match(rest):
        return text, ""
    if _TELLS.match(rest) or not _CONTINUES.match(rest):
        return first, rest
    # A short line that only goes on, unless what follows is a text of its own.
    return (first, rest) if len(rest) > 2 * len(first) else (text, "")


def _summary(table, cells):
    texts = [cells[c].text for c in table.columns(Role.SUMMARY) if c in cells]
    return tidy(" ".join(text for text in texts if not is_nothing(text)))


def _read_times(entry, table, cells):
    years = [read_when(cells[c]) for c in table.columns(Role.YEAR) if c in cells]
    years = next(((w.first, w.last) for w in years if w), None)
    ticked = _ticked_years(table, cells)
    made = [read_when(cells[c]) for c in table.columns(Role.MADE) if c in cells]
    made = [when for when in made if when]
    entry.made = next((when for when in made if when.day), made[0] if made else None)
    entry.period = years or ticked or years_in(entry.title)
    entry.years = years or ticked or _years_of(entry.made) or years_in(entry.title)
    if entry.made and not entry.made_place:
        entry.made_place = entry.made.place


def _years_of(when):
    return (when.first, when.last) if when else None


def _ticked_years(table, cells):
    years = [
        int(re.search(r"\d{4}", table.headings[column])[0])
        for column in table.columns(Role.OF_YEAR)
        if column in cells and is_ticked(cells[column])
    ]
    return (min(years), max(years)) if years else None


def _read_forms(entry, table, cells):
    for column in table.columns(Role.FORM):
        if column in cells:
            entry.forms |= forms_in(cells[column].text)
    for column in table.columns(*FORM_TICKS):
        if column in cells and _is_ticked(table, column, cells[column]):
            entry.forms.add(FORM_TICKS[table.roles[column]])


def _links(row, table, cells):
    """Return the addresses of the row: of its link columns, and wherever else one stands."""
    found = {}
    columns = [table.title, *table.columns(Role.LINK)]
    columns += [c for c in sorted(row.cells) if c not in columns]
    for column in columns:
        role = table.roles.get(column)
        cell = cells.get(column) or row.cells.get(column)
        if cell is None or (role in (Role.IGNORED, Role.SUMMARY) and column in table.headings):
            continue
        for address in links_of(cell, is_link_column=role is Role.LINK):
            found.setdefault(address)
    return list(found)


def _read_exemption(entry, table, cells):
    """Whatever marks a row as exempt makes it so, in whichever column it stands.

    It is a ground of the law, or the word anywhere in a cell, unless it is denied. Titles and
    summaries may be about it, and so may notes on a document that is; there it must be said of the
    entry itself.
    """
    is_about = is_about_exemption(entry.title)
    for column, cell in cells.items():
        text = tidy(cell.text)
        role = table.roles.get(column)
        if names_a_ground(text) and (role is not Role.TITLE or names_a_letter(text)):
            _take_ground(entry, role, text)
        elif _is_mark(cell, role, is_about) or _is_closed(table, column, cell):
            entry.category = Stated.EXEMPT
    if _marks_as_summary(entry.summary, is_about):
        entry.category = Stated.EXEMPT
    if (
        entry.legal_basis
        and not is_nothing(entry.legal_basis)
        and is_exemption_table(table, with_categories=True)
    ):
        entry.category = Stated.EXEMPT


def _is_mark(cell, role, is_about):
    text = tidy(cell.text)
    if role is Role.TITLE:
        return is_marked_title(cell.text)
    if role in (Role.SUMMARY, Role.KEY) or not says_exempt(text):
        return False
    if role in (Role.LINK, None) and is_address(text):
        return False
    if role is Role.LINK and (cell.links or is_file_name(text)):
        # What is named like this is a document about it, unless the word stands first.
        return begins_with_mark(text)
    return not is_about or _says_so_of_it(text)


def _is_closed(table, column, cell):
    """Say whether a column such as "Terbuka untuk publik" says no."""
    if not asks_whether_open(table.headings.get(column, "")) or is_nothing(cell.text):
        return False
    return table.roles.get(column) is not Role.TITLE and not _is_ticked(table, column, cell)


def _marks_as_summary(summary, is_about):
    return begins_with_mark(summary) or (not is_about and _says_so_of_it(summary))


def _says_so_of_it(text):
    """Say whether a clause begins with the mark, be it after words that lead up to it."""
    return any(
        begins_with_mark(clause) or leads_up_to_mark(clause)
        for clause in re.split(r"[,;:.()]", text[:LONGEST_CITED])
    )


def _take_ground(entry, role, text):
    entry.category = Stated.EXEMPT
    if not entry.legal_basis and role is not Role.TITLE:
        entry.legal_basis = text
    # In some registers it stands under the heading of somebody else's column.
    for name, own in (("holder", Role.HOLDER), ("responsible", Role.RESPONSIBLE)):
        if role is own:
            setattr(entry, name, "")
    if role is Role.SUMMARY:
        entry.summary = ""


def is_exemption_table(table: Table, *, with_categories: bool = False) -> bool:
    """Say whether the headings of a table are those of a list of exempt information.

    A table of all categories may have such a column too; there only what stands in it counts.
    """
    if table.columns(Role.CATEGORY, *CATEGORY_TICKS) and not with_categories:
        return False
    headings = " ".join(table.headings.get(c, "") for c in table.columns(Role.LEGAL_BASIS)).lower()
    return Stated.EXEMPT in stated_in(headings) or "konsekuensi" in headings


def _texts(table, cells, *roles):
    texts = [tidy(cells[c].text) for c in table.columns(*roles) if c in cells]
    return [text for text in texts if text and not is_nothing(text)]


def _text(table, cells, *roles):
    """Return what the columns of a role say, all of them where there are several."""
    texts = _texts(table, cells, *roles)
    if len(texts) > 1 and roles == (Role.RETENTION,):
        headings = [
            table.headings[c].rpartition("› ")[2] for c in table.columns(*roles) if c in cells
        ]
        return "; ".join(f"{h}: {t}" for h, t in zip(headings, texts, strict=False))
    return texts[0] if texts else ""


def _raw(table, cells):
    raw = {}
    for column, cell in sorted(cells.items()):
        if table.roles.get(column) not in (None, Role.NUMBER):
            raw[table.headings.get(column) or f"#{column}"] = cell.text[:2000]
    return raw


def is_link_row(row: Row) -> bool:
    """Say whether a row holds nothing but addresses, and captions of them."""
    cells = [cell for cell in row.cells.values() if cell.text.strip() or cell.links]
    has_link = any(links_of(cell) for cell in cells)
    return has_link and all(is_placeholder(cell.text) or is_address(cell.text) for cell in cells)
