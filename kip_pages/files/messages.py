"""What a person is told about a file that may not come in: what is wrong, and what to do."""

from django.template.defaultfilters import filesizeformat
from django.utils.translation import gettext_lazy as _

from .kinds import FileKind
from .verdicts import Note, Refusal

# As officers call them.
ACCEPTED = ", ".join(kind.upper() for kind in FileKind)

MESSAGES = {
    Refusal.EMPTY: _("“%(name)s” is empty. Save it again where it was made, and choose it again."),
    Refusal.TOO_LARGE: _(
        "“%(name)s” is larger than %(limit)s. Make it smaller, for example by scanning with 200 dpi, "
        "or split it."
    ),
    Refusal.UNKNOWN_EXTENSION: _(
        "“%(name)s” is of a kind that is not accepted. Save it as one of these: %(accepted)s."
    ),
    Refusal.OTHER_CONTENT: _(
        "The content of “%(name)s” is not what its name says. Open it with the program that made it, "
        "save it anew, and choose it again."
    ),
    Refusal.PROGRAM: _("“%(name)s” is a program. Programs are not published."),
    Refusal.MARKUP: _(
        "“%(name)s” is a web page or a drawing that can run programs. Save it as PDF, or a picture as "
        "PNG."
    ),
    Refusal.ARCHIVE: _(
        "“%(name)s” is an archive, in which nobody can look. Unpack it and upload its files one by one."
    ),
    Refusal.OLD_OFFICE: _(
        "“%(name)s” is of an old Office program, or protected by a password: the author cannot be "
        "removed from it. Open it and save it as DOCX, XLSX, PPTX or PDF without a password."
    ),
    Refusal.MACROS: _(
        "“%(name)s” contains macros. Save it without macros (DOCX, XLSX, PPTX) or as PDF."
    ),
    Refusal.PASSWORD: _(
        "“%(name)s” is protected by a password or by restrictions. Save it without them, so that "
        "everybody can read it."
    ),
    Refusal.ATTACHMENTS: _(
        "“%(name)s” contains other files (%(detail)s). Take them out, and upload each of them as a "
        "document of its own."
    ),
    Refusal.ACTIVE: _(
        "“%(name)s” is signed and contains a program, which cannot be removed without breaking the "
        "signature. Print it to PDF, and sign that."
    ),
    Refusal.SIGNED_OFFICE: _(
        "“%(name)s” is signed, and removing its author would break the signature. Save it as PDF, and "
        "sign that."
    ),
    Refusal.BOMB: _(
        "“%(name)s” becomes immensely large when it is opened. Save it anew, without empty rows and "
        "columns, or as PDF."
    ),
    Refusal.DAMAGED: _(
        "“%(name)s” is damaged. Open it with the program that made it, save it anew, and choose it "
        "again."
    ),
    Refusal.TOO_COMPLEX: _(
        "“%(name)s” is too complex to be checked. Save it anew as PDF, or split it into several files."
    ),
    Refusal.MISSING: _("“%(name)s” is no longer in the storage. Choose the file again."),
}

# What to do about a file that did come in.
NOTES = {
    Note.COMMENTS: _(
        "Everybody can read the comments in this file. If they are not meant for the public, delete "
        "them and replace the file."
    ),
    Note.TRACKED_CHANGES: _(
        "Everybody can read the tracked changes in this file, deleted text too. Accept or reject them "
        "and replace the file."
    ),
    Note.SIGNED: _(
        "This file is signed electronically, so it is public as it came: taking out its author would "
        "break the signature. See in its properties whom it names."
    ),
    Note.EMBEDDED: _(
        "This file has objects of other programs inside, which were not looked into. If they are not "
        "needed, take them out and replace the file."
    ),
    Note.HIDDEN_DATA: _(
        "A pivot table, or a link to another workbook, carries data that no sheet shows, and everybody "
        "can read it. If it is not meant for the public, keep the values only and replace the file."
    ),
}


def about(refusal: Refusal, *, name: str, detail: str = "", max_bytes: int = 0) -> str:
    """Return what to tell about a refused file, in the active language."""
    return MESSAGES[refusal] % {
        "name": name,
        "detail": detail,
        "limit": filesizeformat(max_bytes),
        "accepted": ACCEPTED,
    }
