from django.utils import timezone
from wagtail.admin.ui.components import Component
from wagtail.permissions import policy_registry

from ..exempt.reminding import warning_day
from ..models import ExemptItem

SHOWN = 10


class ExpiringExemptionsPanel(Component):
    """On the admin's home: exemptions that have ended and must be opened, and those that end soon."""

    name = "expiring_exemptions"
    template_name = "kip_pages/admin/expiring_exemptions.html"
    order = 150

    def get_context_data(self, parent_context):
        today, user = timezone.localdate(), parent_context["request"].user
        own = policy_registry.get_by_type(ExemptItem).agencies_for(user, {"change"})
        items = ExemptItem.objects.ending_by(last=warning_day(on=today)).filter(agency__in=own)
        items = list(items.select_related("agency").order_by("expires_on", "pk")[: SHOWN + 1])
        for item in items:
            item.is_over = item.has_expired(on=today)
        return {"items": items[:SHOWN], "has_more": len(items) > SHOWN}

    def render_html(self, parent_context=None):
        if not self.is_shown(parent_context["request"].user):
            return ""
        return super().render_html(parent_context)

    @staticmethod
    def is_shown(user):
        return policy_registry.get_by_type(ExemptItem).user_has_permission(user, "change")
