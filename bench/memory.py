"""How much memory a process has needed."""

from pathlib import Path

import psutil


def peak_memory(pid: int) -> int:
    """Return the most bytes a process has held at a time; where Linux does not say, what it holds."""
    status = Path(f"/proc/{pid}/status")
    if status.exists():
        for line in status.read_text().splitlines():
            if line.startswith("VmHWM:"):
                return int(line.split()[1]) * 1024
    return psutil.Process(pid).memory_info().rss
