"""Views for whoever is not in the admin."""

from .invitation import AcceptInvitationView
from .private import HostImageView, enter_collection, enter_page

__all__ = ["AcceptInvitationView", "HostImageView", "enter_collection", "enter_page"]
