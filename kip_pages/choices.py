"""The vocabulary of the law and of the feed. Values are identifiers, labels the legal terms.

What must never happen has no value: information that is exempt (UU 14/2008 Ps. 17) is neither a
page type nor a category, so nothing here can publish it. Its grounds and states are those of a list
apart from all pages (``models.exempt``).
"""

from django.db import models
from django.utils.translation import gettext_lazy as _


class FeedKind(models.TextChoices):
    DIP = "dip", _("Information register")
    NEWS = "news", _("News")
    EMERGENCY = "emergency", _("Emergency announcement")
    ACTIVITY = "activity", _("Programme or activity")
    INFORMATION = "information", _("Information page")


class InformationCategory(models.TextChoices):
    """UU 14/2008 Ps. 9, 10 and 11."""

    PERIODIC = "periodic", _("Periodic")
    IMMEDIATE = "immediate", _("Immediate")
    ALWAYS_AVAILABLE = "always_available", _("Always available")


class Cadence(models.TextChoices):
    IMMEDIATE = "immediate", _("At once")
    SIX_MONTHLY = "6-monthly", _("Every six months")
    YEARLY = "yearly", _("Every year")
    ALWAYS = "always", _("At all times")


class InformationFormat(models.TextChoices):
    PRINT = "print", _("Print")
    RECORDING = "recording", _("Recording")
    ONLINE = "online", _("Online")


class ActivityState(models.TextChoices):
    PAST = "past", _("Past")
    RUNNING = "running", _("Running")
    PLANNED = "planned", _("Planned")


# As the law names them (UU 14/2008 Ps. 9: what is done and what is meant to be done), current first.
JOURNAL_STATES = (ActivityState.RUNNING, ActivityState.PLANNED, ActivityState.PAST)


class BudgetKind(models.TextChoices):
    """Where the money of an activity comes from, without its year; see ``budget_kinds``."""

    APBD = "apbd", _("Provincial budget (APBD)")
    APBN = "apbn", _("State budget (APBN)")
    DAK = "dak", _("Special allocation fund (DAK)")
    DBH = "dbh", _("Revenue sharing fund (DBH)")
    BLUD = "blud", _("Own revenue of a service agency (BLUD)")
    HIBAH = "hibah", _("Grant")
    PINJAMAN = "pinjaman", _("Loan")
    CSR = "csr", _("Corporate social responsibility (CSR)")
    LAINNYA = "lainnya", _("Other or several sources")


class JournalView(models.TextChoices):
    """How the journal of activities is shown; the first is what readers get who ask for nothing."""

    TIMELINE = "garis-waktu", _("Time line")
    LIST = "daftar", _("List")
    MAP = "peta", _("Map")


class DocumentKind(models.TextChoices):
    DOCUMENT = "document", _("Document")
    DATASET = "dataset", _("Data")
    FORM = "form", _("Form")
    IMAGE = "image", _("Image or infographic")
    RECORDING = "recording", _("Audio or video")
    LINK = "link", _("Web page")


class DocumentState(models.TextChoices):
    """Whether the file of a document may be public."""

    UNCHECKED = "unchecked", _("Not checked yet")
    CLEAN = "clean", _("Clean")
    HELD = "held", _("Not published")


class DocumentNote(models.TextChoices):
    """What an editor should look at in a file that is public; ``files.messages`` has the sentences."""

    COMMENTS = "comments", _("Comments")
    TRACKED_CHANGES = "tracked_changes", _("Tracked changes")
    SIGNED = "signed", _("Signed, as it came")
    EMBEDDED = "embedded", _("Embedded objects")
    HIDDEN_DATA = "hidden_data", _("Data that no sheet shows")


class TextState(models.TextChoices):
    """What is known of a document's text."""

    NONE = "none", _("No text")
    WAITING = "waiting", _("Text is being read")
    READ = "read", _("Text can be searched")
    SCAN = "scan", _("Scan without text")
    FAILED = "failed", _("Text could not be read")


class NewsCategory(models.TextChoices):
    NEWS = "news", _("News report")
    PRESS_RELEASE = "press_release", _("Press release")
    ANNOUNCEMENT = "announcement", _("Announcement")
    AGENDA = "agenda", _("Agenda")


