from .activity import ActivityIndexPage, ActivityPage
from .alert_template import AlertTemplate
from .authority import AlertAuthority
from .base import ArticlePage, FeedPage, IndexPage
from .cap_message import CapMessage, MessageStaysError
from .confirmation import Confirmation
from .consumer import ConsumerCursor, FeedConsumer
from .dip import DipDocument, DipEntryPage, DipIndexPage
from .dip_import import DipImport, DipImportRow
from .document import DocumentRecord, DocumentText
from .edition import EditionFile, FrozenEditionError, RegisterEdition, RegisterPrint
from .emergency import EmergencyAnnouncementPage, EmergencyIndexPage
from .exempt import ExemptItem, ExemptItemStaysError
from .feed import FeedItem, FeedPurge, FeedState, ItemState, OutboxEntry, Priority
from .home import AgencyHomePage, AgencyRootPage, PortalHomePage
from .information import InformationIndexPage, InformationPage
from .news import NewsIndexPage, NewsPage, NewsRelatedEntry, NewsTag
from .obligation import Obligation
from .ppid_menu import PpidMenuItem
from .preview import DraftSnapshot
from .public_change import PublicChange
from .receipt import Channel, Receipt, ReceiptLine
from .relay import AlertSource, RelayedAlert, RequestTurn
from .schedule import ScheduleTurn
from .subscriber import (
    Mailing,
    MailingDelivery,
    MailingPriority,
    MailingState,
    Subscriber,
)
from .webhook import (
    AttemptOutcome,
    DeliveryState,
    StopReason,
    SubscriptionHealth,
    WebhookAttempt,
    WebhookDelivery,
    WebhookEvent,
    WebhookSubscription,
)

__all__ = [
    "ActivityIndexPage",
    "ActivityPage",
    "AgencyHomePage",
    "AgencyRootPage",
    "AlertAuthority",
    "AlertSource",
    "AlertTemplate",
    "ArticlePage",
    "AttemptOutcome",
    "CapMessage",
    "Channel",
    "Confirmation",
    "ConsumerCursor",
    "DeliveryState",
    "DipDocument",
    "DipEntryPage",
    "DipImport",
    "DipImportRow",
    "DipIndexPage",
    "DocumentRecord",
    "DocumentText",
    "DraftSnapshot",
    "EditionFile",
    "EmergencyAnnouncementPage",
    "EmergencyIndexPage",
    "ExemptItem",
    "ExemptItemStaysError",
    "FeedConsumer",
    "FeedItem",
    "FeedPage",
    "FeedPurge",
    "FeedState",
    "FrozenEditionError",
    "IndexPage",
    "InformationIndexPage",
    "InformationPage",
    "ItemState",
    "Mailing",
    "MailingDelivery",
    "MailingPriority",
    "MailingState",
    "MessageStaysError",
    "NewsIndexPage",
    "NewsPage",
    "NewsRelatedEntry",
    "NewsTag",
    "Obligation",
    "OutboxEntry",
    "PortalHomePage",
    "PpidMenuItem",
    "Priority",
    "PublicChange",
    "Receipt",
    "ReceiptLine",
    "RegisterEdition",
    "RegisterPrint",
    "RelayedAlert",
    "RequestTurn",
    "ScheduleTurn",
    "StopReason",
    "Subscriber",
    "SubscriptionHealth",
    "WebhookAttempt",
    "WebhookDelivery",
    "WebhookEvent",
    "WebhookSubscription",
]
