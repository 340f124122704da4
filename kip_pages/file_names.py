"""Titles out of the names that files have on office computers."""

import re
from pathlib import PurePath
from urllib.parse import unquote

# Small in an Indonesian title, but at its beginning (PUEBI).
_SMALL = frozenset(
    "dan atau di ke dari yang untuk pada dengan tentang dalam oleh bagi serta terhadap atas sebagai "
    "antara hingga sampai per".split()
)
# Written in capitals wherever they stand; other words of a shouted name are not.
_ACRONYMS = frozenset(
    "APBD APBN ASN BLUD BMD BPK BPS BUMD CALK DIP DIK DPA DPPA DPRD HPS IKU KAK KLHS LHKPN LKPD LKPJ "
    "LPPD LRA NIP NPHD OPD PAD PBJ PPID PPKD RKA RKPD RPJMD RPJPD RSUD RUP SAKIP SK SKM SKPD SOP SOTK "
    "SPIP SPM SPPT TA UMKM UPTD UU WBK PDF II III IV VI VII VIII IX XI XII".split()
)
_MIXED = {"LKJIP": "LKjIP", "PERGUB": "Pergub", "PERDA": "Perda"}

_YEAR = r"(?:19|20)\d\d"
# "01.", "3)", "A.2", "II." at the beginning; a year there is no number of a list.
_NUMBERING = re.compile(
    rf"^(?:(?!{_YEAR}\b)\d{{1,3}}(?:[.]\d{{1,3}})*|[A-Za-z](?:[.]\d{{1,3}})+|[IVX]{{1,4}}(?=[.)]))"
    r"(?:\s*[.)\-–]\s*|\s+)(?=\D)"
)
# What browsers and Windows add to the name of a copy.
_COPY = re.compile(r"(?:\s*\(\d{1,2}\)|\s+(?:-\s*)?(?:copy|salinan|kopi)(?:\s*\d{1,2})?)$", re.I)
_OTHER_EXTENSION = re.compile(r"\.(?:docx?|xlsx?|pptx?|pdf|od[tsp]|csv)$", re.I)
_GLUED = re.compile(rf"(?<=[a-z])(?=[A-Z][a-z])|(?<=[A-Za-z]{{3}})(?={_YEAR}\b)")
MAX_LENGTH = 255


def title_from_name(name: str) -> str:
    """Return a readable title: ``03_LAPORAN_KINERJA-2024 (1).pdf`` → ``Laporan Kinerja 2024``."""
    stem = _OTHER_EXTENSION.sub("", PurePath(unquote(name)).stem)
    while (shorter := _COPY.sub("", stem)) != stem and shorter:
        stem = shorter
    text = stem if " " in stem else _separated(stem)
    text = " ".join(_GLUED.sub(" ", text.replace("_", " ")).split())
    text = _NUMBERING.sub("", text) or text
    return _cased(text.strip(" -–.,"))[:MAX_LENGTH] or name[:MAX_LENGTH]


def _separated(stem):
    """Read the hyphens and dots of a name without blanks as blanks, where they are no others."""
    words = re.split(r"[_+]+", re.sub(r"(?<=[^\W\d])[.](?=\w)|(?<=\w)[.](?=[^\W\d])", "_", stem))
    return " ".join(_unhyphenated(word) for word in words)


def _unhyphenated(word):
    first, *others = word.split("-")
    text, before = first, first
    for part in others:
        is_range = before.isdigit() and part.isdigit()
        is_doubled = part and part.lower() == before.lower()  # undang-undang
        text += f"-{part}" if is_range or is_doubled else f" {part}"
        before = part
    return text


def _cased(text):
    """Write a shouted or whispered name as a title; one that somebody wrote with care stays."""
    if not (text.isupper() or text.islower()):
        return text[:1].upper() + text[1:]
    words = text.split(" ")
    return " ".join(_cased_word(word, is_first=not at) for at, word in enumerate(words))


def _cased_word(word, *, is_first):
    bare = word.strip("().,").upper()
    if bare in _MIXED:
        return word.upper().replace(bare, _MIXED[bare])
    if bare in _ACRONYMS:
        return word.upper()
    if word.lower() in _SMALL and not is_first:
        return word.lower()
    return "-".join(part.capitalize() for part in word.lower().split("-"))
