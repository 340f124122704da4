"""Make the stock site in a database of its own, and serve it as ours is served."""

import contextlib
import os
import subprocess
import sys

import psycopg2

from ..serving import ROOT, serving

HOST = "stock.bench.test"
DATABASE = "stock"


@contextlib.contextmanager
def stock_site():
    """Yield its server; its database goes with the throw-away server of all."""
    environment = {
        "DJANGO_SETTINGS_MODULE": "bench.stock.settings",
        "STOCK_DATABASE_URL": _database(os.environ["DATABASE_URL"]),
    }
    subprocess.run(
        [sys.executable, "-m", "bench.stock.founding"],
        cwd=ROOT,
        env=os.environ | environment,
        check=True,
    )
    with serving("django.core.wsgi:get_wsgi_application()", **environment) as server:
        yield server


def _database(url):
    connection = psycopg2.connect(url)
    try:
        connection.autocommit = True
        with connection.cursor() as cursor:
            cursor.execute(f"CREATE DATABASE {DATABASE}")
    finally:
        connection.close()
    return f"{url.rpartition('/')[0]}/{DATABASE}"
