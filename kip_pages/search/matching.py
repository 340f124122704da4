"""Which pages hold the words, the best first: Wagtail's search index, asked for what can be shown.

Wagtail's own question ranks and counts every page that matches, which takes seconds for a common word
in a whole province. Here no more than ``MOST`` are ranked: those with the words in their titles, then
others, the newest of each.
"""

import re
from dataclasses import replace
from functools import cache, reduce
from operator import and_

from django.contrib.contenttypes.models import ContentType
from django.contrib.postgres.search import SearchQuery, SearchRank
from django.db import connection
from django.db.models import CharField, Exists, F, IntegerField, OuterRef, Q
from django.db.models.functions import Cast
from modelsearch.conf import get_app_config
from modelsearch.query import And, Phrase, PlainText
from wagtail.models import Page
from wagtail.search.backends import get_search_backend

from .scope import MODELS
from .words import Words

# More are never ranked, counted or paged through.
MOST = 1000


def matching(pages, words: Words, *, are_few: bool) -> list[int]:
    """Return the keys of those of ``pages`` that hold all words, the best first; at most ``MOST`` + 1.

    ``are_few`` says that there are few pages to look at, not that few are found.
    """
    if connection.vendor == "postgresql":
        return _by_postgres(pages, words, are_few)
    return _by_backend(pages, words)


def is_found(pages, words: Words, *, are_few: bool) -> bool:
    """Say whether any of ``pages`` holds all words."""
    if connection.vendor == "postgresql":
        return _where(pages, _anywhere(words), are_few).exists()
    return _asked(pages, words).exists()


@cache
def configuration() -> str | None:
    """Return the text-search configuration with which Wagtail's index was written."""
    return get_search_backend().config


def database_query(words: Words) -> SearchQuery:
    """Return the words as PostgreSQL compares them; nothing in them is read as an operator."""
    return reduce(and_, map(_query, words.terms))


def _query(term):
    search_type = "phrase" if term.is_phrase else "plain"
    return SearchQuery(term.text, search_type=search_type, config=configuration())


def _by_postgres(pages, words, are_few):
    query = database_query(words)
    titled = _first_keys(_where(pages, _entries().filter(title=query), are_few), MOST + 1)
    others = []
    if len(titled) <= MOST:
        known = set(titled)
        keys = _first_keys(_where(pages, _anywhere(words), are_few), MOST + 1)
        others = [pk for pk in keys if pk not in known][: MOST + 1 - len(titled)]
    ranks = _ranks(titled + others, query)
    return _sorted(titled, ranks) + _sorted(others, ranks)


def _where(pages, entries, are_few):
    if are_few:  # from each page to its row of the index
        own = {"object_id": Cast(OuterRef("pk"), CharField(max_length=50))}
        return pages.filter(Exists(entries.filter(content_type=OuterRef("content_type"), **own)))
    # From the index to the pages, by number: Wagtail's own join compares the keys of all pages as texts.
    numbered = entries.annotate(page=Cast("object_id", IntegerField()))
    return pages.filter(pk__in=numbered.values("page"))


def _entries():
    """Return the rows of the search index that are about pages of citizens."""
    types = ContentType.objects.get_for_models(*MODELS.values()).values()
    index = get_app_config().get_model("IndexEntry")
    return index.objects.order_by().filter(content_type__in=[one.pk for one in types])


def _anywhere(words):
    # As Wagtail writes it, and as the index of our migration has it.
    both = F("title")._combine(F("body"), "||", False)
    # The index knows words, not where they stand: to see that, joining the two for each page that has
    # them would take twice as long as looking into the one and the other.
    plain = reduce(and_, (_query(replace(term, is_phrase=False)) for term in words.terms))
    entries = _entries().alias(all_words=both).filter(all_words=plain)
    for phrase in (_query(term) for term in words.terms if term.is_phrase):
        entries = entries.filter(Q(title=phrase) | Q(body=phrase))
    return entries


def _ranks(keys, query):
    # The weights A to D that the fields were given by their boosts.
    weights = get_search_backend().query_compiler_class(Page.objects.all(), "").sql_weights
    in_title, in_body = (SearchRank(F(name), query, weights=weights) for name in ("title", "body"))
    ranked = _entries().filter(object_id__in=[str(pk) for pk in keys])
    rows = ranked.annotate(rank=in_title * F("title_norm") + in_body)
    return {int(pk): rank for pk, rank in rows.values_list("object_id", "rank")}


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
