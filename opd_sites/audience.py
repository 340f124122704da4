"""What a host shows to whom: its agency's and the province's files, and to colleagues what is private.

Wagtail's documents and images know no site, and its “any logged-in user” no agency. Files themselves,
below ``MEDIA_URL``, are public to whoever has the address; what must not be is kept off public storage.
"""

from django.contrib.auth import get_user_model
from django.db.models import Q, QuerySet
from django.db.models.functions import Length
from wagtail.models import Collection, Page, ReferenceIndex

from .belongings import below
from .choices import ProvinceRole
from .models import Agency


def agency_of_collection(collection: Collection) -> Agency | None:
    """Return whose the collection is, or None where it is the province's, for all."""
    return _nearest(collection, "collection__path")


def agency_of_page(page: Page) -> Agency | None:
    """Return whose the page is, or None where it is the portal's."""
    return _nearest(page, "root_page__path")


def pages_of(agency: Agency | None) -> QuerySet[Page]:
    """Return the pages of the agency, or of the portal where there is none."""
    if agency is not None:
        return Page.objects.descendant_of(agency.root_page, inclusive=True)
    roots = Agency.objects.filter(root_page__isnull=False)
    return Page.objects.exclude(below(roots.values_list("root_page__path", flat=True)))


def shows_collection(host_agency: Agency | None, collection: Collection) -> bool:
    """Say whether files of the collection are served on the agency's host, or on the portal for None.

    What belongs to no agency is the province's, and every host shows it. The portal also shows what the
    agency that runs it keeps.
    """
    owner = agency_of_collection(collection)
    if owner is None:
        return True
    return owner.is_active and (owner == host_agency if host_agency else owner.is_lead)


def shows_file(host_agency: Agency | None, file) -> bool:
    """Say the same of a document or an image, which public pages of the host may show as well.

    A page that moved here from another agency brought no files along, and theirs may be closed by now.
    """
    if shows_collection(host_agency, file.collection):
        return True
    pages = ReferenceIndex._get_base_content_type(Page)
    references = ReferenceIndex.get_references_to(file).filter(base_content_type=pages)
    named = {int(pk) for pk in references.values_list("object_id", flat=True)}
    if not named:
        return False
    shown = Page.objects.live().public().filter(pk__in=named)
    return any(agency_of_page(page) == host_agency for page in shown)


def is_colleague(user, agency: Agency | None) -> bool:
    """Say whether ``user`` works for the agency, or for the province where there is none."""
    return colleagues_in(agency).filter(pk=user.pk).exists()


def colleagues_in(agency: Agency | None) -> QuerySet:
    """Return who works for the agency, or for the province where there is none."""
    people = get_user_model().objects.filter(works_for(agency), is_active=True)
    return people.order_by().distinct()


def works_for(agency: Agency | None) -> Q:
    """Match users who hold a role there, and those for whom no wall stands anywhere."""
    if agency is not None:
        return Q(groups__held_role__agency=agency) | work_everywhere()
    return Q(groups__held_role__role__in=ProvinceRole) | work_everywhere()


def work_everywhere() -> Q:
    """Match users for whom no wall stands: what ``walls.works_for_province`` says of one."""
    return Q(is_superuser=True) | Q(groups__held_role__role=ProvinceRole.PROVINCE_ADMIN)


def _nearest(node, path_of_agency):
    ways = [node.path[:end] for end in range(node.steplen, len(node.path) + 1, node.steplen)]
    found = Agency.objects.filter(**{f"{path_of_agency}__in": ways})
    return found.order_by(Length(path_of_agency).desc()).first()
