"""Everything editors and administrators do to the tree, at random and repeatably."""

import random

from django.db import transaction
from django.utils import timezone
from wagtail.models import Locale, Page, PageViewRestriction

from kip_pages.feed.outbox import bulk_work
from kip_pages.models import AgencyHomePage, EmergencyAnnouncementPage, NewsPage
from opd_sites import provisioning
from opd_sites.models import Agency

from ..factories import ONE_HOUR, draft, publish, schedule, section_of


class RolledBack(Exception):
    pass


class RandomOperations:
    """``sections``: also operate on whole sections and agencies, which others must not do at once."""

    def __init__(self, agencies, *, seed, sections=True):
        self.codes = [agency.code for agency in agencies]
        self.chance = random.Random(seed)
        self.number = seed * 1000
        self.log = []
        self.done = set()
        self.round = []
        self.operations = [
            *[self.publish_new] * 4,
            *[self.edit] * 3,
            self.rename_slug,
            self.unpublish,
            self.delete,
            self.save_draft,
            self.schedule_for_later,
            self.expire,
            self.publish_emergency,
            self.translate,
            self.make_private,
            self.roll_back,
            self.import_batch,
        ]
        if sections:
            self.operations += [
                self.make_alias,
                self.move_to_other_agency,
                self.rename_section,
                self.make_section_private,
                self.make_public,
                self.change_host,
                self.rename_agency,
                self.suspend_or_resume,
                self.delete_section_content,
                self.delete_home_in_english,
                self.swap_sections,
                self.unpublish_home,
            ]

    def do_one(self):
        """Do the next operation of a round in which each comes up, in an order of its own."""
        self.round = self.round or self.chance.sample(self.operations, len(self.operations))
        operation = self.round.pop()
        self.log.append(operation.__name__)
        if operation() is not False:
            self.done.add(operation.__name__)

    @property
    def not_done(self):
        """Names of the operations that have found nothing to operate on so far."""
        return {operation.__name__ for operation in self.operations} - self.done

    def agency(self):
        return Agency.objects.get(code=self.chance.choice(self.codes))

    def title(self):
        self.number += 1
        return f"Berita {self.number}"

    def page(self, agency=None):
        agency = agency or self.agency()
        pages = list(
            NewsPage.objects.descendant_of(agency.root_page).filter(alias_of=None).order_by("pk")
        )
        return self.chance.choice(pages) if pages else None

    def publish_new(self):
        publish(NewsPage, self.agency(), title=self.title())

    def publish_emergency(self):
        publish(EmergencyAnnouncementPage, self.agency(), title=self.title())

    def edit(self):
        page = self.page()
        if page is None:
            return False
        page.title = self.title()
        page.save_revision().publish()

    def save_draft(self):
        page = self.page()
        if page is None:
            return False
        page.title = self.title()
        page.save_revision()

    def rename_slug(self):
        page = self.page()
        if page is None:
            return False
        page.slug = f"slug-{self.number}-{page.pk}-{self.chance.randrange(1000)}"
        page.save_revision().publish()

    def unpublish(self):
        page = self.page()
        if page is None:
            return False
        page.unpublish()

    def delete(self):
        page = self.page()
        if page is None:
            return False
        page.delete()

    def schedule_for_later(self):
        schedule(NewsPage, self.agency(), title=self.title(), go_live_in=ONE_HOUR)

    def expire(self):
        page = self.page()
        if page is None:
            return False
        page.expire_at = timezone.now() - ONE_HOUR
        page.save()

    def translate(self):
        page = self.page()
        english = Locale.objects.get(language_code="en")
        if page is None or page.locale == english or page.has_translation(english):
            return False
        translated = page.copy_for_translation(english, copy_parents=True)
        translated.title = f"News {self.number}"
        translated.save_revision().publish()

    def make_alias(self):
        page = self.page()
        if page is None:
            return False
        page.create_alias(
            parent=section_of(self.agency(), NewsPage),
            update_slug=f"alias-{self.title()[7:]}-{page.pk}",
        )

    def make_private(self):
        page = self.page()
        if page is None:
            return False
        PageViewRestriction.objects.create(page=page, restriction_type="login")

    def make_section_private(self):
        section = section_of(self.agency(), NewsPage)
        PageViewRestriction.objects.create(page=section, restriction_type="login")

    def make_public(self):
        suspension = PageViewRestriction.objects.filter(restriction_type="groups")
        for restriction in PageViewRestriction.objects.exclude(pk__in=suspension):
            restriction.delete()

    def move_to_other_agency(self):
        page = self.page()
        if page is None:
            return False
        target = section_of(self.agency(), NewsPage)
        if page.is_child_of(target) or target.get_children().filter(slug=page.slug).exists():
            return False
        page.move(target, pos="last-child")

    def rename_section(self):
        section = section_of(self.agency(), NewsPage)
        section.slug = f"berita-{self.chance.randrange(10_000)}"
        section.save_revision().publish()

    def change_host(self):
        agency = self.agency()
        provisioning.rename(agency, hostname=f"{agency.code}-{self.chance.randrange(99)}.test")

    def rename_agency(self):
        provisioning.rename(self.agency(), name=f"Dinas {self.title()}")

    def suspend_or_resume(self):
        agency = self.agency()
        verb = provisioning.suspend if agency.is_active else provisioning.resume
        verb(agency, at=timezone.now())

    def delete_section_content(self):
        section = section_of(self.agency(), NewsPage)
        for page in section.get_children()[:5]:
            Page.objects.get(pk=page.pk).delete()

    def delete_home_in_english(self):
        """A parent with its sections and their pages at once, as translations made it."""
        homes = AgencyHomePage.objects.descendant_of(self.agency().root_page)
        home = homes.filter(locale__language_code="en").first()
        if home is None:
            return False
        home.delete()

    def swap_sections(self):
        """Two agencies' sections change places, each with all its pages."""
        agencies = [self.agency(), self.agency()]
        if agencies[0] == agencies[1]:
            return False
        homes = [section_of(agency, NewsPage).get_parent() for agency in agencies]
        section, other = (section_of(agency, NewsPage) for agency in agencies)
        section.slug = f"{section.slug}-{self.chance.randrange(10_000)}"
        section.save()  # two of one name cannot stand side by side, not even for a moment
        section.move(homes[1], pos="last-child")
        Page.objects.get(pk=other.pk).specific.move(
            Page.objects.get(pk=homes[0].pk), pos="last-child"
        )

    def unpublish_home(self):
        home = AgencyHomePage.objects.descendant_of(self.agency().root_page).first()
        home.unpublish()

    def roll_back(self):
        try:
            with transaction.atomic():
                self.publish_new()
                self.edit()
                raise RolledBack
        except RolledBack:
            pass

    def import_batch(self):
        agency = self.agency()
        with bulk_work(), transaction.atomic():
            for _row in range(3):
                draft(NewsPage, agency, title=self.title()).get_latest_revision().publish()
