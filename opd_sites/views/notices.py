from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from ..desk import NoticeList, ToDoView, edit_address
from ..models import Notice
from ..notices import notices_of, see
from ..walls import owns


class NoticeListView(ToDoView):
    todo_class = NoticeList
    template_name = "opd_sites/desk/notices.html"


def open_notice(request, pk):
    """Lead to what a notice is about; whoever opened it has seen it."""
    notice = get_object_or_404(notices_of(request.user), pk=pk)
    see(notices_of(request.user).filter(pk=pk), at=timezone.now())
    return redirect(_place_of(notice, request))


open_notice.wall_models = {"pk": Notice}


def _place_of(notice, request):
    """Return where its reader sees the page; of one that is not theirs, what everybody sees."""
    page = notice.page
    if owns(request.user, page):
        return notice.address or edit_address(page.pk)
    if page.live and (public := page.get_full_url(request)):
        return public
    messages.info(
        request, _("“%(title)s” is not public at the moment.") % {"title": page.draft_title}
    )
    return reverse("opd_desk:notices")


@require_POST
def see_all(request):
    see(notices_of(request.user), at=timezone.now())
    messages.success(request, _("All notices are marked as read."))
    return redirect("opd_desk:notices")
