from django import template

from ..pictures.kinds import KINDS
from ..pictures.showing import show
from ..tasks import ask_for_picture, pictures_are_configured

register = template.Library()


@register.simple_tag
def picture_of(image, kind, **attributes):
    """Show an image in one of ``pictures.kinds.KINDS``; ``attributes`` are those of its ``<img>``."""
    if not image:
        return ""
    shown = show(image, KINDS[kind], attributes, has_worker=pictures_are_configured())
    if not shown.is_whole:
        ask_for_picture(image, kind)
    return shown.html
