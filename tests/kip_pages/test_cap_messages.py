"""What announcements say in CAP: a message for each thing said, and none for what was said already."""

import datetime

import pytest
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from kip_pages.alerts.messages import settle
from kip_pages.cap import read
from kip_pages.choices import AlertStatus, MessageType
from kip_pages.feed import sequencer
from kip_pages.models import CapMessage, EmergencyAnnouncementPage, MessageStaysError, Receipt
from kip_pages.sealing import put_up_seals
from opd_sites.provisioning import resume, suspend
from tests.factories import ONE_HOUR, publish

CANCEL, UPDATE = MessageType.CANCEL, MessageType.UPDATE


def announce(agency, **fields):
    fields = {"title": "Banjir di Serang", "areas": ["36.04"], "severity": "severe"} | fields
    page = publish(EmergencyAnnouncementPage, agency, **fields)
    catch_up()
    return page


def follow(agency, page, message_type, **fields):
    fields = {
        "slug": f"{page.slug}-{message_type}",
        "title": f"{page.title} ({message_type})",
    } | fields
    return announce(agency, predecessor=page, message_type=message_type, **fields)


def catch_up():
    """Number, as happens after each commit; with it goes what CAP has to say."""
    sequencer.catch_up(pressing_only=False, max_batches=None)


def said():
    """What went out, oldest first: (type, how many messages it refers to)."""
    messages = CapMessage.objects.order_by("sent", "pk")
    return [
        (
            m.message_type.value if hasattr(m.message_type, "value") else m.message_type,
            len(m.alert.references),
        )
        for m in messages
    ]


def last():
    return CapMessage.objects.order_by("sent", "pk").last()


def test_an_announcement_is_said_once_however_often_it_is_looked_at(agency):
    page = announce(agency)
    page.save_revision().publish()
    catch_up()
    settle(at=timezone.now())
    assert said() == [("alert", 0)]
    alert = last().alert
    (info,) = alert.infos
    assert (alert.sender, alert.status, alert.scope) == (
        "dinkes@dinkes.example.test",
        "Actual",
        "Public",
    )
    assert (info.language, info.headline, info.severity) == ("id", "Banjir di Serang", "Severe")
    assert info.sender_name == "Dinas Dinkes"
    assert info.areas[0].geocodes == (("kemendagri", "36.04"),)
    assert info.areas[0].polygons
    assert info.web == page.full_url


def test_a_correction_is_a_message_of_its_own_that_names_the_first(agency):
    page = announce(agency)
    first = last()
    page.how_to_avoid = "Naik ke tempat tinggi."
    page.save_revision().publish()
    catch_up()
    assert said() == [("alert", 0), ("update", 1)]
    assert last().alert.references == (first.alert.reference,)
    assert last().sent > first.sent


def test_an_update_and_the_all_clear_name_everything_that_still_holds(agency):
    page = announce(agency)
    update = follow(agency, page, UPDATE)
    follow(agency, update, CANCEL)
    assert said() == [("alert", 0), ("update", 1), ("cancel", 2)]
    assert last().alert.infos[0].response_types == ("AllClear",)


def withdraw(page):
    page.refresh_from_db()
    page.unpublish()


def remove(page):
    page.delete()


@pytest.mark.parametrize("hide", [withdraw, remove])
def test_what_is_taken_back_is_cancelled_and_can_begin_anew(agency, hide):
    page = announce(agency)
    hide(page)
    catch_up()
    assert said() == [("alert", 0), ("cancel", 1)]
    assert last().is_withdrawal
    assert last().headline == "Ditarik: Banjir di Serang"
    settle(at=timezone.now())
    assert len(said()) == 2
    if hide is withdraw:
        page.refresh_from_db()
        page.get_latest_revision().publish()
        catch_up()
        assert said()[2:] == [("alert", 0)]


def test_what_an_agency_said_is_cancelled_with_its_site_and_said_anew_when_that_returns(agency):
    announce(agency)
    suspend(agency, at=timezone.now())
    catch_up()
    assert said() == [("alert", 0), ("cancel", 1)]
    resume(agency, at=timezone.now())
    catch_up()
    assert said()[2:] == [("alert", 0)]


