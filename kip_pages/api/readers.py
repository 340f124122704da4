"""Who asks: anybody, or a consumer that gave its token; and how often they may."""

import time
from http import HTTPStatus

from django.core.cache import caches
from ninja.errors import Throttled
from ninja.security import HttpBearer
from ninja.throttling import BaseThrottle

from ..conf import get_setting
from ..models import FeedConsumer
from .problems import Problem

MINUTE = 60
ANYBODY = "anybody"


class OptionalToken(HttpBearer):
    """Nobody needs a token; a wrong one is refused, so that a consumer learns that it is not known.

    Sets ``request.auth`` to the ``FeedConsumer``, or to ``ANYBODY``.
    """

    def __call__(self, request):
        if "Authorization" not in request.headers:
            return ANYBODY
        return super().__call__(request) or self.refuse(request)

    def authenticate(self, request, token):
        return FeedConsumer.objects.with_token(token).first()

    def refuse(self, request):
        """Refuse, and count it: who tries tokens asks as anybody, and is asked to wait like anybody."""
        rate = RatePerReader()
        if not rate.allow_request(request):
            raise Throttled(wait=rate.wait())
        raise Problem(
            HTTPStatus.UNAUTHORIZED,
            "unknown-token",
            "This token is not known, or was revoked",
            detail="Ask the province for another one, or leave the header out: reading needs none.",
            headers={"WWW-Authenticate": 'Bearer realm="feed"'},
        )


class RatePerReader(BaseThrottle):
    """So many requests in each minute of the clock, by address or by token."""

    def allow_request(self, request):
        consumer = consumer_of(request)
        limit = get_setting("FEED_RATE_CONSUMER" if consumer else "FEED_RATE_ANONYMOUS")
        if limit is None:
            return True
        who = f"c{consumer.pk}" if consumer else self.get_ident(request)
        memory = caches[get_setting("FEED_CACHE")]
        key = f"kip_pages.rate.{who}.{int(time.time() // MINUTE)}"
        memory.add(key, 0, 2 * MINUTE)
        try:
            return memory.incr(key) <= limit
        except ValueError:  # it was evicted between the two
            return True

    def wait(self):
        return MINUTE - time.time() % MINUTE


def consumer_of(request) -> FeedConsumer | None:
    """Return the consumer whose token the request brought, or None."""
    reader = getattr(request, "auth", None)
    return reader if isinstance(reader, FeedConsumer) else None
