"""Texts of the usual length, the same on every run; nothing in them is true."""

import random

WORDS = (
    "pemerintah provinsi dinas masyarakat pelayanan informasi publik anggaran kegiatan tahun "
    "pelaksanaan program laporan keuangan daerah kabupaten kota warga kesehatan pendidikan jalan "
    "jembatan irigasi petani nelayan sekolah puskesmas rumah sakit bantuan sosial pelatihan kerja "
    "pengadaan barang jasa rencana strategis evaluasi kinerja capaian sasaran indikator perempuan "
    "anak lingkungan sampah sungai banjir bendungan pasar koperasi usaha kecil menengah investasi "
    "perizinan pajak kendaraan bermotor perpustakaan arsip pariwisata kebudayaan olahraga pemuda"
).split()
TAGS = [f"{first} {second}" for first, second in zip(WORDS[::3], WORDS[1::3], strict=False)]


class Writer:
    """Writes what belongs to the page numbered ``number``."""

    def __init__(self, number: int):
        self.number = number
        self.dice = random.Random(number)

    def title(self) -> str:
        return f"{self._words(6, 10).capitalize()} {self.number}"

    def sentence(self) -> str:
        return f"{self._words(10, 18).capitalize()}."

    def summary(self) -> str:
        return f"{self.sentence()} {self.sentence()}"

    def body(self, *, paragraphs: tuple[int, int]) -> list[tuple[str, str]]:
        """Return blocks of a body: a heading and paragraphs of some 500 characters."""
        blocks = [("heading", self._words(3, 6).capitalize())]
        for _paragraph in range(self.dice.randint(*paragraphs)):
            first, *rest = (self.sentence() for _sentence in range(5))
            blocks.append(("paragraph", f"<p><b>{first}</b> {' '.join(rest)}</p>"))
        return blocks

    def pick(self, choices: list):
        return self.dice.choice(choices)

    def few(self, choices: list, count: int) -> list:
        return self.dice.sample(choices, count)

    def _words(self, fewest, most):
        return " ".join(self.dice.choices(WORDS, k=self.dice.randint(fewest, most)))
