"""Amounts of money as people say them."""

from decimal import Decimal

from django.utils.formats import number_format
from django.utils.translation import gettext as _

MILLION, BILLION, TRILLION = 10**6, 10**9, 10**12


def short_rupiah(amount: Decimal | int) -> str:
    """Return an amount in three or four digits and a word: Rp12,5 miliar."""
    if amount >= TRILLION:
        return _("Rp%(number)s trillion") % {"number": _in(amount, TRILLION)}
    if amount >= BILLION:
        return _("Rp%(number)s billion") % {"number": _in(amount, BILLION)}
    if amount >= MILLION:
        return _("Rp%(number)s million") % {"number": _in(amount, MILLION)}
    return f"Rp{number_format(int(amount), use_l10n=True, force_grouping=True)}"


def _in(amount, unit):
    # Cut, not rounded: 999.96 million must not become 1,000 million, nor less than all become all.
    tenths = int(Decimal(amount) * 10 / unit)
    number = Decimal(tenths) / 10 if tenths % 10 else tenths // 10
    return number_format(number, use_l10n=True, force_grouping=True)
