"""A portal as small as one can be: follows ``next`` and keeps what it got."""

import hashlib
import json
from collections import Counter
from urllib.parse import urlsplit


class Mirror:
    """Reads the feed over HTTP through Django's test client; may stop anywhere and go on."""

    def __init__(self, client, host="portal.example.test", limit=100, **filters):
        self.client = client
        self.host = host
        self.items = {}
        parameters = "&".join(f"{k}={v}" for k, v in {"limit": limit, **filters}.items())
        self.next = f"http://{host}/api/feed/v1/changes?{parameters}"

    def step(self):
        """Read one page; return whether anything came."""
        address = urlsplit(self.next)
        response = self.client.get(
            f"{address.path}?{address.query}", headers={"host": address.netloc}
        )
        if response.status_code == 410:
            return self.start_again(response)
        assert response.status_code == 200, response.content
        page = response.json()
        for item in page["items"]:
            if item["state"] == "deleted":
                assert "data" not in item
                self.items.pop(item["id"], None)
            else:
                self.items[item["id"]] = item
        if not page["items"]:
            assert page["next"] == self.next, "the last page repeats its own address"
        self.next = page["next"]
        return bool(page["items"])

    def start_again(self, response):
        """Told that its place in the feed is gone; few tests expect it."""
        raise AssertionError(response.content)

    def follow(self):
        while self.step():
            pass
        return self

    @property
    def counts(self):
        return Counter((i["data"]["agency"]["code"], i["kind"]) for i in self.items.values())

    @property
    def titles(self):
        return Counter(
            (i["data"]["agency"]["code"], i["kind"], i["data"]["title"])
            for i in self.items.values()
        )

    @property
    def content(self):
        """What the copy says of each item, without the numbers of its changes."""
        return {key: item["data"] for key, item in self.items.items()}

    def digest(self):
        """Compute the digest as the documentation tells a portal to."""
        rows = {}
        for key, item in self.items.items():
            data = dict(item["data"])
            sealed = data.pop("sha256")
            text = json.dumps(data, ensure_ascii=False, separators=(",", ":"), sort_keys=True)
            assert hashlib.sha256(text.encode()).hexdigest() == sealed
            count, value = rows.get((data["agency"]["code"], item["kind"]), (0, 0))
            one = hashlib.sha256(f"{key}:{sealed}".encode()).digest()
            rows[data["agency"]["code"], item["kind"]] = (
                count + 1,
                value ^ int.from_bytes(one, "big"),
            )
        return {key: (count, f"{value:064x}") for key, (count, value) in rows.items()}
