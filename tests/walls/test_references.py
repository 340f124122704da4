"""Forms of content take no reference to another agency's things, wherever in the form it stands."""

import json

import pytest
from django.db import transaction
from django.urls import reverse
from wagtail.admin.views.pages.create import CreateView
from wagtail.admin.views.pages.edit import EditView
from wagtail.admin.views.pages.preview import PreviewOnCreateView, PreviewOnEditView
from wagtail.admin.viewsets.pages import PageViewSet
from wagtail.documents import get_document_model
from wagtail.images import get_image_model
from wagtail.images.tests.utils import get_test_image_file
from wagtail.models import Comment, CommentReply, Page, ReferenceIndex
from wagtail.test.utils.form_data import inline_formset, streamfield

from kip_pages.models import (
    DipDocument,
    DipEntryPage,
    EmergencyAnnouncementPage,
    EmergencyIndexPage,
    NewsPage,
    Obligation,
    PortalHomePage,
)
from opd_sites.choices import AgencyRole
from opd_sites.guard.ids import foreign_ids
from opd_sites.guard.posted import Prose, places_in_form
from opd_sites.guard.requests import ADDS_PAGE, EDITS_PAGE
from opd_sites.role_sync import shared_collections
from opd_sites.walls import choosable

from ..factories import REQUIRED, UserFactory, draft, publish, section_of
from ..kip_pages.test_pages_in_admin import form_data

HOST = {"host": "dinkes.example.test"}
PUBLISH = {"action-publish": "action-publish"}
AUTOSAVE = {"accept": "application/json", **HOST}
NOBODY = 2147480000
SECRET = "zqrahasia"


def news(**changes):
    return NewsPage, {"related_entries": inline_formset([])} | changes


def block(kind, value):
    return news(body=streamfield([(kind, value)]))


def a_figure(key):
    return {
        "image": {"image": key, "decorative": "on", "alt_text": ""},
        "caption": "",
    }


def a_gallery(key):
    return {
        "count": "1",
        "0": {"value": a_figure(key), "deleted": "", "order": "0", "type": "item"},
    }


def prose(entity, **data):
    """Return rich text as the editor sends it, with one entity."""
    content = {
        "blocks": [
            {
                "key": "00000",
                "type": "unstyled",
                "text": "tautan",
                "depth": 0,
                "inlineStyleRanges": [],
                "entityRanges": [{"offset": 0, "length": 6, "key": 0}],
            }
        ],
        "entityMap": {"0": {"type": entity, "mutability": "MUTABLE", "data": data}},
    }
    return block("paragraph", json.dumps(content))


#: How a form refers to something: model of the page and what to change in its form, by the key.
PLACES = {
    "a field with an image": (
        get_image_model(),
        lambda key: news(lead_image=key, lead_image_alt="Foto"),
    ),
    "a field with a page": (
        EmergencyAnnouncementPage,
        lambda key: (
            EmergencyAnnouncementPage,
            {"message_type": "update", "predecessor": key},
        ),
    ),
    "a row with a page": (
        DipEntryPage,
        lambda key: news(related_entries=inline_formset([{"entry": key}])),
    ),
    "a row with a document": (
        get_document_model(),
        lambda key: (
            DipEntryPage,
            {
                "documents": inline_formset(
                    [{"title": "A", "kind": "document", "document": key, "external_url": ""}]
                )
            },
        ),
    ),
    "a block with a document": (get_document_model(), lambda key: block("document", key)),
    "a block within a block": (get_image_model(), lambda key: block("image", a_figure(key))),
    "a list within a block": (get_image_model(), lambda key: block("gallery", a_gallery(key))),
    "a link in a text": (DipEntryPage, lambda key: prose("LINK", id=key, url="/x/", parentId=1)),
    "a link to a file in a text": (
        get_document_model(),
        lambda key: prose("DOCUMENT", id=str(key), url="/x/", filename="x"),
    ),
}
EVERYWHERE = pytest.mark.parametrize("place", PLACES)


