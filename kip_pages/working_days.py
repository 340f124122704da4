"""Working days: Monday to Friday, without the holidays that the ministers fix each year."""

import datetime

from .conf import get_setting

SATURDAY = 5


def holidays() -> frozenset[datetime.date]:
    """Return the days of the setting ``HOLIDAYS``; raises ``ValueError`` for what is no date."""
    return frozenset(datetime.date.fromisoformat(day) for day in get_setting("HOLIDAYS"))


def working_days_after(day: datetime.date, count: int) -> datetime.date:
    """Return the working day that is ``count`` working days after ``day``, which does not count."""
    free = holidays()
    while count > 0:
        day += datetime.timedelta(days=1)
        if day.weekday() < SATURDAY and day not in free:
            count -= 1
    return day
