"""Who shows which image, as Wagtail's index of references knows it."""

from wagtail.images import get_image_model
from wagtail.images.models import AbstractImage
from wagtail.models import Page, ReferenceIndex

from opd_sites.models import Agency

from ..page_cache import changes
from .kinds import USES


def pictures_of(page: Page) -> dict[str, list[str]]:
    """Return the keys of the images that ``page`` shows, each with the kinds that it is shown in."""
    images = ReferenceIndex._get_base_content_type(get_image_model())
    references = ReferenceIndex.get_references_for_object(page)
    shown = set(
        references.filter(to_content_type=images, model_path__in=USES).values_list(
            "model_path", "to_object_id"
        )
    )
    found = {}
    for path, kinds in USES.items():
        for key in sorted(key for where, key in shown if where == path):
            found.setdefault(key, []).extend(kinds)
    return {key: list(dict.fromkeys(kinds)) for key, kinds in found.items()}


def kinds_of(image: AbstractImage) -> list[str]:
    """Return the kinds that the image is shown in anywhere."""
    references = ReferenceIndex.get_references_to(image).filter(model_path__in=USES)
    paths = set(references.order_by().values_list("model_path", flat=True).distinct())
    return list(dict.fromkeys(kind for path in USES if path in paths for kind in USES[path]))


def note_users(image: AbstractImage) -> None:
    """Say that pages which show the image may have changed."""
    pages = ReferenceIndex.get_references_to(image).filter(
        base_content_type=ReferenceIndex._get_base_content_type(Page)
    )
    keys = {int(key) for key in pages.values_list("object_id", flat=True)}
    paths = Page.objects.filter(pk__in=keys).values_list("path", flat=True)
    agencies = Agency.objects.filter(logo=image.pk, root_page__isnull=False)
    changes.note_pages([*paths, *agencies.values_list("root_page__path", flat=True)])
