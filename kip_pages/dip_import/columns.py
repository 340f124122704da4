"""What a column holds, by its heading."""

import enum
import re

from ..choices import InformationFormat
from .vocabulary import Stated, plain, stated_heading


class Role(enum.StrEnum):
    """What a column of a register may hold. The values stand in stored answers of officers."""

    IGNORED = "ignored"
    NUMBER = "number"
    KEY = "key"
    AGENCY = "agency"
    CATEGORY = "category"
    SECTION = "section"
    TITLE = "title"
    SUMMARY = "summary"
    HOLDER = "holder"
    RESPONSIBLE = "responsible"
    YEAR = "year"
    MADE = "made"
    PLACE = "place"
    FORM = "form"
    RETENTION = "retention"
    LINK = "link"
    LEGAL_BASIS = "legal_basis"
    UNIT = "unit"
    NOTE = "note"
    # Columns of ticks.
    IS_PRINTED = "is_printed"
    IS_RECORDED = "is_recorded"
    IS_ONLINE = "is_online"
    IS_PERIODIC = "is_periodic"
    IS_IMMEDIATE = "is_immediate"
    IS_ALWAYS_AVAILABLE = "is_always_available"
    IS_EXEMPT = "is_exempt"
    # A column per year, with ticks or addresses.
    OF_YEAR = "of_year"


FORM_TICKS = {
    Role.IS_PRINTED: InformationFormat.PRINT,
    Role.IS_RECORDED: InformationFormat.RECORDING,
    Role.IS_ONLINE: InformationFormat.ONLINE,
}
CATEGORY_TICKS = {
    Role.IS_PERIODIC: Stated.PERIODIC,
    Role.IS_IMMEDIATE: Stated.IMMEDIATE,
    Role.IS_ALWAYS_AVAILABLE: Stated.ALWAYS_AVAILABLE,
    Role.IS_EXEMPT: Stated.EXEMPT,
}
TICKS = FORM_TICKS.keys() | CATEGORY_TICKS.keys()
# Where a mark such as "sda" stands for the cell above.
REPEATABLE = frozenset(Role) - {Role.NUMBER, Role.KEY, Role.IGNORED, Role.NOTE}

