"""An alert for all sites under load: how soon it is seen, cleared, and what it costs everybody else.

Readers stand behind a shared cache, as most do: some load the page again and again without JavaScript,
others leave it open, and its script asks every half minute. wrk asks the servers themselves meanwhile.
"""

import heapq
import http.client
import random
import threading
import time
from collections.abc import Sequence

from .figures import Figure
from .load import Load
from .serving import serving
from .shared_cache import caching

# What the documentation promises, in seconds.
WITH_SCRIPT, WITHOUT = 45, 65
POLL = 30  # seconds, as darurat.js asks
TABS = 5  # open pages on each host
RELOAD = 0.5
WARM = 15  # seconds in which every worker makes every page once
BEFORE = 20  # seconds of traffic to compare with
PAUSE = 70  # seconds from one act to the next: longer than any of them may take to be seen


class Reader(threading.Thread):
    """Asks ``(when, every, host, path)`` in turn, and notes when each first says, or says no more, what.

    ``seen`` is {(event, place): moment}, and ``wrong`` what was answered that no host should.
    """

    def __init__(self, port: int, asks):
        super().__init__(daemon=True)
        self.port, self.asks = port, list(asks)
        heapq.heapify(self.asks)
        self.events, self.seen, self.wrong = [], {}, []
        self.is_over = threading.Event()

    def run(self):
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=10)
        while not self.is_over.is_set():
            when, every, number, host, path = heapq.heappop(self.asks)
            if self.is_over.wait(max(0, when - time.monotonic())):
                return
            connection.request("GET", path, headers={"Host": host})
            answer = connection.getresponse()
            text = answer.read().decode()
            self._note(time.monotonic(), (number, host), answer.status, text)
            heapq.heappush(self.asks, (when + every, every, number, host, path))

    def _note(self, now, place, status, text):
        if status != http.HTTPStatus.OK:
            self.wrong.append((place, status))
        for event in list(self.events):
            if event.is_right(text):
                self.seen.setdefault((event, place), now)
            elif (event, place) in self.seen and event is self.events[-1]:
                self.wrong.append((place, f"forgot {event.title}"))


class Event:
    """``title`` is to be seen from ``at`` on; what was said before it is not."""

    def __init__(self, title: str, gone: str):
        self.title, self.gone, self.at = title, gone, time.monotonic()

    def is_right(self, text):
        shown = not self.title or self.title in text
        return shown and not (self.gone and self.gone in text)


def measure(agency) -> list[Figure]:
    """Announce to all sites, correct it, and call it off; ``agency`` announces."""
    from opd_sites.models import Agency

    from .province import PORTAL_HOST

    hosts = [one.site.hostname for one in Agency.objects.select_related("site")] + [PORTAL_HOST]
    with serving("config.wsgi", workers=2, threads=4) as site, caching(site.port) as edge:
        Load(site.port, hosts, seconds=WARM).result()
        plain, scripted = _readers(edge, hosts)
        before = Load(site.port, hosts, seconds=BEFORE).result()
        load = Load(site.port, hosts, seconds=3 * PAUSE)
        events = _act(agency, [plain, *scripted])
        during = load.result()
        for reader in (plain, *scripted):
            reader.is_over.set()
            reader.join()
    wrong = [one for reader in (plain, *scripted) for one in reader.wrong]
    return [
        _until_seen("without JavaScript", events, [plain], len(hosts), WITHOUT),
        _until_seen("in open pages", events, scripted, len(hosts) * TABS, WITH_SCRIPT),
        Figure(
            "answers a second while an alert comes, changes and goes",
            during["rate"] / before["rate"],
            "×",
            "≥",
            0.9,
            f"{during['rate']:.0f} against {before['rate']:.0f} before; p99 {during['p99']:.3g} ms "
            f"against {before['p99']:.3g} ms",
        ),
        Figure(
            "errors and banners that came back meanwhile",
            sum(during["errors"].values()) + len(wrong),
            "",
            "≤",
            0,
            f"of {during['answers']} answers {during['errors']} {wrong[:3] or ''}",
        ),
    ]


def _readers(port, hosts: Sequence[str]):
    now, chance = time.monotonic(), random.Random(1)

    def asks(every, numbers, path):
        return [
            (now + chance.uniform(0, every), every, number, host, path)
            for host in hosts
            for number in numbers
        ]

    plain = Reader(port, asks(RELOAD, [0], "/"))
    scripted = [Reader(port, asks(POLL, range(TABS), "/_darurat.json?bahasa=id"))]
    for reader in (plain, *scripted):
        reader.start()
    return plain, scripted


def _act(agency, readers):
    """Do the three acts in their time and return them as events; the readers look for them."""
    from django.utils import timezone

    from kip_pages.choices import AlertReach, EmergencyKind, Hazard, MessageType
    from kip_pages.models import EmergencyAnnouncementPage, EmergencyIndexPage

    section = EmergencyIndexPage.objects.descendant_of(agency.root_page).first()
    events, page = [], None
    acts = [
        ("Banjir pertama", "", MessageType.ALERT),
        ("Banjir kedua", "Banjir pertama", MessageType.UPDATE),
        ("", "Banjir kedua", MessageType.CANCEL),
    ]
    for title, gone, kind in acts:
        page = EmergencyAnnouncementPage(
            title=title or "Banjir usai",
            kind=EmergencyKind.NATURAL_DISASTER,
            hazard=Hazard.FLOOD,
            hazard_and_impact="Banjir setinggi satu meter.",
            affected_people="Warga bantaran sungai.",
            how_to_avoid="Jauhi sungai.",
            how_to_get_help="Hubungi 112.",
            areas=["36.72"],
            reach=AlertReach.PROVINCE,
            message_type=kind,
            predecessor=page,
            effective=timezone.now(),
            live=False,
        )
        section.add_child(instance=page)
        revision = page.save_revision()
        event = Event(title, gone)
        events.append(event)
        for reader in readers:
            reader.events.append(event)
        revision.publish()
        time.sleep(max(0, event.at + PAUSE - time.monotonic()))
    return events


def _until_seen(name, events, readers, places, promise):
    """Judge the slowest hundredth; a place that never saw an event counts as one that still waits."""
    delays = sorted(
        moment - event.at
        for reader in readers
        for (event, _place), moment in reader.seen.items()
        if event in events
    )
    delays += [PAUSE] * (places * len(events) - len(delays))
    p50, p99 = delays[len(delays) // 2], delays[int(len(delays) * 0.99) - 1]
    return Figure(
        f"p99 until an alert is seen, changed and gone {name}",
        p99,
        " s",
        "≤",
        promise,
        f"p50 {p50:.3g} s, longest {delays[-1]:.3g} s, of {len(delays)} on {places} places",
    )