class InformationTopic(models.TextChoices):
    PROFILE = "profile", _("Profile")
    POTENTIAL = "potential", _("Potential of the region")
    POLICY = "policy", _("Policy")
    OPEN_MEETING = "open_meeting", _("Open meeting")
    SERVICE = "service", _("Service")
    PROCEDURE = "procedure", _("Procedure")


class PpidFilling(models.TextChoices):
    """Where the answer to an item of the PPID menu is found."""

    GROUP = "group", _("Nothing: it is the heading of a group")
    PAGES = "pages", _("Information pages and register entries of the agency")
    REGISTER = "register", _("The agency's register")
    EXEMPT = "exempt", _("The agency's list of exempt information")
    IMMEDIATE = "immediate", _("The agency's immediate information")
    NEWS = "news", _("The agency's news")
    CONTACT = "contact", _("Contact and service hours of the agency")
    ADDRESS = "address", _("An address that the province sets")


# What an editor's page can answer: else the answer is made of something, whatever somebody writes.
FILLED_BY_PAGES = (PpidFilling.PAGES, PpidFilling.ADDRESS)


class EmergencyKind(models.TextChoices):
    """What UU 14/2008 Ps. 10 and PERKI 1/2021 want announced without delay."""

    NATURAL_DISASTER = "natural_disaster", _("Natural disaster")
    NON_NATURAL_DISASTER = "non_natural_disaster", _("Non-natural disaster")
    SOCIAL_DISASTER = "social_disaster", _("Social disaster")
    INFECTIOUS_DISEASE = "infectious_disease", _("Infectious disease")
    FOOD_POISON = "food_poison", _("Poison in food")
    UTILITY_DISRUPTION = "utility_disruption", _("Disruption of public utilities")


class Hazard(models.TextChoices):
    EARTHQUAKE = "earthquake", _("Earthquake")
    TSUNAMI = "tsunami", _("Tsunami")
    VOLCANIC_ERUPTION = "volcanic_eruption", _("Volcanic eruption")
    FLOOD = "flood", _("Flood")
    FLASH_FLOOD = "flash_flood", _("Flash flood")
    LANDSLIDE = "landslide", _("Landslide")
    DROUGHT = "drought", _("Drought")
    WILDFIRE = "wildfire", _("Forest or land fire")
    EXTREME_WEATHER = "extreme_weather", _("Extreme weather")
    EXTREME_WAVE = "extreme_wave_abrasion", _("Extreme wave or abrasion")
    LIQUEFACTION = "liquefaction", _("Liquefaction")
    TECHNOLOGICAL_FAILURE = "technological_failure", _("Technological failure")
    EPIDEMIC = "epidemic", _("Epidemic or outbreak")
    SOCIAL_CONFLICT = "social_conflict", _("Social conflict")
    TERROR = "terror", _("Terror")
    FOOD_POISONING = "food_poisoning", _("Food poisoning")
    UTILITY_OUTAGE = "utility_outage", _("Utility outage")
    OTHER = "other", _("Other hazard")


class LevelScheme(models.TextChoices):
    """A level means nothing without its scheme: "siaga" orders evacuation for a tsunami only."""

    NONE = "none", _("No level")
    VOLCANO = "volcano", _("Volcano activity (I–IV)")
    TSUNAMI = "tsunami", _("Tsunami warning (BMKG)")
    FLOOD = "flood", _("Flood alert (4–1)")
    EMERGENCY_STATUS = "emergency_status", _("Emergency status")


LEVELS = {
    LevelScheme.NONE: {},
    LevelScheme.VOLCANO: {
        "1": _("Level I (Normal)"),
        "2": _("Level II (Waspada)"),
        "3": _("Level III (Siaga)"),
        "4": _("Level IV (Awas)"),
    },
    LevelScheme.TSUNAMI: {"waspada": "Waspada", "siaga": "Siaga", "awas": "Awas"},
    LevelScheme.FLOOD: {"4": "Siaga 4", "3": "Siaga 3", "2": "Siaga 2", "1": "Siaga 1"},
    LevelScheme.EMERGENCY_STATUS: {
        "siaga_darurat": "Siaga darurat",
        "tanggap_darurat": "Tanggap darurat",
        "transisi": "Transisi darurat ke pemulihan",
    },
}

