"""Requests that nobody would think of, made from the description of the API by schemathesis.

Whatever operation is described is asked, so those that come later are covered as they come. Each
answer is checked twice: by schemathesis, and more strictly by ``tests.contract``.
"""

import pytest
import schemathesis
from schemathesis.config import SchemathesisConfig
from schemathesis.engine import Status, StopReason, events, from_schema
from wagtail.models import Locale

from config.wsgi import application
from kip_pages.feed import sequencer
from kip_pages.models import (
    ActivityPage,
    DipEntryPage,
    EmergencyAnnouncementPage,
    InformationPage,
    NewsPage,
)
from kip_pages.planting import set_up_portal

from ..factories import AgencyFactory, publish, section_of

EVERY_KIND = [DipEntryPage, EmergencyAnnouncementPage, ActivityPage, InformationPage, NewsPage]
SETTINGS = {
    "seed": 3,
    # What is recorded outside this test's own database would make the next run another one.
    "cache": {"enabled": False},
    "generation": {"max-examples": 6, "deterministic": True, "database": "none"},
    "checks": {
        # That an agency is not known, or a cursor no cursor of ours, is a 400 no schema can foresee.
        "positive_data_acceptance": {"enabled": False},
    },
}


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


# The portal's host tells of everything, an agency's of that agency alone. What is parsed is parsed
# alike on both, so the boundaries of each parameter are walked on one.
@pytest.mark.parametrize(
    ("host", "phases"),
    [
        ("portal.example.test", {}),
        ("dinkes.example.test", {"coverage": {"enabled": False}, "stateful": {"enabled": False}}),
    ],
)
def test_every_operation_answers_whatever_it_is_asked_as_described(province, host, phases):
    # What schemathesis reads straight from the application it does not unpack.
    named = {"headers": {"Host": host, "Accept-Encoding": "identity"}}
    config = SchemathesisConfig.from_dict(SETTINGS | named | {"phases": phases})
    api = schemathesis.openapi.from_wsgi(
        "/api/feed/v1/openapi.json", application, config=config, **named
    )
    asked, failures = set(), []
    for event in from_schema(api).execute():
        if isinstance(event, events.ScenarioFinished):
            asked |= {node.value.operation.label for node in event.recorder.cases.values()}
            failures += list(described_failures(event))
        elif isinstance(event, events.NonFatalError):
            failures.append(f"{event.label}: {event.value!r}")
        elif isinstance(event, events.FatalError):
            raise event.exception
        elif isinstance(event, events.EngineFinished):
            assert event.stop_reason is StopReason.COMPLETED
    assert not failures, "\n\n".join(dict.fromkeys(failures))
    assert asked == {operation.ok().label for operation in api.get_all_operations()}


def described_failures(event):
    """Yield what is wrong with each answer that failed a check, and the request that got it."""
    for case_id, checks in event.recorder.checks.items():
        for check in checks:
            if check.status is Status.FAILURE:
                request = event.recorder.interactions[case_id].request
                failure = check.failure_info.failure
                yield f"{request.method} {request.uri}\n{check.name}: {failure}"
