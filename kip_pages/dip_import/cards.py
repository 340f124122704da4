"""Cards: an entry over several rows, each a caption and what it says: "Judul | …", "Kategori | …"."""

from .cells import Cell, Row
from .columns import Role, role_of
from .exemption import names_a_ground
from .links import links_of
from .understood import Understood
from .vocabulary import Stated, is_nothing, says_exempt, stated_value, tidy

_TEXTS = {
    Role.HOLDER: "holder",
    Role.RESPONSIBLE: "responsible",
    Role.RETENTION: "retention",
    Role.SUMMARY: "summary",
}


def caption_in(row: Row) -> tuple[Role, Cell] | None:
    """Return what a row of two cells tells, and the cell that says it."""
    filled = [cell for _c, cell in sorted(row.cells.items()) if cell.text.strip() or cell.links]
    if len(filled) != 2 or not (role := role_of(filled[0].text.strip(" :"))):
        return None
    return role, filled[1]


def begins_card(row: Row) -> bool:
    caption = caption_in(row)
    return caption is not None and caption[0] is Role.TITLE


def add_to_card(entry: Understood, role: Role, cell: Cell) -> None:
    """Let an entry know what a row of its card says; whatever marks it as exempt makes it so."""
    text = tidy(cell.text)
    if says_exempt(text) or names_a_ground(text):
        entry.category = Stated.EXEMPT
    elif role is Role.CATEGORY and entry.category is not Stated.EXEMPT:
        entry.category, entry.said = stated_value(text) or entry.category, text
    elif role is Role.LINK:
        entry.links += [a for a in links_of(cell, is_link_column=True) if a not in entry.links]
    elif role in _TEXTS and not is_nothing(text):
        setattr(entry, _TEXTS[role], text)
