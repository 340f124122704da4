"""The pages of the sample portal. What the feed says is foreign text: shown as text, never as HTML."""

import datetime
from urllib.parse import quote, urlencode, urlsplit

from .markup import Markup, join, render
from .store import Item, Store

PER_PAGE = 20
WIB = datetime.timezone(datetime.timedelta(hours=7), "WIB")
MONTHS = (
    *("Januari", "Februari", "Maret", "April", "Mei", "Juni", "Juli"),
    *("Agustus", "September", "Oktober", "November", "Desember"),
)
KINDS = {
    "dip": "Daftar Informasi Publik",
    "news": "Berita",
    "emergency": "Pengumuman darurat",
    "activity": "Program dan kegiatan",
    "information": "Profil dan kebijakan",
}
NOT_ACTUAL = {"exercise": "LATIHAN", "test": "UJI COBA"}

PAGE = """\
<!DOCTYPE html>
<html lang="id">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{title} – Portal contoh</title>
<link rel="stylesheet" href="/style.css">
</head>
<body>
<a class="skip" href="#isi">Langsung ke isi</a>
<header>
<p class="name"><a href="/">Informasi publik provinsi</a></p>
<p>Ini portal contoh, bukan situs resmi. Isinya disalin dari umpan informasi publik.</p>
</header>
<main id="isi">
{content}
</main>
<footer><p>{caught_up}</p></footer>
</body>
</html>
"""

LISTING = """\
<h1>Informasi terbaru</h1>
<form action="/" method="get">
<p><label for="opd">Badan publik</label>
<select id="opd" name="agency"><option value="">Semua badan publik</option>{agencies}</select></p>
<p><label for="jenis">Jenis informasi</label>
<select id="jenis" name="kind"><option value="">Semua jenis</option>{kinds}</select></p>
<p><button>Tampilkan</button></p>
</form>
{entries}
{pager}
"""

OPTION = '<option value="{value}"{selected}>{label}</option>'

ENTRY = """\
<li>
<h2 lang="{language}">{marks}<a href="/item/{id}">{title}</a></h2>
<p class="about">{about}</p>
<p lang="{language}">{summary}</p>
</li>
"""

ITEM = """\
<p><a href="/">Kembali ke semua informasi</a></p>
<article lang="{language}">
<h1>{marks}{title}</h1>
<p class="about" lang="id">{about}</p>
<p class="summary">{summary}</p>
{text}
{attachments}
<p lang="id">{source}</p>
</article>
"""

# The eight elements of an announcement, in the order and the words of PERKI 1/2021.
ELEMENTS = {
    "hazard_and_impact": "Potensi bahaya dan besaran dampaknya",
    "affected_people": "Pihak yang berpotensi terdampak",
    "evacuation": "Prosedur dan tempat evakuasi",
    "how_to_avoid": "Cara menghindari bahaya",
    "how_to_get_help": "Cara mendapatkan bantuan",
    "announcer": "Pihak yang wajib mengumumkan",
    "announcement_method": "Tata cara pengumuman saat keadaan darurat",
    "authority_actions": "Upaya yang dilakukan pihak berwenang",
}


def listing(store: Store, *, agency: str, kind: str, number: int) -> Markup:
    """The newest items, a page of them; ``number`` counts from 1."""
    found = store.newest(
        agency=agency, kind=kind, limit=PER_PAGE + 1, offset=PER_PAGE * (number - 1)
    )
    entries = join(render(ENTRY, **_told(store, item)) for item in found[:PER_PAGE])
    content = render(
        LISTING,
        agencies=_options(store.agencies(), agency),
        kinds=_options([(kind, KINDS.get(kind, kind)) for kind in store.kinds()], kind),
        entries=render("<ul class='items'>{entries}</ul>", entries=entries)
        if found
        else Markup("<p>Tidak ada informasi yang cocok.</p>"),
        pager=_pager(agency, kind, number, more=len(found) > PER_PAGE),
    )
    return _page(store, "Informasi terbaru", content)