@pytest.fixture
def publisher(client, agency):
    client.force_login(UserFactory(role=AgencyRole.PUBLISHER, role__agency=agency))
    return client


def thing_of(agency, model, title=SECRET):
    """Make something that can be referred to, in an agency."""
    if model is get_image_model():
        file = get_test_image_file(filename=f"{title}.png")
        return model.objects.create(title=title, file=file, collection=agency.collection)
    if model is get_document_model():
        return model.objects.create(title=title, collection=agency.collection)
    return publish(model, agency, title=title, slug=title)


def form_of(place, key):
    """Return the type of page and a whole form in which one place names ``key``."""
    _model, build = PLACES[place]
    model, changes = build(key)
    return model, form_data(model, **changes)


def add(client, agency, place, key, **kwargs):
    model, data = form_of(place, key)
    names = [*model._meta.label_lower.split("."), section_of(agency, model).pk]
    return client.post(reverse("wagtailadmin_pages:add", args=names), data, headers=HOST, **kwargs)


def refers(page, thing):
    """Say whether the newest draft of a page refers to something."""
    base = ReferenceIndex._get_base_content_type(thing).pk
    newest = Page.objects.get(pk=page.pk).get_latest_revision_as_object()
    found = ReferenceIndex._extract_references_from_object(newest)
    return (base, str(thing.pk)) in {(kind, key) for kind, key, *_rest in found}


def told(response):
    return f"{response.headers}{response.content.decode()}"


@EVERYWHERE
def test_what_is_ones_own_is_referred_to(publisher, agency, place):
    own = thing_of(agency, PLACES[place][0], "milik-sendiri")
    assert add(publisher, agency, place, own.pk).status_code == 302
    assert refers(Page.objects.get(slug="judul").specific, own)


@EVERYWHERE
def test_a_foreign_thing_is_refused_as_one_that_never_was(publisher, agency, other_agency, place):
    foreign = thing_of(other_agency, PLACES[place][0])
    outcomes = []
    for key in (foreign.pk, NOBODY):
        response = add(publisher, agency, place, key)
        assert SECRET not in told(response)
        page = Page.objects.filter(slug="judul").first()
        outcomes.append((response.status_code, bool(page)))
        if page:
            assert not refers(page.specific, foreign)
            page.specific.delete()
    assert outcomes[0] == outcomes[1]


@EVERYWHERE
def test_nor_is_it_shown_beside_another_mistake(publisher, agency, other_agency, place):
    foreign = thing_of(other_agency, PLACES[place][0])
    model, data = form_of(place, foreign.pk)
    names = [*model._meta.label_lower.split("."), section_of(agency, model).pk]
    response = publisher.post(
        reverse("wagtailadmin_pages:add", args=names), data | {"title": ""}, headers=HOST
    )
    assert response.status_code == 200
    assert SECRET not in told(response)


@EVERYWHERE
@pytest.mark.parametrize("action", ["save", "publish", "autosave"])
def test_a_foreign_thing_is_not_put_into_a_page_that_is_there(
    publisher, agency, other_agency, place, action
):
    foreign = thing_of(other_agency, PLACES[place][0])
    model, data = form_of(place, foreign.pk)
    page = draft(model, agency, slug="judul")
    response = publisher.post(
        reverse("wagtailadmin_pages:edit", args=[page.pk]),
        data | (PUBLISH if action == "publish" else {}),
        headers=AUTOSAVE if action == "autosave" else HOST,
    )
    assert not refers(page, foreign)
    assert SECRET not in told(response)


@EVERYWHERE
@pytest.mark.parametrize("mistake", [{}, {"title": ""}])
def test_nor_by_way_of_an_old_revision(publisher, agency, other_agency, place, mistake):
    foreign = thing_of(other_agency, PLACES[place][0])
    model, data = form_of(place, foreign.pk)
    page = draft(model, agency, slug="judul")
    response = publisher.post(revert(page.get_latest_revision()), data | mistake, headers=HOST)
    assert not refers(page, foreign)
    assert SECRET not in told(response)


