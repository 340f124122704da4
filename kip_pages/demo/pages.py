"""Sample pages of one agency, as its editors would have written them."""

import csv
import io

from django.contrib.auth import get_user_model
from django.core.files.base import ContentFile
from django.core.files.images import ImageFile
from django.db import transaction
from django.utils import timezone
from django.utils.html import format_html, format_html_join
from django.utils.text import slugify
from wagtail.documents import get_document_model
from wagtail.images import get_image_model
from wagtail.models import Page, Revision

from opd_sites.choices import AgencyRole
from opd_sites.models import Agency

from ..areas import area_names
from ..choices import ActivityState, DocumentKind
from ..models import (
    ActivityIndexPage,
    ActivityPage,
    DipDocument,
    DipEntryPage,
    DipIndexPage,
    FeedPage,
    InformationIndexPage,
    InformationPage,
    NewsIndexPage,
    NewsPage,
    NewsRelatedEntry,
    Obligation,
)
from ..planting import STARTING_PAGES
from . import pictures
from .moments import Moments
from .people import username_of
from .texts import agency_texts, fill, read, sign

PROFILE_SLUG = "profil"
SLUG_LENGTH = 60
# Days ago between which the reports appeared, newest first.
NEWS_AGES = [(0, 18), (18, 75), (75, 170)]
ENTRY_AGES = (2, 240)
STATES = [
    (ActivityState.RUNNING, ActivityState.PLANNED),
    (ActivityState.RUNNING, ActivityState.PAST),
    (ActivityState.PAST, ActivityState.PLANNED),
]
# How much of the budget is spent for each per cent of progress that is reported.
PACE = (0.7, 1.0)


def is_untouched(agency: Agency) -> bool:
    """Say whether an agency has nothing but the pages it was planted with."""
    planted = [slug for slug, *_rest in STARTING_PAGES]
    pages = Page.objects.descendant_of(agency.root_page).type(FeedPage)
    return not (pages.exclude(slug__in=planted) | pages.live()).exists()


@transaction.atomic
def write_pages(agency: Agency, *, now) -> int:
    """Fill the sections of ``agency`` and return how many pages it got; all of them or none."""
    return AgencyWriter(agency, now).write()


