"""Tell the kind of a source of money from how officers write it: “APBD Provinsi Banten 2026”."""

import re

from .choices import BudgetKind

_NAMES = {
    BudgetKind.APBD: r"apbdp?|dau|pad|btt|dana alokasi umum|pendapatan asli daerah|belanja daerah",
    BudgetKind.APBN: r"apbnp?|dipa|sbsn|dekon|dekonsentrasi|tugas pembantuan|belanja negara",
    BudgetKind.DAK: r"dak|dana alokasi khusus",
    BudgetKind.DBH: r"dbh|dbhcht|dana bagi hasil",
    BudgetKind.BLUD: r"blud|badan layanan umum daerah",
    BudgetKind.HIBAH: r"hibah",
    BudgetKind.PINJAMAN: r"pinjaman",
    BudgetKind.CSR: r"csr|tjsl|tjslp|tanggung jawab sosial",
}
# No letter before or after: "APBD2026" is APBD, "APBDes" is a village's budget.
_PATTERNS = {kind: re.compile(rf"(?<![a-z])(?:{names})(?![a-z])") for kind, names in _NAMES.items()}
# Paid through the budgets beside them: "APBN (DAK Fisik)" is DAK.
_THROUGH_BUDGETS = frozenset({BudgetKind.DAK, BudgetKind.DBH, BudgetKind.BLUD})
_BUDGETS = frozenset({BudgetKind.APBD, BudgetKind.APBN})


def kind_of(text: str) -> BudgetKind | str:
    """Return the kind of source that ``text`` names; LAINNYA for none or several, "" for no text."""
    words = " ".join(text.lower().replace(".", "").split())
    if not words:
        return ""
    named = {kind for kind, pattern in _PATTERNS.items() if pattern.search(words)}
    if named & _THROUGH_BUDGETS:
        named -= _BUDGETS
    return named.pop() if len(named) == 1 else BudgetKind.LAINNYA