def item_page(store: Store, item: Item) -> Markup:
    """One item with its text, its files, and the way to where it was published."""
    data = item.data
    files = [
        _link(file.get("url"), file.get("title") or file.get("url"))
        for file in data.get("attachments") or []
    ]
    content = render(
        ITEM,
        **_told(store, item),
        text=_elements(item) or render("<p>{text}</p>", text=data.get("content_text") or ""),
        attachments=render(
            '<h2 lang="id">Berkas</h2><ul>{files}</ul>',
            files=join(render("<li>{file}</li>", file=file) for file in files),
        )
        if files
        else "",
        source=_link(data.get("url"), "Baca di situs badan publik"),
    )
    return _page(store, data["title"], content)


def message(store: Store, title: str, text: str) -> Markup:
    content = render("<h1>{title}</h1><p>{text}</p>", title=title, text=text)
    return _page(store, title, content)


def _page(store, title, content):
    at = store.caught_up_at
    caught_up = f"Diperbarui {_moment(at)}." if at else "Salinan pertama sedang dibuat."
    return render(PAGE, title=title, content=content, caught_up=caught_up)


def _told(store, item):
    data = item.data
    published = _moment(_parsed(data.get("published_at")))
    parts = [data["agency"].get("name"), KINDS.get(item.kind, item.kind), published]
    return {
        "id": quote(item.id, safe=""),
        "language": data.get("locale") or "id",
        "title": data["title"],
        "summary": data.get("summary") or "",
        "about": " · ".join(part for part in parts if part),
        "marks": _marks(store, item),
    }


def _marks(store, item):
    """An exercise must never be taken for an emergency, nor one of another time for a present one."""
    emergency = item.data.get("emergency") or {}
    status = emergency.get("status", "actual")
    marks = [] if status == "actual" else [NOT_ACTUAL.get(status, "BUKAN KEADAAN SEBENARNYA")]
    if _is_over(store, item):
        marks.append("BERAKHIR")
    elif emergency and not _has_begun(item):
        marks.append("BELUM BERLAKU")
    return join(render('<strong class="mark" lang="id">{mark}</strong> ', mark=m) for m in marks)


def _is_over(store, item):
    """An announcement ends when it says so, or when its agency says something new about it in earnest."""
    expires = _parsed((item.data.get("emergency") or {}).get("expires"))
    if expires and expires <= datetime.datetime.now(datetime.UTC):
        return True
    return any(
        later.data["agency"]["code"] == item.data["agency"]["code"]
        and later.data["emergency"].get("status") == "actual"
        and _has_begun(later)
        for later in store.successors(item.id)
    )


def _has_begun(item):
    effective = _parsed(item.data["emergency"].get("effective"))
    return effective is None or effective <= datetime.datetime.now(datetime.UTC)


def _elements(item):
    emergency = item.data.get("emergency") or {}
    told = [(label, emergency.get(name)) for name, label in ELEMENTS.items()]
    return join(
        render('<h2 lang="id">{label}</h2><p class="lines">{text}</p>', label=label, text=text)
        for label, text in told
        if text
    )


def _options(choices, chosen):
    return join(
        render(
            OPTION,
            value=value,
            label=label,
            selected=Markup(" selected") if value == chosen else "",
        )
        for value, label in choices
    )


def _pager(agency, kind, number, *, more):
    links = [(number - 1, "Lebih baru")] if number > 1 else []
    links += [(number + 1, "Lebih lama")] if more else []
    if not links:
        return ""
    return render(
        '<nav aria-label="Halaman"><p>{links}</p></nav>',
        links=join(
            render(
                '<a href="/?{query}">{label}</a> ',
                query=urlencode({"agency": agency, "kind": kind, "page": to}),
                label=label,
            )
            for to, label in links
        ),
    )


def _link(address, label):
    """An address from the feed becomes a link only if it is one a browser may follow."""
    try:
        is_web = urlsplit(str(address)).scheme in ("http", "https")
    except ValueError:
        is_web = False
    template = '<a href="{address}" rel="nofollow">{label}</a>' if is_web else "{label}"
    return render(template, address=address, label=label or "")


def _parsed(text):
    try:
        moment = datetime.datetime.fromisoformat(text)
    except (TypeError, ValueError):
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=WIB)


def _moment(moment):
    if moment is None:
        return ""
    local = moment.astimezone(WIB)
    return f"{local.day} {MONTHS[local.month - 1]} {local.year} pukul {local:%H.%M} WIB"


def page_number(text: str) -> int:
    """Return the number of the page asked for; 1 for whatever is none."""
    return max(1, int(text)) if text.isdecimal() and len(text) < 7 else 1
