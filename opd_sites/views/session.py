"""What a form of the admin asks before it is sent: is the log-in still good?"""

from django.http import JsonResponse
from django.middleware.csrf import get_token
from django.shortcuts import render
from django.views.decorators.cache import never_cache


@never_cache
def session_state(request):
    """Say who is logged in, with the token that a form needs now; asked by script, else 403."""
    return JsonResponse({"user": request.user.pk, "token": get_token(request)})


@never_cache
def logged_in_again(request):
    """Tell somebody who logged in beside what they were writing that they can go back to it."""
    return render(request, "opd_sites/session/logged_in_again.html")
