"""What the province says of its own sites, the same on every host."""

from django.shortcuts import render

from kip_pages.templatetags.kip_pages_navigation import Place


def accessibility(request):
    """How far the sites can be used by everybody, what is missing, and whom to tell (WCAG 2.2, AA)."""
    return render(request, "accessibility.html", {"place": Place(trail=[])})
