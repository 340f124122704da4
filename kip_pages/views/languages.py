"""What an address leads to that another language has under another name."""

from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import get_language

from ..models.base import showable


def lead_to_translation(page, request, args, kwargs):
    """Send who asks for a page as it was written to the one in their language, where there is one."""
    if not getattr(request, "is_untranslated", False):
        return None
    others = page.get_translations().filter(locale__language_code=get_language())
    found = showable(others, at=timezone.now()).first()
    return redirect(found.get_url(request)) if found else None
