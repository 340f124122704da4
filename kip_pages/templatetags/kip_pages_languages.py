"""What templates say of languages: in which one something is, where it is not the reader's."""

import dataclasses

from django import template
from django.utils.html import format_html
from django.utils.translation import get_language, get_language_info
from wagtail.models import Page

from ..formats.register import LEGAL_LANGUAGE
from ..models import FeedItem
from ..models.languages import address_in, language_of, province_language

register = template.Library()

COUNTRY = "ID"


@dataclasses.dataclass(frozen=True)
class Untranslated:
    """A page that is shown in ``language`` because the reader's lacks it; names are their own."""

    language: str
    name: str
    wanted_name: str
    url: str


@register.simple_tag(takes_context=True)
def untranslated(context) -> Untranslated | None:
    """Return what a reader must know of a page that is not in their language; None where it is."""
    page, wanted = context.get("page"), get_language()
    if not isinstance(page, Page) or context.get("place") or is_preview(context):
        return None
    language = spoken(context, page)
    if language == wanted:
        return None
    return Untranslated(language, _name(language), _name(wanted), page.full_url or "")


@register.simple_tag(takes_context=True)
def content_language(context) -> str:
    """Return the language of what a screen is about: of its page, else the reader's."""
    page = context.get("page")
    if not isinstance(page, Page) or context.get("place") or is_preview(context):
        return get_language()
    return spoken(context, page)


@register.simple_tag(takes_context=True)
def lang_of(context, item) -> str:
    """Return the attribute ``lang`` of what an item says; nothing where it is the reader's."""
    language = spoken(context, item)
    return "" if language == get_language() else format_html(' lang="{}"', language)


@register.simple_tag(takes_context=True)
def marked_title(context, item) -> str:
    """Return the title of a page to stand within a sentence in the reader's language."""
    if not (language := lang_of(context, item)):
        return item.title
    return format_html("<span{}>{}</span>", language, item.title)


@register.simple_tag(takes_context=True)
def language_note(context, item) -> str:
    """Return the name of an item's language for those who see it; nothing where it is the reader's."""
    language = spoken(context, item)
    if language == get_language():
        return ""
    return format_html('<span class="language-note" lang="{}">{}</span>', language, _name(language))


@register.simple_tag
def lang_of_law(language=LEGAL_LANGUAGE) -> str:
    """Return the attribute ``lang`` for what only the law's language says; nothing where it is read."""
    return "" if language == get_language() else format_html(' lang="{}"', language)


@register.simple_tag(takes_context=True)
def reader_url(context, item, full=False) -> str:
    """Return where the reader is shown a page or feed item: in the frame of their language."""
    if isinstance(item, FeedItem):
        address, language = item.data["url"], item.locale
    else:
        request = context.get("request")
        address = item.get_full_url(request) if full else item.get_url(request)
        language = page_language(context, item)
    if not address or language == get_language():
        return address or ""
    return address_in(get_language(), address, written_in=language)


@register.filter
def og_locale(language: str) -> str:
    """Return a language as Open Graph writes it, with the country: ``id_ID``."""
    return f"{language.partition('-')[0]}_{COUNTRY}"


def spoken(context, item) -> str:
    """Return the language of a page or feed item; asks nothing where the frame of the page knows it."""
    if isinstance(item, FeedItem):
        return item.locale
    language = page_language(context, item)
    # What agencies share by alias is in the province's language; asking for each would cost a query.
    is_stand_in = item.alias_of_id and language != province_language()
    return language_of(item) if is_stand_in else language


def page_language(context, page) -> str:
    """Return in which language's tree ``page`` stands."""
    navigation = context.get("navigation")
    known = navigation.language_codes if navigation else {}
    return known.get(page.locale_id) or page.locale.language_code


def is_preview(context) -> bool:
    return bool(getattr(context.get("request"), "is_preview", False))


def _name(language):
    return get_language_info(language)["name_local"]
