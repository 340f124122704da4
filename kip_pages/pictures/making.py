"""The files of pictures, made before anybody asks for them."""

import logging
from collections.abc import Iterable

from django.db import transaction
from wagtail.images.models import AbstractImage, Filter

from .kinds import KINDS

logger = logging.getLogger(__name__)


def make(image: AbstractImage, kinds: Iterable[str]) -> bool:
    """Make what ``image`` lacks to be shown in these kinds; say whether it lacked anything.

    Safe to run twice or at once. One after the other: memory for one photograph is enough. An image
    whose file is broken or gone stays as it is.
    """
    wanted = [KINDS[kind] for kind in kinds if kind in KINDS]
    filters = [one for kind in wanted for one in kind.plain]
    filters += [one for kind in wanted for one in kind.all]
    made = 0
    try:
        for filter in dict.fromkeys(filters):
            made += _make(image, filter)
    except Exception:  # whatever a file can do to those who read it
        logger.exception("no picture can be made of image %s", image.pk)
    return bool(made)


def _make(image, filter: Filter) -> bool:
    """What ``AbstractImage.create_rendition`` does, never of a file that is replaced meanwhile."""
    name = {"filter_spec": filter.spec, "focal_point_key": filter.get_cache_key(image)}
    if image.renditions.filter(**name).exists():
        return False
    file = image.generate_rendition_file(filter)
    with transaction.atomic():
        # Whoever replaces the file deletes what was made of it; this would come after, and stay. Locked
        # for a moment only, and no two workers store the same file.
        images = type(image).objects.select_for_update(no_key=True)
        if images.filter(pk=image.pk, file=image.file.name).first() is None:
            return False
        _rendition, is_new = image.renditions.get_or_create(**name, defaults={"file": file})
    return is_new