def revert(revision):
    names = [revision.object_id, revision.pk]
    return reverse("wagtailadmin_pages:revisions_revert", args=names)


def test_what_an_old_revision_referred_to_comes_back_with_it(publisher, agency, other_agency):
    place = "a block with a document"
    foreign = thing_of(other_agency, PLACES[place][0])
    administrator = publisher.__class__()
    administrator.force_login(UserFactory(is_superuser=True))
    add(administrator, agency, place, foreign.pk)
    page = Page.objects.get(slug="judul").specific
    old = page.get_latest_revision()
    page.body = []
    page.save_revision()
    _model, data = form_of(place, foreign.pk)
    assert publisher.post(revert(old), data, headers=HOST).status_code == 302
    assert refers(Page.objects.get(pk=page.pk).specific, foreign)


def test_every_form_of_a_page_is_looked_at():
    """A view of Wagtail that reads the whole form, and that nobody named here, would be a way in."""
    reads_form = (CreateView, EditView, PreviewOnCreateView, PreviewOnEditView)
    names = {
        name.removesuffix("_view_class")
        for name in dir(PageViewSet)
        if name.endswith("_view_class") and issubclass(getattr(PageViewSet, name), reads_form)
    }
    assert {f"wagtailadmin_pages:{name}" for name in names} == {*ADDS_PAGE, *EDITS_PAGE}


@EVERYWHERE
def test_nor_does_it_come_into_a_preview(publisher, agency, other_agency, place):
    foreign = thing_of(other_agency, PLACES[place][0])
    model, data = form_of(place, foreign.pk)
    page = draft(model, agency, slug="judul")
    names = [*model._meta.label_lower.split("."), section_of(agency, model).pk]
    for address in (
        reverse("wagtailadmin_pages:preview_on_add", args=names),
        reverse("wagtailadmin_pages:preview_on_edit", args=[page.pk]),
    ):
        publisher.post(address, data, headers=HOST)
        assert SECRET not in told(publisher.get(address, {"mode": ""}, headers=HOST))


@EVERYWHERE
def test_what_the_province_put_there_may_stay(publisher, agency, other_agency, place):
    foreign = thing_of(other_agency, PLACES[place][0])
    administrator = publisher.__class__()
    administrator.force_login(UserFactory(is_superuser=True))
    assert add(administrator, agency, place, foreign.pk).status_code == 302
    page = Page.objects.get(slug="judul").specific
    _model, data = form_of(place, foreign.pk)
    response = publisher.post(
        reverse("wagtailadmin_pages:edit", args=[page.pk]),
        data | {"title": "Judul baru"},
        headers=HOST,
    )
    assert response.status_code == 302
    page = Page.objects.get(pk=page.pk).specific
    assert page.get_latest_revision_as_object().title == "Judul baru"
    assert refers(page, foreign)


# --- what is for all -------------------------------------------------------------------------


def test_files_that_the_province_shares_are_chosen_by_every_agency(publisher, agency):
    for place, model in (
        ("a field with an image", get_image_model()),
        ("a block with a document", get_document_model()),
    ):
        agency.collection = shared_collections()[0]
        shared = thing_of(agency, model, f"bersama-{model._meta.model_name}")
        agency.refresh_from_db()
        assert add(publisher, agency, place, shared.pk).status_code == 302
        page = Page.objects.get(slug="judul").specific
        assert refers(page, shared)
        page.delete()


