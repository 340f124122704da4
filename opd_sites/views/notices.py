from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from ..desk import NoticeList, ToDoView, edit_address
from ..notices import notices_of, see


class NoticeListView(ToDoView):
    todo_class = NoticeList
    template_name = "opd_sites/desk/notices.html"


def open_notice(request, pk):
    """Lead to what a notice is about; whoever opened it has seen it."""
    notice = get_object_or_404(notices_of(request.user), pk=pk)
    see(notices_of(request.user).filter(pk=pk), at=timezone.now())
    return redirect(notice.address or edit_address(notice.page_id))


@require_POST
def see_all(request):
    see(notices_of(request.user), at=timezone.now())
    messages.success(request, _("All notices are marked as read."))
    return redirect("opd_desk:notices")
