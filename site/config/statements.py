"""What the province says of its own sites, the same on every host."""

from django.shortcuts import render

from kip_pages.page_cache.marking import may_be_kept
from kip_pages.templatetags.kip_pages_navigation import Place


@may_be_kept
def accessibility(request):
    """How far the sites can be used by everybody, what is missing, and whom to tell (WCAG 2.2, AA)."""
    return render(request, "accessibility.html", {"place": Place(trail=[])})
