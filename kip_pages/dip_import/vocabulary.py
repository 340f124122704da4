"""The words that officers use in registers, in all the ways in which they write them."""

import difflib
import enum
import functools
import re
import unicodedata
from collections.abc import Callable
from typing import TypeVar

from ..choices import InformationCategory, InformationFormat
from .cells import Cell

Answer = TypeVar("Answer")
# Words of this length come again and again; longer texts do not, and would fill the memory.
OFTEN_SEEN = 80


def remembered(function: Callable[[str], Answer]) -> Callable[[str], Answer]:
    """Let a function of a text remember what it answered for short ones."""
    known = functools.lru_cache(maxsize=4096)(function)

    @functools.wraps(function)
    def answer(text):
        return known(text) if len(text) <= OFTEN_SEEN else function(text)

    return answer


_INVISIBLE = re.compile("[\u200b-\u200f\u2060\ufeff\u00ad]")
_NO_WORD = re.compile(r"[^0-9a-z]+")


@remembered
def tidy(text: str) -> str:
    """Return ``text`` on one line, without invisible characters."""
    return " ".join(_INVISIBLE.sub("", text).split())


@remembered
def plain(text: str) -> str:
    """Return the words of ``text`` in small letters, with single blanks between them."""
    if not text.isascii():
        text = unicodedata.normalize("NFKD", _INVISIBLE.sub("", text))
        text = text.encode("ascii", "ignore").decode()
    return _NO_WORD.sub(" ", text.lower()).strip()


# --- categories ------------------------------------------------------------------------------


class Stated(enum.StrEnum):
    """What a file may say of an entry. Exempt information has a word here and no category."""

    PERIODIC = "berkala"
    IMMEDIATE = "serta_merta"
    ALWAYS_AVAILABLE = "setiap_saat"
    EXEMPT = "dikecualikan"

    @property
    def category(self) -> InformationCategory | None:
        return None if self is Stated.EXEMPT else InformationCategory[self.name]


_SAID = {
    Stated.PERIODIC: r"berkala|periodik|periodic(?:al|ally)?",
    Stated.IMMEDIATE: r"serta ?merta|immediate(?:ly)?",
    Stated.ALWAYS_AVAILABLE: (
        r"set(?:iap|ap|ip) ?saat|tiap saat|always available|available at (?:all|any) times?"
    ),
    Stated.EXEMPT: (
        r"(?<!tidak )(?<!bukan )(?<!non )di ?kecualikan|pengecualian|exempt(?:ed|ion)?|excluded"
        r"|rahasia|tertutup|confidential"
    ),
}
_SAID = {stated: re.compile(rf"\b(?:{words})\b") for stated, words in _SAID.items()}
# What stands around the word in headings; nothing else may, or it is the title of an entry.
_AROUND = re.compile(
    r"\b(?:informasi|info|publik|public|information|yang|wajib|harus|di|ke|disediakan|sediakan|"
    r"menyediakan|diumumkan|umumkan|mengumumkan|tersedia|dan|atau|secara|daftar|list|of|the|"
    r"kategori|category|klasifikasi|jenis|sifat|kelompok|dip|data|dokumen|bagian|tanpa|ditunda|"
    r"ppid|tahun|ta|sheet|tabel|lampiran|dik|[ivx]+|[a-z]|\d{1,2}|(?:19|20)\d\d)\b"
)
LONGEST_HEADING = 300
LONGEST_VALUE = 40
ALIKE = 0.85
_SPELT = {
    "berkala": Stated.PERIODIC,
    "serta merta": Stated.IMMEDIATE,
    "setiap saat": Stated.ALWAYS_AVAILABLE,
    "dikecualikan": Stated.EXEMPT,
}
_FILE_NAME = re.compile(r"\.(?:pdf|docx?|xlsx?|pptx?|png|jpe?g|zip|rar)\s*$", re.I)


@remembered
def stated_in(text: str) -> frozenset[Stated]:
    """Return every category that ``text`` names."""
    words = plain(text)
    return frozenset(stated for stated, said in _SAID.items() if said.search(words))


