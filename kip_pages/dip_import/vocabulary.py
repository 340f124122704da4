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


# Words that mark what they stand beside as exempt; where they are denied, they do not.
MARKS = (
    r"di ?kecualikan|pengecualian|exempt(?:ed|ion)?|excluded|rahasia|di ?rahasiakan|tertutup"
    r"|confidential|restricted"
)
_SAID = {
    Stated.PERIODIC: r"berkala|periodik|periodic(?:al|ally)?",
    Stated.IMMEDIATE: r"serta ?merta|immediate(?:ly)?",
    Stated.ALWAYS_AVAILABLE: (
        r"set(?:iap|ap|ip) ?saat|tiap saat|always available|available at (?:all|any) times?"
    ),
    Stated.EXEMPT: (
        rf"{MARKS}|tidak terbuka|(?:akses|informasi(?: yang)?(?: bersifat)?) terbatas"
        r"|(?:tidak|tdk) (?:dapat|boleh|bisa) (?:di ?)?(?:berikan|buka|akses|publikasikan|umumkan"
        r"|sebar\w*)(?: (?:untuk|kepada|ke) (?:publik|umum|masyarakat))?"
        r"|(?:tidak|bukan|tdk) (?:untuk|utk) (?:konsumsi )?(?:publik|umum|masyarakat|di ?publikasikan"
        r"|di ?sebar\w*|di ?buka)|bukan informasi publik|not (?:for|open to) (?:the )?public"
        r"(?: release| disclosure)?|not (?:to be )?disclosed"
        r"|(?:tidak|tdk) di ?publikasi(?:kan)?|non ?publik|closed"
        # What says nothing else.
        r"|^(?:(?:akses|informasi|info|bersifat|sifat) )*terbatas$"
        r"|^(?:(?:termasuk|masuk|dalam|daftar) )*dik(?: (?:tahun )?(?:19|20)\d\d)?$"
    ),
}
_SAID = {stated: re.compile(rf"\b(?:{words})\b") for stated, words in _SAID.items()}
# Without these no text says so, whatever is denied or stands in clauses of its own.
_MAY_SAY = re.compile(rf"{_SAID[Stated.EXEMPT].pattern}|\b(?:terbatas|dik)\b")
_DENIED = re.compile(
    r"\b(?:tidak|tdk|bukan|non|tanpa|not|no)(?: (?:termasuk|tergolong|merupakan|masuk|dalam|daftar|"
    r"kategori|sebagai|informasi|info|dokumen|data|yang|yg|bersifat|sifatnya|ada|lagi|dapat|bisa|"
    rf"publik|public|an?|is|are|be))* (?:{MARKS})\b"
)
_DENIED_BEHIND = re.compile(rf"\b(?:{MARKS})\s*[:=?]\s*(?:tidak|tdk|bukan|no)\b", re.I)
# "Tidak (dikecualikan)" denies nothing: what denies stands in the same clause.
_CLAUSE = re.compile(r"[,;:()\[\]]")
# What stands around the word in headings; nothing else may, or it is the title of an entry.
AROUND = re.compile(
    r"\b(?:informasi|info|publik|public|information|yang|yg|wajib|harus|di|ke|disediakan|sediakan|"
    r"menyediakan|diumumkan|umumkan|mengumumkan|tersedia|dan|dn|atau|secara|daftar|list|of|the|"
    r"kategori|category|klasifikasi|jenis|sifat|kelompok|dip|data|dokumen|bagian|tanpa|ditunda|"
    r"ppid|tahun|ta|sheet|tabel|lampiran|dik|[ivx]+|[a-z]|\d{1,2}|(?:19|20)\d\d)\b"
)
LONGEST_HEADING = 300
# A ground is cited at the beginning; a longer text is not searched to its end.
LONGEST_CITED = 4_000
ALIKE = 0.85
_SPELT = ("berkala", "serta merta", "setiap saat", "dikecualikan", "informasi", "dirahasiakan")
_PAIRS = ("serta merta", "setiap saat")
LONGEST_SPELT = 16
# Words of their own, however near they come.
_NO_MISTAKES = frozenset(
    {"berskala", "berkata", "dirasakan", "information", "informatif", "informatika"}
)
_SPACED_OUT = re.compile(r"\b(?:[a-z] ){4,}[a-z]\b")
_RUN_TOGETHER = re.compile(
    r"(informasi|publik|yang|wajib|tersedia|secara|dan|dikecualikan|dirahasiakan|rahasia|berkala|"
    r"serta ?merta|setiap ?saat|daftar)"
)
_FILE_NAME = re.compile(r"\.(?:pdf|docx?|xlsx?|pptx?|png|jpe?g|zip|rar)\s*$", re.I)


def meant_words(text: str) -> str:
    """Return the words of ``text`` as they are meant: a letter too few or too many, or spaced out."""
    return _meant_words(text[:LONGEST_CITED])


