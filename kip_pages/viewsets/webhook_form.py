from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from wagtail.admin.forms import WagtailAdminModelForm

from ..choices import FeedKind
from ..models import AttemptOutcome, WebhookSubscription
from ..outward.addresses import BadAddressError, Deadline, UndeliverableError, parse, resolve
from ..push import managing

# An administrator waits for it; sending asks again anyway.
LOOK_UP_SECONDS = 5


class WebhookSubscriptionForm(WagtailAdminModelForm):
    """A door to ``push.managing``: the address is judged while somebody can still correct it."""

    url = forms.CharField(
        label=_("Address"),
        max_length=500,
        help_text=_(
            "Where messages are posted to, for example https://portal.example.go.id/webhooks/kip. "
            "It must be reachable from the internet."
        ),
        widget=forms.URLInput,
    )
    kinds = forms.MultipleChoiceField(
        label=_("Only these kinds"),
        choices=FeedKind.choices,
        widget=forms.CheckboxSelectMultiple,
        required=False,
        help_text=_("Tick none to be told of everything."),
    )

    class Meta:
        model = WebhookSubscription
        fields = ["name", "url", "agency", "kinds", "is_active"]
        help_texts = {
            "name": _("Whose receiver it is, for example “Provincial portal”."),
            "agency": _("Leave empty to be told of all agencies."),
            "is_active": _(
                "Untick to send nothing for a while; what was missed is told afterwards."
            ),
        }

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if not self.instance.pk:
            del self.fields["is_active"]

    def clean_url(self):
        url = self.cleaned_data["url"]
        try:
            resolve(parse(url), deadline=Deadline(LOOK_UP_SECONDS))
        except BadAddressError as error:
            raise ValidationError(str(error), code="address") from error
        except (UndeliverableError, TimeoutError) as error:
            outcome = getattr(error, "outcome", AttemptOutcome.UNKNOWN_NAME)
            raise ValidationError(_REASONS[outcome], code=outcome) from error
        return url

    def save(self, commit=True):
        subscription = super().save(commit=False)
        if subscription.pk is None:
            return managing.subscribe(subscription)
        # Only what was typed: a worker may be writing the rest at this moment.
        subscription.save(update_fields=self._meta.fields)
        if subscription.is_active and "is_active" in self.changed_data:
            managing.resume(subscription, at=timezone.now())
        return subscription


_REASONS = {
    AttemptOutcome.UNKNOWN_NAME: _("This host name cannot be found. Check how it is written."),
    AttemptOutcome.ADDRESS_REFUSED: _(
        "This host is in a private network, to which nothing is sent. Use a public address, or ask "
        "the operator to allow the network (WEBHOOK_ALLOWED_NETWORKS)."
    ),
}
