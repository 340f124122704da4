from django.contrib import messages
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST
from wagtail.admin.utils import get_valid_next_url_from_request

from ..confirming import confirm
from ..models import DipEntryPage


@require_POST
def confirm_entry(request, pk):
    """Say that a register entry is still current; whoever may write it may say so."""
    entry = get_object_or_404(DipEntryPage.objects.live(), pk=pk)
    if not entry.permissions_for_user(request.user).can_edit():
        raise Http404
    confirm(entry, user=request.user, at=timezone.now())
    messages.success(request, _("“%(title)s” is confirmed as current.") % {"title": entry.title})
    return redirect(get_valid_next_url_from_request(request) or "kip_desk:doubtful")
