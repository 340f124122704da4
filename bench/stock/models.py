"""The pages of Wagtail's tutorial: a front page with the newest posts of a blog."""

from django.db import models
from wagtail.fields import RichTextField
from wagtail.models import Page

NEWEST = 12


class FrontPage(Page):
    body = RichTextField(blank=True)

    def get_context(self, request, *args, **kwargs):
        newest = PostPage.objects.live().public().order_by("-date")[:NEWEST]
        menu = self.get_children().live().in_menu()
        return super().get_context(request, *args, **kwargs) | {"newest": newest, "menu": menu}


class SectionPage(Page):
    pass


class PostPage(Page):
    date = models.DateField()
    intro = models.CharField(max_length=500)
    body = RichTextField(blank=True)
