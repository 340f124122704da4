"""Entries that are called nearly the same: for a person to say whether they are the same."""

import difflib
from collections import defaultdict

from ..models import DipEntryPage, DipIndexPage
from .vocabulary import plain

# Titles that differ in a number are of different years or editions.
ALIKE = 0.85
MOST_COMPARED = 40
LONGEST = 300


class Titles:
    """The titles of a register, by their first and their last word."""

    def __init__(self, section: DipIndexPage):
        self._by_word = defaultdict(list)
        entries = DipEntryPage.objects.child_of(section).order_by("pk")
        for title, key in entries.values_list("title", "source_key").iterator(chunk_size=1000):
            for word in _ends(title):
                self._by_word[word].append((title, key))

    def resembling(self, title: str, key: str) -> str:
        """Return the title of an entry with another key that ``title`` may be a new wording of."""
        words = plain(title)[:LONGEST]
        best, found = ALIKE, ""
        for end in _ends(title):
            for other, other_key in self._by_word.get(end, ())[:MOST_COMPARED]:
                if other_key == key or _numbers(other) != _numbers(title):
                    continue
                ratio = difflib.SequenceMatcher(None, words, plain(other)[:LONGEST]).ratio()
                if ratio >= best:
                    best, found = ratio, other
        return found


def _ends(title):
    words = plain(title).split()
    return {("first", *words[:2]), ("last", *words[-2:])} if words else set()


def _numbers(title):
    return sorted(word for word in plain(title).split() if any(c.isdigit() for c in word))