@remembered
def stated_value(text: str) -> Stated | None:
    """Read a cell of a category column, or a name of a sheet; None where it is not one category."""
    found = stated_in(text)
    if Stated.EXEMPT in found:
        return Stated.EXEMPT
    if not found and len(text) <= LONGEST_VALUE:
        return _misspelt(text)
    return next(iter(found)) if len(found) == 1 else None


def _misspelt(text):
    """A letter too few or too many: whoever reads "Bekala" knows what is meant."""
    words = " ".join(_AROUND.sub(" ", plain(text)).split())
    (meant,) = difflib.get_close_matches(words, _SPELT, n=1, cutoff=ALIKE) or ("",)
    return _SPELT.get(meant)


_MARK = re.compile(r"di ?kecualikan\b|(?:rahasia|tertutup|confidential|exempt(?:ed)?|excluded)$")
_LED_UP_TO = re.compile(
    r"(?:(?:informasi|info|dokumen|data|publik|ini|yang|termasuk|bersifat|sifat|status|adalah) )*"
    r"(?:di ?kecualikan|rahasia|tertutup|confidential|exempt(?:ed)?|excluded)\b"
)


def begins_with_mark(text: str) -> bool:
    """Say whether ``text`` begins with the word that marks what it stands beside as exempt."""
    return bool(_MARK.match(plain(text[:LONGEST_HEADING])))


def leads_up_to_mark(text: str) -> bool:
    """The same, where other words may lead up to it: "Informasi ini dikecualikan berdasarkan …"."""
    return bool(_LED_UP_TO.match(plain(text[:LONGEST_HEADING])))


def is_file_name(text: str) -> bool:
    return bool(_FILE_NAME.search(text))


@remembered
def stated_heading(text: str) -> Stated | None:
    """Read a heading that says nothing but a category, if it does."""
    found = stated_in(text) if len(text) <= LONGEST_HEADING else ()
    if len(found) != 1 or is_file_name(text):
        return None
    (stated,) = found
    before, after = _SAID[stated].split(plain(text), maxsplit=1)
    if _AROUND.sub("", before).strip():
        return None
    # "Informasi berkala Dinas Kesehatan" is a heading, "Berkala Dinas Kesehatan" may be anything.
    is_said_in_full = re.search(r"\b(?:informasi|daftar)\b", before)
    return stated if is_said_in_full or not _AROUND.sub("", after).strip() else None


_EXPLAINED = re.compile(r"\b([A-Za-z]{1,4}|\d)\s*[=:]\s*([A-Za-z][A-Za-z \-]{3,40})")


def legend_in(text: str) -> dict[str, str]:
    """Return what the abbreviations of a legend stand for: "B = Berkala, SM = Serta Merta"."""
    return {plain(short): meant for short, meant in _EXPLAINED.findall(text[:LONGEST_CITED])}


_ARTICLE_17 = re.compile(r"\b(?:pasal|ps|psl) 17\b")
_OF_THE_LAW = re.compile(r"\b(?:uu|undang|kip|huruf|keterbukaan|14 (?:tahun )?2008)\b")
_THE_LAW = re.compile(r"\b14 (?:tahun )?2008\b")
_LETTER = re.compile(r"\bhuruf [a-j]\b")
# A ground is cited at the beginning; a longer text is not searched to its end.
LONGEST_CITED = 4_000


def names_a_ground(text: str) -> bool:
    """Say whether ``text`` cites a ground of UU 14/2008 Ps. 17, on which information is exempt."""
    if "17" not in text and "14" not in text:
        return False
    words = plain(text[:LONGEST_CITED])
    if _ARTICLE_17.search(words) and _OF_THE_LAW.search(words):
        return True
    return bool(_THE_LAW.search(words) and _LETTER.search(words))


# --- marks in cells --------------------------------------------------------------------------

