"""What leaves a filter comes as deleted in that filter's feed; what enters it comes as updated."""

import itertools

import pytest
from django.test import Client
from django.utils import timezone
from wagtail.models import Locale, Page, PageViewRestriction

from kip_pages.models import (
    DipEntryPage,
    EmergencyAnnouncementPage,
    EmergencyIndexPage,
    FeedItem,
    NewsPage,
    PortalHomePage,
)
from opd_sites import provisioning

from ..factories import ONE_HOUR, REQUIRED, publish, section_of
from ..mirror import Mirror

# Every filter alone and in every combination, and none.
FILTERS = [
    {name: value for name, value in (("agency", a), ("kind", k), ("locale", lo)) if value}
    for a, k, lo in itertools.product(
        ("", "dinkes", "dindik"), ("", "news", "emergency"), ("", "id", "en")
    )
]


@pytest.fixture
def page(agency, other_agency, portal):
    """A page of the agency with a translation, beside others; the agency runs the portal."""
    provisioning.rename(agency, is_lead=True)
    home = PortalHomePage.objects.get(locale__language_code="id")
    section = EmergencyIndexPage.objects.child_of(home).get()
    announcement = EmergencyAnnouncementPage(title="Gempa", **REQUIRED[EmergencyAnnouncementPage])
    section.add_child(instance=announcement)
    for other in (agency, other_agency):
        publish(NewsPage, other, title=f"Tetap di {other.code}")
        publish(DipEntryPage, other, title=f"Daftar {other.code}")
    page = publish(NewsPage, agency, title="Berpindah")
    english = page.copy_for_translation(Locale.objects.get(language_code="en"), copy_parents=True)
    english.save_revision().publish()
    return page


def move_to_the_other_agency(page, other):
    page.move(section_of(other, NewsPage), pos="last-child")


def move_there_and_back(page, other):
    move_to_the_other_agency(page, other)
    for mirror in page.mirrors:
        mirror.follow()
    Page.objects.get(pk=page.pk).move(section_of(page.agency, NewsPage), pos="last-child")


def move_while_it_is_hidden(page, other):
    page.unpublish()
    for mirror in page.mirrors:
        mirror.follow()
    move_to_the_other_agency(page, other)
    page.save_revision().publish()


def move_to_an_agency_that_is_suspended_and_later_resumed(page, other):
    provisioning.suspend(other, at=timezone.now())
    move_to_the_other_agency(page, other)
    for mirror in page.mirrors:
        mirror.follow()
    provisioning.resume(other, at=timezone.now())


def move_and_delete(page, other):
    move_to_the_other_agency(page, other)
    for mirror in page.mirrors:
        mirror.follow()
    Page.objects.get(pk=page.pk).delete()


def let_the_other_agency_run_the_portal(page, other):
    provisioning.rename(page.agency, is_lead=False)
    provisioning.rename(other, is_lead=True)


def change_its_language(page, other):
    page.get_translations().get().delete()
    page.locale = Locale.objects.get(language_code="en")
    page.save()


def withdraw_one_language(page, other):
    page.get_translations().get().unpublish()


def make_it_private(page, other):
    PageViewRestriction.objects.create(page=page, restriction_type="login")


def make_its_section_private(page, other):
    PageViewRestriction.objects.create(page=page.get_parent(), restriction_type="login")


def let_it_run_out(page, other):
    past = timezone.now() - ONE_HOUR
    Page.objects.filter(pk=page.pk).update(expire_at=past)
    FeedItem.objects.filter(page_id=page.pk).update(visible_until=past)


def delete_it(page, other):
    page.delete()


def suspend_its_agency(page, other):
    provisioning.suspend(page.agency, at=timezone.now())


def merge_its_agency_into_the_other(page, other):
    for model in (NewsPage, DipEntryPage):
        for one in section_of(page.agency, model).get_children():
            one.specific.move(section_of(other, model), pos="last-child")
    provisioning.close(page.agency, at=timezone.now())


ACTS = [
    *(move_to_the_other_agency, move_there_and_back, move_while_it_is_hidden),
    *(move_to_an_agency_that_is_suspended_and_later_resumed, move_and_delete),
    *(merge_its_agency_into_the_other, let_the_other_agency_run_the_portal),
    *(change_its_language, withdraw_one_language, make_it_private, make_its_section_private),
    *(let_it_run_out, delete_it, suspend_its_agency),
]


@pytest.mark.parametrize("act", ACTS, ids=lambda act: act.__name__)
def test_a_mirror_of_any_filter_keeps_just_what_the_filter_means(page, agency, other_agency, act):
    page.agency = agency
    page.mirrors = [Mirror(Client(), **filters) for filters in FILTERS]
    whole = Mirror(Client())
    for mirror in (whole, *page.mirrors):
        mirror.follow()
    before = whole.content
    act(page, other_agency)
    after = whole.follow().content
    assert (after != before) == (act is not move_there_and_back)
    for filters, mirror in zip(FILTERS, page.mirrors, strict=True):
        meant = {key: data for key, data in after.items() if matches(data, filters)}
        assert mirror.follow().content == meant, filters
        assert Mirror(Client(), **filters).follow().content == meant, filters


def matches(data, filters):
    told = {
        "agency": data["agency"]["code"],
        "kind": data["schema"].split("/")[0],
        "locale": data["locale"],
    }
    return filters.items() <= told.items()
