"""Whose content somebody works with."""

import pytest
from django.contrib.auth.models import AnonymousUser

from opd_sites.choices import AgencyRole, ProvinceRole
from opd_sites.walls import agencies_of, works_for_province

from ..factories import UserFactory

#   role                          works for the province  sees which agencies
SEES = [
    (AgencyRole.EDITOR, False, {"dinkes"}),
    (AgencyRole.PUBLISHER, False, {"dinkes"}),
    (AgencyRole.AGENCY_ADMIN, False, {"dinkes"}),
    (ProvinceRole.PROVINCE_ADMIN, True, {"dinkes", "dindik"}),
    (ProvinceRole.DUTY_OFFICER, False, set()),
]


def test_the_table_names_every_role():
    assert [row[0] for row in SEES] == [*AgencyRole, *ProvinceRole]


@pytest.mark.parametrize(("role", "for_province", "codes"), SEES)
def test_whose_content_a_role_works_with(agency, other_agency, role, for_province, codes):
    place = {"role__agency": agency} if role in AgencyRole.values else {}
    user = UserFactory(role=role, **place)
    assert works_for_province(user) is for_province
    assert set(agencies_of(user).values_list("code", flat=True)) == codes


def test_who_is_nobody_or_gone_works_with_nothing(agency):
    gone = UserFactory(role=ProvinceRole.PROVINCE_ADMIN, is_active=False)
    for user in (gone, AnonymousUser(), UserFactory()):
        assert not works_for_province(user)
        assert not agencies_of(user)
