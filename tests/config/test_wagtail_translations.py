"""Wagtail speaks Indonesian where an editor meets it, in a catalogue that is kept by hand."""

import re
from pathlib import Path

import polib
import pytest
import wagtail
import wagtail_localize
from bs4 import BeautifulSoup, Comment
from django.apps import apps
from django.urls import reverse
from django.utils.translation import gettext, override

from kip_pages.models import NewsPage
from opd_sites.choices import AgencyRole, ProvinceRole

from ..factories import UserFactory, draft, publish, section_of
from ..kip_pages.test_document_texts import stored
from ..opd_sites.test_roles import HOST, an_image_in, member
from .test_translations import CATALOGUES, ROOT, catalogue

OURS = ROOT / "translations" / "wagtail" / "locale" / "id" / "LC_MESSAGES"
DOMAINS = ["django", "djangojs"]


def entries(domain):
    return polib.pofile(OURS / f"{domain}.po")


def texts_of_wagtail(domain):
    """Return the English texts that the installed Wagtail and wagtail-localize have."""
    packages = (Path(wagtail.__file__).parent, Path(wagtail_localize.__file__).parent)
    found = {}
    for package in packages:
        for path in package.glob(f"**/locale/en/LC_MESSAGES/{domain}.po"):
            for entry in polib.pofile(path):
                if not entry.obsolete:
                    found[entry.msgctxt, entry.msgid] = entry
    return found


@pytest.mark.parametrize("domain", DOMAINS)
def test_every_text_is_still_one_of_wagtails(domain):
    known = texts_of_wagtail(domain)
    gone = [e.msgid for e in entries(domain) if (e.msgctxt, e.msgid) not in known]
    assert gone == [], "Wagtail says this no more: delete it, or see what it says now"
    plurals = {e.msgid for e in entries(domain) if e.msgid_plural}
    assert plurals == {e.msgid for e in entries(domain) if known[e.msgctxt, e.msgid].msgid_plural}


# Screens of these only a superuser opens: accounts, groups, API tokens, languages.
SUPERUSERS = {"wagtail.users", "wagtail_localize.locales"}
# What Wagtail calls its own packages.
NAME = re.compile(r"Wagtail [\w ]+|workflow_tasks")


@pytest.mark.parametrize("domain", DOMAINS)
def test_wagtail_has_no_text_that_neither_it_nor_we_translate(domain):
    ours = {(e.msgctxt, e.msgid) for e in entries(domain)}
    left = {}
    for app in apps.get_app_configs():
        if app.name.partition(".")[0] not in ("wagtail", "wagtail_localize"):
            continue
        if app.name in SUPERUSERS:
            continue
        messages = Path(app.path) / "locale"
        english = texts_in(messages / "en" / "LC_MESSAGES" / f"{domain}.po")
        theirs = texts_in(messages / "id_ID" / "LC_MESSAGES" / f"{domain}.po", translated=True)
        missing = {text for _context, text in english - theirs - ours if not NAME.fullmatch(text)}
        left |= {app.name: missing} if missing else {}
    assert left == {}


def texts_in(path, *, translated=False):
    if not path.exists():
        return set()
    found = polib.pofile(path)
    found = found.translated_entries() if translated else [e for e in found if not e.obsolete]
    return {(e.msgctxt, e.msgid) for e in found}


@pytest.mark.parametrize("domain", DOMAINS)
def test_every_text_is_translated_once_and_compiled(domain):
    texts = {(e.msgctxt, e.msgid): e.msgstr or e.msgstr_plural for e in entries(domain)}
    assert len(texts) == len(entries(domain))
    assert all(texts.values())
    compiled = polib.mofile(OURS / f"{domain}.mo")
    assert {(e.msgctxt, e.msgid): e.msgstr or e.msgstr_plural for e in compiled} == texts


@pytest.mark.parametrize("domain", DOMAINS)
def test_placeholders_and_tags_are_kept(domain):
    pattern = re.compile(r"%\(\w+\)[a-z0-9.]*[a-z]|\{\w*\}|%[sd]|</?\w+|href=\"[^\"]*\"")
    for entry in entries(domain):
        said = entry.msgstr or entry.msgstr_plural[0]
        english = entry.msgid_plural or entry.msgid
        if entry.msgid_plural:
            assert set(pattern.findall(said)) <= set(pattern.findall(english)), entry.msgid
        else:
            assert sorted(pattern.findall(said)) == sorted(pattern.findall(english)), entry.msgid


@pytest.mark.parametrize("name", CATALOGUES)
def test_what_we_say_ourselves_is_not_said_otherwise(name):
    """This catalogue would win over those of our apps."""
    own = {(e.msgctxt, e.msgid): e.msgstr for e in polib.pofile(catalogue(name))}
    other = {
        e.msgid: (own[e.msgctxt, e.msgid], e.msgstr)
        for e in entries("django")
        if own.get((e.msgctxt, e.msgid), e.msgstr) != e.msgstr
    }
    assert other == {}


