from django.forms import Media
from wagtail.admin.panels import Panel


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
