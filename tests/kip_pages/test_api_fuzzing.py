"""Schemathesis asks every operation with data nobody would think of; every answer is as described.

The document itself says what there is to be asked, so operations that come later are covered as they
come. Each answer is checked twice: by schemathesis, and more strictly by ``tests.contract``.
``KIP_FUZZ=500`` asks each operation 500 times, and otherwise in every run.
"""

import dataclasses
import os
from collections import defaultdict

import pytest
import schemathesis
from django.utils import timezone
from schemathesis.config import SchemathesisConfig
from schemathesis.engine import Status, StopReason, events, from_schema
from wagtail.models import Locale

from config.wsgi import application
from kip_pages.feed import consumers, sequencer
from kip_pages.models import (
    ActivityPage,
    DipEntryPage,
    EmergencyAnnouncementPage,
    FeedConsumer,
    InformationPage,
    NewsPage,
)
from kip_pages.planting import set_up_portal
from opd_sites import provisioning

from ..factories import AgencyFactory, publish, section_of

EVERY_KIND = [DipEntryPage, EmergencyAnnouncementPage, ActivityPage, InformationPage, NewsPage]
ASKED_FOR = int(os.environ.get("KIP_FUZZ", "0"))
SETTINGS = {
    # What is recorded outside this test's own database would make the next run another one.
    "cache": {"enabled": False},
    "checks": {
        # That an agency is not known, or a cursor no cursor of ours, is a 400 no schema can foresee.
        "positive_data_acceptance": {"enabled": False},
    },
} | ({} if ASKED_FOR else {"seed": 3})
ONLY_GENERATED = {"coverage": {"enabled": False}, "stateful": {"enabled": False}}


def generation(examples):
    return {
        "max-examples": ASKED_FOR or examples,
        "deterministic": not ASKED_FOR,
        "database": "none",
    }


@dataclasses.dataclass
class Asked:
    """What was asked, what came back, and what was wrong with it."""

    statuses: dict[str, set[int]] = dataclasses.field(default_factory=lambda: defaultdict(set))
    failures: list[str] = dataclasses.field(default_factory=list)

    def take(self, event):
        for case_id, node in event.recorder.cases.items():
            operation = node.value.operation.label
            if interaction := event.recorder.interactions.get(case_id):
                self.statuses[operation].add(interaction.response.status_code)
        self.failures += described_failures(event)


def described_failures(event):
    """Yield what is wrong with each answer that failed a check, and the request that got it."""
    for case_id, checks in event.recorder.checks.items():
        for check in checks:
            if check.status is Status.FAILURE:
                request = event.recorder.interactions[case_id].request
                failure = check.failure_info.failure
                yield f"{request.method} {request.uri}\n{check.name}: {failure}"


def ask_everything(host, *, examples, phases, **headers) -> set[int]:
    """Ask every operation of a host; return the statuses, each of which was as described."""
    # What schemathesis reads straight from the application it does not unpack.
    named = {"headers": {"Host": host, "Accept-Encoding": "identity"} | headers}
    config = SchemathesisConfig.from_dict(
        SETTINGS | named | {"phases": phases, "generation": generation(examples)}
    )
    # Every host is asked what the portal describes: a suspended agency's describes nothing.
    portal = {"headers": named["headers"] | {"Host": "portal.example.test"}}
    api = schemathesis.openapi.from_wsgi(
        "/api/feed/v1/openapi.json", application, config=config, **portal
    )
    asked = Asked()
    for event in from_schema(api).execute():
        if isinstance(event, events.ScenarioFinished):
            asked.take(event)
        elif isinstance(event, events.NonFatalError):
            asked.failures.append(f"{event.label}: {event.value!r}")
        elif isinstance(event, events.FatalError):
            raise event.exception
        elif isinstance(event, events.EngineFinished):
            assert event.stop_reason is StopReason.COMPLETED
    assert not asked.failures, "\n\n".join(dict.fromkeys(asked.failures))
    assert asked.statuses.keys() == {operation.ok().label for operation in api.get_all_operations()}
    return set().union(*asked.statuses.values())


@pytest.fixture
def province(committed_db):
    """Items of every kind and of two agencies, a translation, a move and deletions."""
    set_up_portal(hostname="portal.example.test", name="Portal Provinsi Contoh")
    agency, other_agency = AgencyFactory(code="dinkes"), AgencyFactory(code="dindik")
    for model in EVERY_KIND:
        page = publish(model, agency, title=f"Judul {model.__name__}")
        publish(model, other_agency, title="Akan dihapus").delete()
    english = page.copy_for_translation(Locale.objects.get(language_code="en"), copy_parents=True)
    english.save_revision().publish()
    publish(NewsPage, agency, title="Pindah").move(section_of(other_agency, NewsPage), "last-child")
    sequencer.catch_up(pressing_only=False, max_batches=None)
    return other_agency


def test_every_operation_answers_whatever_it_is_asked_as_described(province):
    statuses = ask_everything("portal.example.test", examples=6, phases={})
    assert {200, 400, 404, 405} <= statuses


# What is parsed is parsed alike for all of these, so the boundaries of each parameter were walked above.
def test_every_operation_answers_every_reader_on_every_host_as_described(province, settings):
    own = ask_everything("dinkes.example.test", examples=6, phases=ONLY_GENERATED)
    assert {200, 400} <= own
    consumer = FeedConsumer.objects.create(name="Portal nasional")
    token = consumers.issue_token(consumer, at=timezone.now())
    known = ask_everything(
        "portal.example.test",
        examples=2,
        phases=ONLY_GENERATED,
        Authorization=f"Bearer {token}",
    )
    assert 200 in known and 401 not in known
    assert consumer.cursors.exists(), "it was known by its token"
    provisioning.suspend(province, at=timezone.now())
    suspended = ask_everything("dindik.example.test", examples=2, phases=ONLY_GENERATED)
    assert suspended <= {404, 405}
    settings.KIP_PAGES = settings.KIP_PAGES | {"FEED_RATE_ANONYMOUS": 3}
    hurried = ask_everything("portal.example.test", examples=2, phases=ONLY_GENERATED)
    assert 429 in hurried