# --- the screens of an editor's day ----------------------------------------------------------

# The same in both languages, or names.
SAME = {
    "Status",
    "Alias",
    "Slug",
    "URL",
    "ID",
    "Format",
    "Minimum",
    "Wagtail",
    "Manual",
    "Admin",
    "English",
}


def english_on(client, path):
    """Return what the page shows of Wagtail's English: in texts, labels and hints."""
    response = client.get(path, headers=HOST, follow=True)
    assert response.status_code == 200, path
    page = BeautifulSoup(response.content, "html.parser")
    for hidden in page.select("script, style"):
        hidden.decompose()
    shown = {text.strip() for text in page.find_all(string=True) if not isinstance(text, Comment)}
    for name in ("title", "placeholder", "aria-label", "value", "data-w-tooltip-content-value"):
        shown |= {tag[name].strip() for tag in page.find_all(attrs={name: True})}
    with override("id"):
        return {text for text in shown if text in ENGLISH and gettext(text) == text} - SAME


ENGLISH = {msgid for _context, msgid in texts_of_wagtail("django")}


@pytest.fixture
def day(agency):
    """The addresses that people of an agency open on an ordinary day."""
    page = draft(NewsPage, agency, title="Konsep berita")
    live = publish(NewsPage, agency, title="Berita terbit")
    section = section_of(agency, NewsPage)
    image, document = an_image_in(agency.collection), stored(agency)
    of_page = ["edit", "copy", "delete", "unpublish", "history", "usage", "convert_alias"]
    return [
        reverse("wagtailadmin_home"),
        reverse("wagtailadmin_account"),
        reverse("wagtailadmin_explore_root"),
        reverse("wagtailadmin_explore", args=[section.pk]),
        f"{reverse('wagtailadmin_explore', args=[section.pk])}?q=berita",
        f"{reverse('wagtailadmin_explore', args=[section.pk])}?q=tidakada",
        reverse("wagtailadmin_pages:add_subpage", args=[section.pk]),
        reverse("wagtailadmin_pages:add", args=["kip_pages", "newspage", section.pk]),
        reverse("wagtailadmin_pages:edit", args=[page.pk]),
        *(reverse(f"wagtailadmin_pages:{name}", args=[live.pk]) for name in of_page[:-1]),
        reverse("wagtailadmin_pages:move", args=[page.pk]),
        reverse("wagtailadmin_pages:set_privacy", args=[live.pk]),
        reverse("wagtailadmin_pages:workflow_history", args=[live.pk]),
        reverse("wagtailadmin_choose_page"),
        reverse("wagtailadmin_choose_page_external_link"),
        reverse("wagtailadmin_choose_page_email_link"),
        reverse("wagtailimages:index"),
        reverse("wagtailimages:add_multiple"),
        reverse("wagtailimages:edit", args=[image.pk]),
        reverse("wagtailimages:delete", args=[image.pk]),
        reverse("wagtailimages_chooser:choose"),
        reverse("wagtaildocs:index"),
        reverse("wagtaildocs:add_multiple"),
        reverse("wagtaildocs:edit", args=[document.pk]),
        reverse("wagtaildocs:delete", args=[document.pk]),
        reverse("wagtaildocs_chooser:choose"),
        reverse("wagtailembeds:chooser"),
    ]


@pytest.mark.parametrize("role", [AgencyRole.PUBLISHER, ProvinceRole.PROVINCE_ADMIN])
def test_the_screens_of_an_editors_day_show_no_english(client, agency, day, role):
    client.force_login(member(role, agency))
    reports = [
        f"wagtailadmin_reports:{name}"
        for name in ("locked_pages", "workflow", "workflow_tasks", "aging_pages", "site_history")
    ]
    left = {path: english_on(client, path) for path in [*day, *map(reverse, reports)]}
    assert {path: found for path, found in left.items() if found} == {}


def test_whoever_logs_in_or_forgot_the_password_reads_no_english(client, agency):
    names = ["login", "password_reset", "password_reset_done", "password_reset_complete"]
    left = {name: english_on(client, reverse(f"wagtailadmin_{name}")) for name in names}
    assert {name: found for name, found in left.items() if found} == {}


def test_javascript_gets_the_catalogue_too(client, agency):
    client.force_login(UserFactory(role=AgencyRole.EDITOR, role__agency=agency))
    script = client.get(reverse("wagtailadmin_javascript_catalog"), headers=HOST).content.decode()
    assert '"Insert a block": "Sisipkan blok"' in script


def test_an_editor_may_still_choose_english(client, agency):
    client.force_login(UserFactory(role=AgencyRole.EDITOR, role__agency=agency))
    page = client.get(reverse("wagtailadmin_account"), headers=HOST)
    form = BeautifulSoup(page.content, "html.parser")
    options = form.select("[name=locale-preferred_language] option")
    assert {option["value"] for option in options} == {"", "id", "en"}
