"""A measured number, what is expected of it, and the line that says so."""

import dataclasses
import operator
import statistics
from collections.abc import Callable, Iterable

COMPARISONS = {"≥": operator.ge, "≤": operator.le}


@dataclasses.dataclass(frozen=True)
class Figure:
    """``detail`` holds the absolute numbers behind ``value``; they are shown and never judged."""

    name: str
    value: float
    unit: str
    comparison: str
    bound: float
    detail: str = ""

    @property
    def is_ok(self) -> bool:
        return COMPARISONS[self.comparison](self.value, self.bound)

    def __str__(self):
        expected = f"{self.comparison} {self.bound:g}{self.unit}"
        measured = f"{self.value:.4g}{self.unit}"
        verdict = "OK" if self.is_ok else "MISSED"
        return f"{self.name:<58} {measured:>9}  {expected:<9} {verdict:<7} {self.detail}".rstrip()


def interleaved(subjects: dict[str, Callable[[], float]], *, rounds: int) -> dict[str, float]:
    """Measure every subject once per round and return the median of each.

    Whatever slows the machine down for a while then slows all of them; every other round runs
    backwards, so that none always follows the same one.
    """
    measured = {name: [] for name in subjects}
    for number in range(rounds):
        for name in _order(subjects, number):
            measured[name].append(subjects[name]())
    return {name: statistics.median(values) for name, values in measured.items()}


def _order(names: Iterable[str], number: int) -> list[str]:
    names = list(names)
    return names[::-1] if number % 2 else names


def milliseconds(seconds: float) -> str:
    return f"{seconds * 1000:.4g} ms"


def mebibytes(size: float) -> str:
    return f"{size / 2**20:.0f} MiB"


def numbering(numbered: dict) -> Figure:
    """Judge the memory of the process that numbered everything, as ``bench.numbering`` prints it."""
    return Figure(
        "peak memory of the process that numbers it all, against before",
        numbered["peak"] / numbered["before"],
        "×",
        "≤",
        2,
        f"{mebibytes(numbered['peak'])} against {mebibytes(numbered['before'])}, "
        f"{numbered['seconds']:.0f} s",
    )
