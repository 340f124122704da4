"""Rows that are no entries: totals, notes, signatures, what a web page leaves behind."""

import re

from ..import_choices import SetAside
from ..partial_dates import MONTHS
from .vocabulary import plain, remembered, tidy

# What signs, counts or leads through a site is short.
LONGEST = 200
_COUNTED = (
    r"(?:data|dokumen|informasi|entri|baris|item|berkas|judul|buah|keseluruhan|seluruhnya|rows?)"
)
_TOTAL = re.compile(
    rf"(?:jumlah|total|grand total|sub ?total|jml)(?: {_COUNTED})* ?[\d ]*(?: {_COUNTED})*"
)
_COUNT = re.compile(rf"[\d ]*(?: ?{_COUNTED})*")
_NOTE = re.compile(
    r"\*+\s*\)|\(\*+\)|\*{2,}|(?:catatan|keterangan|ket|nb|n\.b|note|notes|sumber|legenda|penjelasan)\.?\s*:|"
    r"nb\b|dokumen ini (?:di|ter)|daftar ini (?:di|ter|dapat)|untuk informasi lebih lanjut",
    re.I,
)
_MONTH_NAMES = "|".join(sorted(MONTHS, key=len, reverse=True))
_PLACE_AND_DATE = re.compile(
    rf"[A-Z][\w .'/-]{{2,40}},\s*(?:tanggal\s*)?(?:[\d.…_]{{0,20}}\s*(?:{_MONTH_NAMES})\s*[\d.…_]{{2,}}|"
    r"\d{1,2}[-/.]\d{1,2}[-/.]\d{4}|[.…_]{3,}.*)",
    re.I,
)
_SIGNATURE = re.compile(
    r"(?:ditetapkan|disahkan|dibuat|dikeluarkan|diundangkan)\s+di\b|(?:pada\s+)?tanggal\s*:?\s*\d|"
    r"(?:mengetahui|menyetujui|mengesahkan|disetujui(?: oleh)?|diketahui(?: oleh)?|hormat kami|"
    r"pembuat daftar|petugas|verifikator)\s*[,:/]?$|(?:a\.\s?n|u\.\s?b|plt|plh|pj|an|selaku)\.?\s+\S+|"
    r"nip\b|nik\b|ttd\b|tertanda\b|\(\s*[.…_\s]*\)|\([^)]{3,60}\)$|[.…_]{6,}",
    re.I,
)
# Titles of those who sign; alone they prove nothing, as registers list them too.
_SIGNER = re.compile(
    r"(?:kepala|sekretaris|ketua|direktur|inspektur|camat|lurah|gubernur|bupati|wali ?kota|dekan|"
    r"ppid|atasan ppid|admin|pejabat pengelola|pembina|penata|koordinator|sub ?koordinator|pranata)\b.*",
    re.I,
)
_NAVIGATION = re.compile(
    r"©.*|\(c\)\s.*|(?:copyright|hak cipta|all rights reserved|powered by|didukung oleh)\b.*|"
    r"(?:beranda|home)\s*(?:[>»/›|].*)?|.*\S\s+[>»›]\s+\S.*[>»›].*|"
    r"(?:bagikan|share|cetak|print|kembali|back|sebelumnya|selanjutnya|berikutnya|next|previous)\s*[:»«]?|"
    r"(?:hits|dilihat|dibaca|diunduh|viewed)\s*:?\s*[\d.]+.*|(?:halaman|page|hal\.?)\s+\d+.*|"
    r"(?:terakhir (?:di)?perbarui|last updated|diposting|posted|ditulis)\b.*|"
    r"(?:menampilkan|showing)\s+\d+.*|(?:baca juga|search|cari)\b.{0,40}|skip to .*",
    re.I,
)
_SHEET_TITLE = re.compile(
    r"daftar (?:informasi|dokumen|isi|dip)|dip\b|lampiran|pemerintah|provinsi|kabupaten|kota|tahun|"
    r"nomor|tanggal|tentang|keputusan|dinas|badan|biro|inspektorat|sekretariat|ppid|rsud|satuan|"
    r"dokumen|data|rekap|format|formulir|register|per \w+ \d{4}|list of|public information|periode|"
    r"semester|triwulan|unit|opd|skpd|instansi|nama (?:opd|instansi|unit)|badan publik"
)
_INSTRUCTIONS = re.compile(
    r"(?:petunjuk|panduan|instruksi|cara (?:isi|pengisian|mengisi)|pengisian|read ?me|instructions?|"
    r"guide|how to|referensi|reference|lookup|(?:daftar )?pilihan|dropdown|legenda|legend|"
    r"cover|sampul|validasi|changelog|riwayat (?:revisi|perubahan)|contoh)\b.*|ref|lists?|kode"
)
# Lists of choices, or the whole register: what is on the sheet says which.
_MASTER = re.compile(r"(?:data )?master\b.*")
_COUNTS = re.compile(r"(?:rekap|rekapitulasi|statistik|grafik|chart|ringkasan|dashboard)\b.*")