# One list for the form; the page checks that the value belongs to the scheme.
LEVEL_CHOICES = [
    (scheme.label, [(f"{scheme}:{value}", label) for value, label in LEVELS[scheme].items()])
    for scheme in LevelScheme
    if LEVELS[scheme]
]


class MessageType(models.TextChoices):
    """CAP 1.2 msgType, as far as agencies announce to the public."""

    ALERT = "alert", _("Alert")
    UPDATE = "update", _("Update")
    CANCEL = "cancel", _("All clear")


class AlertStatus(models.TextChoices):
    """CAP 1.2 status, as far as agencies announce to the public."""

    ACTUAL = "actual", _("Actual")
    EXERCISE = "exercise", _("Exercise")
    TEST = "test", _("Test")


class AlertReach(models.TextChoices):
    """On whose sites an announcement is shown, from the nearest to the farthest."""

    OWN_SITE = "own_site", _("Own site")
    CHOSEN_AGENCIES = "chosen_agencies", _("Own site and chosen agencies")
    PROVINCE = "province", _("Every site of the province")

    def covers(self, other: str) -> bool:
        """Say whether who may reach this far may also reach as far as ``other``."""
        order = list(AlertReach)
        return order.index(AlertReach(other)) <= order.index(self)


class Urgency(models.TextChoices):
    """CAP 1.2 urgency."""

    IMMEDIATE = "immediate", _("Immediate (act now)")
    EXPECTED = "expected", _("Expected (within the hour)")
    FUTURE = "future", _("Future")
    PAST = "past", _("Past")
    UNKNOWN = "unknown", _("Unknown")


class Severity(models.TextChoices):
    """CAP 1.2 severity."""

    EXTREME = "extreme", _("Extreme")
    SEVERE = "severe", _("Severe")
    MODERATE = "moderate", _("Moderate")
    MINOR = "minor", _("Minor")
    UNKNOWN = "unknown", _("Unknown")


class Certainty(models.TextChoices):
    """CAP 1.2 certainty."""

    OBSERVED = "observed", _("Observed")
    LIKELY = "likely", _("Likely")
    POSSIBLE = "possible", _("Possible")
    UNLIKELY = "unlikely", _("Unlikely")
    UNKNOWN = "unknown", _("Unknown")


class EditionStatus(models.TextChoices):
    """A frozen edition of the register is an act of its agency: nothing of it changes any more."""

    DRAFT = "draft", _("Draft")
    FROZEN = "frozen", _("Frozen")


class EditionFormat(models.TextChoices):
    """What a frozen edition is kept as; the rows themselves are the JSON."""

    PDF = "pdf", _("PDF for printing")
    XLSX = "xlsx", _("Excel workbook")
    CSV = "csv", _("CSV table")
    JSON = "json", _("Data (JSON)")


class PrintState(models.TextChoices):
    """How far a PDF is that was asked for."""

    WAITING = "waiting", _("Waiting")
    MAKING = "making", _("Being made")
    DONE = "done", _("Ready")
    UNAVAILABLE = "unavailable", _("This server cannot make PDF files")
    FAILED = "failed", _("Failed")


class ExemptionGround(models.TextChoices):
    """UU 14/2008 Ps. 17, a to j: nothing else exempts information."""

    LAW_ENFORCEMENT = "law_enforcement", _("a – hampers law enforcement")
    IP_COMPETITION = (
        "ip_competition",
        _("b – harms intellectual property or protection from unfair competition"),
    )
    DEFENCE_SECURITY = "defence_security", _("c – endangers the defence and security of the state")
    NATURAL_WEALTH = "natural_wealth", _("d – reveals the natural wealth of Indonesia")
    ECONOMIC_RESILIENCE = "economic_resilience", _("e – harms national economic resilience")
    FOREIGN_RELATIONS = "foreign_relations", _("f – harms the interests of foreign relations")
    PRIVATE_DEED_WILL = (
        "private_deed_will",
        _("g – reveals a private authentic deed or somebody's last will"),
    )
    PERSONAL_SECRET = "personal_secret", _("h – reveals a personal secret")
    INTERNAL_MEMO = (
        "internal_memo",
        _("i – memorandum or letter between or within public bodies that is secret by its nature"),
    )
    OTHER_LAW = "other_law", _("j – may not be disclosed under a statute")

    @property
    def letter(self) -> str:
        return "abcdefghij"[list(ExemptionGround).index(self)]

    @property
    def words(self) -> str:
        """The label without its letter."""
        return str(self.label).partition(" – ")[2]


