"""Number every page of the database, in a process of its own: ``python -m bench.numbering``.

Prints, as JSON, how many items there are, the seconds it took and the memory before and at its peak.
"""

import json
import os
import time

import django

from .memory import peak_memory


def main():
    django.setup()
    from kip_pages.feed.upkeep import look_at_everything
    from kip_pages.models import FeedItem

    before = peak_memory(os.getpid())
    began = time.perf_counter()
    look_at_everything()
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
