"""What a host tells of its alerts to machines and to open pages: no cookie, no language guessed."""

from django.conf import settings
from django.http import HttpResponse, JsonResponse
from django.utils import timezone
from django.views.decorators.http import require_safe
from wagtail.models import Site

from ..alerts.showing import board_of
from ..alerts.state import STALE_IF_ERROR, max_age, state_of


@require_safe
def state(request) -> HttpResponse:
    """``/_darurat.json``: the alerts in force on this host, ready to be shown (``?bahasa=en``)."""
    language = request.GET.get("bahasa", "")
    if language not in dict(settings.WAGTAIL_CONTENT_LANGUAGES):
        language = settings.LANGUAGE_CODE
    at = timezone.now()
    board = board_of(request.agency, language=language, at=at)
    said = state_of(board, site=Site.find_for_request(request), language=language, at=at)
    response = JsonResponse(said, json_dumps_params={"ensure_ascii": False})
    response["Cache-Control"] = (
        f"public, max-age={max_age(board, at=at)}, stale-if-error={STALE_IF_ERROR}"
    )
    response["Access-Control-Allow-Origin"] = "*"
    return response