_NOTHING = re.compile(r"[-–—_.…*/\\\s]*|n/?a|#n/a|#ref!|nihil|null|none|kosong", re.I)
_DITTO = re.compile(
    r"s\.?\s?d\.?\s?a\.?|idem|id\.|ditto|sama|same|"
    r"(?:sama|same)\s+(?:dengan|seperti|as)?\s*(?:yang\s+)?(?:di\s*)?(?:atas|above)|seperti (?:di )?atas|"
    r"[-–—\s]*(?:[\"“”„″〃]|''|,,|``|´´)+[-–—\s]*",
    re.I,
)
_TICK = re.compile(r"[√✓✔☑✅●•■◉⬤ѵυᴠ∨vx×✗✘*+o]|1|ya|y|yes|ada|true|benar|tersedia|ok", re.I)
_NO_TICK = re.compile(r"0|tidak|tdk|no|n|false|salah|tidak ada|belum|belum ada|☐|□|○|û|¨", re.I)
# What a cross means depends on whether its table also has ticks.
CROSSES = frozenset("xX×✗✘")
# Ticks and crosses as letters of fonts whose letters are pictures.
_PICTURES = {
    "wingdings": ("üþ", "ûý¨oq"),
    "wingdings 2": ("PRS", "OQT£"),
    "webdings": ("a", "r"),
    "symbol": ("Ö", "´"),
}


@remembered
def is_nothing(text: str) -> bool:
    """Say whether a cell holds a mark for "nothing", such as a dash."""
    return bool(_NOTHING.fullmatch(text.strip()))


@remembered
def is_ditto(text: str) -> bool:
    """Say whether a cell stands for what is above it: sda, idem, -"-."""
    return bool(_DITTO.fullmatch(text.strip()))


def is_ticked(cell: Cell, *, crosses_count: bool = True) -> bool:
    """Read a cell of a column of ticks."""
    mark = tidy(cell.text)
    yes, no = _PICTURES.get(cell.font, ("", ""))
    if mark in ("ü", "þ") or (yes and mark and mark[0] in yes):
        return True
    if is_nothing(mark) and mark != "*":
        return False
    if _NO_TICK.fullmatch(mark) or (no and mark[0] in no):
        return False
    if mark in CROSSES:
        return crosses_count
    return True


def is_tick(cell: Cell) -> bool:
    """Say whether a cell holds nothing but a tick."""
    return bool(_TICK.fullmatch(tidy(cell.text))) or tidy(cell.text) in ("ü", "þ")


# --- forms -----------------------------------------------------------------------------------

_FORMS = {
    InformationFormat.PRINT: (
        r"hard|cetak|tercetak|print|kertas|buku|booklet|leaflet|brosur|poster|spanduk|baliho|banner"
        r"|fisik|hc|naskah|lembar|majalah|papan pengumuman|paper|(?:non|bukan) (?:elektronik|digital)"
    ),
    InformationFormat.RECORDING: (
        r"soft|rekam|rekaman|digital|elektronik|pdf|file|fail|sc|cd|dvd|flash ?disk|doc|docx|word"
        r"|xls|xlsx|excel|csv|ppt|jpe?g|png|mp[34]|audio|video|audiovisual|electronic|recording|recorded"
    ),
    InformationFormat.ONLINE: (
        r"on ?line|daring|web|website|situs|laman|internet|portal|media sosial|medsos|youtube"
        r"|instagram|tautan|link|aplikasi"
    ),
}
_FORMS = {form: re.compile(rf"\b(?:{words})") for form, words in _FORMS.items()}
_NEGATED = re.compile(r"\b(?:non|bukan|tidak) (?:elektronik|digital|online|cetak)\b")


@remembered
def forms_in(text: str) -> frozenset[InformationFormat]:
    """Return the forms that a text such as "Hard & Soft File" names."""
    words = plain(text)
    found = {form for form, said in _FORMS.items() if said.search(_NEGATED.sub(" ", words))}
    if re.search(r"\b(?:non|bukan) (?:elektronik|digital)\b", words):
        found.add(InformationFormat.PRINT)
    return frozenset(found)
