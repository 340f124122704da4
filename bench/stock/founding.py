"""``python -m bench.stock.founding``: make the stock site's tables and as many pages as an agency has."""

import datetime

import django
from django.core.management import call_command

POSTS = 235
SECTIONS = 6


def main():
    django.setup()
    call_command("migrate", verbosity=0)
    from wagtail.models import Page, Site

    from ..prose import Writer
    from .models import FrontPage, PostPage, SectionPage

    Page.objects.filter(depth=2).delete()
    writer = Writer(0)
    front = FrontPage(title=writer.title(), slug="home", body=f"<p>{writer.summary()}</p>")
    Page.get_first_root_node().add_child(instance=front)
    sections = [
        SectionPage(title=f"Bagian {number}", slug=f"bagian-{number}", show_in_menus=True)
        for number in range(SECTIONS)
    ]
    for section in sections:
        front.add_child(instance=section)
    for number in range(POSTS):
        writer = Writer(number)
        post = PostPage(
            title=writer.title(),
            slug=f"tulisan-{number}",
            date=datetime.date(2026, 1, 1) + datetime.timedelta(days=number),
            intro=writer.sentence(),
            body=f"<p>{writer.summary()}</p>",
        )
        sections[number % SECTIONS].add_child(instance=post)
    Site.objects.all().delete()
    Site.objects.create(hostname="stock.bench.test", root_page=front, is_default_site=True)


if __name__ == "__main__":
    main()
