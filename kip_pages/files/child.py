"""``python -m kip_pages.files.child``: cleans or reads one file, within limits, and says how it went.

Whatever the file makes its parser do happens here: in a process without a database, without
secrets, with so much memory and time and no more. It never imports Django, so it starts at once.
"""

import argparse
import json
import resource
import sys
from pathlib import Path

from .kinds import FileKind
from .verdicts import Refusal, RefusedError

MEMORY_BYTES = 1 << 30
FILE_BYTES = 1 << 30


def main(arguments: list[str]) -> dict:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("action", choices=["clean", "read"])
    parser.add_argument("kind", type=FileKind)
    parser.add_argument("source", type=Path)
    parser.add_argument("target", type=Path)
    parser.add_argument("--seconds", type=int, required=True)
    parser.add_argument("--title", default="")
    parser.add_argument("--limit", type=int, default=0)
    told = parser.parse_args(arguments)
    _limit(told.seconds)
    try:
        return _clean(told) if told.action == "clean" else _read(told)
    except RefusedError as error:
        return {"refusal": error.refusal, "detail": error.detail}
    except (MemoryError, RecursionError):
        return {"refusal": Refusal.TOO_COMPLEX, "detail": ""}


def _limit(seconds):
    for what, most in (
        (resource.RLIMIT_AS, MEMORY_BYTES),
        (resource.RLIMIT_CPU, seconds),
        (resource.RLIMIT_FSIZE, FILE_BYTES),
        (resource.RLIMIT_CORE, 0),
    ):
        resource.setrlimit(what, (most, most))


def _clean(told):
    if told.kind == FileKind.PDF:
        from . import pdf

        notes = pdf.clean(told.source, told.target, title=told.title)
    elif told.kind.is_ooxml:
        from . import ooxml

        notes = ooxml.clean(told.kind, told.source, told.target)
    else:
        from . import odf

        notes = odf.clean(told.kind, told.source, told.target)
    return {"notes": sorted(notes)}


def _read(told):
    from . import reading

    found = reading.read(told.kind, told.source, told.target, limit=told.limit)
    return {"pages": found.pages, "scans": found.scans}


if __name__ == "__main__":
    sys.stdout.write(json.dumps(main(sys.argv[1:])))
