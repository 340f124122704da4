from django import template

from ..feed.payload import image_url

register = template.Library()


@register.simple_tag
def lazy_image_url(image):
    """Address where the image is made on first use; for the feed, which must not wait for it."""
    return image_url(image)
