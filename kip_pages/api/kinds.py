"""The shape of an item's ``data``, per kind and version, in words a reader of the feed can build on.

What produces it is ``kip_pages.feed.payload`` and each page type's ``feed_object``; the tests hold
every payload against these models. Members are never removed or narrowed within a version, but
optional ones may be added: so nothing here forbids unknown members, and a reader ignores them.
"""

import datetime
import uuid
from typing import Annotated, Literal

from ninja import Schema
from pydantic import ConfigDict, Field
from pydantic.json_schema import GenerateJsonSchema

from ..choices import (
    LEVELS,
    ActivityState,
    AlertReach,
    AlertStatus,
    BudgetKind,
    Certainty,
    EmergencyKind,
    Hazard,
    InformationCategory,
    InformationFormat,
    InformationTopic,
    LevelScheme,
    MessageType,
    NewsCategory,
    Severity,
    Urgency,
)

Address = Annotated[str, Field(json_schema_extra={"format": "uri"})]
PARTIAL_DATE = r"^\d{4}(-\d{2}(-\d{2})?|/\d{4})?$"
PartialDate = Annotated[str, Field(pattern=PARTIAL_DATE)]
RUPIAH = r"^\d+\.\d{2}$"


# --- what every kind has -----------------------------------------------------------------------


class AgencyRef(Schema):
    """The agency (OPD) that publishes the item."""

    code: str = Field(
        description="Stable key of the agency; survives renaming and a change of host.",
        examples=["dinkes"],
    )
    name: str = Field(description="Full name.", examples=["Dinas Kesehatan"])
    url: Address = Field(
        description="Address of its site.", examples=["https://dinkes.example.go.id/"]
    )


class Translation(Schema):
    """The same content in another language: an item of its own."""

    id: uuid.UUID = Field(description="Id of that item.")
    locale: str = Field(description="Its language (BCP 47).", examples=["en"])
    url: Address = Field(description="Its page.")


class Image(Schema):
    """The picture that goes with the item."""

    url: Address = Field(description="Address of the picture, at most 1200 × 1200 pixels.")
    alt: str = Field(description="What the picture shows, for people who cannot see it.")


class Attachment(Schema):
    """A document that belongs to the item: a file of the agency, or an address elsewhere."""

    title: str = Field(description="Name of the document.")
    url: str = Field(
        description="Where it is. An address elsewhere is told as the register has it, "
        "even where it is no valid address.",
        examples=["https://dinkes.example.go.id/documents/7/renstra.pdf"],
    )
    media_type: str | None = Field(
        description="Media type (RFC 6838); null where it is not known.",
        examples=["application/pdf"],
    )
    bytes: int | None = Field(
        ge=0, description="Size of the file in bytes; null for an address elsewhere."
    )


class Area(Schema):
    """A regency or city of the province."""

    scheme: Literal["kemendagri"] = Field(description="Code list: that of the interior ministry.")
    code: str = Field(description="Code of the regency or city.", examples=["36.73"])
    name: str = Field(description="Its name.", examples=["Kota Serang"])


class ItemData(Schema):
    """What an item says, whatever its kind; beside it stands one object named after the kind."""

    sha256: str = Field(
        pattern="^[0-9a-f]{64}$",
        description="SHA-256 (hex) of the other members as canonical JSON: sorted keys, no blanks, "
        "UTF-8 without escapes beyond need.",
    )
    agency: AgencyRef
    url: Address = Field(
        description="The page for citizens.",
        examples=["https://dinkes.example.go.id/berita/imunisasi-dimulai/"],
    )
    title: str = Field(description="Title, plain text.", examples=["Imunisasi dimulai"])
    summary: str = Field(description="One or two plain sentences; may be empty.")
    content_html: str = Field(
        description="The content as HTML with absolute addresses; may be empty."
    )
    content_text: str = Field(description="The same as plain text; may be empty.")
    locale: str = Field(description="Language of the item (BCP 47).", examples=["id"])
    translations: list[Translation] = Field(
        description="The same content in other languages, as far as it is public."
    )
    published_at: datetime.datetime | None = Field(
        description="When it was first published (UU 14/2008 Ps. 9 wants it timely); "
        "null where that is not known."
    )
    updated_at: datetime.datetime | None = Field(
        description="When it was last published; null where that is not known."
    )
    tags: list[str] = Field(description="Keywords of the editors, in alphabetical order.")
    image: Image | None = Field(description="The lead picture; null when there is none.")
    attachments: list[Attachment] = Field(description="Documents, in the editors' order.")


def _kind_and_version():
    return Field(alias="schema", description="Kind and version of this shape.")


# --- dip/1 -------------------------------------------------------------------------------------


