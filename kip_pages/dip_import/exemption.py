"""What marks one entry as exempt: a word of its own, a part of its title, a ground of Ps. 17."""

import re

from .vocabulary import (
    AROUND,
    LONGEST_CITED,
    LONGEST_HEADING,
    MARKS,
    Stated,
    meant_words,
    plain,
    remembered,
    says_exempt,
    stated_heading,
)

_MARK = re.compile(
    r"di ?(?:kecuali|rahasia)kan\b|(?:rahasia|tertutup|confidential|exempt(?:ed)?|excluded)$"
)
_LED_UP_TO = re.compile(
    r"(?:(?:informasi|info|dokumen|data|publik|ini|tersebut|yang|termasuk|merupakan|bersifat|sifat|"
    rf"status|adalah|tergolong|sebagai|dalam|kategori) )*(?:{MARKS})\b"
)


def begins_with_mark(text: str) -> bool:
    """Say whether ``text`` begins with the word that marks what it stands beside as exempt."""
    return bool(_MARK.match(meant_words(text[:LONGEST_HEADING])))


def leads_up_to_mark(text: str) -> bool:
    """The same, where other words may lead up to it: "Informasi ini dikecualikan berdasarkan …"."""
    return bool(_LED_UP_TO.match(meant_words(text[:LONGEST_HEADING])))


# --- titles that name the word ---------------------------------------------------------------

_ABOUT_EXEMPTION = re.compile(
    r"\buji konsekuensi\b|\bdik\b|\b(?:daftar|sk|keputusan|surat|penetapan|pedoman|sop|prosedur|"
    r"tata cara|hasil|uji|peraturan|berita acara|lembar|laporan|register|matriks|rekap\w*|jumlah|"
    r"klasifikasi|pengklasifikasian|list|decree|register) (?:\w+ )*?"
    r"(?:di ?kecualikan|pengecualian|exempt(?:ed|ion)?)\b"
)
_CAPTIONED = re.compile(
    r"\b(?:kategori|klasifikasi|sifat|status|akses|jenis informasi|keterangan)\s*:\s*([^,;|\n]+)",
    re.I,
)
_PARTS = re.compile(r"[()\[\]:\n–—]|\s-\s")


@remembered
def is_about_exemption(title: str) -> bool:
    """Say whether a title is that of a document about exempt information, such as its public list."""
    return bool(_ABOUT_EXEMPTION.search(meant_words(title)))


@remembered
def is_marked_title(title: str) -> bool:
    """Say whether a part of a title marks it as exempt: "Soal ujian (rahasia)", "Rahasia: denah"."""
    if any(says_exempt(said) for said in _CAPTIONED.findall(title)):
        return True  # a whole card in one cell
    parts = [part for part in _PARTS.split(title) if part.strip()]
    marks = [part for part in parts if _is_mark_of_title(part)]
    others = [part for part in parts if part not in marks]
    return bool(marks) and any(AROUND.sub("", plain(part)).strip() for part in others)


def _is_mark_of_title(part):
    if "daftar" in plain(part):
        return False
    return stated_heading(part) is Stated.EXEMPT or (leads_up_to_mark(part) and _says_of_it(part))


def _says_of_it(part):
    return bool(re.search(r"\b(?:ini|bersifat|berdasarkan|sesuai|karena)\b", plain(part)))


# --- grounds of the law ---------------------------------------------------------------------

_ARTICLE = r"\b(?:pasal|ps|psl|psal|article|art) ?17"
_POINT = "huruf|hrf|ayat|butir|poin|point|letter"
_ARTICLE_17 = re.compile(rf"{_ARTICLE}\b")
_OF_THE_LAW = re.compile(r"\b(?:uu|undang|kip|huruf|keterbukaan|14 (?:tahun )?2008)\b")
_THE_LAW = re.compile(r"\b14 (?:tahun )?2008\b")
# "Pasal 17 (h)", "Ps.17h": the letter stands right behind the article.
_SHORT_GROUND = re.compile(rf"{_ARTICLE} ?(?:(?:ayat|angka) \d )?(?:{_POINT})? ?[a-j]\b")
_LETTER = re.compile(r"\b(?:huruf|hrf) [a-j]\b")


def names_a_ground(text: str) -> bool:
    """Say whether ``text`` cites a ground of UU 14/2008 Ps. 17, on which information is exempt."""
    if "17" not in text and "14" not in text:
        return False
    words = plain(text[:LONGEST_CITED])
    if _ARTICLE_17.search(words) and _OF_THE_LAW.search(words):
        return True
    return bool(_SHORT_GROUND.search(words) or (_THE_LAW.search(words) and _LETTER.search(words)))


def names_a_letter(text: str) -> bool:
    """Say whether ``text`` names one of the letters of a ground, as only what is exempt does."""
    words = plain(text[:LONGEST_CITED])
    return bool(_LETTER.search(words) or _SHORT_GROUND.search(words))
