from django import template
from wagtail.embeds.embeds import get_embed_hash
from wagtail.embeds.models import Embed

from ..feed.payload import image_url

register = template.Library()


@register.simple_tag
def lazy_image_url(image):
    """Address where the image is made on first use; for the feed, which must not wait for it."""
    return image_url(image)


@register.simple_tag
def embedded(url) -> Embed | None:
    """Return what was learnt of a film elsewhere when it was chosen; no reader waits for its site."""
    return Embed.objects.filter(hash=get_embed_hash(url)).first()
