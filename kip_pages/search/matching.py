"""Which pages hold the words, the best first: Wagtail's search index, asked for what can be shown.

Wagtail's own question ranks and counts every page that matches, which takes seconds for a common word
in a whole province. Here no more than ``MOST`` are ranked: those with the words in their titles, then
others, the newest of each.
"""

import re
from functools import cache, reduce
from operator import and_

from django.contrib.postgres.search import SearchQuery, SearchRank
from django.db import connection
from django.db.models import F
from modelsearch.query import And, Phrase, PlainText
from wagtail.models import Page
from wagtail.search.backends import get_search_backend

from .words import Words

# More are never ranked, counted or paged through.
MOST = 1000
_OF_PAGE = {"index_entries__content_type": F("content_type")}


def matching(pages, words: Words) -> list[int]:
    """Return the keys of those of ``pages`` that hold all words, the best first; at most ``MOST`` + 1."""
    if connection.vendor == "postgresql":
        return _by_postgres(pages, words)
    return _by_backend(pages, words)


def is_found(pages, words: Words) -> bool:
    """Say whether any of ``pages`` holds all words."""
    if connection.vendor == "postgresql":
        return _anywhere(pages, database_query(words)).exists()
    return bool(_first_keys(_asked(pages, words), 1))


@cache
def configuration() -> str | None:
    """Return the text-search configuration with which Wagtail's index was written."""
    return get_search_backend().config


def database_query(words: Words) -> SearchQuery:
    """Return the words as PostgreSQL compares them; nothing in them is read as an operator."""
    return reduce(
        and_,
        (
            SearchQuery(
                term.text,
                search_type="phrase" if term.is_phrase else "plain",
                config=configuration(),
            )
            for term in words.terms
        ),
    )


def _by_postgres(pages, words):
    query = database_query(words)
    titled = _first_keys(pages.filter(index_entries__title=query, **_OF_PAGE), MOST + 1)
    wanted = MOST + 1 - len(titled)
    others = _first_keys(_anywhere(pages.exclude(pk__in=titled), query), wanted) if wanted else []
    if len(titled) + len(others) < 2:
        return titled + others
    rank = _rank(query)
    ranked = Page.objects.filter(pk__in=titled + others, **_OF_PAGE).annotate(rank=rank)
    ranks = dict(ranked.order_by().values_list("pk", "rank"))
    return _sorted(titled, ranks) + _sorted(others, ranks)


def _anywhere(pages, query):
    # As Wagtail writes it, which its index on both columns together answers.
    both = F("index_entries__title")._combine(F("index_entries__body"), "||", False)
    return pages.filter(**_OF_PAGE).alias(_vector_=both).filter(_vector_=query)


def _rank(query):
    # The weights A to D that the fields were given by their boosts.
    weights = get_search_backend().query_compiler_class(Page.objects.all(), "").sql_weights
    in_title = SearchRank(F("index_entries__title"), query, weights=weights)
    in_body = SearchRank(F("index_entries__body"), query, weights=weights)
    return in_title * F("index_entries__title_norm") + in_body


def _sorted(keys, ranks):
    # Without a rank a page was deleted between two questions.
    return sorted((pk for pk in keys if pk in ranks), key=lambda pk: (-ranks[pk], -pk))


def _by_backend(pages, words):
    titled = _first_keys(_asked(pages, words, fields=["title"]), MOST + 1)
    return list(dict.fromkeys(titled + _first_keys(_asked(pages, words), MOST + 1)))[: MOST + 1]


def _asked(pages, words, fields=None):
    terms = [_plain(term) for term in words.terms]
    # By key: the backend only filters by what is indexed.
    found = Page.objects.filter(pk__in=pages.order_by().values("pk"))
    # SQLite would weigh every page by a question of its own; the newest do as well.
    results = found.search(
        terms[0] if len(terms) == 1 else And(terms), fields=fields, order_by_relevance=False
    )
    return results.get_queryset()


def _plain(term):
    """Return a term in words alone: the backend does not mask the signs of its own language."""
    words = re.findall(r"\w+", term.text)
    return Phrase(" ".join(words)) if len(words) > 1 else PlainText(words[0])


def _first_keys(pages, count):
    return list(pages.order_by("-pk").values_list("pk", flat=True)[:count])
