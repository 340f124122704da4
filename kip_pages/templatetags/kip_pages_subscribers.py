from django import template

from ..areas import area_names
from ..choices import EmergencyKind
from ..models import Subscriber

register = template.Library()


@register.simple_tag
def chosen_by(subscriber: Subscriber) -> dict:
    """Return in words what somebody chose; an empty list stands for all."""
    names, labels = area_names(), dict(EmergencyKind.choices)
    return {
        "kinds": [labels.get(kind, kind) for kind in subscriber.kinds],
        "regencies": [names.get(code, code) for code in subscriber.regencies],
        "agencies": list(subscriber.agencies.all()),
        "wants_news": subscriber.wants_news,
    }
