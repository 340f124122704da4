"""Office files are ZIP archives: opened here only after their table of contents was judged."""

import contextlib
import zipfile
from collections.abc import Iterator
from pathlib import Path

from .verdicts import Refusal, RefusedError

# Unpacked: far beyond any honest register or report, and what a child process can copy in seconds.
MAX_MEMBERS = 10_000
MAX_BYTES = 512 * 1024 * 1024
# No honest part of an office file shrinks further; a bomb shrinks a thousandfold.
MAX_RATIO = 250
RATIO_MATTERS_FROM = 10 * 1024 * 1024
# A part that is read as a tree, which takes many times its size in memory.
MAX_TREE_BYTES = 48 * 1024 * 1024

_ENCRYPTED = 0x1
_METHODS = {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED}


@contextlib.contextmanager
def open_archive(source: Path) -> Iterator[zipfile.ZipFile]:
    """Open an archive whose parts have honest sizes; raises ``RefusedError``.

    What is read later never exceeds the sizes judged here: ``zipfile`` stops at them.
    """
    try:
        with zipfile.ZipFile(source) as archive:
            _judge(archive.infolist())
            yield archive
    except (zipfile.BadZipFile, EOFError, NotImplementedError, OSError, UnicodeError) as error:
        raise RefusedError(Refusal.DAMAGED) from error


def _judge(parts):
    if len(parts) > MAX_MEMBERS or sum(part.file_size for part in parts) > MAX_BYTES:
        raise RefusedError(Refusal.BOMB)
    if len({part.filename.lower() for part in parts}) != len(parts):
        raise RefusedError(Refusal.DAMAGED)  # two readers would see two different files
    for part in parts:
        if part.flag_bits & _ENCRYPTED:
            raise RefusedError(Refusal.PASSWORD)
        if part.compress_type not in _METHODS:
            raise RefusedError(Refusal.DAMAGED)
        is_large = part.file_size > RATIO_MATTERS_FROM
        if is_large and part.file_size > MAX_RATIO * max(part.compress_size, 1):
            raise RefusedError(Refusal.BOMB)


def read_part(archive: zipfile.ZipFile, name: str) -> bytes:
    """Return a part that is to be parsed as a tree."""
    part = archive.getinfo(name)
    if part.file_size > MAX_TREE_BYTES:
        raise RefusedError(Refusal.TOO_COMPLEX)
    return archive.read(part)


class Copy:
    """The public copy of an archive: no times, no users, no comments beside the parts themselves."""

    def __init__(self, target: Path):
        self._archive = zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED)

    def __enter__(self):
        return self

    def __exit__(self, *error):
        self._archive.close()

    def write(self, name: str, content: bytes, *, method: int = zipfile.ZIP_DEFLATED) -> None:
        self._archive.writestr(self._plain(name, method), content)

    def take_over(self, archive: zipfile.ZipFile, part: zipfile.ZipInfo) -> None:
        """Copy a part as it is, piece by piece."""
        plain = self._plain(part.filename, part.compress_type)
        with (
            archive.open(part) as source,
            self._archive.open(plain, "w", force_zip64=part.file_size > zipfile.ZIP64_LIMIT) as to,
        ):
            while piece := source.read(1 << 20):
                to.write(piece)

    @staticmethod
    def _plain(name, method):
        plain = zipfile.ZipInfo(name)
        plain.compress_type = method
        return plain
