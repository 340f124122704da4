"""PDF: proof that it is one, and a copy without authors, history and programs.

The copy is written anew from what can be reached: earlier versions that incremental saving leaves
in a file are gone. Tags for screen readers, language, outlines, links and forms stay.
"""

import re
import shutil
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import pikepdf

from .verdicts import Note, Refusal, RefusedError

# Dropped from whatever holds them: metadata, data of programs, previews; what runs by itself.
_PRIVATE = {"/Metadata", "/PieceInfo", "/LastModified", "/Thumb", "/CreatorInfo"}
_SCRIPTS = {"/AA", "/JavaScript", "/XFA"}
_ACTIONS = {
    *("/JavaScript", "/Launch", "/SubmitForm", "/ImportData", "/GoToE", "/Rendition", "/Movie"),
}
_MARKUP = {
    *("/Text", "/FreeText", "/Line", "/Square", "/Circle", "/Polygon", "/PolyLine", "/Highlight"),
    *("/Underline", "/Squiggly", "/StrikeOut", "/Stamp", "/Caret", "/Ink", "/Redact"),
}
_WHO_AND_WHEN = {"/T", "/M", "/CreationDate", "/NM"}
# What says that a file keeps a standard for archives or for accessibility; no program, no person.
_STANDARDS = ("pdfaid:part", "pdfaid:conformance", "pdfuaid:part")
_MAX_DEPTH = 40
# Whether an object is worth walking through: most are not, and a report has ten thousands of them.
_WORTH_A_LOOK = re.compile(
    b"/(?:%s)\\b"
    % b"|".join(
        name[1:].encode()
        for name in {*_PRIVATE, *_SCRIPTS, *_ACTIONS, *_MARKUP, "/ByteRange", "/EF"}
    )
)


def clean(source: Path, target: Path, *, title: str) -> set[Note]:
    """Write the public copy and return what an editor should know; raises ``RefusedError``.

    A signed file is copied as it is: every other copy would have lost its signature.
    """
    try:
        with pikepdf.open(source) as pdf:
            return _clean(pdf, source, target, title)
    except pikepdf.PasswordError as error:
        raise RefusedError(Refusal.PASSWORD) from error
    except (pikepdf.PdfError, RuntimeError, ValueError, TypeError, KeyError) as error:
        raise RefusedError(Refusal.DAMAGED) from error


def _clean(pdf, source, target, title):
    if pdf.is_encrypted:
        raise RefusedError(Refusal.PASSWORD)
    if not len(pdf.pages):
        raise RefusedError(Refusal.DAMAGED)
    if "/Collection" in pdf.Root or len(pdf.attachments):
        raise RefusedError(Refusal.ATTACHMENTS, ", ".join(sorted(pdf.attachments)))
    found = _look(pdf)
    if found.is_signed:
        if found.is_active:
            raise RefusedError(Refusal.ACTIVE)
        shutil.copyfile(source, target)
        return found.notes | {Note.SIGNED}
    kept = _standards(pdf)
    for change in found.changes:
        change()
    if "/Info" in pdf.trailer:
        del pdf.trailer["/Info"]
    _state(pdf, title, kept)
    pdf.save(target, deterministic_id=True)
    return found.notes


class _Found:
    """What one walk through a file found, and what has to be done unless the file is signed."""

    def __init__(self):
        self.changes = []
        self.notes = set()
        self.is_signed = self.is_active = False

    def drop(self, holder, keys):
        self.changes.extend(partial(holder.__delitem__, key) for key in keys)


def _look(pdf):
    found = _Found()
    for holder in _dictionaries(pdf):
        keys = set(holder.keys())
        if "/ByteRange" in keys and "/Contents" in keys:
            found.is_signed = True
        if "/EF" in keys:
            raise RefusedError(Refusal.ATTACHMENTS, str(holder.get("/UF", holder.get("/F", ""))))
        if scripts := keys & _SCRIPTS:
            found.is_active = True
            found.drop(holder, scripts)
        if "/S" in keys and _is_action(holder, keys):
            found.is_active = True
            found.drop(holder, keys)
            continue
        if "/Subtype" in keys and _name(holder, "/Subtype") in _MARKUP:
            found.drop(holder, keys & _WHO_AND_WHEN)
            if "/Contents" in keys and str(holder["/Contents"]).strip():
                found.notes.add(Note.COMMENTS)
        found.drop(holder, keys & _PRIVATE)
    return found


def _dictionaries(pdf) -> Iterator:
    """Yield every dictionary in which there may be something to do, however deep it lies."""
    for indirect in pdf.objects:
        inside = [(indirect, 0)] if _is_worth_a_look(indirect) else []
        while inside:
            thing, depth = inside.pop()
            if depth > _MAX_DEPTH:
                raise RefusedError(Refusal.TOO_COMPLEX)
            if isinstance(thing, pikepdf.Array):
                children = iter(thing)
            elif isinstance(thing, (pikepdf.Dictionary, pikepdf.Stream)):
                children = [child for _key, child in thing.items()]
                yield thing
            else:
                continue
            inside.extend((c, depth + 1) for c in children if _is_direct_container(c))


def _is_worth_a_look(thing):
    if isinstance(thing, pikepdf.Stream):
        thing = thing.stream_dict
    elif not isinstance(thing, (pikepdf.Array, pikepdf.Dictionary)):
        return False
    return _WORTH_A_LOOK.search(thing.unparse(resolved=True)) is not None


def _is_direct_container(thing):
    return isinstance(thing, (pikepdf.Array, pikepdf.Dictionary)) and not thing.is_indirect


def _name(holder, key):
    value = holder[key]
    return str(value) if isinstance(value, pikepdf.Name) else ""


def _is_action(holder, keys):
    # A tag for screen readers has an /S too, and a parent.
    return "/P" not in keys and _name(holder, "/S") in _ACTIONS


def _standards(pdf):
    try:
        with pdf.open_metadata(set_pikepdf_as_editor=False, update_docinfo=False) as told:
            return {key: told[key] for key in _STANDARDS if key in told}
    except Exception:  # noqa: BLE001 - metadata that nobody can read is not kept
        return {}


def _state(pdf, title, kept):
    """Say what the file is, as screen readers announce it, and nothing of who made it."""
    if "/Metadata" in pdf.Root:
        del pdf.Root["/Metadata"]
    if not title and not kept:
        return
    with pdf.open_metadata(set_pikepdf_as_editor=False, update_docinfo=False) as said:
        if title:
            said["dc:title"] = title
        for key, value in kept.items():
            said[key] = value