_TIME = r"waktu|tanggal|tgl|tahun|thn|th|date|year|bulan|hari|time"
# The first that matches says it; so what is told by one word comes after what is told by several.
_HEADINGS = (
    (Role.NUMBER, r"(?:no|nomor|nmr|nr|num|number)(?: urut)?|urut|row|baris"),
    (
        Role.AGENCY,
        r"opd code|banten equivalent|agency code|kode (?:opd|skpd|badan publik|instansi)",
    ),
    (
        Role.IGNORED,
        r".*\b(?:kontak|contact|narahubung|telepon|telp|phone|hp|whatsapp|wa|e ?mail|surel|hits|"
        r"dilihat|viewed|views|confidence|source (?:url|kind)|category source|alamat halaman|"
        r"jumlah (?:unduhan|halaman|berkas|dokumen|data|informasi)|ukuran|status \w+)\b.*|"
        r"kode kewajiban|bahasa|badan publik|provinsi|province|opd name|size|slug|halaman|status|"
        r"jumlah|total|paraf|ttd|tanda tangan|verifikasi|admin|user|pengunggah|uploader|foto|gambar",
    ),
    (
        Role.KEY,
        r"(?:dip )?id(?: \w+)?|identifier|key|uuid|uid|"
        r"(?:kode|code)(?: (?:informasi|dokumen|dip|data|unik|arsip))?|"
        r"(?:no|nomor) (?:registrasi|register|dokumen|arsip|dip)",
    ),
    (
        Role.LEGAL_BASIS,
        r".*\b(?:dasar|alasan|pasal|ground|legal basis|landasan|konsekuensi)\b.*",
    ),
    (
        Role.RETENTION,
        r".*\b(?:jangka waktu|masa (?:simpan|retensi|berlaku|penyimpanan)|retensi|retention|"
        r"penyimpanan|lama (?:simpan|penyimpanan)|waktu simpan|umur arsip|jra|storage)\b.*",
    ),
    (
        Role.HOLDER,
        r".*\b(?:mengua\w*|dikua\w*|penguasa\w*|pemegang|custodian|holder|holding|held|"
        r"pengelola|disimpan (?:di|oleh)|penyimpan)\b.*",
    ),
    (
        Role.YEAR,
        r"(?:tahun|thn|th|year|ta|periode|period)(?: (?:anggaran|informasi|dokumen|data|covered))?",
    ),
    (
        Role.MADE,
        rf"(?:{_TIME})\b.*|.*\b(?:tempat|place) .*\b(?:{_TIME})\b.*|.*\b(?:date|tanggal|tgl)|"
        r"dibuat|diterbitkan|(?:published|created|issued)(?: raw| on| at)?",
    ),
    (
        Role.RESPONSIBLE,
        r".*\b(?:penanggung ?jawab\w*|pj|penerbit|diterbitkan oleh|pembuat|dibuat oleh|penyusun|"
        r"responsible\w*|issued by|issuer|publisher|issuing|author|produsen|in charge|accountable)\b.*",
    ),
    (Role.PLACE, r"(?:tempat|place|lokasi|kota)(?: .*)?"),
    (
        Role.FORM,
        r".*\b(?:bentuk|format\w*|media|medium|form|forms|jenis (?:file|berkas)|tipe (?:file|berkas)|"
        r"ketersediaan|tersedia dalam|available (?:in|as))\b.*",
    ),
    (
        Role.SECTION,
        r"section|rubrik|sub ?(?:kategori|jenis|kelompok|bagian|judul)(?: .*)?|kelompok(?: .*)?|"
        r"bagian|topik|topic|heading|subjek|subject|pokok .*|grup|group|bab|bidang informasi|"
        r"rumpun(?: .*)?",
    ),
    (
        Role.CATEGORY,
        r".*\b(?:kategori|klasifikasi|category|categories|classification|sifat)\b.*|"
        r"(?:jenis|tipe|type|kind)(?: of)?(?: (?:informasi|information|info))?(?: publik)?",
    ),
    (
        Role.LINK,
        r".*\b(?:tautan|link|links|url|urls|unduh\w*|download|lampiran|hyperlink|attachment|akses|"
        r"alamat|situs|website|web)\b.*|(?:file|berkas|fail)(?: (?:dokumen|informasi|pdf))?",
    ),
    (
        Role.TITLE,
        r"(?:judul|nama|title|name|perihal|daftar|item)(?: .*)?|.*\b(?:title|document name)|"
        r"(?:jenis|nama) (?:dokumen|document|informasi.*)|informasi(?: publik)?(?: yang .*)?|"
        r"(?:dokumen|document|information)(?: informasi| publik)?",
    ),
    (
        Role.SUMMARY,
        r".*\b(?:ringkas\w*|uraian|deskripsi|description|abstrak|summary|isi|rincian|penjelasan|"
        r"content|konten|details?|materi)\b.*",
    ),
    (Role.NOTE, r"(?:keterangan|ket|catatan|remarks?|notes?|info)(?: .*)?"),
    # Whose it is, without saying in which way: the first is the holder's column.
    (
        Role.UNIT,
        r"(?:unit|satuan|satker|bidang|bagian|opd|skpd|instansi|pejabat|dinas|perangkat|sumber|unit/\w+)"
        r"(?: (?:unit|kerja|bidang|satker|daerah|organisasi|opd|dan|seksi|informasi|data))*",
    ),
)
_HEADINGS = tuple((role, re.compile(words)) for role, words in _HEADINGS)
# Headings that may as well be those of titles, where no better one is there.
_WEAK_TITLES = re.compile(
    r"(?:ringkasan|uraian|rincian|isi|deskripsi|jenis|dokumen|document|file|berkas|data|materi)"
    r"(?: isi)?(?: (?:informasi|dokumen|information))?(?: publik)?(?: yang .*)?|summary(?: of .*)?|"
    r"content|subjek|subject|topik|pokok .*|kelompok informasi|rincian .*|ringkasan .*"
)
# Which of several columns of time is that of making: the first of these words found in its heading.
_TIMES = ("buat", "created", "made", "terbit", "issue", "publi", "")
_LATER = re.compile(r"\b(?:unggah|upload\w*|update\w*|pembaruan|pemutakhiran|perubahan|revisi)\b")
_FORM_TICKS = {
    Role.IS_PRINTED: (
        r"(?:ter)?cetak(?:an)?|hard ?(?:copy|file)?|hardcopies|print(?:ed)?|kertas|hc|fisik|buku"
    ),
    Role.IS_RECORDED: (
        r"(?:te)?rekam(?:an)?|soft ?(?:copy|file)?|digital|elektronik|pdf|sc|audio(?: ?visual)?|video|"
        r"recorded|recording|electronic|cd|file"
    ),
    Role.IS_ONLINE: r"on ?line|daring|web|website|situs|internet|laman|portal",
}
_FORM_TICKS = {role: re.compile(words) for role, words in _FORM_TICKS.items()}
LONGEST_HEADING = 120


def role_of(heading: str) -> Role | None:
    """Return what a heading says its column holds, or None where it is no heading that is known."""
    if not heading.strip() or len(heading) > LONGEST_HEADING:
        return None
    if heading.strip() == "#":
        return Role.NUMBER
    words = plain(heading)
    for role, pattern in _HEADINGS:
        if pattern.fullmatch(words):
            return role
    return None


def tick_role_of(heading: str) -> Role | None:
    """Return which column of ticks a sub-heading heads."""
    words = plain(heading)
    for role, pattern in _FORM_TICKS.items():
        if pattern.fullmatch(words):
            return role
    stated = stated_heading(heading)
    return next((role for role, value in CATEGORY_TICKS.items() if value == stated), None)


def is_year(heading: str) -> bool:
    return bool(re.fullmatch(r"(?:(?:tahun|thn|ta|year) )?(?:19|20)\d\d", plain(heading)))


def may_be_title(heading: str) -> bool:
    """Say whether a column may hold the titles although its heading says something weaker."""
    return bool(_WEAK_TITLES.fullmatch(plain(heading)))


def rank_of_time(heading: str) -> int:
    """Return how far the heading of a column of time is from "when it was made"; 0 is nearest."""
    words = plain(heading)
    if _LATER.search(words):
        return len(_TIMES)
    return next(rank for rank, word in enumerate(_TIMES) if word in words)
