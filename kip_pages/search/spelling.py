"""What somebody may have meant: words of titles that anybody may see, and that lead to more."""

import difflib
import re

from django.contrib.postgres.lookups import TrigramWordSimilar
from django.db import connection
from django.db.models import F, Value

from .words import Words

# Words of a question that are looked up, and titles that are looked through for each.
MOST_WORDS = 4
TITLES = 500
# Titles that are looked through where the database cannot tell which are alike.
NEWEST_TITLES = 2000
# Of ``difflib``: one letter of five that is wrong, two of ten.
ALIKE = 0.75
_WORD = re.compile(r"[^\W\d_]{4,}")


def meant_by(words: Words, pages) -> str:
    """Return the words as they may have been meant, or nothing; ``pages`` are whose words are known."""
    wrong = [t.text for t in words.terms if _WORD.fullmatch(t.text)][:MOST_WORDS]
    meant = {}
    for word, known in _known_words(wrong, pages):
        best = difflib.get_close_matches(word.lower(), known, n=1, cutoff=ALIKE)
        if best and best[0] != word.lower():
            meant[word] = best[0]
    return words.replacing(meant) if meant else ""


def _known_words(wrong, pages):
    if connection.vendor != "postgresql":
        known = _words_in(pages.order_by("-pk").values_list("title", flat=True)[:NEWEST_TITLES])
        return [(word, known) for word in wrong]
    if not wrong or not _compares_words():
        return []
    return [(word, _words_in(_titles_like(word, pages))) for word in wrong]


def _titles_like(word, pages):
    # In no order: putting the nearest first would weigh every title that is somewhat like it.
    like = pages.order_by().filter(TrigramWordSimilar(F("title"), Value(word)))
    return like.values_list("title", flat=True)[:TITLES]


def _words_in(titles):
    return sorted({word.lower() for title in titles for word in _WORD.findall(title)})


def _compares_words():
    """Say whether the database has pg_trgm, which not everybody may install."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1 FROM pg_extension WHERE extname = 'pg_trgm'")
        return cursor.fetchone() is not None
