from .activity import ActivityIndexPage, ActivityPage
from .base import ArticlePage, FeedPage, IndexPage
from .consumer import ConsumerCursor, FeedConsumer
from .dip import DipDocument, DipEntryPage, DipIndexPage
from .dip_import import DipImport, DipImportRow
from .emergency import EmergencyAnnouncementPage, EmergencyIndexPage
from .feed import FeedItem, FeedState, ItemState, OutboxEntry, Priority
from .home import AgencyHomePage, AgencyRootPage, PortalHomePage
from .information import InformationIndexPage, InformationPage
from .news import NewsIndexPage, NewsPage, NewsRelatedEntry, NewsTag
from .obligation import Obligation
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
    "ArticlePage",
    "AttemptOutcome",
    "ConsumerCursor",
    "DeliveryState",
    "DipDocument",
    "DipEntryPage",
    "DipImport",
    "DipImportRow",
    "DipIndexPage",
    "EmergencyAnnouncementPage",
    "EmergencyIndexPage",
    "FeedConsumer",
    "FeedItem",
    "FeedPage",
    "FeedState",
    "IndexPage",
    "InformationIndexPage",
    "InformationPage",
    "ItemState",
    "NewsIndexPage",
    "NewsPage",
    "NewsRelatedEntry",
    "NewsTag",
    "Obligation",
    "OutboxEntry",
    "PortalHomePage",
    "Priority",
    "StopReason",
    "SubscriptionHealth",
    "WebhookAttempt",
    "WebhookDelivery",
    "WebhookEvent",
    "WebhookSubscription",
]
