"""What the made-up registers are about."""

import dataclasses
import datetime


@dataclasses.dataclass(frozen=True)
class Entry:
    title: str
    category: str = "berkala"
    section: str | None = None
    summary: str | None = None
    years: tuple[int, int] | None = None
    date: str | None = None
    responsible_unit: str | None = None
    holder_unit: str | None = None
    form: tuple[str, ...] = ()
    retention: str | None = None
    urls: tuple[str, ...] = ()
    legal_basis: str | None = None

    @property
    def day(self) -> datetime.date:
        return datetime.date.fromisoformat(self.date)

    def like(self, **changes) -> "Entry":
        return dataclasses.replace(self, **changes)


def read(entry, sheet, row, **changes) -> dict:
    """Return what a careful person reads of an entry in a row, in the schema of the importer."""
    entry = dataclasses.replace(entry, **changes)
    first, last = entry.years or (None, None)
    return {
        "sheet": sheet,
        "row": row,
        "category": entry.category,
        "section": entry.section,
        "title": entry.title,
        "summary": entry.summary,
        "year_start": first,
        "year_end": last,
        "date": entry.date,
        "responsible_unit": entry.responsible_unit,
        "holder_unit": entry.holder_unit,
        "form": sorted(entry.form),
        "retention": entry.retention,
        "document_urls": list(entry.urls),
        "legal_basis": entry.legal_basis,
    }


PROFILE, BUDGET = "Profil Badan Publik", "Ringkasan Laporan Keuangan"
RULES = "Peraturan dan Kebijakan"
BOTH, ALL = ("hardcopy", "softcopy"), ("hardcopy", "online", "softcopy")
Y2024, Y2023 = (2024, 2024), (2023, 2023)
SITE = "https://dinkes.contoh.invalid"

ADDRESS = Entry(
    "Alamat kantor dan unit layanan", section=PROFILE, years=Y2024,
    responsible_unit="Subbagian Umum", holder_unit="Sekretariat", form=BOTH, retention="Selama berlaku",
)  # fmt: skip
DUTIES = Entry(
    "Tugas pokok dan fungsi dinas", section=PROFILE, years=Y2024,
    responsible_unit="Subbagian Umum", holder_unit="Sekretariat", form=("hardcopy",),
    retention="Selama berlaku",
)  # fmt: skip
OFFICIALS = Entry(
    "Profil singkat pejabat struktural", section=PROFILE, years=Y2024,
    responsible_unit="Subbagian Kepegawaian", holder_unit="Sekretariat", form=ALL, retention="5 tahun",
)  # fmt: skip
BUDGET_2024 = Entry(
    "DPA Dinas Contoh Tahun 2024", section=BUDGET, years=Y2024, date="2024-01-08",
    responsible_unit="Subbagian Keuangan", holder_unit="Sekretariat", form=BOTH, retention="10 tahun",
)  # fmt: skip
REALISATION = Entry(
    "Laporan Realisasi Anggaran Semester I", section=BUDGET, years=Y2023, date="2023-07-31",
    responsible_unit="Subbagian Keuangan", holder_unit="Sekretariat", form=("softcopy",),
    retention="10 tahun",
)  # fmt: skip
BALANCE = Entry(
    "Neraca", section=BUDGET, years=Y2023, responsible_unit="Subbagian Keuangan",
    holder_unit="Sekretariat", form=("online",), retention="10 tahun",
)  # fmt: skip
WARNING = Entry(
    "Peringatan dini demam berdarah", category="serta_merta", years=Y2024, date="2024-02-29",
    responsible_unit="Bidang P2P", holder_unit="Bidang P2P", form=("online",), retention="1 tahun",
)  # fmt: skip
EVACUATION = Entry(
    "Prosedur evakuasi gedung", category="serta_merta", years=(2022, 2024),
    responsible_unit="Subbagian Umum", holder_unit="Sekretariat", form=("hardcopy",),
    retention="Selama berlaku",
)  # fmt: skip
STRATEGY = Entry(
    "Rencana Strategis 2023-2026", category="setiap_saat", section=RULES, years=(2023, 2026),
    responsible_unit="Subbagian Perencanaan", holder_unit="Sekretariat", form=BOTH,
    retention="Permanen",
)  # fmt: skip
DECREE = Entry(
    "Keputusan Kepala Dinas Nomor 12 Tahun 2024 tentang Tim PPID", category="setiap_saat",
    section=RULES, years=Y2024, responsible_unit="PPID Pelaksana", holder_unit="PPID Pelaksana",
    form=("softcopy",), retention="Permanen",
)  # fmt: skip
AGREEMENT = Entry(
    "Perjanjian kerja sama dengan rumah sakit", category="setiap_saat", section=RULES, years=Y2023,
    responsible_unit="Bidang Pelayanan", holder_unit="Bidang Pelayanan", form=("hardcopy",),
    retention="5 tahun",
)  # fmt: skip
GROUND = (
    "UU Nomor 14 Tahun 2008 tentang Keterbukaan Informasi Publik Pasal 17 huruf h: dapat mengungkap "
    "rahasia pribadi"
)
RECORDS = Entry(
    "Rekam medis pasien", category="dikecualikan", years=Y2024, responsible_unit="Bidang Pelayanan",
    retention="25 tahun", legal_basis=GROUND,
)  # fmt: skip
PASSWORDS = Entry(
    "Kata sandi sistem informasi", category="dikecualikan", years=Y2024,
    responsible_unit="Bidang Data", retention="Selama berlaku", legal_basis=GROUND,
)  # fmt: skip

PERIODIC = [ADDRESS, DUTIES, OFFICIALS, BUDGET_2024, REALISATION, BALANCE]
IMMEDIATE = [WARNING, EVACUATION]
ALWAYS = [STRATEGY, DECREE, AGREEMENT]
EXEMPT = [RECORDS, PASSWORDS]
PUBLIC = [*PERIODIC, *IMMEDIATE, *ALWAYS]


def url(entry: Entry, number: int = 1) -> str:
    return f"{SITE}/dokumen/{entry.title.split()[0].lower()}-{len(entry.title)}-{number}.pdf"