# UU 14/2008 Ps. 20: an exemption on these grounds is never permanent.
NEVER_PERMANENT = frozenset(list(ExemptionGround)[:6])
# PP 61/2010: the longest exemption for law enforcement, in years.
LAW_ENFORCEMENT_YEARS = 30


class ExemptionState(models.TextChoices):
    """Nothing leaves the list of exempt information; it is opened or withdrawn, with a reason."""

    DRAFT = "draft", _("Consequence test under way")
    IN_FORCE = "in_force", _("In force")
    OPENED = "opened", _("Opened")
    WITHDRAWN = "withdrawn", _("Withdrawn")


class RelayAction(models.TextChoices):
    """What becomes of a warning of others that concerns the province."""

    DRAFT = "draft", _("The duty officer decides")
    PUBLISH = "publish", _("By rule: what is grave enough is published at once")


class RelayState(models.TextChoices):
    """How far a warning of others is."""

    LISTED = "listed", _("Not read yet")
    OFFERED = "offered", _("Offered to the duty officer")
    PUBLISHED = "published", _("Published by rule")
    IGNORED = "ignored", _("Left aside")
    REFUSED = "refused", _("Refused")


class RelayReason(models.TextChoices):
    """Why a warning of others was left aside or refused."""

    ELSEWHERE = "elsewhere", _("It is about other places.")
    EXPIRED = "expired", _("It had run out.")
    DRILL = "drill", _("It is an exercise or a test.")
    NO_ALERT = "no_alert", _("It announces nothing: an acknowledgement, an error or a draft.")
    NOT_PUBLIC = "not_public", _("It is not meant for the public.")
    DUPLICATE = "duplicate", _("It came already.")
    OVERTAKEN = "overtaken", _("Its sender has replaced or withdrawn it.")
    NOTHING_TO_END = "nothing_to_end", _("It ends what was not passed on.")
    LAPSED = "lapsed", _("It ran out before anybody had decided.")
    NOT_NEEDED = "not_needed", _("It does not concern us.")
    KNOWN = "known", _("We have announced it ourselves.")
    MISTAKEN = "mistaken", _("It is a mistake.")
    UNREADABLE = "unreadable", _("It cannot be read as a CAP message.")
    UNSIGNED = "unsigned", _("It is not signed with the certificate of its sender.")
    TOO_LARGE = "too_large", _("It is larger than any alert.")
    OTHER_HOST = "other_host", _("It is on a host from which nothing is expected.")
    MISSING = "missing", _("It was listed, and could not be fetched.")
    FAILED = "failed", _("It could not be passed on: an error of ours. The log says which.")


# What an officer says of a warning that is not passed on.
OFFICERS_REASONS = (RelayReason.NOT_NEEDED, RelayReason.KNOWN, RelayReason.MISTAKEN)


class SourceProblem(models.TextChoices):
    """Why nothing came from a source at the last attempt."""

    STATUS = "status", _("It answers with an error")
    BUSY = "busy", _("It asks to be left alone for a while")
    REDIRECTED = "redirected", _("It redirects: enter the address it redirects to")
    ADDRESS = "address", _("The address is not allowed")
    UNKNOWN_NAME = "unknown_name", _("The host name cannot be found")
    UNREACHABLE = "unreachable", _("No connection")
    CERTIFICATE = "certificate", _("No secure connection: its certificate is not in order")
    TOO_SLOW = "too_slow", _("No complete answer in time")
    BROKEN = "broken", _("The answer broke off or is not HTTP")
    TOO_LARGE = "too_large", _("The answer is larger than any list of alerts")
    UNREADABLE = "unreadable", _("The answer is no list of messages")
    INTERNAL = "internal", _("An error of ours; the log says which")
