"""Runs ``files.child`` and believes it nothing but a small answer."""

import json
import subprocess
import sys
from pathlib import Path

import kip_pages

from ..files import child
from ..files.kinds import FileKind
from ..files.verdicts import Note, Reading, Refusal, RefusedError

# A person waits for the first, a worker for the second.
CLEAN_SECONDS = 30
READ_SECONDS = 60


def clean(kind: FileKind, source: Path, target: Path, *, title: str) -> set[Note]:
    """Write the public copy of ``source`` to ``target``; raises ``RefusedError``."""
    told = _run("clean", kind, source, target, CLEAN_SECONDS, f"--title={title}")
    return {Note(note) for note in told["notes"]}


def read(kind: FileKind, source: Path, target: Path, *, limit: int) -> Reading:
    """Write the text of ``source`` to ``target``, at most ``limit`` characters of it."""
    told = _run("read", kind, source, target, READ_SECONDS, f"--limit={limit}")
    return Reading(pages=told["pages"], scans=told["scans"])


def _run(action, kind, source, target, seconds, option):
    command = [sys.executable, "-m", child.__name__, action, kind, str(source), str(target)]
    command += [f"--seconds={seconds}", option.replace("\0", "")]
    try:
        process = subprocess.run(  # noqa: S603 - our own module
            command,
            env={"PYTHONPATH": str(Path(kip_pages.__file__).parents[1]), "LANG": "C.UTF-8"},
            cwd=target.parent,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=2 * seconds,
            check=False,
        )
        told = json.loads(process.stdout)
    except (subprocess.TimeoutExpired, ValueError) as error:
        # Killed by a limit, or crashed: no honest file does that to its parser.
        raise RefusedError(Refusal.TOO_COMPLEX) from error
    if "refusal" in told:
        raise RefusedError(Refusal(told["refusal"]), told["detail"])
    return told
