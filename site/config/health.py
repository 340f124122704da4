from django.db import connection
from django.http import HttpResponse

PATH = "/healthz"


class HealthMiddleware:
    """Answer ``/healthz`` with 200 when the database answers, on any host or IP address.

    First of all middleware: load balancers ask by IP address and without TLS, and know no site.
    """

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        if request.path != PATH:
            return self.get_response(request)
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
        return HttpResponse("ok\n", content_type="text/plain; charset=utf-8")
