"""A picture as HTML, from what has been made of its image; nobody waits for what has not."""

import dataclasses
import logging

from wagtail.images.models import AbstractImage, AbstractRendition, Filter, Picture, ResponsiveImage

from ..feed.payload import image_url
from .kinds import PictureKind

logger = logging.getLogger(__name__)


@dataclasses.dataclass(frozen=True)
class ShownPicture:
    """``is_whole`` where nothing is left to be made."""

    html: str
    is_whole: bool


class UnmadeRendition:
    """Stands for a rendition that is made when a browser asks for it, as ``lazy_image_url`` has it."""

    alt = AbstractRendition.alt
    attrs_dict = AbstractRendition.attrs_dict
    img_tag = AbstractRendition.img_tag

    def __init__(self, image: AbstractImage, filter: Filter):
        self.image = image
        self.url = image_url(image, filter.spec)
        self.width, self.height = filter.get_transform(image).size


def show(
    image: AbstractImage, kind: PictureKind, attributes: dict, *, has_worker: bool
) -> ShownPicture:
    """Return ``image`` as ``{% picture %}`` writes it, with those formats that are ready in all sizes.

    The plain one never lacks. Where no worker makes the others they are made here and now, as Wagtail
    does, and so is what no address of its own may serve: an image of a private collection.
    """
    ready = _ready(image, kind)
    if lacking := [one for one in kind.all if one not in ready]:
        if not has_worker:
            ready |= _made(image, lacking)
        elif image.collection.get_view_restrictions():
            ready |= _made(image, [one for one in kind.plain if one in lacking])
    offered = {}
    for format in kind.formats:
        filters = kind.filters(format)
        if filters == kind.plain:
            offered |= {one.spec: ready.get(one) or UnmadeRendition(image, one) for one in filters}
        elif all(one in ready for one in filters):
            offered |= {one.spec: ready[one] for one in filters}
    tag = Picture if len(kind.formats) > 1 else ResponsiveImage
    return ShownPicture(
        html=tag(offered, attributes).__html__(),
        is_whole=all(one in ready for one in kind.all),
    )


def _ready(image, kind):
    """Return the renditions there are, by filter, and remember them as Wagtail's own tags do."""
    ready = image.find_existing_renditions(*kind.all)
    fresh = [one for one in ready.values() if not getattr(one, "_from_cache", False)]
    if fresh:
        cache = image.get_rendition_model().cache_backend
        cache.set_many({one.get_cache_key(): one for one in fresh})
    return ready


def _made(image, filters):
    try:
        made = image.get_renditions(*filters)
    except Exception:  # a file that is broken or gone costs its picture, never the page
        logger.exception("no picture can be made of image %s", image.pk)
        return {}
    return {Filter(spec=spec): rendition for spec, rendition in made.items()}
