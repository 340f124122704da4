"""The vocabulary of importing a register: why a file is refused, what became of a row, and why.

Stored are the values; people read the labels, each in their own language.
"""

from django.db import models
from django.utils.translation import gettext_lazy as _


class FileRefusal(models.TextChoices):
    """Why a file is not read at all; each label says what to do about it."""

    EMPTY = "empty", _("The file is empty.")
    TOO_LARGE = (
        "too_large",
        _(
            "The file is larger than %(limit)s. Keep the register alone in it, without pictures, or "
            "divide it into several files."
        ),
    )
    UNKNOWN = (
        "unknown",
        _("This is no spreadsheet that can be read. Save it as XLSX, ODS or CSV and upload that."),
    )
    MISNAMED = (
        "misnamed",
        _(
            "The file is named %(extension)s but holds something else. Open it in a spreadsheet "
            "program, save it as XLSX and upload that."
        ),
    )
    OLD_EXCEL = (
        "old_excel",
        _("This is an old Excel file (.xls). Open it, save it as XLSX and upload that."),
    )
    WEB_PAGE = (
        "web_page",
        _(
            "This is a web page that was saved as a spreadsheet. Open it in a spreadsheet program, "
            "save it as XLSX and upload that."
        ),
    )
    BINARY_EXCEL = (
        "binary_excel",
        _("This is a binary Excel file (.xlsb). Open it, save it as XLSX and upload that."),
    )
    MACROS = (
        "macros",
        _("The file holds macros, programs that are never run here. Save it as XLSX without them."),
    )
    PROTECTED = (
        "protected",
        _("The file is protected by a password. Save it without one and upload that."),
    )
    DANGEROUS = (
        "dangerous",
        _(
            "The file holds instructions (%(what)s) that no spreadsheet program writes. It is not "
            "opened. Copy the register into a new file."
        ),
    )
    BOMB = (
        "bomb",
        _(
            "Unpacked, the file would be larger than %(limit)s, which no register is. It is not "
            "opened. Copy the register into a new file."
        ),
    )
    DAMAGED = (
        "damaged",
        _("The file is damaged. Open it, save it again as XLSX and upload that."),
    )
    TOO_MANY_ROWS = (
        "too_many_rows",
        _(
            "The file has more than %(limit)s rows. Delete the empty rows below the register, or "
            "divide it into several files."
        ),
    )
    TOO_MANY_CELLS = (
        "too_many_cells",
        _(
            "The file has more than %(limit)s filled cells. Keep the register alone in it, or divide "
            "it into several files."
        ),
    )
    NOTHING = (
        "nothing",
        _("The file holds no entries: neither a table with a title column nor a list of titles."),
    )
    NO_REGISTER = (
        "no_register",
        _("The agency has no register section to import into. Ask the province to restore it."),
    )
    UNEXPECTED = (
        "unexpected",
        _(
            "Something in the file could not be read. Copy the register into a new file and upload "
            "that; if it is refused again, tell the province's administrators."
        ),
    )


class SetAside(models.TextChoices):
    """Why a row of the sheet is no entry, or must not become one."""

    BLANK = "blank", _("blank row")
    TITLE = "title", _("title of the sheet")
    HEADER = "header", _("header")
    NUMBERING = "numbering", _("numbers of the columns")
    CATEGORY = "category", _("heading: category")
    SECTION = "section", _("heading: section")
    LINK = "link", _("address of the entry above")
    CONTINUED = "continued", _("continues the entry above")
    TOTAL = "total", _("total")
    NOTE = "note", _("note")
    SIGNATURE = "signature", _("signature")
    NAVIGATION = "navigation", _("navigation or footer of a web page")
    HIDDEN_ROW = "hidden_row", _("hidden row")
    HIDDEN_SHEET = "hidden_sheet", _("hidden sheet")
    INSTRUCTIONS = "instructions", _("sheet of instructions or lists")
    NO_REGISTER = "no_register", _("table without a column of titles")
    NO_TITLE = "no_title", _("no title: cannot be an entry")
    DUPLICATE = "duplicate", _("duplicate of row %(row)s")
    SAME_KEY = "same_key", _("has the same key as row %(row)s")
    EXEMPT = (
        "exempt",
        _("exempt information is never published: it belongs in the list of exempt information"),
    )
    OTHER_AGENCY = "other_agency", _("of another agency: %(agency)s")


class ImportState(models.TextChoices):
    """How far an import is. What has not ended is taken up by the next worker."""

    READING = "reading", _("Reading the file")
    MAPPING = "mapping", _("Waiting for your answers")
    READY = "ready", _("Ready to run")
    RUNNING = "running", _("Running")
    DONE = "done", _("Done")
    CANCELLED = "cancelled", _("Cancelled")
    REFUSED = "refused", _("File refused")


class RowPlan(models.TextChoices):
    """What is to become of a row, and what became of it."""

    NEW = "new", _("New")
    CHANGED = "changed", _("Changed")
    SAME = "same", _("Same")
    REFUSED = "refused", _("Refused")
    EXEMPT = "exempt", _("Exempt: set aside")
    ASIDE = "aside", _("No entry")


class RowRefusal(models.TextChoices):
    """Why an entry does not come in. Each label says what to do about it."""

    NO_CATEGORY = "no_category", _("No category is stated. Choose one in the questions.")
    UNKNOWN_CATEGORY = (
        "unknown_category",
        _("“%(said)s” is no category. Choose one in the questions."),
    )
    LEFT_OUT = "left_out", _("You chose to leave it out.")
    INVALID = "invalid", _("It cannot be stored: %(message)s")
    BEING_EDITED = (
        "being_edited",
        _(
            "Somebody is changing this entry: it has changes that are not published. Publish them first."
        ),
    )
    LOCKED = "locked", _("This entry is locked. Unlock it first.")
    OFFLINE = (
        "offline",
        _("This entry was taken offline. Publish it again, if it is to come back."),
    )
