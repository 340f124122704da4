"""Province administrators manage subscriptions; nobody else sees them."""

import pytest
from bs4 import BeautifulSoup
from django.test.client import Client
from django.urls import reverse
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from kip_pages.models import (
    DeliveryState,
    FeedState,
    StopReason,
    WebhookDelivery,
    WebhookSubscription,
)
from kip_pages.push import managing, sending
from kip_pages.roles import MODEL_PERMISSIONS
from opd_sites.choices import AgencyRole, ProvinceRole

from ..factories import UserFactory, subscribe

HOST = {"host": "portal.example.test"}
ROLES = [*AgencyRole, *ProvinceRole]
FORM = {"name": "Portal provinsi", "url": "http://127.0.0.1:8443/hook", "agency": ""}

#   role                          sees and manages subscriptions
MANAGES = [
    (AgencyRole.EDITOR, False),
    (AgencyRole.PUBLISHER, False),
    (AgencyRole.AGENCY_ADMIN, False),
    (ProvinceRole.PROVINCE_ADMIN, True),
    (ProvinceRole.DUTY_OFFICER, False),
]


@pytest.fixture
def admin(client, portal):
    client.force_login(UserFactory(role=ProvinceRole.PROVINCE_ADMIN))
    return client


def page_of(client, subscription):
    response = client.get(reverse("webhooks:inspect", args=[subscription.pk]), headers=HOST)
    assert response.status_code == 200
    return BeautifulSoup(response.content, "html.parser").select_one("main")


def press(client, name, pk, follow=True):
    return client.post(reverse(f"webhooks:{name}", args=[pk]), headers=HOST, follow=follow)


def buttons(page):
    return {form["action"] for form in page.select("form[method=post]")}


def errors_at(response, field):
    assert response.status_code == 200
    return [error.code for error in response.context["form"].errors.as_data()[field]]


# --- who -------------------------------------------------------------------------------------


def test_the_tables_name_every_role():
    assert [role for role, _manages in MANAGES] == ROLES
    assert list(MODEL_PERMISSIONS) == ROLES


@pytest.mark.parametrize(("role", "manages"), MANAGES)
def test_who_manages_subscriptions(client, agency, role, manages):
    subscription = subscribe("http://127.0.0.1:9/")
    delivery = managing.send_test(subscription, at=timezone.now())
    of = {} if role in ProvinceRole.values else {"role__agency": agency}
    client.force_login(UserFactory(role=role, **of))
    before = WebhookSubscription.objects.values().get()
    for name, pk in (
        ("index", None),
        ("index_results", None),
        ("add", None),
        ("inspect", subscription.pk),
        ("edit", subscription.pk),
        ("delete", subscription.pk),
        ("history", subscription.pk),
        ("usage", subscription.pk),
    ):
        address = reverse(f"webhooks:{name}", args=[pk] if pk else [])
        response = client.get(address, headers=HOST)
        assert (response.status_code == 200) is manages, name
        if not manages:
            # As Wagtail refuses; or, where the address names one, as if there were none.
            refused = {302: reverse("wagtailadmin_home"), 404: None}
            assert refused[response.status_code] == response.get("location"), name
    for name, pk in (
        ("replay", delivery.pk),
        ("secret", subscription.pk),
        ("test", subscription.pk),
        ("rotate", subscription.pk),
        ("resume", subscription.pk),
    ):
        response = press(client, name, pk, follow=False)
        done = response.status_code == 200 or "webhooks" in response.get("location", "")
        assert done is manages, name
    if not manages:
        assert WebhookSubscription.objects.values().get() == before
        assert WebhookDelivery.objects.count() == 1
    menu = client.get(reverse("wagtailadmin_home"), headers=HOST).content.decode()
    assert (reverse("webhooks:index") in menu) is manages


def test_a_superuser_manages_subscriptions(client, portal):
    client.force_login(UserFactory(is_superuser=True))
    assert client.get(reverse("webhooks:index"), headers=HOST).status_code == 200


@pytest.mark.parametrize("name", ["secret", "test", "rotate", "resume", "replay"])
def test_a_button_needs_a_post_with_a_token(admin, portal, name):
    subscription = subscribe("http://127.0.0.1:9/")
    delivery = managing.send_test(subscription, at=timezone.now())
    pk = delivery.pk if name == "replay" else subscription.pk
    address = reverse(f"webhooks:{name}", args=[pk])
    assert admin.get(address, headers=HOST).status_code == 405
    strict = Client(enforce_csrf_checks=True)
    strict.cookies = admin.cookies
    assert strict.post(address, headers=HOST).status_code == 403


