from django.db import connection
from django.http import HttpResponse


def alive(request):
    """Answer 200 when the database answers; asked by load balancers on any host or IP address."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    return HttpResponse("ok\n", content_type="text/plain; charset=utf-8")
