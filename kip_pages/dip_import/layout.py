"""Where the tables of a sheet are and what their columns hold."""

import dataclasses
import hashlib
import itertools
from collections import deque
from collections.abc import Iterator

from .cells import Row, Sheet
from .columns import CATEGORY_TICKS, FORM_TICKS, Role, may_be_title, rank_of_time, role_of
from .exemption import names_a_ground
from .headers import Header, header_at, is_numbering
from .profile import Profiles, guessed_role, holds_ticks, title_weight
from .rowkinds import footnote_in
from .vocabulary import Stated, legend_in, plain, says_exempt, stated_heading, stated_value

AHEAD = 4
Roles = dict[int, Role]


@dataclasses.dataclass
class Table:
    """Columns that belong together, in one or more places of a sheet."""

    key: str
    headings: dict[int, str]
    profiles: Profiles
    roles: Roles = dataclasses.field(default_factory=dict)
    has_header: bool = True
    # Where the headings themselves name the category.
    stated: Stated | None = None

    @property
    def is_list_of_category(self) -> bool:
        """Whether this is a column of titles under the name of their category."""
        return self.stated is not None and len(self.roles) == 1

    # The columns of some roles, once nothing changes them any more.
    _settled: dict[tuple, list[int]] | None = None

    def columns(self, *roles: Role) -> list[int]:
        if self._settled is None:
            return [column for column, role in sorted(self.roles.items()) if role in roles]
        if roles not in self._settled:
            found = [column for column, role in sorted(self.roles.items()) if role in roles]
            self._settled[roles] = found
        return self._settled[roles]

    @property
    def title(self) -> int | None:
        found = self.columns(Role.TITLE)
        return found[0] if found else None

    def settle(self) -> None:
        """Say that the roles are final."""
        self._settled = {}


@dataclasses.dataclass
class Layout:
    """What a first walk through a sheet has found."""

    tables: list[Table] = dataclasses.field(default_factory=list)
    # Which tables begin below the header that starts in a row.
    starts: dict[int, list[Table]] = dataclasses.field(default_factory=dict)
    header_rows: set[int] = dataclasses.field(default_factory=set)
    numbering_rows: set[int] = dataclasses.field(default_factory=set)
    # What abbreviations stand for, where the sheet explains them.
    legend: dict[str, str] = dataclasses.field(default_factory=dict)
    # The stars of footnotes that say that what they stand behind is exempt.
    exempt_footnotes: set[str] = dataclasses.field(default_factory=set)
    last_row: int = 0


def with_following(sheet: Sheet, count: int = AHEAD) -> Iterator[tuple[Row, list[Row]]]:
    """Yield each row that is not blank, with those that come after it."""
    rows = (row for row in sheet.rows() if not row.is_blank)
    window = deque(itertools.islice(rows, count + 1))
    while window:
        row = window.popleft()
        yield row, list(window)
        window.extend(itertools.islice(rows, 1))


def survey(sheet: Sheet, answers: dict[str, dict[str, str]]) -> Layout:
    """Walk through a sheet once and find its tables. ``answers`` are columns as the officer sees them."""
    layout, by_words = Layout(), {}
    leading = Table(_key(("list", sheet.name)), {}, Profiles(), has_header=False)
    current = [leading]
    for row, following in with_following(sheet):
        layout.last_row = row.number
        if len(row.cells) <= 2:
            layout.legend |= _legend(row)
            layout.exempt_footnotes |= _exempt_footnotes(row)
        if row.number in layout.header_rows or row.number in layout.numbering_rows:
            continue
        header = header_at(row, following)
        if header and not _is_entry(current, row, header):
            current = _begin(layout, by_words, header, following)
        else:
            for table in current:
                table.profiles.add(row)
    if not layout.tables:
        layout.tables = layout.starts[0] = [leading]
    for table in list(layout.tables):
        _assign(table, sheet.hidden_columns, layout.legend)
        table.roles.update(_answered(answers.get(table.key, {})))
    _split_lists(layout)
    for table in layout.tables:
        table.settle()
    return layout


