"""Parameters and shapes of the feed API."""

import base64
import datetime
import uuid
from typing import Annotated, Any, Literal

from django.utils import timezone
from django.utils.dateparse import parse_date, parse_datetime
from ninja import Schema
from pydantic import AfterValidator, BeforeValidator, ConfigDict, Field

from ..choices import FeedKind, InformationCategory

MAX_LIMIT = 500
DEFAULT_LIMIT = 100


def _moment(value):
    """Read a date (its first instant in the local time zone) or a date and time."""
    if not isinstance(value, str):
        return value
    # A plus sign of an offset that was not percent-encoded arrives as a blank.
    value = value.strip().replace(" ", "+") if "T" in value else value.strip()
    try:
        moment = parse_datetime(value) if "T" in value else None
        date = parse_date(value) if moment is None else None
    except ValueError:
        moment = date = None
    if date is not None:
        moment = datetime.datetime.combine(date, datetime.time.min)
    if moment is None:
        raise ValueError("give a date (2026-11-24) or a date and time (2026-11-24T08:00:00+07:00)")
    return timezone.make_aware(moment) if timezone.is_naive(moment) else moment


def _absent_if_empty(value):
    """Forms send what was left empty; that is as good as not sent."""
    return None if value == "" else value


absent_if_empty = BeforeValidator(_absent_if_empty)
Moment = Annotated[datetime.datetime | None, BeforeValidator(_moment), absent_if_empty]
Kind = Annotated[FeedKind | None, absent_if_empty]
Category = Annotated[InformationCategory | None, absent_if_empty]
Epoch = Annotated[uuid.UUID | None, absent_if_empty]


def _no_null(value: str) -> str:
    """PostgreSQL cannot hold U+0000, so nothing stored can contain it."""
    if "\x00" in value:
        raise ValueError("must not hold the character U+0000")
    return value


Text = Annotated[str, AfterValidator(_no_null)]


class Parameters(Schema):
    agency: Text = Field("", max_length=40, description="Code of an agency, see /agencies.")
    kind: Kind = Field(None, description="Kind of item.")
    locale: Text = Field("", max_length=10, description="Language code: id, en.")


class ChangesParameters(Parameters):
    afterChangeNumber: int = Field(
        0, ge=0, le=2**63 - 1, description="Return what changed after this number."
    )
    epoch: Epoch = Field(None, description="Epoch of the number; `next` carries it.")
    forgotten: int = Field(
        0, ge=0, le=2**63 - 1, description="Where forgotten deletions ended; `next` carries it."
    )
    limit: int = Field(DEFAULT_LIMIT, ge=1, le=MAX_LIMIT)


class ItemsParameters(Parameters):
    category: Category = Field(None, description="Register entries only.")
    obligation: Text = Field(
        "", max_length=60, description="Code of an obligation; those below it count too."
    )
    since: Moment = Field(None, description="Published at or after this date or time.")
    until: Moment = Field(None, description="Published before this date or time.")
    q: Text = Field(
        "", max_length=200, description="Words of the title or summary; all must occur."
    )
    cursor: Text = Field("", max_length=200, description="Opaque; `next_url` carries it.")
    limit: int = Field(DEFAULT_LIMIT, ge=1, le=MAX_LIMIT)


def encode_cursor(published_at: datetime.datetime, uid: uuid.UUID) -> str:
    text = f"{published_at.astimezone(datetime.UTC).isoformat()}|{uid}"
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


def decode_cursor(cursor: str) -> tuple[datetime.datetime, uuid.UUID]:
    """Raises ``ValueError`` for anything ``encode_cursor`` did not write."""
    padded = cursor + "=" * (-len(cursor) % 4)
    moment, _bar, uid = base64.urlsafe_b64decode(padded.encode()).decode().partition("|")
    published_at = datetime.datetime.fromisoformat(moment)
    if published_at.tzinfo is None:
        raise ValueError("no offset")
    return published_at, uuid.UUID(uid)


class AgencyRef(Schema):
    code: str
    name: str
    url: str


class Translation(Schema):
    id: uuid.UUID
    locale: str
    url: str


class Image(Schema):
    url: str
    alt: str


class Attachment(Schema):
    title: str
    url: str
    media_type: str | None
    bytes: int | None


class ItemData(Schema):
    """The content of an item; beside these members stands one object named after the kind."""

    model_config = ConfigDict(extra="allow")

    schema_: str = Field(alias="schema", description="Kind and version of the shape: news/1.")
    sha256: str
    agency: AgencyRef
    url: str
    title: str
    summary: str
    content_html: str
    content_text: str
    locale: str
    translations: list[Translation]
    published_at: datetime.datetime | None
    updated_at: datetime.datetime | None
    tags: list[str]
    image: Image | None
    attachments: list[Attachment]


class Change(Schema):
    """An RPDE 1.0 item."""

    state: Literal["updated", "deleted"]
    kind: FeedKind
    id: uuid.UUID
    modified: int
    data: ItemData | None = None


class ChangesPage(Schema):
    """An RPDE 1.0 page."""

    next: str
    items: list[Change]
    license: str


class JsonFeedItem(Schema):
    """An item of JSON Feed 1.1; ``_kip`` is the item as ``/changes`` carries it."""

    model_config = ConfigDict(extra="allow")

    id: uuid.UUID
    url: str
    title: str
    content_html: str


class JsonFeed(Schema):
    version: str
    title: str
    home_page_url: str
    feed_url: str
    next_url: str | None = None
    items: list[JsonFeedItem]


class AgencyOut(Schema):
    code: str
    name: str
    short_name: str
    kind: str
    url: str
    address: str
    phone: str
    email: str
    office_hours: str


class Agencies(Schema):
    items: list[AgencyOut]


class DigestEntry(Schema):
    agency: str
    kind: FeedKind
    count: int
    hash: str


class Digest(Schema):
    epoch: uuid.UUID
    changeNumber: int
    items: list[DigestEntry]


class Health(Schema):
    """Ages in seconds. A reason is the name of the member that is past its limit."""

    status: Literal["green", "amber"]
    reasons: list[str]
    epoch: uuid.UUID
    change_number: int
    waiting: int = Field(description="Pages that the feed has yet to look at.")
    waiting_seconds: int = Field(description="How long the oldest of them has waited.")
    failing: int = Field(description="Pages that cannot be rendered; they are tried again.")
    drift: int = Field(
        description="Items that the last reconciliation found wrong, and repaired; 0 in health."
    )
    reconciled_at: datetime.datetime | None = Field(description="When that was.")
    webhooks_failing: int = Field(description="Subscriptions that messages do not reach.")
    consumers: int = Field(description="Consumers that send a token and have read.")
    consumers_late: int
    lag_items: int = Field(description="Changes that the consumer furthest behind has not read.")
    lag_seconds: int = Field(description="How old its copy is.")


class ProblemOut(Schema):
    """RFC 9457."""

    model_config = ConfigDict(extra="allow")

    type: str
    title: str
    status: int
    detail: str = ""
    errors: list[dict[str, Any]] = []
