"""When sample pages came about: spread over the past, the same at every run, in office hours."""

import datetime
import random

from django.utils import timezone

SATURDAY = 5


class Moments:
    """Draws an agency's dates; ``code`` decides the draw, ``now`` the day it counts from."""

    def __init__(self, code: str, *, now: datetime.datetime):
        self.now = now
        self.today = timezone.localdate(now)
        self.random = random.Random(code)

    def ago(self, least: float, most: float) -> datetime.datetime:
        """Return a working moment between so many days ago."""
        at = timezone.localtime(self.now) - datetime.timedelta(
            days=self.random.uniform(least, most)
        )
        at = at.replace(hour=self.random.randint(8, 15), minute=self.random.randint(0, 59))
        while at.weekday() >= SATURDAY or at >= self.now:
            at -= datetime.timedelta(days=1)
        return at.replace(second=0, microsecond=0)

    def day(self, least: int, most: int) -> datetime.date:
        """Return a day so many days from today; negative numbers lie in the past."""
        return self.today + datetime.timedelta(days=self.random.randint(least, most))
