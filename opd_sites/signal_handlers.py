"""Events after which a host may be another's, or nobody's."""

from django.db.models.signals import post_delete, post_save
from wagtail.models import Site

from . import known_hosts
from .models import Agency


def on_host_changed(sender, **kwargs):
    known_hosts.forget()


def register_signal_handlers():
    for signal in (post_save, post_delete):
        for model in (Site, Agency):
            uid = f"opd_sites.known_hosts.{model._meta.label_lower}"
            signal.connect(on_host_changed, sender=model, dispatch_uid=uid)
