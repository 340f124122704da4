"""A site as ``wagtail start`` and Wagtail's own tutorial make it, to have a page beside ours."""
