def agency(request):
    """The agency whose host was asked, for every template; ``None`` on the portal."""
    return {"agency": getattr(request, "agency", None)}