_FOOTNOTE = re.compile(r"\(?(\*+)\s*\)?\s*(.*)", re.S)
_FOOTNOTE_AT_END = re.compile(r"\(?(\*+)\s*\)?$")


def footnote_in(text: str) -> tuple[str, str]:
    """Return the stars of a footnote and what it says; nothing where it is none."""
    match = _FOOTNOTE.fullmatch(tidy(text))
    return (match[1], match[2]) if match else ("", "")


def footnote_of(title: str) -> str:
    """Return the stars at the end of a title that refer to a footnote."""
    match = _FOOTNOTE_AT_END.search(tidy(title)[-LONGEST:])
    return match[1] if match else ""


@remembered
def closing_of(text: str) -> SetAside | None:
    """Return which end of a register a lone text belongs to, or None."""
    text = tidy(text)
    if _NOTE.match(text):
        return SetAside.NOTE
    if len(text) > LONGEST:
        return None
    if _TOTAL.fullmatch(plain(text)):
        return SetAside.TOTAL
    if _SIGNATURE.match(text) or _PLACE_AND_DATE.fullmatch(text):
        return SetAside.SIGNATURE
    return SetAside.NAVIGATION if _NAVIGATION.fullmatch(text) else None


def is_total(texts: list[str]) -> bool:
    """Say whether the texts of a row only count."""
    words = [plain(text) for text in texts]
    return any(_TOTAL.fullmatch(word) for word in words) and all(
        _TOTAL.fullmatch(word) or _COUNT.fullmatch(word) for word in words
    )


@remembered
def may_sign(text: str) -> bool:
    """Say whether a text may be the title of somebody who signs."""
    text = tidy(text)
    # "PPID Pelaksana: SK Penetapan" says something of the PPID.
    says_more = re.search(r":\s*\w", text)
    return len(text) <= LONGEST and not says_more and bool(_SIGNER.fullmatch(text))


def is_sheet_title(text: str) -> bool:
    """Say whether a text above a table is its title, rather than the heading of a part."""
    return bool(_SHEET_TITLE.match(plain(text)))


def explains(sheet_name: str | None) -> bool:
    """Say whether a sheet is called as those are that explain a register or list its choices."""
    return bool(_INSTRUCTIONS.fullmatch(_sheet_words(sheet_name)))


def may_explain(sheet_name: str | None) -> bool:
    """Say whether a sheet is called as lists of choices are, and as whole registers are too."""
    return bool(_MASTER.fullmatch(_sheet_words(sheet_name)))


def counts(sheet_name: str | None) -> bool:
    """Say whether a sheet is called as those are that only count what is on others."""
    return bool(_COUNTS.fullmatch(_sheet_words(sheet_name)))


def _sheet_words(name):
    return plain(re.sub(r"^[\d.\s_-]+", "", name or ""))
