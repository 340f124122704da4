from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from opd_sites.models import Agency
from opd_sites.roster import Outcome

from ...demo import (
    authorities,
    emergencies,
    pages,
    people,
    ppid,
    registers,
    seed,
    translations,
    waiting,
)
from ...feed import outbox, sequencer

EVERY = 6  # agencies between two lines of progress


class Command(BaseCommand):
    help = "Fill a development database with a sample province; running it again changes nothing."

    def add_arguments(self, parser):
        parser.add_argument("--base-domain", default="localhost", help="hosts are <code>.<domain>")
        parser.add_argument("--port", type=int, default=8000, help="port in the sites' addresses")

    def handle(self, *, base_domain, port, **options):
        if not settings.DEBUG:
            raise CommandError(
                "seed_demo makes log-ins with a public password, so it runs only where DEBUG is on."
            )
        now = timezone.now()
        with outbox.bulk_work():
            self._make_province(base_domain, port, now)
            self._write(now)
        numbered = sequencer.catch_up(pressing_only=False, max_batches=None)
        self.stdout.write(f"feed: {numbered} pages looked at")

    def _make_province(self, base_domain, port, now):
        portal = seed.make_portal(base_domain=base_domain, port=port)
        self.stdout.write(f"portal: {portal.root_url}")
        codes = seed.agency_codes()
        made = 0
        for result in seed.make_agencies(base_domain=base_domain, port=port):
            if result.outcome is Outcome.REFUSED:
                raise CommandError(f"{result.code} was refused: {result.detail}")
            made += 1
            self._progress("agencies", made, len(codes))
        described = sum(
            seed.describe(agency, on=timezone.localdate(now)) for agency in _agencies(codes)
        )
        self.stdout.write(f"agencies: {made} new, {described} given contacts and colours")
        made = people.make_people()
        self.stdout.write(f"log-ins: {made} new; the password is {seed.DEMO_PASSWORD}")

    def _write(self, now):
        agencies = _agencies(seed.agency_codes())
        written = 0
        for done, agency in enumerate(agencies, start=1):
            if pages.is_untouched(agency):
                written += pages.write_pages(agency, now=now)
                self._progress("content", done, len(agencies))
        self.stdout.write(f"content: {written} new pages")
        authorised, templates = authorities.authorise(), authorities.write_templates()
        self.stdout.write(f"emergencies: {authorised} authorities, {templates} templates")
        sources = authorities.name_sources()
        self.stdout.write(f"emergencies: {sources} sources of warnings, switched off")
        self.stdout.write(f"emergencies: {emergencies.announce(now=now)} new announcements")
        self.stdout.write(f"waiting for approval: {waiting.submit(now=now)} new reports")
        self.stdout.write(f"translations: {translations.translate(now=now)} new pages")
        self.stdout.write(f"PPID menu: {ppid.answer_menu(now=now)} new pages")
        self.stdout.write(f"editions: {registers.freeze_editions(now=now)} frozen")
        self.stdout.write(f"exempt items: {registers.list_exempt(now=now)} new")

    def _progress(self, step, done, total):
        if done % EVERY == 0 or done == total:
            self.stdout.write(f"{step}: {done}/{total} agencies")


def _agencies(codes):
    related = Agency.objects.select_related("site__root_page", "root_page", "collection")
    return list(related.filter(code__in=codes).order_by("pk"))