class AgencyWriter:
    """Writes with the agency's texts, dates, people and one picture."""

    def __init__(self, agency, now):
        self.agency = agency
        self.moments = Moments(agency.code, now=now)
        self.texts = agency_texts(agency, on=self.moments.today)
        self.editor = self._person(AgencyRole.EDITOR)
        self.publisher = self._person(AgencyRole.PUBLISHER)
        self.written = 0

    def write(self):
        entries = self._in_section(DipIndexPage, self._entries())
        self._in_section(NewsIndexPage, self._reports(entries))
        self._in_section(ActivityIndexPage, self._activities())
        self.write_information(self.texts["page"])
        self.finish_planted(PROFILE_SLUG, self.texts["profile"])
        return self.written

    def _person(self, role):
        people = get_user_model().objects
        return people.filter(username=username_of(self.agency, role)).first()

    def _in_section(self, model, pages):
        """Put pages where they belong; an agency without the section goes without them."""
        section = model.objects.child_of(self.agency.site.root_page).first()
        if section is None:
            return []
        return [self._put_live(section, page) for page in pages]

    def _put_live(self, section, page):
        page.slug = page.slug or short_slug(page.title)
        page.summary = signed_summary(page.summary)
        page.owner = self.editor
        page.last_published_at = page.first_published_at
        section.add_child(instance=page)
        keep_version(page, self.publisher)
        self.written += 1
        return page

    def _entries(self):
        return [self._entry(said) for said in self.texts["entries"]]

    def _entry(self, said):
        page = DipEntryPage(
            title=said["title"],
            slug=said["slug"],
            summary=f"{said['summary']} {sign()['closing']}",
            responsible_officer=self.texts["head"],
            made_where=self.texts["town"],
            is_printed="print" in said["formats"],
            is_recorded="recording" in said["formats"],
            is_online="online" in said["formats"],
            first_published_at=self.moments.ago(*ENTRY_AGES),
            **{
                name: said[name]
                for name in (
                    *("category", "holding_unit", "made_when", "retention"),
                    *("period", "activity_state"),
                )
            },
        )
        page.obligations = Obligation.objects.filter(pk__in=said["obligations"])
        page.documents = [self._document(said)]
        return page

    def _document(self, said):
        if said["document"] == "upload":
            return DipDocument(
                title=said["title"], kind=DocumentKind.DATASET, document=self._dataset(said)
            )
        names = {"code": self.agency.code, "slug": said["slug"]}
        address = read("common")["documents"]["external"].format(**names)
        return DipDocument(title=said["title"], external_url=address)

    def _dataset(self, said):
        """Upload a small table of made-up numbers, which say in every row that they are."""
        words, dataset = read("common")["documents"], self.texts["dataset"]
        out = io.StringIO()
        rows = csv.writer(out, lineterminator="\n")
        measure = slugify(dataset["measure"]).replace("-", "_")
        rows.writerow([words["column_area"], words["column_year"], measure, words["column_note"]])
        for name in area_names().values():
            for year in range(self.texts["year"] - 3, self.texts["year"]):
                number = self.moments.random.randint(dataset["low"], dataset["high"])
                rows.writerow([name, year, number, words["note"]])
        return get_document_model().objects.create(
            title=said["title"],
            file=ContentFile(
                out.getvalue().encode(), name=f"{self.agency.code}-{said['slug']}.csv"
            ),
            collection=self.agency.collection,
            uploaded_by_user=self.editor,
        )

    def _reports(self, entries):
        picture = self._picture()
        alt = read("common")["alts"][self.texts["motif"]]
        for number, (said, ages) in enumerate(zip(self.texts["news"], NEWS_AGES, strict=True)):
            at = self.moments.ago(*ages)
            page = NewsPage(
                title=said["title"],
                summary=said["summary"],
                category=said.get("category", "news"),
                date=timezone.localdate(at),
                first_published_at=at,
                body=self._report_body(said, with_advice=number != 1),
            )
            if number != 2:
                page.lead_image, page.lead_image_alt = picture, alt
            if number == 0 and entries:
                page.related_entries = [NewsRelatedEntry(entry=entries[-1])]
            page.tags.add(*self.texts["tags"])
            yield page

    def _report_body(self, said, *, with_advice):
        words = fill(read("common")["news"], self.texts)
        body = [paragraph(said["text"])]
        if with_advice:
            advice = format_html_join(
                "", "<li>{}</li>", ([a] for a in self.texts["service"]["advice"])
            )
            body += [
                ("heading", words["advice_heading"]),
                ("paragraph", format_html("<ul>{}</ul>", advice)),
            ]
        return [*body, paragraph(words["contact"]), paragraph(sign()["closing"])]

    def _picture(self):
        texts = self.texts
        drawn = pictures.illustration(texts["motif"], texts["colour"])
        return get_image_model().objects.create(
            title=f"{sign()['label']} {self.agency.short_name}",
            description=read("common")["alts"][texts["motif"]],
            file=ImageFile(io.BytesIO(drawn), name=f"{self.agency.code}.jpg"),
            width=pictures.SIZE[0],
            height=pictures.SIZE[1],
            collection=self.agency.collection,
            uploaded_by_user=self.editor,
        )

    def _activities(self):
        words = fill(read("common")["activities"], self.texts)
        states = self.moments.random.choice(STATES)
        return [
            self._activity(said, state, words)
            for said, state in zip(self.texts["activities"], states, strict=True)
        ]

    def _activity(self, said, state, words):
        days, chance = self.moments.day, self.moments.random
        starts, ends, progress = {
            ActivityState.PAST: (days(-330, -200), days(-150, -20), 100),
            ActivityState.RUNNING: (days(-200, -40), days(20, 120), chance.randint(20, 85)),
            ActivityState.PLANNED: (days(20, 90), days(150, 300), 0),
        }[state]
        budget = chance.randint(6, 190) * 25_000_000
        spent = int(budget * progress / 100 * chance.uniform(*PACE)) // 100_000 * 100_000
        source = chance.choice(words["budget_sources"])
        return ActivityPage(
            title=said["title"],
            summary=said["goal"],
            state=state,
            goal=said["goal"],
            target=said["target"],
            progress=progress,
            starts_on=starts,
            ends_on=ends,
            budget_source=f"{source} {starts.year}",
            budget_amount=budget,
            budget_spent=None if state == ActivityState.PLANNED else spent,
            unit=self.texts["unit"],
            contact=words["contact"],
            location=self.texts["town"],
            areas=self._areas(),
            first_published_at=self.moments.ago(3, 160),
            body=[paragraph(sign()["closing"])],
        )

    def _areas(self):
        """Draw some regencies, earlier ones of the list more often: a map shows what differs."""
        codes, chance = list(area_names()), self.moments.random
        if chance.random() < 0.1:
            return codes
        weights = range(len(codes), 0, -1)
        return sorted(set(chance.choices(codes, weights, k=chance.choice([1, 2, 3]))))

    def write_information(self, said, **fields):
        """Write an information page as ``said``."""
        page = InformationPage(
            title=said["title"],
            summary=said["summary"],
            topic=said["topic"],
            first_published_at=self.moments.ago(10, 200),
            body=[paragraph(said["text"]), paragraph(sign()["closing"])],
            **fields,
        )
        self._in_section(InformationIndexPage, [page])

    def finish_planted(self, slug, said):
        """Fill and publish a planted draft; whoever has worked on it keeps it as it is."""
        pages = InformationPage.objects.descendant_of(self.agency.root_page)
        page = pages.filter(slug=slug, first_published_at=None).first()
        if page is None or page.revisions.count() > 1:
            return
        page.summary = signed_summary(said["summary"])
        page.body = [
            block
            for section in said["sections"]
            for block in (("heading", section["heading"]), paragraph(section["text"]))
        ] + [paragraph(sign()["closing"])]
        page.owner = self.editor
        page.live, page.has_unpublished_changes = True, False
        page.first_published_at = page.last_published_at = self.moments.ago(30, 200)
        page.save()
        keep_version(page, self.publisher)
        self.written += 1


def keep_version(page, user) -> None:
    """Give a page put live its first version, dated like the page, so that its history is whole.

    The row that ``save_revision`` would write, without saving and indexing the page once more.
    """
    at = page.first_published_at
    version = Revision.objects.create(
        content_object=page,
        base_content_type=page.get_base_content_type(),
        user=user,
        created_at=at,
        content=page.serializable_data(),
        object_str=str(page),
    )
    Page.objects.filter(pk=page.pk).update(
        latest_revision=version, live_revision=version, latest_revision_created_at=at
    )


def short_slug(title: str) -> str:
    """Return a slug of whole words, short enough to be read in an address."""
    slug = slugify(title)
    return slug if len(slug) <= SLUG_LENGTH else slug[: SLUG_LENGTH + 1].rpartition("-")[0]


def signed_summary(summary: str) -> str:
    return f"{sign()['label']} {summary}"


def paragraph(text: str) -> tuple[str, str]:
    return "paragraph", format_html("<p>{}</p>", text)
