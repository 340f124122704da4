"""What the feed tells the rest of the system."""

from django.dispatch import Signal

# Sent once per batch that numbered something, inside its transaction: ``pos`` is the newest change
# number, ``kinds`` those of the items that changed. It may still be rolled back; a receiver that acts
# outside the database waits for the commit.
feed_advanced = Signal()
