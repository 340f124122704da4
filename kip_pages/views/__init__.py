"""What the admin answers, beside Wagtail's own views."""
