"""What the province says of its own sites, the same on every host."""

from django.shortcuts import render


def accessibility(request):
    """How far the sites can be used by everybody, what is missing, and whom to tell (WCAG 2.2, AA)."""
    return render(request, "accessibility.html")