def _is_entry(tables, row, header):
    """Say whether what may be a header is an entry: "Dikecualikan | Berkas" under "Kategori | Judul".

    Headings name several categories, or stand where the header above names none.
    """
    if sum(header.role(column) in CATEGORY_TICKS for column in header.headings) > 1:
        return False
    columns = {c for table in tables if table.has_header for c in table.columns(Role.CATEGORY)}
    return any(stated_value(row.cells[c].text) for c in columns if c in row.cells)


def _split_lists(layout):
    parts = {id(table): _split_by_category(table) for table in layout.tables}
    layout.tables = [part for table in layout.tables for part in parts[id(table)]]
    for row, tables in layout.starts.items():
        layout.starts[row] = [part for table in tables for part in parts[id(table)]]


def _legend(row):
    found = {}
    for cell in row.cells.values():
        if "=" in cell.text or ":" in cell.text:
            meant = legend_in(cell.text).items()
            found |= {short: text for short, text in meant if stated_value(text)}
    return found


def _exempt_footnotes(row):
    notes = [footnote_in(cell.text) for cell in row.cells.values() if "*" in cell.text[:3]]
    return {stars for stars, said in notes if stars and (says_exempt(said) or names_a_ground(said))}


def _begin(layout, by_words, header, following):
    layout.header_rows.update(header.rows)
    after = next((row for row in following if row.number > header.rows[-1]), None)
    if after and is_numbering(after):
        layout.numbering_rows.add(after.number)
    if header.words not in by_words:
        by_words[header.words] = _tables(header)
        layout.tables += by_words[header.words]
    layout.starts[header.rows[0]] = by_words[header.words]
    return by_words[header.words]


def _tables(header):
    """Divide a header into the tables that stand side by side under it."""
    columns = sorted(header.headings)
    leaves = {column: plain(header.headings[column][-1]) for column in columns}
    begins = [c for c in columns if leaves[c] == leaves[columns[0]]]
    titles = [c for c in columns if role_of(header.headings[c][-1]) is Role.TITLE]
    if len(begins) < 2 or len(titles) < 2:
        begins = columns[:1]
    tables = []
    for begin, end in zip(begins, [*begins[1:], columns[-1] + 1], strict=True):
        own = {c: header.headings[c] for c in columns if begin <= c < end}
        tables.append(_table(header, own))
    return tables


def _table(header, headings):
    """Make a table; a heading that stands over all of its columns is its title, and no part of them."""
    stated = None
    over = {parts[0] for parts in headings.values() if len(parts) > 1}
    if len(over) == 1 and all(len(parts) > 1 for parts in headings.values()) and len(headings) > 1:
        stated = stated_heading(over.pop())
        headings = {column: parts[1:] for column, parts in headings.items()}
    own = Header(header.rows, headings)
    table = Table(_key((header.words, min(headings))), {}, Profiles(), stated=stated)
    table.headings = {column: own.text(column) for column in headings}
    table.roles = {c: role for c in headings if (role := own.role(c))}
    return table


def _key(words):
    return hashlib.sha256(repr(words).encode()).hexdigest()[:16]


def _answered(answers):
    return {int(column): Role(role) for column, role in answers.items()}


# --- what the columns hold -------------------------------------------------------------------


def _assign(table, hidden, legend):
    roles, profiles = table.roles, table.profiles
    for profile in profiles.columns.values():
        profile.explain(legend)
    for column, profile in profiles.columns.items():
        if column in roles or not (role := guessed_role(profile)):
            continue
        # A heading that is not known says at least that it is nothing of what is known.
        if column not in table.headings or role in (Role.NUMBER, Role.LINK, Role.CATEGORY):
            roles[column] = role
    _judge_by_content(table)
    for column in hidden:
        if column in table.headings or column in roles:
            roles[column] = Role.IGNORED
    _choose_title(table)
    _choose_times(table)
    _name_units(table)
    _drop_repeated_keys(table)