@pytest.mark.parametrize("message_type", [CANCEL, UPDATE])
def test_an_alert_whose_follower_is_taken_back_is_said_anew(agency, message_type):
    """It is in force again; machines were told that it is over."""
    page = announce(agency)
    follower = follow(agency, page, message_type)
    withdraw(follower)
    catch_up()
    assert page.is_in_force(at=timezone.now())
    assert last().announcement == page.translation_key
    assert (last().message_type, last().alert.references) == ("alert", ())
    settle(at=timezone.now())
    assert last().announcement == page.translation_key


def test_another_agency_s_cancel_ends_nothing(agency, other_agency):
    page = announce(agency)
    follow(other_agency, page, CANCEL)
    assert said() == [("alert", 0)]


@pytest.mark.parametrize("status", [AlertStatus.EXERCISE, AlertStatus.TEST])
def test_a_drill_is_said_as_one(agency, status):
    announce(agency, status=status)
    assert last().alert.status == status.value.capitalize()


def test_what_has_run_out_is_neither_said_nor_cancelled(agency):
    now = timezone.now()
    page = announce(agency, effective=now - 2 * ONE_HOUR, expires=now + ONE_HOUR)
    assert settle(at=page.expires + datetime.timedelta(seconds=1)) == []
    assert said() == [("alert", 0)]
    announce(agency, slug="lama", effective=now - 2 * ONE_HOUR, expires=now - ONE_HOUR)
    assert len(said()) == 1


def test_what_begins_later_says_when(agency):
    begins = timezone.now().replace(microsecond=0) + ONE_HOUR
    page = announce(agency, effective=begins)
    (info,) = last().alert.infos
    assert info.effective == info.onset == begins
    settle(at=begins + datetime.timedelta(seconds=1))
    assert len(said()) == 1
    assert page.is_in_force(at=begins)


def test_a_relay_names_its_source(agency):
    announce(agency, original_issuer="BMKG", original_url="https://www.bmkg.go.id/")
    assert last().alert.source == "BMKG"


def test_a_message_stays_as_it_went_out(agency):
    announce(agency)
    message = last()
    message.headline = "Lain"
    with pytest.raises(MessageStaysError):
        message.save()
    with pytest.raises(MessageStaysError):
        message.delete()
    assert read(bytes(last().xml)).infos[0].headline == "Banjir di Serang"


@pytest.mark.parametrize(
    "change",
    [
        *(
            f"UPDATE {{table}} SET {column} = {{value}}"
            for column in ("xml", "sha256", "sent", "uid")
        ),
        "UPDATE {table} SET expires = expires",
        "DELETE FROM {table}",
    ],
)
def test_the_database_itself_keeps_what_was_said(agency, change):
    announce(agency)
    before = CapMessage.objects.values().get()
    table = CapMessage._meta.db_table
    column = change.split(" SET ")[-1].split()[0]
    statement = change.format(table=table, value=column)
    refused = pytest.raises(IntegrityError, match="stays as it is")
    with refused, transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)
    assert CapMessage.objects.values().get() == before


def test_neither_does_a_queryset_change_or_delete_what_was_said(agency):
    announce(agency)
    for change in (
        lambda: CapMessage.objects.update(headline="Lain"),
        lambda: Receipt.objects.all().delete() and CapMessage.objects.all().delete(),
    ):
        with pytest.raises(IntegrityError, match="stays as it is"), transaction.atomic():
            change()
    assert CapMessage.objects.exclude(headline="Lain").count() == 1


@pytest.mark.parametrize("table", ["kip_pages_capmessage", "kip_pages_registeredition"])
def test_seals_are_put_up_anew_where_others_are_missing(agency, table):
    """As after a migration back, or on a database on which an earlier release had put up its own."""
    with connection.cursor() as cursor:
        for event in ("update", "delete"):
            on = f" ON {table}" if connection.vendor == "postgresql" else ""
            name = table.replace("pages_", "")
            cursor.execute(f"DROP TRIGGER {name}_no_{event}{on}")
    put_up_seals(connection)
    announce(agency)
    with pytest.raises(IntegrityError), transaction.atomic():
        CapMessage.objects.update(headline="Lain")
