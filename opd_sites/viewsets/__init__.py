"""Screens of Wagtail's admin for what is no page."""