def test_public_pages_of_the_province_are_linked_to_and_its_drafts_are_not(publisher, agency):
    home = PortalHomePage.objects.get()
    section = EmergencyIndexPage.objects.child_of(home).get()
    fields = REQUIRED[EmergencyAnnouncementPage] | {"title": SECRET}
    hidden = section.add_child(instance=EmergencyAnnouncementPage(live=False, **fields))
    for page, allowed in ((home, True), (section, True), (hidden, False)):
        assert add(publisher, agency, "a link in a text", page.pk).status_code == 302
        written = Page.objects.get(slug="judul").specific
        assert refers(written, page) is allowed, page
        written.delete()


@pytest.mark.parametrize("show", ["browse", "search"])
def test_choices_tell_no_title_of_a_draft_of_the_province(publisher, agency, show):
    home = PortalHomePage.objects.get()
    section = EmergencyIndexPage.objects.child_of(home).get()
    public = publish_in(section, title="Terbit", slug="terbit")
    assert public.title in offered(publisher, section, show)
    public.title = SECRET
    public.save_revision()
    assert SECRET not in offered(publisher, section, show)
    public.get_latest_revision().publish()
    assert SECRET in offered(publisher, section, show)
    # What is above it is named as well.
    section.title = "zqbagian"
    section.save_revision()
    assert "zqbagian" not in offered(publisher, section, "search")


def publish_in(section, **fields):
    fields = REQUIRED[EmergencyAnnouncementPage] | fields
    page = section.add_child(instance=EmergencyAnnouncementPage(**fields))
    page.save_revision().publish()
    return EmergencyAnnouncementPage.objects.get(pk=page.pk)


def offered(client, section, show):
    if show == "search":
        address, query = reverse("wagtailadmin_choose_page_search"), {"q": "terbit zqrahasia"}
        answers = [
            client.get(address, query | {"q": word}, headers=HOST) for word in query["q"].split()
        ]
    else:
        address = reverse("wagtailadmin_choose_page_child", args=[section.pk])
        answers = [client.get(address, headers=HOST)]
    return "".join(told(answer) for answer in answers)


def test_lists_of_the_province_are_chosen_from(publisher, agency):
    obligation = Obligation.objects.first()
    names = ["kip_pages", "dipentrypage", section_of(agency, DipEntryPage).pk]
    data = form_data(DipEntryPage, obligations=[obligation.pk])
    address = reverse("wagtailadmin_pages:add", args=names)
    assert publisher.post(address, data, headers=HOST).status_code == 302
    page = DipEntryPage.objects.get(slug="judul")
    assert list(page.get_latest_revision_as_object().obligations.all()) == [obligation]


def test_what_is_left_empty_stays_empty(agency):
    """Also where a key is a word, and could be the empty one."""
    user = UserFactory(role=AgencyRole.EDITOR, role__agency=agency)
    assert foreign_ids(user, Obligation, ["", "tidak-ada"], among=choosable).keys() == {"tidak-ada"}
    assert foreign_ids(user, Page, [""]) == {}


# --- which row of the page a row of the form is -----------------------------------------------


def a_comment(key):
    row = {"id": key, "text": "x", "contentpath": "title", "position": '""'}
    return row | {"replies": inline_formset([])}


def a_reply(key):
    return a_comment("") | {"replies": inline_formset([{"id": key, "text": "y"}], initial=1)}


def a_document(key):
    return {
        "id": key,
        "title": "A",
        "kind": "document",
        "document": "",
        "external_url": "https://contoh.test/a.pdf",
    }


ROWS = {
    "a comment": (NewsPage, "comments", Comment, a_comment),
    "a reply": (NewsPage, "comments", CommentReply, a_reply),
    "a document": (DipEntryPage, "documents", DipDocument, a_document),
}


def with_rows(agency, model):
    """Return a page with one row of each kind."""
    page = publish(model, agency, slug="judul")
    comment = Comment.objects.create(
        page=page, user=a_colleague(agency), text="x", contentpath="title"
    )
    CommentReply.objects.create(comment=comment, user=comment.user, text="y")
    if model is DipEntryPage:
        DipDocument.objects.create(page=page, title="A", external_url="https://contoh.test/a.pdf")
    return page


