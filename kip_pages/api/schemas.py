"""Parameters and shapes of the feed API."""

import base64
import datetime
import uuid
from typing import Annotated, Literal

from django.utils import timezone
from django.utils.dateparse import parse_date, parse_datetime
from ninja import Path, Schema
from pydantic import AfterValidator, BeforeValidator, Field, WithJsonSchema

from opd_sites.choices import AgencyKind

from ..choices import FeedKind, InformationCategory
from ..models import ItemState
from .kinds import Address, AnyData

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
    return _in_utc(timezone.make_aware(moment) if timezone.is_naive(moment) else moment)


def _in_utc(moment):
    """PostgreSQL knows neither every offset that Python knows nor what lies beyond its own years."""
    try:
        return moment.astimezone(datetime.UTC)
    except OverflowError:
        raise ValueError(f"{moment.isoformat()} is out of range") from None


def _absent_if_empty(value):
    """Forms send what was left empty; that is as good as not sent."""
    return None if value == "" else value


absent_if_empty = BeforeValidator(_absent_if_empty)
Moment = Annotated[
    datetime.datetime | None,
    BeforeValidator(_moment),
    absent_if_empty,
    WithJsonSchema(
        {
            "anyOf": [
                {"type": "string", "format": "date-time"},
                {"type": "string", "format": "date"},
                {"type": "null"},
            ]
        }
    ),
]
Kind = Annotated[FeedKind | None, absent_if_empty]
Category = Annotated[InformationCategory | None, absent_if_empty]
Epoch = Annotated[uuid.UUID | None, absent_if_empty]


def _no_null(value: str) -> str:
    """PostgreSQL cannot hold U+0000, so nothing stored can contain it."""
    if "\x00" in value:
        raise ValueError("must not hold the character U+0000")
    return value


Text = Annotated[str, AfterValidator(_no_null), Field(json_schema_extra={"pattern": "^[^\\x00]*$"})]
ItemId = Annotated[
    uuid.UUID,
    Field(description="Id of the item: survives moving, renaming and a change of host."),
]
# In an address: what is no id is the id of nothing, 404 like any other.
ItemIdText = Annotated[str, Path(description="Id of the item (a UUID).")]
ChangeNumber = Annotated[int, Field(ge=1, description="Number of the item's last change.")]


Limit = Annotated[int, Field(ge=1, le=MAX_LIMIT, description="At most as many items at once.")]


class Parameters(Schema):
    agency: Text = Field(
        "", max_length=40, description="Code of an agency, see `agencies`.", examples=["dinkes"]
    )
    kind: Kind = Field(None, description="Kind of item.", examples=["news"])
    locale: Text = Field("", max_length=35, description="Language code (BCP 47).", examples=["id"])


class ChangesParameters(Parameters):
    afterChangeNumber: int = Field(
        0, ge=0, le=2**63 - 1, description="Return what changed after this number."
    )
    epoch: Epoch = Field(None, description="Epoch of the number; `next` carries it.")
    forgotten: int = Field(
        0, ge=0, le=2**63 - 1, description="Where forgotten deletions ended; `next` carries it."
    )
    limit: Limit = DEFAULT_LIMIT


class ItemsParameters(Parameters):
    category: Category = Field(
        None, description="Category of register entries.", examples=["periodic"]
    )
    obligation: Text = Field(
        "",
        max_length=60,
        description="Code of an obligation; those below it count too.",
        examples=["BK.PROFIL"],
    )
    since: Moment = Field(
        None, description="Published at or after this date or time.", examples=["2026-11-24"]
    )
    until: Moment = Field(
        None,
        description="Published before this date or time.",
        examples=["2026-11-24T08:00:00+07:00"],
    )
    q: Text = Field(
        "",
        max_length=200,
        description="Words of the title or summary; all must occur.",
        examples=["imunisasi"],
    )
    cursor: Text = Field("", max_length=200, description="Opaque; `next_url` carries it.")
    limit: Limit = DEFAULT_LIMIT


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
    return _in_utc(published_at), uuid.UUID(uid)


class UpdatedItem(Schema):
    """An RPDE 1.0 item that is public."""

    state: Literal[ItemState.UPDATED]
    kind: FeedKind = Field(description="Kind of item; says which object `data` holds.")
    id: ItemId
    modified: ChangeNumber
    data: AnyData


class DeletedItem(Schema):
    """An RPDE 1.0 item that is no longer public, or has left the filter of this feed."""

    state: Literal[ItemState.DELETED]
    kind: FeedKind = Field(description="Kind of the item that is to be forgotten.")
    id: ItemId
    modified: ChangeNumber


Change = Annotated[UpdatedItem | DeletedItem, Field(discriminator="state")]


class ChangesPage(Schema):
    """An RPDE 1.0 page."""

    next: Address = Field(
        description="Where to read on. The last page repeats its own address: ask it again later."
    )
    items: list[Change] = Field(description="Changes by rising `modified`; empty at the end.")
    license: str = Field(description="Address of the licence of the content.")


class JsonFeedAuthor(Schema):
    """The agency, as JSON Feed names authors."""

    name: str
    url: Address


