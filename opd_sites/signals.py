"""What this app tells the rest of the system."""

from django.dispatch import Signal

# Sent when notices were written, inside the transaction that may still be rolled back; a receiver
# that sends their e-mails waits for the commit.
notices_written = Signal()
