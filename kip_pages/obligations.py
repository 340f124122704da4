"""Load the reference list of obligations from the app's data file."""

import json
from pathlib import Path

from django.db import transaction

from .models import Obligation

DATA_FILE = Path(__file__).parent / "data" / "obligations.json"


@transaction.atomic
def load_obligations(path: Path = DATA_FILE) -> int:
    """Make the list match the file and return its length; what the file lacks is retired, not deleted."""
    rows = json.loads(path.read_text(encoding="utf-8"))
    positions = {row["code"]: position for position, row in enumerate(rows, start=1)}
    # Headings first: children point to them.
    for row in sorted(rows, key=lambda row: row["code"].count(".")):
        Obligation.objects.update_or_create(
            code=row["code"],
            defaults={
                "parent_id": row["parent"],
                "category": row["category"],
                "title": row["title"],
                "title_en": row["title_en"],
                "legal_basis": row["legal_basis"],
                "cadence": row["cadence"],
                "applies_to": row["applies_to"],
                "is_practice": row["kind"] == "practice",
                "is_retired": False,
                "position": positions[row["code"]],
            },
        )
    Obligation.objects.exclude(code__in=positions).update(is_retired=True)
    return len(rows)