class DipEntry(Schema):
    """A row of the Daftar Informasi Publik; columns 2–7 of PERKI 1/2010, Lampiran II."""

    category: InformationCategory = Field(
        description="How it is to be published: UU 14/2008 Ps. 9 (periodic), Ps. 10 (immediate), "
        "Ps. 11 (always available)."
    )
    obligations: list[str] = Field(
        description="Codes of what the law asks for and this entry answers, in alphabetical order.",
        examples=[["SS.RENSTRA_RENJA"]],
    )
    summary: str = Field(
        description="Column 2, ringkasan isi informasi; the title where no summary was written."
    )
    holding_unit: str = Field(description="Column 3: unit that holds the information.")
    responsible_officer: str = Field(
        description="Column 4: who is responsible for making or issuing it."
    )
    made_when: PartialDate | None = Field(
        description="Column 5, when it was made, as precise as it is known (ISO 8601-2): a day, "
        "a month, a year or a range of years; null where it is not known.",
        examples=["2021-05-17", "2021-05", "2021", "2017/2022"],
    )
    made_when_precision: Literal["day", "month", "year", "year_range"] | None = Field(
        description="How precise `made_when` is; null without it."
    )
    made_where: str = Field(description="Column 5: where it was made.", examples=["Serang"])
    formats: list[InformationFormat] = Field(
        description="Column 6: forms in which it is available."
    )
    retention: str = Field(
        description="Column 7: how long it is kept, as the register says.", examples=["5 tahun"]
    )
    retention_end_year: int | None = Field(
        description="Year in which it ends, where `retention` counts years and `made_when` is known."
    )
    activity_state: ActivityState | None = Field(
        description="State of the activity it is about; null where it is about none."
    )
    period: PartialDate | None = Field(
        description="What it covers, in the notation of `made_when`; null where that was not said.",
        examples=["2024", "2021/2026"],
    )
    raw_title: str = Field(description="Title as it stood in the list it was taken from, or empty.")


class DipData(ItemData):
    """An entry of an agency's register of public information (DIP)."""

    schema_: Literal["dip/1"] = _kind_and_version()
    dip: DipEntry


# --- news/1 ------------------------------------------------------------------------------------


class News(Schema):
    """What a news report has beside its text."""

    date: datetime.date = Field(description="Date of the report, as the editors set it.")
    category: NewsCategory = Field(description="Kind of report.")
    related_dip: list[uuid.UUID] = Field(
        description="Ids of register entries (kind dip) that the report is about."
    )


class NewsData(ItemData):
    """A news report, press release, announcement or agenda."""

    schema_: Literal["news/1"] = _kind_and_version()
    news: News


# --- emergency/1 -------------------------------------------------------------------------------

_LEVELS = [
    {"properties": {"scheme": {"const": scheme.value}, "value": {"enum": list(values)}}}
    for scheme, values in LEVELS.items()
    if values
]


class Level(Schema):
    """A level of danger. It means nothing without its scheme, nor in another one."""

    model_config = ConfigDict(json_schema_extra={"oneOf": _LEVELS})

    scheme: LevelScheme = Field(description="Whose levels these are.")
    value: str = Field(description="The level, as that scheme names it.", examples=["siaga"])


class Emergency(Schema):
    """An announcement that must not be delayed: UU 14/2008 Ps. 10, PERKI 1/2021 Ps. 25.

    Names and values are those of CAP 1.2 where it has them. The eight elements of the announcement
    standard are plain text with line breaks; (a), (b), (d) and (e) are always there, the others may
    be empty because an announcement never waits for them.
    """

    status: AlertStatus = Field(
        description="CAP status. What is not `actual` is an exercise or a test and must be shown "
        "as such."
    )
    message_type: MessageType = Field(
        description="CAP msgType: an alert, an update of one, or the all clear."
    )
    predecessor: uuid.UUID | None = Field(
        description="Id of the announcement that this one updates or ends; it may no longer be in "
        "the feed. Null for a first alert."
    )
    kind: EmergencyKind = Field(description="Kind of emergency, as the law lists them.")
    hazard: Hazard = Field(description="What the danger is.")
    level: Level | None = Field(description="Level of danger; null where none was declared.")
    urgency: Urgency = Field(description="CAP urgency.")
    severity: Severity = Field(description="CAP severity.")
    certainty: Certainty = Field(description="CAP certainty.")
    areas: list[Area] = Field(description="Regencies and cities that are affected.")
    effective: datetime.datetime = Field(description="In force from this moment.")
    expires: datetime.datetime | None = Field(
        description="In force until just before this moment; null while the end is not known."
    )
    hazard_and_impact: str = Field(description="(a) The hazard and the size of its impact.")
    affected_people: str = Field(description="(b) Who may be affected.")
    evacuation: str = Field(description="(c) Evacuation: how, and where to.")
    how_to_avoid: str = Field(description="(d) How to avoid the danger.")
    how_to_get_help: str = Field(description="(e) How to get help.")
    announcer: str = Field(description="(f) Who must announce.")
    announcement_method: str = Field(description="(g) How it is announced in an emergency.")
    authority_actions: str = Field(description="(h) What the authorities are doing.")
    original_issuer: str = Field(
        description="Who issued it, where the agency passes it on; otherwise empty.",
        examples=["BMKG"],
    )
    original_url: str = Field(description="Address of the original, as typed, or empty.")
    original_sent: datetime.datetime | None = Field(
        description="When the original was issued; null where that is not known, or it is none."
    )
    reach: AlertReach = Field(description="On whose sites it is shown.")
    target_agencies: list[str] = Field(
        description="Codes of the agencies chosen beside the announcing one; others may show it too "
        "where `reach` says so."
    )


