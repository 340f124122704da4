"""Titles out of the names that files have on office computers."""

import pytest

from kip_pages.file_names import MAX_LENGTH, title_from_name

NAMES = [
    ("03_LAPORAN_KINERJA-2024 (1).pdf", "Laporan Kinerja 2024"),
    ("LKJIP_DINKES_2023.pdf", "LKjIP Dinkes 2023"),
    ("laporan keuangan dan aset 2022.xlsx", "Laporan Keuangan dan Aset 2022"),
    ("1. Renja Dinas 2024.docx", "Renja Dinas 2024"),
    ("A.1 Profil Pejabat.pdf", "Profil Pejabat"),
    ("II. Anggaran.pdf", "Anggaran"),
    ("2024 Laporan Tahunan.pdf", "2024 Laporan Tahunan"),
    ("LaporanKinerja2024.pdf", "Laporan Kinerja 2024"),
    ("SK-Kepala-Dinas-tentang-PPID.pdf", "SK Kepala Dinas tentang PPID"),
    ("RENSTRA_2021-2026.pdf", "Renstra 2021-2026"),
    ("Undang-undang-KIP.pdf", "Undang-undang KIP"),
    ("Laporan%20Akses%20Informasi.pdf", "Laporan Akses Informasi"),
    ("Daftar.Aset.2023.xlsx", "Daftar Aset 2023"),
    ("Laporan.docx.pdf", "Laporan"),
    ("DPA 2024 - Salinan.pdf", "DPA 2024"),
    ("foto - Copy (2).png", "Foto"),
    ("PERGUB NO 12 TENTANG TATA KELOLA.pdf", "Pergub No 12 tentang Tata Kelola"),
    ("Laporan Kinerja DINKES.pdf", "Laporan Kinerja DINKES"),
    ("12.pdf", "12"),
    ("_.pdf", "_.pdf"),
]


@pytest.mark.parametrize(("name", "title"), NAMES)
def test_a_title_reads_as_an_officer_would_write_it(name, title):
    assert title_from_name(name) == title


def test_a_title_fits_its_column():
    assert len(title_from_name("x" * 400 + ".pdf")) == MAX_LENGTH
