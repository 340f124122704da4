"""Search where the database is slow, or lacks the extension: real commits, real locks."""

import contextlib
import os
import re
import subprocess
import sys
from pathlib import Path

import psycopg2
import pytest
from django.db import connection
from django.test import Client

from kip_pages.planting import set_up_portal
from kip_pages.search import bounds

pytestmark = pytest.mark.postgres

ROOT = Path(__file__).resolve().parents[2]
OWN_ALL_BUT_THE_DATABASE = """
DO $$ DECLARE it record; BEGIN
  FOR it IN SELECT format('TABLE %I', tablename) AS name FROM pg_tables WHERE schemaname = 'public'
    UNION ALL SELECT format('FUNCTION %s', p.oid::regprocedure) FROM pg_proc p
      WHERE p.pronamespace = 'public'::regnamespace
  LOOP EXECUTE 'ALTER ' || it.name || ' OWNER TO kip_modest'; END LOOP;
END $$;
GRANT ALL ON SCHEMA public TO kip_modest
"""


def test_a_question_that_holds_the_database_is_ended_with_a_plain_answer(committed_db, monkeypatch):
    set_up_portal(hostname="portal.example.test", name="Portal")
    monkeypatch.setattr(bounds, "LONGEST_STATEMENT", 200)
    with contextlib.closing(psycopg2.connect(committed_db)) as other, other.cursor() as cursor:
        cursor.execute("LOCK TABLE wagtailsearch_indexentry IN ACCESS EXCLUSIVE MODE")
        response = Client().get("/cari/", {"q": "berat"}, headers={"host": "portal.example.test"})
    assert response.status_code == 200
    assert "terlalu lama" in response.content.decode()
    # The bound was the question's own.
    with connection.cursor() as cursor:
        cursor.execute("SHOW statement_timeout")
        assert cursor.fetchone() == ("0",)


def test_who_may_not_install_the_extension_migrates_all_the_same(committed_db):
    with connection.cursor() as cursor:
        cursor.execute("DROP EXTENSION IF EXISTS pg_trgm CASCADE")
        cursor.execute(
            # Those after it do not touch what it makes.
            "DELETE FROM django_migrations WHERE app = 'kip_pages' AND name >= '0020'"
        )
        cursor.execute("CREATE ROLE kip_modest LOGIN PASSWORD 'modest'")
        try:
            cursor.execute(OWN_ALL_BUT_THE_DATABASE)
            done = migrate(committed_db)
            assert done.returncode == 0, done.stderr
            cursor.execute("SELECT count(*) FROM pg_extension WHERE extname = 'pg_trgm'")
            assert cursor.fetchone() == (0,)
            cursor.execute(
                "SELECT count(*) FROM django_migrations"
                " WHERE app = 'kip_pages' AND name LIKE '0020%'"
            )
            assert cursor.fetchone() == (1,)
        finally:
            cursor.execute("REASSIGN OWNED BY kip_modest TO CURRENT_USER")
            cursor.execute("DROP OWNED BY kip_modest")
            cursor.execute("DROP ROLE kip_modest")


def migrate(url):
    modest = re.sub("//[^@]+@", "//kip_modest:modest@", url)
    return subprocess.run(
        [sys.executable, "manage.py", "migrate", "kip_pages", "0020", "-v0"],
        cwd=ROOT,
        env=os.environ | {"DATABASE_URL": modest, "DJANGO_SETTINGS_MODULE": "config.settings.test"},
        capture_output=True,
        text=True,
    )