def _judge_by_content(table):
    """Correct what a heading says by what stands below it."""
    for column, role in list(table.roles.items()):
        profile = table.profiles.of(column)
        if role in (Role.CATEGORY, Role.SECTION) and profile.filled:
            are_categories = profile.share(profile.categories) >= 0.3
            if role is Role.SECTION and are_categories and profile.variety < 0.5:
                table.roles[column] = Role.CATEGORY
            elif role is Role.CATEGORY and not are_categories and _may_be_title(table, column):
                table.roles[column] = Role.SECTION
        elif role is Role.TITLE and profile.share(profile.addresses + profile.captions) > 0.6:
            table.roles[column] = Role.LINK
        elif role is Role.KEY and profile.share(profile.levels) > 0.5:
            table.roles[column] = Role.NUMBER
        elif role is Role.LINK and profile.ticks and profile.share(profile.ticks) > 0.8:
            table.roles[column] = Role.IS_ONLINE
        elif role in FORM_TICKS and not holds_ticks(profile):
            table.roles[column] = Role.NOTE


def _may_be_title(table, column):
    return may_be_title(table.headings.get(column, ""))


def _choose_title(table):
    """One column holds the titles: the best of those that say so, else of those that may."""
    titles = table.columns(Role.TITLE)
    if not titles and table.has_header:
        titles = [
            column
            for column in table.headings
            if _may_be_title(table, column)
            and table.roles.get(column)
            in (None, Role.SUMMARY, Role.SECTION, Role.CATEGORY, Role.LINK, Role.TITLE)
            and not _is_a_category(table, column)
        ]
    elif not titles:
        titles = [c for c in table.profiles.columns if c not in table.roles]
    if not titles:
        return
    best = max(titles, key=lambda column: _fitness(table, column))
    for column in titles:
        if column == best:
            table.roles[column] = Role.TITLE
        elif table.roles.get(column) is Role.TITLE or not table.has_header:
            table.roles[column] = Role.SECTION if column < best else Role.SUMMARY
    if not table.has_header:
        _choose_in_list(table, best)


def _choose_in_list(table, best):
    """A list without a header may be indented: what stands in front are its headings."""
    for column, role in list(table.roles.items()):
        if role is Role.SUMMARY:
            table.roles[column] = Role.NOTE
    table.roles[best] = Role.TITLE


def _is_a_category(table, column):
    profile = table.profiles.of(column)
    return profile.share(profile.categories) >= 0.3


def _fitness(table, column):
    heading = plain(table.headings.get(column, ""))
    says_so = heading.startswith(("judul", "nama", "title", "name")) or heading.endswith("title")
    is_summary = table.roles.get(column) is Role.SUMMARY
    weight, characters = title_weight(table.profiles.of(column))
    return (says_so, weight * (0.9 if is_summary else 1), characters)


def _choose_times(table):
    """Of several columns of time the one of making counts; what was uploaded when does not."""
    times = table.columns(Role.MADE)
    ranks = {column: rank_of_time(table.headings.get(column, "")) for column in times}
    best = min(ranks.values(), default=0)
    for column, rank in ranks.items():
        # Parts of one heading, such as "Tempat" and "Waktu", belong together.
        if rank > best:
            table.roles[column] = Role.IGNORED


def _name_units(table):
    for column in table.columns(Role.UNIT):
        for role in (Role.HOLDER, Role.RESPONSIBLE, Role.IGNORED):
            if role is Role.IGNORED or not table.columns(role):
                table.roles[column] = role
                break


def _drop_repeated_keys(table):
    """A code that several entries share classifies them; it is the key of none."""
    for column in table.columns(Role.KEY):
        profile = table.profiles.of(column)
        if profile.filled > 3 and profile.variety < 0.7:
            table.roles[column] = Role.IGNORED


def _split_by_category(table: Table) -> list[Table]:
    """Divide a table whose columns are lists, each headed by its category, into these lists."""
    columns = table.columns(*CATEGORY_TICKS)
    if table.title is not None or len(columns) < 2:
        return [table]
    if any(table.profiles.of(c).share(table.profiles.of(c).ticks) > 0.5 for c in columns):
        return [table]
    return [_list_of(table, column) for column in columns]


def _list_of(table, column):
    stated = CATEGORY_TICKS[table.roles[column]]
    others = {c: role for c, role in table.roles.items() if role is Role.NUMBER and c < column}
    return dataclasses.replace(
        table,
        key=f"{table.key}{column}",
        headings={c: table.headings[c] for c in (column, *others) if c in table.headings},
        roles={column: Role.TITLE},
        stated=stated,
    )
