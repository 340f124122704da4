from django.db.models import Prefetch
from django.forms import Media
from wagtail.admin.panels import Panel

from .models.receipt import PROMISE, Channel, ReceiptLine


class ToDoPanel(Panel):
    """What a register entry still lacks, with links to the fields; the list shrinks as one types."""

    class BoundPanel(Panel.BoundPanel):
        template_name = "kip_pages/admin/to_do_panel.html"

        @property
        def media(self):
            return Media(css={"all": ["kip_pages/to_do.css"]}, js=["kip_pages/to_do.js"])

        def get_context_data(self, parent_context=None):
            context = super().get_context_data(parent_context)
            entry = self.instance
            missing = set(entry.missing_columns)
            return context | {
                "columns": [
                    {
                        "label": label,
                        "first": names[0],
                        "fields": " ".join(names),
                        "is_missing": label in missing,
                    }
                    for label, names in entry.legal_columns()
                ],
                "is_complete": not missing,
                "records": [record for record in entry.document_records if record.to_do],
            }


class ReceiptPanel(Panel):
    """On an announcement that was said: which hosts showed it after how many seconds."""

    class BoundPanel(Panel.BoundPanel):
        template_name = "kip_pages/admin/receipt_panel.html"
        RECEIPTS_SHOWN = 3

        def is_shown(self):
            return bool(self.instance.pk) and self.instance.receipts.exists()

        @property
        def media(self):
            return Media(css={"all": ["kip_pages/receipts.css"]})

        def get_context_data(self, parent_context=None):
            lines = ReceiptLine.objects.select_related("agency")
            receipts = self.instance.receipts.select_related("message")
            shown = receipts.prefetch_related(Prefetch("lines", lines))[: self.RECEIPTS_SHOWN]
            return super().get_context_data(parent_context) | {
                "receipts": [{"receipt": one, "hosts": _by_host(one)} for one in shown],
                "channels": Channel.labels,
                "promise": int(PROMISE.total_seconds()),
            }


def _by_host(receipt):
    """Return (agency or None, a line or None per channel) of each host, the portal first."""
    hosts = {}
    for line in receipt.lines.all():
        line.receipt = receipt
        hosts.setdefault(line.agency, {})[line.channel] = line
    names = sorted(hosts, key=lambda agency: (agency is not None, str(agency)))
    return [(name, [hosts[name].get(channel) for channel in Channel]) for name in names]
