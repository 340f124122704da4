"""What a column holds, by its heading."""

import enum
import re

from ..choices import InformationFormat
from .vocabulary import Stated, plain, remembered, stated_heading


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
        r"(?!.*\b(?:media|bentuk|format|tempat|lokasi)\b).*\b(?:jangka waktu|"
        r"masa (?:simpan|retensi|berlaku|penyimpanan)|retensi|retention|"
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
    (Role.PLACE, r"(?:tempat|place|lokasi|kota)(?!.* (?:simpan|penyimpanan|arsip))(?: .*)?"),
    (
        Role.FORM,
        r".*\b(?:bentuk|format\w*|media|medium|form|forms|jenis (?:file|berkas)|tipe (?:file|berkas)|"
        r"ketersediaan|tersedia dalam|available (?:in|as))\b.*",
    ),
    (
        Role.SECTION,
        r"section|rubrik|sub ?(?:kategori|jenis|kelompok|bagian|judul)(?: .*)?|kelompok(?: .*)?|"
        r"bagian|topik|topic|heading|(?:subjek|subject)(?: .*)?|pokok .*|grup|group|bab|bidang informasi|"
        r"rumpun(?: .*)?",
    ),
    (
        Role.CATEGORY,
        r".*\b(?:kategori|klasifikasi|klas|category|categories|classification|sifat)\b.*|"
        r"(?:jenis|tipe|type|kind)(?: of)?(?: (?:informasi|information|info))?(?: publik)?",
    ),
    (
        Role.LINK,
        r".*\b(?:tautan|link|links|url|urls|unduh\w*|download|lampiran|hyperlink|attachment|akses|"
        r"alamat|situs|website|web)\b.*|(?:file|berkas|fail)(?: (?:dokumen|informasi|pdf))?",
    ),
    (Role.UNIT, r"nama (?:pejabat|unit|opd|instansi|skpd|satker|satuan|perangkat|lembaga)\b.*"),
    (
        Role.TITLE,
        r"(?:judul|nama|title|name|perihal|item)(?: .*)?|.*\b(?:title|document name)|"
        r"daftar (?:informasi|dokumen)(?: publik)?|"
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
        r"(?:unit|satuan|satker|bidang|bagian|opd|skpd|instansi|pejabat|dinas|perangkat|sumber|walidata|lembaga)"
        r"(?: (?:unit|kerja|bidang|pengolah|penyedia|pemilik|terkait|satker|daerah|organisasi|opd|dan|"
        r"seksi|informasi))*",
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
# What headings are made of. "Nama Program dan Kegiatan" is a title: its words are of something.
_WORDS = frozenset(
    """
    a abstrak accountable akses alamat alasan and anggaran arsip as asal at atas atau audio
    author available badan bagian bahasa banten baris based basis bentuk berkas berlaku bidang
    buat bukan bukti by cara category cetak classification code confidence content copy created
    custodian daerah daftar dalam dan dari daring dasar data date description deskripsi details
    di dibuat dibuka digital dikecualikan dikuasai dinas dip disahkan diterbitkan ditetapkan
    ditutup document dokumen download drive dukung durasi elektronik email equivalent excel
    exempted exemption extra fail file fisik for form format formats fungsi google ground group
    halaman hard hari held holder holding hukum hyperlink id identifier in informasi information
    instansi internet isi issue issued issuing item its jabatan jangka jawab jelas jenis jika
    judul kategori ke kegiatan kelola kelompok kerja ket keterangan kewajiban kind klasifikasi
    kode kolom konsekuensi konten lama laman lampiran landasan legal lembaga lengkap link links
    list lokasi lowest made masa materi media medium membuat memiliki memuat menerbitkan
    mengelola menguasai menyimpan nama name nilai no nomor note notes number of office officer
    oleh on online opd or organisasi originator owner pada page pasal pdf pejabat pembaruan
    pembuat pembuatan pemegang pemilik pemutakhiran penanggung penanggungjawab pendukung
    penerbit penerbitan penetapan pengarsipan pengecualian pengelola pengesahan pengolah
    penguasa penguasaan penyedia penyimpan penyimpanan penyusun penyusunan per perangkat perihal
    period periode permanen person perubahan pj place pokok portal print printed produsen public
    publication publik publikasi published publisher range raw reason record recorded register
    rekam rekaman remark remarks responsible resume retensi retention revisi rincian ringkas
    ringkasan satker satuan seksi serta sifat simpan singkat situs skpd soft source status
    storage sub subject subjek sumber summary tahun tanda tanggal tautan tempat tentang terakhir
    terbit terbuka terima tersedia tgl the thn tipe title to topik type uji umum undangan unduh
    unduhan unggah unit update upload uraian url urls urut utama versi waktu walidata web
    website which who yang year years yg
    """.split()
)
_ROOTS = ("mengua", "dikua", "penguasa", "penanggung", "pertanggung", "menerbit", "diterbit")


@remembered
def role_of(heading: str) -> Role | None:
    """Return what a heading says its column holds, or None where it is no heading that is known."""
    if not heading.strip() or len(heading) > LONGEST_HEADING:
        return None
    if heading.strip() == "#":
        return Role.NUMBER
    words = plain(heading)
    if not _is_made_of_heading_words(words):
        return None
    for role, pattern in _HEADINGS:
        if pattern.fullmatch(words):
            return role
    return None


def _is_made_of_heading_words(words):
    strange = [
        word
        for word in words.split()
        if word not in _WORDS and not word.startswith(_ROOTS) and not word.isdecimal()
    ]
    return len(strange) * 5 <= len(words.split()) or len(words.split()) == 1


@remembered
def tick_role_of(heading: str) -> Role | None:
    """Return which column of ticks a sub-heading heads."""
    words = plain(heading)
    for role, pattern in _FORM_TICKS.items():
        if pattern.fullmatch(words):
            return role
    stated = stated_heading(heading)
    return next((role for role, value in CATEGORY_TICKS.items() if value == stated), None)


_OPENNESS = re.compile(
    r"(?:(?:informasi|sifat|status|bersifat|akses|apakah|dapat|boleh|bisa|untuk) )*"
    r"(?:terbuka|open|dibuka|diakses|publik|public)"
    r"(?: (?:untuk|bagi|kepada|oleh|publik|umum|masyarakat|to|for|the|public|ya|tidak|yes|no|y|t|n))*"
)


@remembered
def asks_whether_open(heading: str) -> bool:
    """Say whether a column tells by yes and no whether its entries are public."""
    return bool(_OPENNESS.fullmatch(plain(heading.rpartition("›")[2])))


@remembered
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
