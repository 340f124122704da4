"""What the reader sees of a found page: its title and the passage that answers, with the words marked."""

import re

from django.contrib.postgres.search import SearchHeadline
from django.db import connection
from django.db.models import F
from django.db.models.functions import Left
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

from .matching import configuration, database_query
from .words import Words

# Characters of a text in which a passage is looked for: a whole article, and the first pages of a file.
LOOKED_AT = 20_000
# Signs that stand for nothing in any text: escaping leaves them alone, and they become elements then.
_BEGIN, _END = "\ue000", "\ue001"
_MARKED = re.compile(f"{_BEGIN}([^{_BEGIN}{_END}]*){_END}")
_SIGNS = re.compile(f"[{_BEGIN}{_END}]")
_AROUND = 110
_SELECTORS = {"start_sel": _BEGIN, "stop_sel": _END}


def with_passages(pages, words: Words):
    """Annotate the few ``pages`` that are shown with ``marked_title`` and ``passage``, for ``marked``."""
    if connection.vendor != "postgresql":
        return pages.annotate(indexed_text=F("index_entries__body"))
    query, config = database_query(words), configuration()
    text = Left("index_entries__body_text", LOOKED_AT)
    return pages.annotate(
        marked_title=SearchHeadline(
            "title", query, config=config, highlight_all=True, **_SELECTORS
        ),
        passage=SearchHeadline(
            text,
            query,
            config=config,
            min_words=12,
            max_words=24,
            max_fragments=2,
            fragment_delimiter=" … ",
            **_SELECTORS,
        ),
    )


def title_of(page, words: Words) -> SafeString:
    """Return the title of an annotated page with the words marked."""
    return marked(getattr(page, "marked_title", None) or _mark(page.title, words))


def passage_of(page, words: Words) -> SafeString:
    """Return what an annotated page says about the words, or how it begins."""
    if not hasattr(page, "indexed_text"):
        return marked(page.passage or "")
    return marked(_mark(_around(page.indexed_text or "", words), words))


def marked(text: str) -> SafeString:
    """Return a text as HTML with nothing in it but the marks."""
    html = _MARKED.sub(r"<mark>\1</mark>", escape(text))
    return mark_safe(_SIGNS.sub("", html))  # noqa: S308 - escaped above


def _pattern(words):
    found = {part for term in words.terms for part in re.findall(r"\w+", term.text)}
    return re.compile(rf"\b(?:{'|'.join(map(re.escape, sorted(found)))})\b", re.IGNORECASE)


def _mark(text, words):
    return _pattern(words).sub(lambda match: f"{_BEGIN}{match[0]}{_END}", _SIGNS.sub("", text))


def _around(text, words):
    match = _pattern(words).search(text[:LOOKED_AT])
    begin = max(0, match.start() - _AROUND) if match else 0
    # Whole words, and a sign where something is left out.
    begin = text.find(" ", begin) + 1 if begin else 0
    end = begin + 2 * _AROUND
    cut = text[begin:end].rsplit(" ", 1)[0] if end < len(text) else text[begin:]
    return f"{'… ' if begin else ''}{cut}{' …' if end < len(text) else ''}"
