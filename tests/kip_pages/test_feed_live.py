"""The feed read by a real HTTP client from a real server."""

import time

import pytest
import requests

from kip_pages.api.http import SETTLED
from kip_pages.models import NewsPage
from kip_pages.planting import set_up_portal

from ..factories import AgencyFactory, publish
from ..live import HOST, live_server


@pytest.mark.postgres
def test_a_cold_and_a_warm_portal_ask_over_real_http(committed_db):
    set_up_portal(hostname=HOST, name="Portal")
    agency = AgencyFactory(code="dinkes")
    for number in range(30):
        publish(NewsPage, agency, title=f"Berita {number}")
    with live_server(committed_db) as port, requests.Session() as portal:
        # The server ends a kept connection after a pause; a client that finds it so asks once more.
        portal.mount("http://", requests.adapters.HTTPAdapter(max_retries=1))
        address = f"http://{HOST}:{port}/api/feed/v1/changes"
        cold = portal.get(address)
        assert cold.status_code == 200
        assert cold.headers["Content-Encoding"] == "gzip"
        assert len(cold.json()["items"]) == 30
        on_the_wire = int(cold.headers["Content-Length"])
        assert on_the_wire < len(cold.content) / 3

        assert cold.headers["Cache-Control"].startswith("public, max-age=5")
        assert cold.headers["Vary"] == "Accept-Encoding, Authorization"

        warm = portal.get(address, headers={"If-None-Match": cold.headers["ETag"]})
        assert (warm.status_code, warm.content) == (304, b"")
        time.sleep(SETTLED.total_seconds())
        dated = portal.get(address).headers["Last-Modified"]
        by_date = portal.get(address, headers={"If-Modified-Since": dated})
        assert (by_date.status_code, by_date.content) == (304, b"")

        head = portal.head(address)
        assert head.headers["ETag"] == cold.headers["ETag"]
        # The connection is still usable: nothing was sent after the head.
        assert portal.get(address).headers["ETag"] == cold.headers["ETag"]

        last = portal.get(cold.json()["next"])
        assert last.json()["items"] == []
        publish(NewsPage, agency, title="Baru")
        after = portal.get(last.url, headers={"If-None-Match": last.headers["ETag"]})
        assert [item["data"]["title"] for item in after.json()["items"]] == ["Baru"]