class EmergencyData(ItemData):
    """An announcement of an emergency."""

    schema_: Literal["emergency/1"] = _kind_and_version()
    emergency: Emergency


# --- activity/1 --------------------------------------------------------------------------------


class Activity(Schema):
    """A programme or activity, with what PERKI 1/2021 Ps. 15(2) wants announced about it."""

    state: ActivityState = Field(description="Whether it is past, running or planned.")
    goal: str = Field(description="What it is for; plain text, may be empty.")
    target: str = Field(description="Target and achievement; plain text, may be empty.")
    progress: int | None = Field(
        ge=0, le=100, description="Progress in per cent; null where it is not reported."
    )
    starts_on: datetime.date | None = Field(description="First day; null where it is not set.")
    ends_on: datetime.date | None = Field(description="Last day; null where it is not set.")
    budget_source: str = Field(
        description="Where the money comes from; may be empty.", examples=["APBD 2026"]
    )
    budget_kind: BudgetKind | None = Field(
        description="The kind of that source, without its year; null where none is stated."
    )
    budget_amount: Annotated[str, Field(pattern=RUPIAH)] | None = Field(
        description="Budget in rupiah (IDR) with two decimals, as text so that none is lost; "
        "null where it is not told.",
        examples=["1250000000.00"],
    )
    budget_spent: Annotated[str, Field(pattern=RUPIAH)] | None = Field(
        description="What has been spent of the budget, in the same way; null where it is not told.",
        examples=["640000000.00"],
    )
    unit: str = Field(description="Unit in charge; may be empty.")
    contact: str = Field(description="Whom to ask; may be empty.")
    location: str = Field(description="Where it takes place; may be empty.")
    areas: list[Area] = Field(description="Regencies and cities it takes place in.")


class ActivityData(ItemData):
    """A programme or an activity of an agency."""

    schema_: Literal["activity/1"] = _kind_and_version()
    activity: Activity


# --- information/1 -----------------------------------------------------------------------------


class Information(Schema):
    """What stands: UU 14/2008 Ps. 9(2) and Ps. 11(1) name these topics."""

    topic: InformationTopic = Field(description="What the page is about.")
    stated_on: datetime.date | None = Field(
        description="Date of the policy or of the open meeting; null for other topics or where it "
        "is not known."
    )


class InformationData(ItemData):
    """A page of standing information: profile, policy, service, procedure and the like."""

    schema_: Literal["information/1"] = _kind_and_version()
    information: Information


# --- all of them -------------------------------------------------------------------------------

AnyData = Annotated[
    DipData | NewsData | EmergencyData | ActivityData | InformationData,
    Field(discriminator="schema_"),
]

# By the name that `data.schema` carries. A newer version of a kind stands beside the older one.
SHAPES: dict[str, type[ItemData]] = {
    "dip/1": DipData,
    "news/1": NewsData,
    "emergency/1": EmergencyData,
    "activity/1": ActivityData,
    "information/1": InformationData,
}


class _UntitledMembers(GenerateJsonSchema):
    """A member's name and description say it all: no title made of the name beside them."""

    def field_title_should_be_set(self, schema):
        return False


def json_schema(name: str, *, address: str) -> dict:
    """Return the JSON Schema (2020-12) of the shape called ``name``, identified by ``address``.

    Raises ``KeyError`` when there is no such shape.
    """
    shape = SHAPES[name].model_json_schema(schema_generator=_UntitledMembers, mode="serialization")
    dialect = "https://json-schema.org/draft/2020-12/schema"
    return {"$schema": dialect, "$id": address} | shape | {"title": name}