@functools.lru_cache(maxsize=256)  # the same cell is asked about many things, one after the other
def _meant_words(text):
    words = _SPACED_OUT.sub(_joined, plain(text)).split()
    meant, place = [], 0
    while place < len(words):
        word = words[place]
        if word[0] == "s" and (pair := _meant(" ".join(words[place : place + 2]))) in _PAIRS:
            meant.append(pair)
            place += 2
        else:
            meant.append(_meant(word) if word[0] in "bdi" else word)
            place += 1
    return " ".join(meant)


def _joined(spaced):
    return " ".join(_RUN_TOGETHER.sub(r" \1 ", spaced[0].replace(" ", "")).split())


@remembered
def _meant(word):
    if not 5 <= len(word) <= LONGEST_SPELT or word in _NO_MISTAKES:
        return word
    (meant,) = difflib.get_close_matches(word, _SPELT, n=1, cutoff=ALIKE) or (word,)
    return meant


@remembered
def stated_in(text: str) -> frozenset[Stated]:
    """Return every category that ``text`` names."""
    words = meant_words(text)
    found = {s for s, said in _SAID.items() if s is not Stated.EXEMPT and said.search(words)}
    return frozenset(found | {Stated.EXEMPT} if says_exempt(text) else found)


@remembered
def says_exempt(text: str) -> bool:
    """Say whether ``text`` says anywhere, and does not deny, that something is exempt."""
    if not _MAY_SAY.search(meant_words(text)):
        return False
    text = _DENIED_BEHIND.sub(" ", text[:LONGEST_CITED])
    return any(_says_exempt(clause) for clause in (text, *_CLAUSE.split(text)))


def _says_exempt(clause):
    return bool(_SAID[Stated.EXEMPT].search(_DENIED.sub(" ", meant_words(clause))))


# A decree lays down both lists in one; its title says of no entry in which of them it is.
_BOTH_LISTS = re.compile(
    r"\b(?:informasi publik|informasi terbuka|dip)(?: (?:dan|serta|atau))?(?: daftar)?"
    r" (?:dik|informasi (?:publik )?(?:yang |yg )?di ?kecualikan)\b|"
    r"\b(?:di ?kecualikan|dik) (?:dan|serta|atau) (?:daftar )?(?:informasi publik|dip)\b"
)


@remembered
def names_both_lists(text: str) -> bool:
    """Say whether ``text`` names the public list and that of exempt information beside it."""
    return bool(_BOTH_LISTS.search(meant_words(text)))


@remembered
def stated_value(text: str) -> Stated | None:
    """Read a cell of a category column, or a name of a sheet; None where it is not one category."""
    found = stated_in(text)
    if Stated.EXEMPT in found:
        return Stated.EXEMPT
    return next(iter(found)) if len(found) == 1 else None


@remembered
def stated_sheet(name: str) -> Stated | None:
    """Read the name of a sheet; that of the list of exempt information is often abbreviated."""
    if names_both_lists(name):
        return None
    words = plain(name).split()
    return Stated.EXEMPT if "dik" in words and "dip" not in words else stated_value(name)


_ONLY_OPEN = re.compile(
    r"(?:(?:informasi|info|bersifat|sifat|status|data|dokumen|publik|umum|untuk|dan|yang|dapat) ?)*"
    r"(?:terbuka|open|public|publik|umum|dibuka)(?: (?:untuk|bagi|kepada|publik|umum|to|the|public))*"
)


@remembered
def says_only_open(text: str) -> bool:
    """Say whether ``text`` says that something is public, and not in which category."""
    return bool(_ONLY_OPEN.fullmatch(plain(text)))


def is_file_name(text: str) -> bool:
    return bool(_FILE_NAME.search(text))


_IN_BRACKETS = re.compile(r"(.*\S)\s*\(([^()]*)\)\s*", re.S)


@remembered
def stated_heading(text: str) -> Stated | None:
    """Read a heading that says nothing but a category, if it does."""
    if len(text) > LONGEST_HEADING or is_file_name(text) or names_both_lists(text):
        return None
    stated = _stated_alone(text)
    if stated is None and (match := _IN_BRACKETS.fullmatch(text)) and not stated_in(match[2]):
        return _stated_alone(match[1])
    return stated


def _stated_alone(text):
    found = stated_in(text)
    if len(found) != 1:
        return None
    (stated,) = found
    parts = _SAID[stated].split(meant_words(text), maxsplit=1)
    if len(parts) != 2:
        return None
    before, after = parts
    if AROUND.sub("", before).strip():
        return None
    # "Informasi berkala Dinas Kesehatan" is a heading, "Berkala Dinas Kesehatan" may be anything;
    # the same category once more, in another language, adds nothing.
    is_said_in_full = re.search(r"\b(?:informasi|daftar)\b", before)
    after = AROUND.sub("", _SAID[stated].sub("", after))
    return stated if is_said_in_full or not after.strip() else None


_EXPLAINED = re.compile(r"\b([A-Za-z]{1,4}|\d)\s*[=:]\s*([A-Za-z][A-Za-z \-]{3,40})")


def legend_in(text: str) -> dict[str, str]:
    """Return what the abbreviations of a legend stand for: "B = Berkala, SM = Serta Merta"."""
    return {plain(short): meant for short, meant in _EXPLAINED.findall(text[:LONGEST_CITED])}


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
