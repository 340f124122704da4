"""The one setting of this app, ``KIP_PAGES``, and its defaults."""

from pathlib import Path

from django.conf import settings

DEFAULTS = {
    # CSV with code,name: the regencies and cities of the province by Kemendagri code.
    "AREAS_FILE": Path(__file__).parent / "data" / "areas.csv",
    # CSV with code,name: their districts (kecamatan).
    "DISTRICTS_FILE": Path(__file__).parent / "data" / "districts.csv",
    # GeoJSON: the outlines of the province, its regencies and its cities, each by properties.code.
    "BOUNDARIES_FILE": Path(__file__).parent / "data" / "boundaries.json",
    # Where receipts ask the hosts, by their names in the Host header; empty: at the hosts' own addresses.
    "ALERT_CHECK_ORIGIN": "",
    # Days between two drills of the alert path; 0: none by itself.
    "ALERT_DRILL_DAYS": 30,
    # PEM files with which CAP messages are signed; without both of them they are not.
    "CAP_KEY_FILE": "",
    "CAP_CERTIFICATE_FILE": "",
    # Licence of what the feed carries, as an address; RPDE wants one.
    "FEED_LICENSE": "https://creativecommons.org/licenses/by/4.0/",
    # Days for which the feed tells of deletions; a cursor older than that has to start again.
    "TOMBSTONE_DAYS": 180,
    # Seconds after which a request numbers what no publisher or worker has numbered yet.
    "FEED_MAX_LAG": 2,
    # Alias of the cache that holds written answers and counts requests; best a memory of the process.
    "FEED_CACHE": "default",
    # Alias of the cache that holds public pages. What it holds is compared with the database at every
    # request, so a memory of each process serves as well as one that all share.
    "PAGE_CACHE": "default",
    # Requests a minute: by one address without a token, by one consumer with one. None: no limit.
    "FEED_RATE_ANONYMOUS": 600,
    "FEED_RATE_CONSUMER": 6000,
    # Seconds a consumer may be behind before the feed's health turns amber.
    "FEED_CONSUMER_MAX_LAG": 900,
    # Address of the front end that shows drafts, where there is one beside the built-in templates;
    # {host} stands for the host of the page's site.
    "PREVIEW_CLIENT_URL": "",
    # Hours for which a shared preview can be read.
    "PREVIEW_HOURS": 72,
    # Whether webhooks, and warnings of others, may go over plain http; for development.
    "WEBHOOK_ALLOW_INSECURE": False,
    # Networks that both may reach although they are not public: ["10.20.0.0/16"].
    "WEBHOOK_ALLOWED_NETWORKS": [],
    # Days for which webhook deliveries and their attempts are kept.
    "WEBHOOK_LOG_DAYS": 30,
    # How large a file of a register may be, and for how many days imports are kept with their files.
    "IMPORT_MAX_MEGABYTES": 20,
    "IMPORT_KEEP_DAYS": 180,
    # Working days before the end of an exemption on which its officers are warned (PP 61/2010: 30).
    "EXEMPTION_WARNING_DAYS": 30,
    # E-mails to subscribers a second, of each worker; None: as fast as the mail server takes them.
    "MAILING_RATE": None,
    # How often an hour addresses are taken to subscribe from one machine, and how often one address is
    # written to for it, whoever enters it. None: no limit.
    "SUBSCRIBE_RATE": 20,
    "SUBSCRIBE_RATE_ADDRESS": 3,
    # National holidays and days of collective leave, as "2027-01-01"; no working days.
    "HOLIDAYS": [],
}


def get_setting(name: str):
    """Return ``settings.KIP_PAGES[name]``, or its default; read when used, so tests may override it."""
    return getattr(settings, "KIP_PAGES", {}).get(name, DEFAULTS[name])


# Bytes of an upload, where the project leaves Wagtail's own setting out.
DEFAULT_MAX_UPLOAD = 50 * 1024 * 1024


def max_upload_bytes() -> int:
    """Return how large a document may be: ``WAGTAILDOCS_MAX_UPLOAD_SIZE``, or a limit all the same."""
    return getattr(settings, "WAGTAILDOCS_MAX_UPLOAD_SIZE", None) or DEFAULT_MAX_UPLOAD
