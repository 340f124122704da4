"""Number every page of the database, in a process of its own: ``python -m bench.numbering``.

Prints, as JSON, how many items there are, the seconds it took and the memory before and at its peak.
"""

import json
import os
import time

import django
from django.db import transaction

from .memory import peak_memory


def main():
    django.setup()
    from wagtail.models import Page

    from kip_pages.feed import outbox, sequencer
    from kip_pages.models import FeedItem, Priority

    before = peak_memory(os.getpid())
    began = time.perf_counter()
    with transaction.atomic():
        outbox.look_again_at(Page.objects.all(), Priority.BULK)
    sequencer.catch_up(pressing_only=False, max_batches=None)
    print(
        json.dumps(
            {
                "items": FeedItem.objects.present().count(),
                "seconds": time.perf_counter() - began,
                "before": before,
                "peak": peak_memory(os.getpid()),
            }
        )
    )


if __name__ == "__main__":
    main()
