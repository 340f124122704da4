from wagtail.models.pages import PagePermissionTester


class SectionPermissionTester(PagePermissionTester):
    """Sections, pages with others below them, are placed by whoever may delete them: the province.

    Everything below moves along, and so does its address.
    """

    def can_move(self):
        return self.can_delete()

    def can_reorder_children(self):
        return super().can_reorder_children() and (
            self.user.is_superuser
            or "bulk_delete" in self.permissions
            or not self.page.get_children().filter(numchild__gt=0).exists()
        )


class PlacedPageMixin:
    """For page types of agencies: their sections stay where the province planted them."""

    # Whether saving, and so publishing, does not even wait while the tree is being changed.
    saved_at_once = False
    # Whether a text becomes public only after somebody has looked at it, in each language by itself.
    looked_at_first = False

    def permissions_for_user(self, user):
        return SectionPermissionTester(user, self)