class JsonFeedAttachment(Schema):
    """A document of the item, as JSON Feed describes it."""

    url: str
    mime_type: str = Field(description="application/octet-stream where it is not known.")
    title: str
    size_in_bytes: int = Field(None, description="Absent where it is not known.")


class JsonFeedExtension(Schema):
    """The item as `changes` carries it."""

    kind: FeedKind
    modified: ChangeNumber
    data: AnyData


class JsonFeedItem(Schema):
    """An item of JSON Feed 1.1; what each member says stands in `_kip.data`."""

    id: ItemId
    url: Address
    title: str
    summary: str
    content_html: str
    content_text: str
    language: str
    authors: list[JsonFeedAuthor]
    tags: list[str]
    attachments: list[JsonFeedAttachment]
    date_published: datetime.datetime = Field(None, description="Absent where it is not known.")
    date_modified: datetime.datetime = Field(None, description="Absent where it is not known.")
    image: Address = Field(None, description="Address of the lead picture; absent without one.")
    kip: JsonFeedExtension = Field(alias="_kip")


class JsonFeed(Schema):
    """A JSON Feed 1.1."""

    version: Literal["https://jsonfeed.org/version/1.1"]
    title: str = Field(description="Name of the site whose feed it is.")
    home_page_url: Address
    feed_url: Address = Field(description="This feed, from its first page.")
    next_url: Address = Field(None, description="The next page; absent on the last one.")
    items: list[JsonFeedItem] = Field(description="Newest first.")


class AgencyOut(Schema):
    """An agency whose items the feed carries."""

    code: str = Field(description="Stable key; never changes.", examples=["dinkes"])
    name: str = Field(description="Full name.")
    short_name: str
    kind: AgencyKind = Field(description="Kind of regional agency.")
    url: Address = Field(description="Address of its site.")
    address: str = Field(description="Postal address; may be empty.")
    phone: str = Field(description="May be empty.")
    email: str = Field(description="May be empty.")
    office_hours: str = Field(
        description="Service hours, one line per group of days; may be empty."
    )


class Agencies(Schema):
    """The agencies, by kind in the order of the law and then by name."""

    items: list[AgencyOut]


class DigestEntry(Schema):
    """What the feed holds of one agency and kind."""

    agency: str = Field(description="Code of the agency.")
    kind: FeedKind
    count: int = Field(ge=1, description="Number of items.")
    hash: str = Field(
        pattern="^[0-9a-f]{64}$",
        description="XOR of the SHA-256 hashes of `<id>:<data.sha256>` of each item, in hex.",
    )


class Digest(Schema):
    """Proof for a mirror that its copy is complete and right."""

    epoch: uuid.UUID = Field(description="Epoch of the change number.")
    changeNumber: int = Field(ge=0, description="Newest change number when this was computed.")
    items: list[DigestEntry] = Field(description="By agency and kind; what is empty is left out.")


class ProblemError(Schema):
    """What is wrong with one parameter."""

    parameter: str = Field(description="Name of the parameter.")
    detail: str = Field(description="What is wrong with it.")


class Health(Schema):
    """How the feed is. Ages are in seconds."""

    status: Literal["green", "amber", "red"] = Field(
        description="Amber if anything is past its limit; red if the way of alerts is broken."
    )
    reasons: list[str] = Field(description="Names of the members that are.")
    epoch: uuid.UUID = Field(description="Epoch of the feed.")
    changeNumber: int = Field(description="The feed's newest change number.")
    waiting: int = Field(description="Pages that the feed has yet to look at.")
    waiting_seconds: int = Field(description="How long the oldest of them has waited.")
    failing: int = Field(description="Pages that cannot be rendered; they are tried again.")
    drift: int = Field(
        description="Items that the last reconciliation found wrong, and repaired; 0 in health."
    )
    reconciled_at: datetime.datetime | None = Field(description="When that was.")
    reconciled_seconds: int | None = Field(
        description="How long ago that was; past its limit when it never was, too."
    )
    webhooks_failing: int = Field(description="Subscriptions that messages do not reach.")
    consumers: int = Field(description="Consumers that send a token and have read.")
    consumers_late: int = Field(description="Those of them that are behind for too long.")
    lag_items: int = Field(description="Changes that the consumer furthest behind has not read.")
    lag_seconds: int = Field(description="How old its copy is.")
    alerts_unsaid: int = Field(description="Announcements that no CAP message says.")
    alerts_late: int = Field(
        description="Messages of the last day that a host did not show, or take away, in time."
    )
    relays_failing: int = Field(
        description="Sources of other bodies' warnings from which nothing has come for half an hour."
    )


class ProblemOut(Schema):
    """Problem details (RFC 9457)."""

    type: str = Field(
        description="What kind of problem it is, as an identifier that does not change.",
        examples=["urn:problem:kip-pages:invalid-parameter"],
    )
    title: str = Field(description="The problem in a few words, for people.")
    status: int = Field(description="HTTP status code.")
    detail: str = Field(None, description="What exactly went wrong, for people.")
    errors: list[ProblemError] = Field(None, description="The parameters that are wrong.")
    restart: Address = Field(
        None, description="With 410: the address from which to read everything again."
    )