# --- subscribing -----------------------------------------------------------------------------


def test_a_subscription_is_made_with_a_form_and_its_secret_shown_once(admin):
    response = admin.post(
        reverse("webhooks:add"), FORM | {"kinds": ["news", "emergency"]}, headers=HOST
    )
    subscription = WebhookSubscription.objects.get()
    assert response["location"] == reverse("webhooks:inspect", args=[subscription.pk])
    assert subscription.kinds == ["news", "emergency"]
    assert subscription.is_active
    assert subscription.announced_pos == FeedState.current().pos
    assert reverse("webhooks:secret", args=[subscription.pk]) in buttons(
        page_of(admin, subscription)
    )
    shown = press(admin, "secret", subscription.pk)
    assert subscription.secret in shown.content.decode()
    assert "no-store" in shown["Cache-Control"]
    again = press(admin, "secret", subscription.pk)
    assert subscription.secret not in again.content.decode()


def test_a_secret_is_on_no_other_screen(admin):
    subscription = subscribe("http://127.0.0.1:9/")
    managing.rotate_secret(subscription, at=timezone.now())
    for name in ("index", "inspect", "edit", "history", "usage", "delete"):
        arguments = [] if name == "index" else [subscription.pk]
        html = admin.get(reverse(f"webhooks:{name}", args=arguments), headers=HOST).content.decode()
        assert subscription.secret not in html
        assert subscription.earlier_secrets[0]["secret"] not in html


@pytest.mark.parametrize(
    ("url", "code"),
    [
        ("http://portal.example/", "address"),
        ("https://user:password@portal.example/", "address"),
        ("https://portal.example:22/", "address"),
        ("portal", "address"),
        ("https://127.0.0.1/", "address"),
        ("https://[::1]/", "address"),
        ("https://169.254.169.254/latest/meta-data/", "address"),
        ("https://localhost/", "address"),
        ("https://no-such-host.invalid/", "unknown_name"),
    ],
)
def test_an_address_that_cannot_be_sent_to_is_refused_at_its_field(admin, settings, url, code):
    settings.KIP_PAGES = {}
    response = admin.post(reverse("webhooks:add"), FORM | {"url": url}, headers=HOST)
    assert errors_at(response, "url") == [code]
    assert not WebhookSubscription.objects.exists()
    shown = BeautifulSoup(response.content, "html.parser")
    assert response.context["form"].errors["url"][0] in shown.get_text()
    assert shown.select_one("[name=url]")["value"] == url


def test_an_unknown_kind_is_refused(admin):
    response = admin.post(reverse("webhooks:add"), FORM | {"kinds": ["exempt"]}, headers=HOST)
    assert errors_at(response, "kinds") == ["invalid_choice"]


def test_editing_changes_what_was_typed_and_nothing_a_worker_wrote(admin, agency):
    subscription = subscribe("http://127.0.0.1:9/")
    form = FORM | {"agency": agency.pk, "kinds": ["news"], "is_active": "on"}
    WebhookSubscription.objects.update(announced_pos=77, last_success_at=timezone.now())
    admin.post(reverse("webhooks:edit", args=[subscription.pk]), form, headers=HOST)
    edited = WebhookSubscription.objects.get()
    assert (edited.name, edited.agency, edited.kinds) == ("Portal provinsi", agency, ["news"])
    assert edited.url == FORM["url"]
    assert (edited.announced_pos, edited.secret) == (77, subscription.secret)
    assert edited.last_success_at


def test_a_subscription_is_switched_off_and_on_with_the_form(admin):
    subscription = subscribe("http://127.0.0.1:9/")
    address = reverse("webhooks:edit", args=[subscription.pk])
    admin.post(address, FORM, headers=HOST)
    assert not WebhookSubscription.objects.get().is_active
    WebhookSubscription.objects.update(
        stopped_because=StopReason.GONE, failing_since=timezone.now()
    )
    admin.post(address, FORM | {"is_active": "on"}, headers=HOST)
    resumed = WebhookSubscription.objects.get()
    assert (resumed.is_active, resumed.stopped_because, resumed.failing_since) == (True, "", None)


