"""In which sizes and formats readers are offered an image: said here, for templates and the worker."""

import dataclasses

from wagtail.images.models import Filter


@dataclasses.dataclass(frozen=True)
class PictureKind:
    """``size`` as in Wagtail's own tags; ``formats`` begin with the one that weighs least.

    The last one all browsers know, and it takes a moment to make. The others take seconds: nobody
    who reads waits for them.
    """

    size: str
    formats: tuple[str, ...] = ("avif", "webp")

    def filters(self, format: str) -> list[Filter]:
        return [Filter(spec=spec) for spec in Filter.expand_spec([f"format-{format}", self.size])]

    @property
    def plain(self) -> list[Filter]:
        """What is made in a moment."""
        return self.filters(self.formats[-1])

    @property
    def all(self) -> list[Filter]:
        """What a moment makes first."""
        return [one for format in reversed(self.formats) for one in self.filters(format)]


KINDS = {
    "article": PictureKind("width-{400,800,1200}"),
    "gallery": PictureKind("width-{300,600}"),
    "card": PictureKind("fill-{320x180,640x360}"),
    "logo": PictureKind("max-160x96", formats=("webp",)),
}
# By where something refers to an image (``ReferenceIndex.model_path``); who is seen first, comes first.
USES = {
    "lead_image": ["article", "card"],
    "body.image.image": ["article"],
    "body.gallery.item.image": ["gallery"],
    "logo": ["logo"],
}
