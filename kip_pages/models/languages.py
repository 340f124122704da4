"""The questions asked of languages: which one a page speaks, and what a reader of another is shown.

What nobody has translated is shown as the province wrote it, and says so: see ``{% lang_of %}``.
"""

from urllib.parse import urlsplit, urlunsplit

from django.conf import settings
from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils import translation
from wagtail.coreutils import get_supported_content_language_variant
from wagtail.models import Page


def province_language() -> str:
    """Return the language in which everything is written first."""
    return get_supported_content_language_variant(settings.LANGUAGE_CODE)


def language_of(page: Page) -> str:
    """Return the language that ``page`` speaks: an alias shows its original, in its original's."""
    while page.alias_of_id:
        page = page.alias_of
    return page.locale.language_code


def address_in(language: str, address: str, *, written_in: str) -> str:
    """Return where a reader of ``language`` is shown a page whose own ``address`` is in another one."""
    parts = urlsplit(address)
    with translation.override(written_in):
        home = reverse("wagtail_serve", args=[""])
    with translation.override(language):
        path = reverse("wagtail_serve", args=[parts.path.removeprefix(home)])
    return urlunsplit(parts._replace(path=path))


def original_of(page: Page) -> Page | None:
    """Return ``page`` as the province wrote it; None where that is itself, or there is none."""
    language = province_language()
    if page.locale.language_code == language:
        return None
    return page.get_translations().filter(locale__language_code=language).first()


def read_in(pages: QuerySet, language: str) -> QuerySet:
    """Narrow ``pages`` to each once: in ``language``, or as the province wrote it where it is not.

    ``pages`` are what a citizen may see. An alias of what another language says is no translation.
    """
    own = Q(locale__language_code=language)
    if language == province_language():
        return pages.filter(own)
    own &= Q(alias_of=None) | Q(alias_of__locale__language_code=language)
    return pages.filter(own | _untranslated(pages.filter(own)))


def read_below(section: Page, pages: QuerySet) -> QuerySet:
    """Narrow ``pages`` to what a reader of ``section`` finds in it, by the same rule."""
    own = pages.child_of(section)
    original = original_of(section)
    if original is None:
        return own
    return pages.filter(_child_of(section) | _child_of(original) & _untranslated(own))


def search_below(section: Page, pages: QuerySet) -> QuerySet:
    """Narrow ``pages`` to the same places by what the search index can be asked for: no languages."""
    original = original_of(section)
    wanted = _child_of(section)
    return pages.filter(wanted | _child_of(original) if original else wanted)


def _child_of(page):
    return Q(path__startswith=page.path, depth=page.depth + 1)


def _untranslated(translated):
    keys = translated.order_by().values("translation_key")
    return Q(locale__language_code=province_language()) & ~Q(translation_key__in=keys)