def test_a_subscription_is_deleted_with_its_messages(admin):
    subscription = subscribe("http://127.0.0.1:9/")
    managing.send_test(subscription, at=timezone.now())
    press(admin, "delete", subscription.pk)
    assert not WebhookSubscription.objects.exists()
    assert not WebhookDelivery.objects.exists()


# --- the buttons -----------------------------------------------------------------------------


def test_the_page_shows_what_was_sent_and_a_message_is_sent_again(admin, receiver):
    target = receiver((500, {}, b"Sedang diperbaiki"), 200)
    subscription = subscribe(target.url)
    press(admin, "test", subscription.pk)
    delivery = WebhookDelivery.objects.get()
    sending.send(delivery.pk)
    page = page_of(admin, subscription)
    for told in (delivery.message_id, "500", "Sedang diperbaiki"):
        assert told in page.get_text()
    assert reverse("webhooks:replay", args=[delivery.pk]) in buttons(page)
    press(admin, "replay", delivery.pk)
    sending.send(delivery.pk)
    delivery.refresh_from_db()
    assert delivery.state == DeliveryState.DELIVERED
    assert [headers["webhook-id"] for headers, _body in target.requests] == [
        delivery.message_id
    ] * 2


@pytest.mark.parametrize("name", ["test", "replay", "resume"])
def test_what_is_to_be_sent_wakes_the_worker(admin, name):
    subscription = subscribe("http://127.0.0.1:9/")
    delivery = managing.send_test(subscription, at=timezone.now())
    press(admin, name, delivery.pk if name == "replay" else subscription.pk)
    (task,) = DBTaskResult.objects.all()
    assert (task.task_name, task.backend_name) == ("push", "webhooks")


def test_nothing_is_sent_again_to_a_stopped_subscription(admin):
    subscription = subscribe("http://127.0.0.1:9/")
    delivery = managing.send_test(subscription, at=timezone.now())
    WebhookSubscription.objects.update(is_active=False, stopped_because=StopReason.GONE)
    WebhookDelivery.objects.update(state=DeliveryState.FAILED, next_attempt_at=None)
    page = page_of(admin, subscription)
    assert str(StopReason.GONE.label) in page.get_text()
    assert reverse("webhooks:replay", args=[delivery.pk]) not in buttons(page)
    assert reverse("webhooks:resume", args=[subscription.pk]) in buttons(page)
    press(admin, "replay", delivery.pk)
    assert WebhookDelivery.objects.get().state == DeliveryState.FAILED
    press(admin, "resume", subscription.pk)
    assert WebhookSubscription.objects.get().is_active


def test_a_new_secret_can_be_given_and_seen_once(admin):
    subscription = subscribe("http://127.0.0.1:9/")
    press(admin, "secret", subscription.pk)
    press(admin, "rotate", subscription.pk)
    new = WebhookSubscription.objects.get().secret
    assert new != subscription.secret
    assert new in press(admin, "secret", subscription.pk).content.decode()


@pytest.mark.parametrize(
    "fields",
    [
        {},
        {"last_success_at": timezone.now()},
        {"failing_since": timezone.now()},
        {"is_active": False},
        {"is_active": False, "stopped_because": StopReason.FAILING},
    ],
)
def test_the_list_and_the_page_say_how_a_subscription_is(admin, fields):
    subscription = subscribe("http://127.0.0.1:9/", **fields)
    label = str(subscription.health.label)
    index = admin.get(reverse("webhooks:index"), headers=HOST).content
    table = BeautifulSoup(index, "html.parser").select("table")[-1]
    assert label in table.get_text()
    assert label in page_of(admin, subscription).get_text()


def test_a_page_of_many_messages_costs_what_a_page_of_few_costs(
    admin, django_assert_max_num_queries
):
    subscription = subscribe("http://127.0.0.1:9/")
    for _ in range(45):
        managing.send_test(subscription, at=timezone.now()).attempts.create(
            started_at=timezone.now()
        )
    page_of(admin, subscription)
    with django_assert_max_num_queries(20):
        page = page_of(admin, subscription)
    assert len(page.select("tbody tr")) == 20
    last = admin.get(reverse("webhooks:inspect", args=[subscription.pk]), {"p": "3"}, headers=HOST)
    assert len(BeautifulSoup(last.content, "html.parser").select("main tbody tr")) == 5


def test_without_a_worker_declared_there_is_no_screen(settings, client, portal):
    from kip_pages.wagtail_hooks import register_webhook_viewset

    settings.TASKS = {"default": settings.TASKS["default"]}
    assert register_webhook_viewset() == []
