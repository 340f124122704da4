from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from wagtail.admin.forms import WagtailAdminModelForm
from wagtail.admin.forms import auth as stock
from wagtail.models import Site

from . import provisioning
from .choices import AgencyStatus
from .hostnames import validate_hostname
from .tasks import wake_reset

STATUS_VERBS = {
    AgencyStatus.ACTIVE: provisioning.resume,
    AgencyStatus.SUSPENDED: provisioning.suspend,
    AgencyStatus.CLOSED: provisioning.close,
}


class PasswordResetForm(stock.PasswordResetForm):
    """Leaves the search for accounts to the worker: no answer tells by its time whether there is one.

    For ``WAGTAILADMIN_USER_PASSWORD_RESET_FORM``.
    """

    def save(self, *, request, use_https, subject_template_name, email_template_name, **kwargs):
        names = subject_template_name, email_template_name
        wake_reset(self.cleaned_data["email"], request.get_host(), use_https, *names)


class AgencyForm(WagtailAdminModelForm):
    """A door to ``provisioning``: the form checks what a person typed, the verbs do the work."""

    hostname = forms.CharField(
        label=_("Host name"),
        max_length=255,
        validators=[validate_hostname],
        help_text=_("Address of the agency's site, for example dinkes.bantenprov.go.id."),
    )
    port = forms.IntegerField(label=_("Port"), min_value=1, max_value=65535, initial=443)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if self.instance.site_id:
            self.fields["hostname"].initial = self.instance.site.hostname
            self.fields["port"].initial = self.instance.site.port
            # The key in feeds and files: shown, never changed.
            self.fields["code"].disabled = True
        else:
            del self.fields["status"]

    def clean(self):
        cleaned = super().clean()
        hostname = cleaned.get("hostname", "").lower()
        if hostname and "port" in cleaned:
            taken = Site.objects.filter(hostname=hostname, port=cleaned["port"])
            if taken.exclude(pk=self.instance.site_id).exists():
                raise ValidationError({"hostname": _("Another site has this address already.")})
        return cleaned

    def save(self, commit=True):
        data = dict(self.cleaned_data)
        address = {"hostname": data.pop("hostname"), "port": data.pop("port")}
        status = data.pop("status", AgencyStatus.ACTIVE)
        description = {k: v for k, v in data.items() if k in provisioning.DESCRIPTION_FIELDS}
        agency = provisioning.provision(code=data["code"], **address, **description)
        STATUS_VERBS[AgencyStatus(status)](agency, at=timezone.now())
        self.instance = agency
        return agency
