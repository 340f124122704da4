"""Prints that several ask for in the same moment."""

import threading

import pytest
from django.utils import timezone

from kip_pages.editions import printing
from kip_pages.models import RegisterPrint

from ..factories import AgencyFactory
from ..live import in_threads


@pytest.mark.postgres
def test_of_several_who_ask_at_once_all_get_the_same_print(committed_db):
    agency, together = AgencyFactory(code="dinkes"), threading.Barrier(6)
    got = set()

    def ask():
        together.wait(10)
        got.add(printing.request_print(agency=agency, at=timezone.now()).pk)

    in_threads(*[ask] * 6)
    assert got == {RegisterPrint.objects.get().pk}