def a_colleague(agency):
    return UserFactory(role=AgencyRole.EDITOR, role__agency=agency)


@pytest.mark.parametrize("kind", ROWS)
@pytest.mark.parametrize("initial", [0, 1])
def test_a_row_of_a_foreign_page_is_answered_as_one_that_never_was(
    publisher, agency, other_agency, kind, initial
):
    model, name, row_model, build = ROWS[kind]
    with_rows(other_agency, model)
    foreign, page = row_model.objects.get(), draft(model, agency, slug="judul")
    answers = []
    for key in (foreign.pk, NOBODY):
        data = form_data(model, **{name: inline_formset([build(key)], initial=initial)})
        with transaction.atomic():
            response = publisher.post(edit(page), data, headers=HOST)
            answers.append((response.status_code, row_model.objects.count()))
            transaction.set_rollback(True)
    assert answers[0] == answers[1]


@pytest.mark.parametrize("kind", ["a comment", "a document"])
def test_a_row_of_ones_own_page_stays_the_row_it_is(publisher, agency, kind):
    model, name, row_model, build = ROWS[kind]
    page = with_rows(agency, model)
    page.save_revision()
    row = row_model.objects.get()
    data = form_data(model, **{name: inline_formset([build(row.pk)], initial=1)})
    assert publisher.post(edit(page), data | PUBLISH, headers=HOST).status_code == 302
    assert row_model.objects.get() == row


def edit(page):
    return reverse("wagtailadmin_pages:edit", args=[page.pk])


# --- what is no form of ours -----------------------------------------------------------------


@pytest.mark.parametrize(
    "text",
    [
        "bukan JSON",
        "[]",
        '{"blocks": [], "entityMap": []}',
        '{"blocks": [], "entityMap": {"0": 1, "1": {"data": 2}, "2": {"data": {"id": [3]}}}}',
    ],
)
def test_a_text_that_no_editor_sends_is_left_to_the_field(publisher, agency, text):
    data = {"isi": text}
    assert Prose("isi").names_in(data) == []


def test_rows_behind_thousands_of_deleted_ones_are_looked_at(publisher, agency, other_agency):
    foreign = thing_of(other_agency, get_document_model())
    before = 2001
    data = form_of("a block with a document", foreign.pk)[1]
    last = {key: data.pop(key) for key in list(data) if key.startswith("body-0-")}
    data |= {f"body-{row}-deleted": "1" for row in range(before)}
    data |= {key.replace("body-0-", f"body-{before}-"): value for key, value in last.items()}
    page = draft(NewsPage, agency, slug="judul")
    address = reverse("wagtailadmin_pages:edit", args=[page.pk])
    response = publisher.post(address, data | {"body-count": before + 1}, headers=HOST)
    assert response.status_code == 302
    assert len(Page.objects.get(pk=page.pk).get_latest_revision_as_object().body) <= 1
    assert not refers(page, foreign)


@pytest.mark.parametrize("total", ["1", "1.0", " 1 ", "1.000"])
def test_rows_are_counted_as_the_form_counts_them(publisher, agency, other_agency, total):
    foreign = thing_of(other_agency, DipEntryPage)
    data = form_of("a row with a page", foreign.pk)[1] | {"related_entries-TOTAL_FORMS": total}
    page = draft(NewsPage, agency, slug="judul")
    publisher.post(reverse("wagtailadmin_pages:edit", args=[page.pk]), data, headers=HOST)
    assert not refers(page, foreign)


@pytest.mark.parametrize("name", ["body-count", "related_entries-TOTAL_FORMS"])
@pytest.mark.parametrize("value", ["banyak", "99999999"])
def test_a_count_that_is_none_does_not_stop_the_guard(publisher, agency, name, value):
    data = form_data(NewsPage) | {name: value}
    form_class = NewsPage.get_edit_handler().get_form_class()
    assert isinstance(list(places_in_form(form_class, data)), list)
