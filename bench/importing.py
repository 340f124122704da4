"""What a register of 10,000 rows costs to import, in a process of its own: ``python -m bench.importing``.

Prints, as JSON, the rates of the importer and of publishing the same entries one by one in the same
process, in turns, and the memory after few rows and after many.
"""

import io
import json
import os
import time

import django

from .memory import peak_memory

FEW, MANY = 1_000, 10_000
# Published one by one, before and after the import: as many again would take half an hour.
SINGLE = 150


def measure():
    """Return the figures of an import; the province must stand."""
    import subprocess
    import sys

    from .figures import Figure, mebibytes

    output = subprocess.run(
        [sys.executable, "-m", "bench.importing"], check=True, stdout=subprocess.PIPE
    ).stdout
    found = json.loads(output.splitlines()[-1])
    return [
        Figure(
            f"import of {MANY:,} rows against one by one, rows a second",
            found["imported"] / found["single"],
            "×",
            "≥",
            4,
            f"{found['imported']:.0f} against {found['single']:.0f} rows/s, reading included "
            f"({found['published']:.0f} rows/s published)",
        ),
        Figure(
            f"peak memory of an import, {MANY:,} rows against {FEW:,}",
            found["many"] / found["few"],
            "×",
            "≤",
            1.15,
            f"{mebibytes(found['many'])} against {mebibytes(found['few'])}",
        ),
    ]


def main():
    django.setup()
    from opd_sites.models import Agency

    agency = Agency.objects.select_related("root_page").order_by("-pk")[0]
    _import(agency, FEW, "sedikit")
    few = peak_memory(os.getpid())
    before = _one_by_one(agency, "sebelum")
    read, published = _import(agency, MANY, "banyak")
    many = peak_memory(os.getpid())
    after = _one_by_one(agency, "sesudah")
    print(
        json.dumps(
            {
                "imported": MANY / (read + published),
                "published": MANY / published,
                "single": 2 * SINGLE / (before + after),
                "few": few,
                "many": many,
            }
        )
    )


def _import(agency, rows, name):
    """Import a register as a worker does; returns the seconds of reading and of publishing."""
    from django.utils import timezone

    from kip_pages.dip_import import applying, uploading

    job = uploading.take_in(_register(rows, name), name="register.csv", agency=agency)
    job.is_confirmed = True
    job.save()
    began = time.perf_counter()
    uploading.read(job, at=timezone.now())
    applying.start(job, by=None, at=timezone.now())
    running = time.perf_counter()
    while applying.run_batch(job.pk, at=timezone.now()):
        pass
    ended = time.perf_counter()
    done, total = applying.progress(job)
    if not done == total == rows:
        raise RuntimeError(f"{done} of {rows} rows were imported")
    return running - began, ended - running


def _register(rows, name):
    lines = ["No;Judul;Ringkasan;Kategori;Penanggung Jawab;Dikuasai;Tanggal;Bentuk;Retensi;Tautan"]
    lines += [
        f"{number};Dokumen {name} nomor {number};{_summary(number)};Berkala;Subbagian Perencanaan;"
        f"Sekretariat;{1 + number % 28} Januari 2024;Cetak dan digital;5 tahun;"
        f"https://arsip.bench.test/{name}/{number}.pdf"
        for number in range(rows)
    ]
    return io.BytesIO("\n".join(lines).encode())


def _summary(number):
    return (
        f"Memuat pelaksanaan program nomor {number} beserta anggaran dan capaiannya selama setahun."
    )


def _one_by_one(agency, name):
    """Publish entries like those of the register as Wagtail's documentation shows."""
    from django.db import transaction
    from django.utils.text import slugify
    from wagtail.coreutils import find_available_slug

    from kip_pages.dip_import.content import EntryContent
    from kip_pages.dip_import.opening import open_workbook
    from kip_pages.dip_import.planning import register_of
    from kip_pages.dip_import.understanding import understand
    from kip_pages.feed.outbox import bulk_work
    from kip_pages.models import DipEntryPage

    section = register_of(agency)
    with open_workbook(_register(SINGLE, name), name="register.csv", limit=1 << 20) as workbook:
        contents = [EntryContent.of(r) for r in understand(workbook).rows() if r.is_entry]
    began = time.perf_counter()
    for content in contents:
        # In a transaction each, as anybody's publish is; as bulk work, as an import's is.
        with bulk_work(), transaction.atomic():
            entry = DipEntryPage(**content.fields, source_key=content.key, live=False)
            entry.documents = content.new_documents()
            entry.slug = find_available_slug(section, slugify(entry.title)[:80])
            section.add_child(instance=entry)
            entry.save_revision().publish()
    return time.perf_counter() - began


if __name__ == "__main__":
    main()
